"""Settings: what differs is kept and written down, the rest is left alone."""

from accounts import settling
from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Workspace


def test_only_what_differs_is_kept_and_written_down(acme: Workspace, alice: User) -> None:
    changed = settling.change_settings(acme, by=alice, values={"name": "Acme", "currency": "GBP"})
    acme.refresh_from_db()
    assert (changed, acme.currency) == (["currency"], "GBP")
    assert AuditEntry.objects.in_workspace(acme).get().sentence == "Changed settings: currency."


def test_nothing_different_leaves_no_entry(acme: Workspace, alice: User) -> None:
    assert settling.change_settings(acme, by=alice, values={"name": "Acme"}) == []
    assert not AuditEntry.objects.in_workspace(acme).exists()


def test_what_is_no_setting_is_left_alone(acme: Workspace, alice: User) -> None:
    settling.change_settings(acme, by=alice, values={"slug": "stolen", "next_number": 0})
    acme.refresh_from_db()
    assert acme.slug == "acme"
