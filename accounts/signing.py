"""A link that signs one person in, once, within fifteen minutes: what `up` prints on a machine of one's own."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now

from accounts.models.user import MADE_UP, User
from accounts.models.workspace import Membership, Role, Workspace

LIFETIME = timedelta(minutes=15)
SALT = "accounts.signing.link"
LOCAL_OWNER = "owner@localhost"
FIRST_WORKSPACE = "My business"


class LinkRefused(Exception):
    """The link does not sign anybody in; the message says why."""


def link(user: User) -> str:
    """The path of a fresh link. It holds the moment of the last sign-in, so that the next one uses it up."""
    token = signing.dumps([str(user.pk), _stamp(user)], salt=SALT)
    return reverse("signed-link", args=[token])


def read(token: str) -> User:
    """Whom the link lets in, if it still does. Nothing is used up."""
    try:
        pk, stamp = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        raise LinkRefused("This link is older than fifteen minutes, or not whole.") from None
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or _stamp(user) != stamp:
        raise LinkRefused("This link has been used.")
    return user


def use(token: str) -> User:
    """Use the link up and say whom it lets in. Of two who come at once, one is refused."""
    user = read(token)
    if not User.objects.filter(pk=user.pk, last_login=user.last_login).update(last_login=now()):
        raise LinkRefused("This link has been used.")
    return user


def _stamp(user: User) -> str:
    return user.last_login.isoformat() if user.last_login else ""


@transaction.atomic
def local_owner(address: str) -> User | None:
    """Who works on this machine alone: an owner with a first workspace, made when nobody exists yet.

    None on any address but this machine's own, and where people have signed up by themselves.
    """
    if urlsplit(address).hostname not in {"127.0.0.1", "localhost", "::1"}:
        return None
    made_up = Q(email__endswith=MADE_UP[0]) | Q(email__endswith=MADE_UP[1])
    if User.objects.exclude(made_up).exists():
        return User.objects.filter(email=LOCAL_OWNER, is_active=True).first()
    owner = User.objects.create_user(LOCAL_OWNER, None)
    workspace = Workspace.objects.create(slug="my-business", name=FIRST_WORKSPACE)
    Membership.objects.create(workspace=workspace, user=owner, role=Role.OWNER)
    return owner
