"""Scorecards: built in from the start, one's own by versions, and what differs between them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts import surveying
from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import scorecards, wording
from icp.models.definition import Icp
from icp.models.grading import Round, Rubric
from icp.refusing import NotPossible
from tests.icp.conftest import a_round

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WHERE = "/w/acme/ideal-customers/scorecards/"


def asked(*names: str, **changes: Any) -> list[dict[str, Any]]:
    return [{"name": name, "question": f"How is {name}?"} | changes for name in names]


@pytest.fixture
def ours(acme: Workspace, erin: User) -> Rubric:
    return wording.keep_rubric(acme, name="Ours", dimensions=asked("Reach", "Fit", "Speed"), by=erin)


def test_a_new_workspace_has_both_scorecards_from_its_first_moment(db: None) -> None:
    workspace = Workspace.objects.create(slug="first", name="First")

    assert [str(rubric) for rubric in wording.newest(workspace)] == ["ICP 10, version 1", "ICP 11, version 1"]
    assert wording.default_rubric(workspace).counting == [each["id"] for each in scorecards.TEN]


def test_a_known_name_makes_the_next_version_and_the_row_before_stays(ours: Rubric, erin: User) -> None:
    second = wording.keep_rubric(ours.workspace, name="  ours ", dimensions=asked("Reach"), by=erin)

    assert (second.name, second.version) == ("Ours", 2)
    assert len(Rubric.objects.in_workspace(ours.workspace).get(pk=ours.pk).dimensions) == 3


@pytest.mark.parametrize("name", ["ICP 10", "icp 11"])
def test_what_is_built_in_stays_as_it_is(acme: Workspace, erin: User, name: str) -> None:
    with pytest.raises(NotPossible, match="built in"):
        wording.keep_rubric(acme, name=name, dimensions=asked("Reach"), by=erin)

    assert wording.rubrics(acme).count() == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"weight": 0}, "counts a number of times"),
        ({"weight": 11}, "counts a number of times"),
        ({"weight": True}, "counts a number of times"),
        ({"words": {"0": "nothing"}}, "grades from 1 to 10"),
        ({"question": " "}, "has no words"),
        ({"counts": False}, "At least one question must count"),
    ],
)
def test_what_makes_no_scorecard_is_refused_and_nothing_is_kept(
    acme: Workspace, erin: User, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(NotPossible, match=said):
        wording.keep_rubric(acme, name="Ours", dimensions=asked("Reach", **wrong), by=erin)

    assert wording.rubrics(acme).count() == 2


def test_how_much_a_question_counts_is_kept_and_one_beside_the_total_has_no_weight(acme: Workspace, erin: User) -> None:
    told = [*asked("Reach", weight=2), *asked("Fit"), *asked("Luck", counts=False, weight=2)]
    kept = wording.keep_rubric(acme, name="Ours", dimensions=told, by=erin)

    assert [each["weight"] for each in kept.dimensions] == [2, 1, 1]
    assert kept.weights == {"reach": 2, "fit": 1}


def test_what_differs_between_versions_is_said_in_sentences() -> None:
    before = wording.checked([*asked("Reach", why="Old", words={"1": "none"}), *asked("Fit", "Speed", "Old one")])
    after = wording.checked(
        [
            *asked("Fit", weight=2),
            *asked("Range", id="reach", question="How far?", why="New", words={"1": "no"}),
            *asked("Speed", counts=False),
            *asked("New one"),
        ]
    )

    assert wording.differences(before, after) == [
        "Added “New one”.",
        "Removed “Old one”.",
        "Fit counts more now.",
        "“Reach” is called “Range” now.",
        "Range: asked in other words.",
        "Range: another reason why it matters.",
        "Range: other words at the grades.",
        "Speed is kept beside the total now.",
        "The order changed.",
    ]
    assert wording.differences(before, before) == []


@pytest.mark.parametrize(
    ("dimensions", "said"),
    [
        (asked("A"), "The one question makes the total, 10 at most."),
        (asked("A", "B"), "All 2 questions make the total, 20 at most."),
        ([*asked("A"), *asked("B", counts=False)], "1 of 2 questions makes the total, 10 at most."),
        (
            [*asked("A", weight=3), *asked("B", weight=0.5)],
            "All 2 questions make the total, 20 at most. A counts 3 times. B counts less.",
        ),
    ],
)
def test_a_scorecard_says_what_makes_its_total(dimensions: list[dict[str, Any]], said: str) -> None:
    assert wording.counted(wording.checked(dimensions)) == said


# The pages -------------------------------------------------------------------------------------


def sheet(rubric: Rubric, *, do: str = "save", **changes: str) -> dict[str, str]:
    """The editor's form as a browser sends it."""
    told = {"do": do, "count": str(len(rubric.dimensions)), "based_on": str(rubric.pk)}
    for number, each in enumerate(rubric.dimensions):
        marks = {f"at_{mark}": words for mark, words in each["words"].items()}
        counts = f"{each.get('weight', 1):g}" if each["counts"] else "beside"
        row = {key: each[key] for key in ("id", "name", "question", "why")} | marks | {"counts": counts}
        told |= {f"q{number}-{name}": value for name, value in row.items()}
    return told | {key.replace("__", "-"): value for key, value in changes.items()}


