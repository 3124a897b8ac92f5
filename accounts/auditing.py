"""Write down what was done, in whose name. Verbs call this inside their own transaction."""

from typing import Any

from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Workspace


def record(
    workspace: Workspace,
    actor: User | None,
    action: str,
    sentence: str,
    *,
    subject: object = "",
    **details: Any,
) -> AuditEntry:
    """Keep one deed. `action` is noun.participle, such as members.invited; details hold no personal data."""
    return AuditEntry.objects.create(
        workspace=workspace, actor=actor, action=action, sentence=sentence[:300], subject=str(subject), details=details
    )
