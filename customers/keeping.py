"""Give a number an address: what a page said of it is sealed into the page, and kept when somebody wants a link.

The seal is what makes the address worth something: nobody can keep a number that no page ever said.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction

from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers.models.kept import KeptFigure

SAID = ("title", "value", "note", "meaning", "counted", "revenue", "sql", "page", "as_of")
LENGTHS = {"title": 200, "value": 80, "note": 500, "page": 300}


class NotSealed(ValueError):
    """It is not what a page of this workspace said."""


def seal(workspace: Workspace, **said: Any) -> str:
    """What a page says of a number, so that nobody can change it on its way back."""
    told = {name: str(said.get(name) or "")[: LENGTHS.get(name)] for name in SAID}
    if isinstance(said.get("as_of"), datetime):
        told["as_of"] = said["as_of"].isoformat()
    return signing.dumps(told, salt=_salt(workspace), compress=True)


def keep(workspace: Workspace, sealed: str, *, by: User) -> KeptFigure:
    """The number with an address; the same number again has the same address. Raises NotSealed."""
    try:
        told: dict[str, str] = signing.loads(sealed, salt=_salt(workspace))
        as_of = datetime.fromisoformat(told["as_of"])
    except (signing.BadSignature, ValueError, KeyError) as problem:
        raise NotSealed("This link cannot be made any more. Load the page again and try once more.") from problem
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    rows = KeptFigure.objects.in_workspace(workspace)
    known: KeptFigure | None = rows.filter(digest=digest).first()
    if known:
        return known
    try:
        with transaction.atomic():
            values = {name: told[name] for name in SAID if name != "as_of"}
            return KeptFigure.objects.create(workspace=workspace, digest=digest, kept_by=by, as_of=as_of, **values)
    except IntegrityError:  # somebody else was faster
        found: KeptFigure = rows.get(digest=digest)
        return found


def _salt(workspace: Workspace) -> str:
    return f"figure of {workspace.pk}"