def test_looking_at_scorecards_writes_nothing(client: Client, alice: User, ours: Rubric) -> None:
    client.force_login(alice)
    before = Rubric.objects.in_workspace(ours.workspace).count()
    for page in ("", f"{ours.pk}/", f"{ours.pk}/change/", f"{ours.pk}/copy/"):
        assert client.get(WHERE + page).status_code == 200

    assert Rubric.objects.in_workspace(ours.workspace).count() == before


def test_saving_makes_the_next_version_and_says_what_differs(client: Client, erin: User, ours: Rubric) -> None:
    client.force_login(erin)
    answer = client.post(f"{WHERE}{ours.pk}/change/", sheet(ours, q1__counts="2", q0__at_7="a list"), follow=True)
    page = answer.content.decode()

    assert wording.versions(ours).count() == 2
    assert "Kept as version 2." in page
    assert "Fit counts more now." in page
    assert "Reach: other words at the grades." in page


def test_saving_without_a_change_makes_no_version(client: Client, erin: User, ours: Rubric) -> None:
    client.force_login(erin)
    answer = client.post(f"{WHERE}{ours.pk}/change/", sheet(ours), follow=True)

    assert "Nothing changed, so version 1 stays." in answer.content.decode()
    assert wording.versions(ours).count() == 1


def test_buttons_move_add_and_take_out_without_storing_anything(client: Client, erin: User, ours: Rubric) -> None:
    client.force_login(erin)
    where = f"{WHERE}{ours.pk}/change/"
    moved = client.post(where, sheet(ours, do="up-1", q1__question="Typed, not kept"))
    added = client.post(where, sheet(ours, do="add"))
    out = client.post(where, sheet(ours, do="remove-0"))

    assert [row["name"] for row in moved.context["draft"].rows] == ["Fit", "Reach", "Speed"]
    assert moved.context["draft"].rows[0]["question"] == "Typed, not kept"
    assert len(added.context["draft"].rows) == 4
    assert added.context["draft"].open == 3
    assert [row["name"] for row in out.context["draft"].rows] == ["Fit", "Speed"]
    assert wording.versions(ours).count() == 1


@pytest.mark.parametrize("do", ["up-0", "down-2", "up-99", "remove-x", "nonsense", "up--1"])
def test_a_button_that_makes_no_sense_changes_nothing(client: Client, erin: User, ours: Rubric, do: str) -> None:
    client.force_login(erin)
    answer = client.post(f"{WHERE}{ours.pk}/change/", sheet(ours, do=do))

    assert answer.status_code == 200
    assert [row["name"] for row in answer.context["draft"].rows] == ["Reach", "Fit", "Speed"]


def test_a_question_without_words_stands_open_with_its_reason_and_what_was_typed(
    client: Client, erin: User, ours: Rubric
) -> None:
    client.force_login(erin)
    answer = client.post(f"{WHERE}{ours.pk}/change/", sheet(ours, q1__question="", q0__name="Typed"))

    assert answer.status_code == 422
    assert answer.context["draft"].open == 1
    assert 'value="Typed"' in answer.content.decode()
    assert wording.versions(ours).count() == 1


def test_who_was_overtaken_is_told_and_loses_nothing(client: Client, erin: User, ours: Rubric) -> None:
    second = wording.keep_rubric(ours.workspace, name="Ours", dimensions=asked("Reach"), by=erin)
    client.force_login(erin)
    first = client.post(f"{WHERE}{ours.pk}/change/", sheet(ours, q0__name="Mine"))
    again = sheet(ours, q0__name="Mine") | {"based_on": str(second.pk)}

    assert first.status_code == 422
    assert "Somebody kept version 2" in first.content.decode()
    assert first.context["draft"].based_on == str(second.pk)
    assert client.post(f"{WHERE}{ours.pk}/change/", again).status_code == 302
    assert wording.versions(ours).first().version == 3


