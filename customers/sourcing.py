"""Where data comes from: one source for dropped files, live and test sources with a write key."""

from accounts import auditing
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.secrets import new_secret
from customers.models.source import Source

FILES = "Files"
NAMES = {Source.Kind.LIVE: "Live tracking", Source.Kind.TEST: "Test tracking", Source.Kind.FILES: FILES}


class NameTaken(ValueError):
    """The workspace has a source of that name."""


def file_source(workspace: Workspace) -> Source:
    """The source that dropped files belong to; made when first asked for."""
    return _only(workspace, Source.Kind.FILES)


def live_source(workspace: Workspace) -> Source:
    """The live source with its write key; made when first asked for."""
    return _only(workspace, Source.Kind.LIVE)


def _only(workspace: Workspace, kind: Source.Kind) -> Source:
    sources = Source.objects.in_workspace(workspace).filter(kind=kind, revoked_at=None).order_by("created_at")
    return sources.first() or _new(workspace, NAMES[kind], kind)


def add_source(workspace: Workspace, *, name: str, kind: str, by: User | None) -> Source:
    """A source of its own; live and test ones get a write key. Raises NameTaken."""
    if Source.objects.in_workspace(workspace).filter(name=name).exists():
        raise NameTaken(f"There is a source called “{name}” already. Choose another name.")
    source = _new(workspace, name, Source.Kind(kind))
    auditing.record(workspace, by, "source.added", f"Added the source {name}.", subject=source.pk, kind=kind)
    return source


def _new(workspace: Workspace, name: str, kind: Source.Kind) -> Source:
    key = None if kind == Source.Kind.FILES else new_secret("wk")
    source, _ = Source.objects.in_workspace(workspace).get_or_create(
        workspace=workspace, name=name, defaults={"kind": kind, "write_key": key}
    )
    return source
