"""What anybody else sees does not depend on what somebody answered, before it may be seen: every address, twice.

Gina gives a hidden answer; somebody else opens every address there is. Then the hidden answer is another one, and
every address is opened again. If one byte differs, the answer has leaked, in whatever shape.
"""

import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from accounts.models.notification import Notification
from accounts.models.user import User
from accounts.models.workspace import Role, Workspace
from accounts.secrets import hashed, new_secret
from icp import focusing, grading
from icp.grading import Answer
from icp.models.definition import Icp
from icp.models.grading import Grade, GradeQuerySet, Grader, Round
from icp.models.room import Room, Stage
from tests.house.routes import Route, every_route
from tests.house.world import a_key, one_of_everything
from tests.icp.conftest import a_round

SECRET = "Pssst, the blue parrot told me so"
OTHER = "Nobody ever told me anything of it"
ROUTES = [
    route
    for route in every_route()
    if route.is_guarded_page or route.is_seat or route.is_workspace_api or route.name.startswith("icp:room-")
]
OURS = [route for route in ROUTES if re.search(r"round|room|grade|icp|ideal|result|focus|action|audit", route.pattern)]
# What differs from one look to the next, whoever answered what.
PASSING = [
    re.compile(pattern)
    for pattern in (
        r'name="csrfmiddlewaretoken" value="\w+"', r'"X-CSRFToken": "\w+"', r'"now": \d+', r"[0-9a-f]{32}",
        r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)?", r'"sealed" value="[^"]+"',
    )
]  # fmt: skip


@pytest.fixture
def hal(acme: Workspace) -> Callable[[Round], Client]:
    """Another guest of the round."""

    def sit(round: Round) -> Client:
        secret, browser = new_secret("seat"), Client()
        Grader.objects.create(
            workspace=acme, round=round, email="hal@guests.example.com", name="Hal", guest_key=hashed(secret),
            admitted_at=now(),
        )  # fmt: skip
        session = browser.session
        session["seats"] = {str(round.pk): secret}
        session.save()
        return browser

    return sit


def open_round(acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp) -> Round:
    """Nothing is closed."""
    round = a_round(acme, erin, offices, gifts, graders=[gina])
    grading.keep_answers(round, [Answer(offices.pk, "reach", 9, SECRET)], by=gina)
    grading.keep_answers(round, [Answer(offices.pk, "reach", 2, "Nobody picks up")], by=erin)
    return round


def one_question_shown(acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp) -> Round:
    """In a meeting; the answers to another question are on the screen."""
    round = a_round(acme, erin, offices, gifts, graders=[gina], close="question")
    for person, score in ((gina, 8), (erin, 3)):
        grading.keep_answers(round, [Answer(offices.pk, "value", score, "Of course")], by=person)
    grading.keep_answers(round, [Answer(offices.pk, "reach", 9, SECRET)], by=gina)
    focusing.close_question(round, dimension="value", by=erin)
    room = {"stage": Stage.GRADING, "dimension": "reach", "opened_by": erin, "code": "47C9"}
    Room.objects.create(workspace=acme, round=round, **room)
    return round


def second_thoughts(acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp) -> Round:
    """After a close: first answers are known, second ones are not."""
    round = a_round(acme, erin, offices, gifts, graders=[gina])
    for person, score in ((gina, 9), (erin, 3)):
        grading.keep_answers(round, [Answer(offices.pk, "reach", score, "Once")], by=person)
    round = focusing.close_round(round, by=erin, at=now(), as_of=now())
    round = focusing.think_again(round, [(offices.pk, "reach")], by=erin)
    grading.keep_answers(round, [Answer(offices.pk, "reach", 9, SECRET)], by=gina)
    return round


STAGES = {stage.__name__: stage for stage in (open_round, one_question_shown, second_thoughts)}


@pytest.fixture
def world(acme: Workspace, alice: User, offices: Icp) -> dict[str, str]:
    Icp.objects.in_workspace(acme).filter(pk=offices.pk).update(name="Offices, small")  # the world has its own
    made = one_of_everything(acme, alice)
    return made | {
        "<icp_id>": str(offices.pk),
        "icps": str(offices.pk),
        "<dimension>": "reach",
        "<icp>": str(offices.pk),
    }


def looks(routes: list[Route], values: dict[str, str], round: Round, browser: Client, key: str) -> Iterator[Any]:
    """(address, what it answers), for each way to ask it."""
    values = values | {"<round_id>": str(round.pk), "rounds": str(round.pk), "<code>": "47C9", "<do>": "show"}
    for route in routes:
        try:
            path = route.path(values)
        except KeyError:
            continue
        for extra in ({}, {"HX-Request": "true"}) if ":" in route.name else ({"Authorization": f"Token {key}"},):
            answer = browser.get(path, headers=extra)
            yield f"{path} {sorted(extra)}", (answer.status_code, plain(answer))


