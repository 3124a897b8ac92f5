"""Who looks around the example: in with one click, out after a day, and nothing real is touched."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from accounts.models.job import Job
from accounts.models.user import GUESTS, User
from accounts.models.workspace import Membership, Role, Workspace
from icp import focusing, replacing, seeding, storytelling, visiting
from icp.models.definition import Icp
from icp.models.grading import Grade, Round
from icp.models.visit import Visit
from icp.science.opinions import AGAIN, GRADERS, OPINIONS
from icp.tasks import end_visits

DOOR = "/example/"


@pytest.fixture(autouse=True)
def nobody_came_before() -> None:
    cache.clear()


@pytest.fixture
def team(db: None) -> dict[str, User]:
    return {first: User.objects.create_user(f"{first.lower()}@x.example", None, name=f"{first} X") for first in GRADERS}


@pytest.fixture
def fern(db: None, team: dict[str, User]) -> Workspace:
    """An example without customers: five people, eight candidates, one decision."""
    return an_example(team, slug=replacing.SLUG)


def an_example(team: dict[str, User], *, slug: str) -> Workspace:
    workspace = Workspace.objects.create(name="Fern & Kettle", slug=slug, is_example=True)
    for first, user in team.items():
        role = Role.OWNER if first == "Ines" else Role.ANALYST
        Membership.objects.create(workspace=workspace, user=user, role=role)
    icps = [Icp.objects.create(workspace=workspace, name=opinion.name) for opinion in OPINIONS]
    storytelling.decide(workspace, icps, team, on=now().date())
    return workspace


def guest_of(client: Client) -> User:
    user: Any = get_user(client)  # type: ignore[arg-type]
    return User.objects.get(pk=user.pk)


def test_one_click_lets_a_guest_in_without_an_address(client: Client, fern: Workspace) -> None:
    answer = client.post(DOOR)

    guest = guest_of(client)
    assert answer.headers["Location"] == reverse("icp:home", args=[fern.slug])
    assert (guest.is_guest, guest.has_usable_password()) == (True, False)
    assert Membership.objects.in_workspace(fern).get(user=guest).role == Role.VIEWER
    assert client.get(answer.headers["Location"]).status_code == 200


def test_somebody_signed_in_visits_as_themselves(client: Client, fern: Workspace, alice: User) -> None:
    client.force_login(alice)

    client.post(DOOR)
    client.post(DOOR)

    assert not User.objects.filter(email__endswith=GUESTS).exists()
    assert Membership.objects.in_workspace(fern).get(user=alice).role == Role.VIEWER
    assert Visit.objects.in_workspace(fern).count() == 1


def test_every_page_of_the_example_says_that_it_is_one_and_no_other_page_does(
    client: Client, fern: Workspace, acme: Workspace, alice: User
) -> None:
    client.force_login(alice)
    client.post(DOOR)

    for page in ("icp:home", "icp:list", "icp:plan", "segments:list", "customers:list", "customers:sources"):
        assert "This is an example" in client.get(reverse(page, args=[fern.slug])).text, page
        assert "This is an example" not in client.get(reverse(page, args=[acme.slug])).text, page


def test_a_visitor_reads_addresses_of_made_up_people_only(fern: Workspace, acme: Workspace, alice: User) -> None:
    visitor = visiting.come_in(fern, None, at=now())
    Membership.objects.create(workspace=acme, user=visitor, role=Role.VIEWER)

    assert Membership.objects.in_workspace(fern).get(user=visitor).may("personal.view")
    assert not Membership.objects.in_workspace(acme).get(user=visitor).may("personal.view")


def test_a_visitor_changes_nothing_and_takes_no_list(client: Client, fern: Workspace) -> None:
    client.post(DOOR)
    icp = Icp.objects.in_workspace(fern).first()
    refused = [
        ("icp:archive", [icp.pk]), ("icp:move-new", []), ("icp:round-new", []), ("customers:import-new", []),
        ("accounts:settings", []), ("accounts:keys", []), ("accounts:invite", []), ("segments:conditions", []),
    ]  # fmt: skip

    answers = {name: client.post(reverse(name, args=[fern.slug, *more])).status_code for name, more in refused}

    assert set(answers.values()) <= {403, 405}, answers


def test_a_round_with_four_gaps_waits_for_each_visitor_alone(client: Client, fern: Workspace, team: Any) -> None:
    one, other = (visiting.come_in(fern, None, at=now()) for _ in range(2))
    mine = Visit.objects.in_workspace(fern).get(user=one).round
    client.force_login(one)

    listed = client.get(reverse("icp:rounds", args=[fern.slug])).text
    assert listed.count(visiting.AGAIN_NAME) == 1
    assert client.get(reverse("icp:round", args=[fern.slug, mine.pk])).status_code == 200
    theirs = Visit.objects.in_workspace(fern).get(user=other).round
    assert client.get(reverse("icp:round", args=[fern.slug, theirs.pk])).status_code == 404
    assert Grade.objects.in_workspace(fern).filter(round=mine).count() == 4 * len(GRADERS)


def test_four_answers_and_then_the_reveal(client: Client, fern: Workspace) -> None:
    client.post(DOOR)
    visit = Visit.objects.in_workspace(fern).get()
    page = reverse("icp:round", args=[fern.slug, visit.round.pk])

    client.post(reverse("icp:example-reveal"))
    assert not Round.objects.in_workspace(fern).get(pk=visit.round.pk).is_closed
    for question in AGAIN[1]:
        address = reverse("icp:grade-question", args=[fern.slug, visit.round.pk, question])
        client.post(address, {f"score-{icp.pk}": "8" for icp in visit.round.icps.all()})
    assert "See what the others said" in client.get(page).text
    answer = client.post(reverse("icp:example-reveal"), follow=True)

    assert answer.status_code == 200
    assert Round.objects.in_workspace(fern).get(pk=visit.round.pk).result["graded_by"] == 6


def test_a_visitors_round_never_decides_the_focus(fern: Workspace) -> None:
    decided = focusing.newest_decision(fern)
    visitor = visiting.come_in(fern, None, at=now())
    visit = Visit.objects.in_workspace(fern).get(user=visitor)

    Round.objects.in_workspace(fern).filter(pk=visit.round.pk).update(closed_at=now() + timedelta(hours=1), result={})

    assert focusing.newest_decision(fern) == decided


def test_use_my_own_data_sends_a_guest_to_the_sign_up_and_leaves_nothing_of_them(
    client: Client, fern: Workspace
) -> None:
    client.post(DOOR)

    answer = client.post(reverse("icp:example-leave"))

    assert answer.headers["Location"] == reverse("account_signup")
    assert not User.objects.filter(email__endswith=GUESTS).exists()
    assert not Visit.objects.in_workspace(fern).exists()
    assert Round.objects.in_workspace(fern).count() == 1


def test_use_my_own_data_keeps_the_account_of_somebody_real(client: Client, fern: Workspace, alice: User) -> None:
    client.force_login(alice)
    client.post(DOOR)

    answer = client.post(reverse("icp:example-leave"))

    assert answer.headers["Location"] == reverse("accounts:arrive")
    assert User.objects.filter(pk=alice.pk).exists()
    assert not Membership.objects.in_workspace(fern).filter(user=alice).exists()
    assert client.get(reverse("icp:home", args=["acme"])).status_code == 200


def test_guests_are_gone_after_a_day_and_those_of_today_stay(fern: Workspace, alice: User) -> None:
    long_ago = now() - timedelta(days=1, minutes=1)
    old, fresh = visiting.come_in(fern, None, at=long_ago), visiting.come_in(fern, None, at=now())
    visiting.come_in(fern, alice, at=long_ago)

    end_visits()

    left = set(User.objects.values_list("pk", flat=True))
    assert (old.pk in left, fresh.pk in left, alice.pk in left) == (False, True, True)
    assert not Membership.objects.in_workspace(fern).filter(user=alice).exists()


def test_a_guest_makes_no_workspace(client: Client, fern: Workspace) -> None:
    client.post(DOOR)

    client.post(reverse("accounts:workspace-new"), {"name": "Mine", "timezone": "UTC", "currency": "EUR"})

    assert not Workspace.objects.filter(name="Mine").exists()


def test_who_comes_too_often_from_one_address_has_to_wait(client: Client, fern: Workspace) -> None:
    with time_machine.travel(now(), tick=False):  # a window ends with its minute
        answers = [Client().post(DOOR).status_code for _ in range(21)]

    assert answers == [302] * 20 + [429]


def test_without_an_example_a_click_has_it_built_and_the_page_says_how_far(client: Client, db: None) -> None:
    assert "Build the example" in client.get(DOOR).text

    client.post(DOOR)
    client.post(DOOR)

    (job,) = Job.everywhere.filter(kind=seeding.KIND)
    assert "The example is being built" in client.get(DOOR).text
    part = client.get(DOOR, headers={"HX-Request": "true"})
    assert (part.status_code, "<html" in part.text) == (200, False)
    assert job.workspace.is_example
    assert replacing.shown() is None


def test_the_page_stops_asking_once_it_stands_open(client: Client, fern: Workspace) -> None:
    part = client.get(DOOR, headers={"HX-Request": "true"})

    assert (part.status_code, "Look around" in part.text) == (286, True)


def test_a_reset_builds_once_in_a_while_and_only_for_visitors(client: Client, fern: Workspace, alice: User) -> None:
    client.force_login(alice)
    client.post(reverse("icp:example-reset"))
    assert not Job.everywhere.filter(kind=seeding.KIND).exists()

    client.post(DOOR)
    client.post(reverse("icp:example-reset"))
    client.post(reverse("icp:example-reset"))

    assert Job.everywhere.filter(kind=seeding.KIND).count() == 1


def test_visitors_find_themselves_in_the_new_one(fern: Workspace, team: dict[str, User]) -> None:
    visitor = visiting.come_in(fern, None, at=now())
    new = an_example(team, slug=replacing.hidden_slug())
    (before,) = replacing.put_in_place(new)

    visiting.move_over(before, new, at=now())
    replacing.clear_away(before)

    visit = Visit.objects.in_workspace(new).get(user=visitor)
    assert visit.round is not None
    assert Membership.objects.in_workspace(new).filter(user=visitor, role=Role.VIEWER).exists()
