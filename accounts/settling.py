"""Change what a workspace goes by: its name, its days, its money, its clock."""

from typing import Any

from django.db import transaction

from accounts import auditing
from accounts.models.user import User
from accounts.models.workspace import Workspace

SETTINGS = ["name", "timezone", "currency", "week_start", "clock", "min_group", "revenue"]


def change_settings(workspace: Workspace, *, by: User, values: dict[str, Any]) -> list[str]:
    """Keep the values that differ, and say which did."""
    with transaction.atomic():
        kept = Workspace.objects.select_for_update().get(pk=workspace.pk)
        changed = [name for name in SETTINGS if name in values and getattr(kept, name) != values[name]]
        for name in changed:
            setattr(kept, name, values[name])
            setattr(workspace, name, values[name])
        if changed:
            kept.save(update_fields=changed)
            sentence = f"Changed settings: {', '.join(name.replace('_', ' ') for name in changed)}."
            auditing.record(workspace, by, "workspace.changed", sentence, changed=changed)
    return changed