def test_a_copy_of_what_is_built_in_becomes_ones_own(client: Client, erin: User, acme: Workspace) -> None:
    client.force_login(erin)
    ten = wording.default_rubric(acme)
    answer = client.post(f"{WHERE}{ten.pk}/copy/", sheet(ten, name="Our ten", q7__counts="2"))
    made = wording.rubrics(acme).get(name="Our ten")

    assert answer["Location"].endswith(f"{made.pk}/")
    assert [each["id"] for each in made.dimensions] == [each["id"] for each in ten.dimensions]
    assert made.weights["loyalty"] == 2
    assert made.dimensions[10]["counts"] is False


@pytest.mark.parametrize("name", ["", "ICP 10", "ours"])
def test_a_copy_needs_a_name_of_its_own(client: Client, erin: User, ours: Rubric, name: str) -> None:
    client.force_login(erin)
    answer = client.post(f"{WHERE}{ours.pk}/copy/", sheet(ours, name=name))

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert wording.rubrics(ours.workspace).count() == 3


def test_what_is_built_in_is_changed_by_a_copy(client: Client, erin: User, acme: Workspace) -> None:
    client.force_login(erin)
    ten = wording.default_rubric(acme)

    assert client.get(f"{WHERE}{ten.pk}/change/")["Location"].endswith(f"{ten.pk}/copy/")


def test_a_viewer_reads_and_is_offered_nothing_to_change(client: Client, bob: User, ours: Rubric) -> None:
    client.force_login(bob)
    page = client.get(f"{WHERE}{ours.pk}/").content.decode()

    assert "Change the scorecard" not in page
    assert "Make a copy" not in page
    assert client.get(f"{WHERE}{ours.pk}/change/").status_code == 403


def test_a_weight_that_a_program_chose_stays_when_the_rest_is_changed(
    client: Client, erin: User, acme: Workspace
) -> None:
    kept = wording.keep_rubric(acme, name="Ours", dimensions=[*asked("Reach", weight=3), *asked("Fit")], by=erin)
    client.force_login(erin)
    page = client.get(f"{WHERE}{kept.pk}/change/").content.decode()
    client.post(f"{WHERE}{kept.pk}/change/", sheet(kept, q1__name="Suits us"))

    assert "3 times" in page
    assert wording.versions(kept).first().weights == {"reach": 3, "fit": 1}


def test_rounds_keep_the_version_they_were_opened_with(
    client: Client, erin: User, gina: User, offices: Icp, gifts: Icp, ours: Rubric
) -> None:
    round = a_round(ours.workspace, erin, offices, gifts, graders=[gina])
    Round.objects.in_workspace(ours.workspace).filter(pk=round.pk).update(rubric=ours)
    wording.keep_rubric(ours.workspace, name="Ours", dimensions=asked("Other"), by=erin)
    client.force_login(erin)

    round.refresh_from_db()
    assert round.rubric == ours
    assert "used in 1 round" in client.get(f"{WHERE}{ours.pk}/").content.decode()


def test_two_new_questions_of_one_name_get_ids_of_their_own(client: Client, erin: User, ours: Rubric) -> None:
    client.force_login(erin)
    more = {"count": "5"}
    for number in (3, 4):
        more |= {f"q{number}-name": "Reach", f"q{number}-question": "Again?", f"q{number}-counts": "1"}
    client.post(f"{WHERE}{ours.pk}/change/", sheet(ours) | more)

    assert [each["id"] for each in wording.versions(ours).first().dimensions] == [
        "reach", "fit", "speed", "reach_2", "reach_3",
    ]  # fmt: skip


def test_what_the_survey_suggests_is_said_with_its_reason_and_taken_over_only_when_asked(
    client: Client, erin: User, acme: Workspace
) -> None:
    surveying.answer(acme, answers={"goal": {"metric": "repeat_purchase"}}, by=erin, at=NOON)
    ten = wording.default_rubric(acme)
    client.force_login(erin)
    page = client.get(f"{WHERE}{ten.pk}/").content.decode()
    taken = client.post(f"{WHERE}{ten.pk}/copy/", sheet(ten, do="suggest"))

    assert wording.suggestions(ten) == {"loyalty": 2}
    assert "You want people to buy again: Loyalty counts more." in page
    assert {row["id"]: row["counts"] for row in taken.context["draft"].rows}["loyalty"] == "2"
    assert "Taken over" in taken.content.decode()
    assert wording.default_rubric(acme).weights["loyalty"] == 1


def test_what_counts_as_suggested_already_is_not_suggested_again(acme: Workspace, erin: User) -> None:
    surveying.answer(acme, answers={"goal": {"metric": "repeat_purchase"}}, by=erin, at=NOON)
    told = [each | {"weight": 2 if each["id"] == "loyalty" else 1} for each in wording.default_rubric(acme).dimensions]
    kept = wording.keep_rubric(acme, name="Ours", dimensions=told, by=erin)

    assert wording.suggested(kept) == []
