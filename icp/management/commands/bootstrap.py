"""manage.py bootstrap: a person, a workspace and keys, without a browser; one line of JSON."""

import json
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q

from accounts import auditing, joining, keying
from accounts.models.user import User
from accounts.models.workspace import Membership, Role, Workspace
from customers import sourcing


class Command(BaseCommand):
    """Creates (or finds) the person and the workspace; makes a new token at every call."""

    help = "Create or find a person and a workspace, and print a new token and the write key as one line of JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--password", required=True, help="Of the new account; an old one keeps its own.")
        parser.add_argument("--workspace", required=True, help="The workspace's name.")

    @transaction.atomic
    def handle(self, *args: Any, email: str, password: str, workspace: str, **options: Any) -> None:
        place = _place(_person(email.lower(), password), workspace)
        made = keying.make_key(place, name="bootstrap", role=place.role)
        write_key = sourcing.live_source(place.workspace).write_key
        answer = {"workspace": place.workspace.slug, "token": made.secret, "write_key": write_key}
        self.stdout.write(json.dumps(answer))


def _person(email: str, password: str) -> User:
    if found := User.objects.filter(email=email).first():
        return found
    try:
        validate_email(email)
        validate_password(password, User(email=email))
    except ValidationError as problem:
        raise CommandError(" ".join(problem.messages)) from None
    return User.objects.create_user(email, password)


def _place(person: User, name: str) -> Membership:
    """The person's place in the workspace of that name (or slug): an own one, an existing one, or a new one.

    Whoever may run this command holds the database already, so an existing workspace lets the person in.
    """
    named = Q(workspace__name=name) | Q(workspace__slug=name)
    places = Membership.everywhere.filter(named, user=person).order_by("created_at")
    if place := places.first():
        return place
    existing = Workspace.objects.filter(Q(name=name) | Q(slug=name)).order_by("created_at").first()
    if existing is None:
        joining.make_workspace(person, name=name)
        return places.get()
    place = Membership.objects.create(workspace=existing, user=person, role=Role.OWNER)
    auditing.record(existing, person, "members.joined", "Joined by the command bootstrap.", subject=place.pk)
    return place