def plain(answer: Any) -> str:
    """The answer as text, without what passes; a workbook by its sheets."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if zipfile.is_zipfile(BytesIO(body)):
        with zipfile.ZipFile(BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in sorted(book.namelist()) if "docProps" not in name)
    text = body.decode("utf-8", "replace") + answer.headers.get("Location", "")
    for pattern in PASSING:
        text = pattern.sub("-", text)
    return text


def hidden(gina: User) -> Any:
    return Grade.everywhere.filter(grader__user=gina, reason__in=[SECRET, OTHER])


def differing(see: Callable[[], dict[str, Any]], gina: User) -> list[str]:
    """Addresses that answer differently once the hidden answer is another one."""
    see()  # what is counted or noted once is counted now
    before = see()
    assert hidden(gina).update(score=1, reason=OTHER, seconds=99.0, earlier=[{"score": 4, "reason": OTHER}]) == 1
    after = see()
    assert before.keys() == after.keys()
    assert not any(word in text for _, text in after.values() for word in (SECRET, OTHER))
    return [
        f"{address}: {apart(told[1], after[address][1])}" for address, told in before.items() if told != after[address]
    ]


def apart(one: str, other: str) -> str:
    """Where two answers begin to differ."""
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"{one[at - 60 : at + 40]!r} against {other[at - 60 : at + 40]!r}"


QUICK = [*(("erin", stage) for stage in STAGES), ("hal", "open_round")]
SLOW = [(person, stage) for person in ("alice", "bob", "hal") for stage in STAGES if (person, stage) not in QUICK]


@pytest.mark.parametrize(("person", "stage"), [*QUICK, *(pytest.param(*each, marks=pytest.mark.long) for each in SLOW)])
def test_no_address_depends_on_a_hidden_answer(
    request: Any, acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp, world: Any, person: str, stage: str
) -> None:
    """The facilitator, an owner, a viewer, and another guest."""
    round = STAGES[stage](acme, erin, gina, offices, gifts)
    if person == "hal":
        browser, key = request.getfixturevalue("hal")(round), "none"
    else:
        reader = request.getfixturevalue(person)
        browser, key = Client(raise_request_exception=False), a_key(acme, reader, reader.memberships.get().role)
        browser.force_login(reader)

    assert differing(lambda: dict(looks(OURS, world, round, browser, key)), gina) == []


@pytest.mark.long
def test_no_address_of_the_whole_product_depends_on_it(
    acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp, world: Any
) -> None:
    round = open_round(acme, erin, gina, offices, gifts)
    browser, key = Client(raise_request_exception=False), a_key(acme, erin, Role.ANALYST)
    browser.force_login(erin)

    assert differing(lambda: dict(looks(ROUTES, world, round, browser, key)), gina) == []


def test_the_walk_would_notice(
    acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard guards: with the rule taken out, addresses differ."""
    monkeypatch.setattr(GradeQuerySet, "visible_to", lambda rows, person, round: rows.filter(round=round))
    round = open_round(acme, erin, gina, offices, gifts)
    browser, key = Client(raise_request_exception=False), a_key(acme, erin, Role.ANALYST)
    browser.force_login(erin)
    with pytest.raises(AssertionError):
        assert differing(lambda: dict(looks(OURS, world, round, browser, key)), gina) == []


def test_gina_herself_sees_it(acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp, world: Any) -> None:
    """The walk does reach the pages on which answers stand."""
    round = open_round(acme, erin, gina, offices, gifts)
    browser, key = Client(raise_request_exception=False), a_key(acme, gina, Role.GRADER)
    browser.force_login(gina)
    telling = [address for address, (_, text) in looks(OURS, world, round, browser, key) if SECRET in text]

    assert {address.split("/")[-2] for address in telling} >= {"reach", "grades"}


@pytest.mark.parametrize("stage", list(STAGES))
def test_no_mail_no_notification_and_no_job_tells(
    acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp, stage: str, mailoutbox: Any, settings: Any
) -> None:
    from accounts.models.audit import AuditEntry
    from accounts.models.job import Job
    from icp import inviting

    round = STAGES[stage](acme, erin, gina, offices, gifts)
    inviting.remind(round, by=erin, at=now())
    rows = [*Notification.everywhere.values(), *AuditEntry.everywhere.values(), *Job.everywhere.values()]
    files = [file.read_bytes() for file in settings.DATA.rglob("*") if file.is_file()]

    assert rows
    assert SECRET not in repr(rows)
    assert not any(SECRET in str(mail.message()) for mail in mailoutbox)
    assert not any(SECRET.encode() in content for content in files)
