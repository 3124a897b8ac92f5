"""Where a workspace's files lie, below the data folder. Rows keep relative paths."""

from pathlib import Path
from uuid import UUID

from django.conf import settings

from accounts.models.owned import new_id
from accounts.models.workspace import Workspace


def folder(workspace: Workspace) -> Path:
    """The workspace's own folder, made when first asked for."""
    path = Path(settings.DATA) / "workspaces" / str(workspace.pk)
    path.mkdir(parents=True, exist_ok=True)
    return path


def new_path(workspace: Workspace, kind: str, ending: str) -> str:
    """A fresh relative path such as workspaces/<id>/events/<id>.parquet. Nothing is written."""
    below = Path("workspaces") / str(workspace.pk) / kind
    (Path(settings.DATA) / below).mkdir(parents=True, exist_ok=True)
    name: UUID = new_id()
    return (below / f"{name}{ending}").as_posix()


def absolute(path: str) -> Path:
    """The file behind a relative path of ours."""
    return Path(settings.DATA) / path
