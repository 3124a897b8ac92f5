"""The focus as people draft it, make it, change it and look back at it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from accounts.models.user import User
from icp import deciding, focusing
from icp.models.decision import Decision
from icp.models.definition import Icp
from icp.models.grading import Round
from icp.models.plan import Action
from icp.templatetags.ideal import bold_numbers
from tests.icp.conftest import a_round
from tests.icp.test_deciding import UNTIL, whole
from tests.icp.test_focusing import graded

HOME = "/w/acme/ideal-customers/"


def of(round: Round, *parts: str) -> str:
    return f"{HOME}rounds/{round.pk}/" + "".join(f"{part}/" for part in parts)


@pytest.fixture
def round(autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp) -> Round:
    for person in (gina, erin):
        graded(autumn, person, {offices: 9, gifts: 4})
    return focusing.close_round(autumn, by=erin, at=now() - timedelta(days=10), as_of=UNTIL)


def form(offices: Icp, gifts: Icp, owner: User, **changed: str) -> dict[str, str]:
    """The form as somebody fills it in."""
    sent = {
        f"focus-{offices.pk}": "on",
        f"plan-{offices.pk}": "75",
        f"plan-{gifts.pk}": "5",
        "plan-rest": "",
        f"today-{offices.pk}": "15",
        f"left-{gifts.pk}": "No ads beyond €2,000",
        f"look-{gifts.pk}": "2027-02-22",
        f"expect-{offices.pk}-customers": "40",
        "until": "2027-01-31",
    }
    for number, name in enumerate(("Call sixty", "Send samples", "Invoice")):
        told = {"name": name, "icp": offices.pk, "owner": owner.pk, "check_on": "2026-12-20", "target": "20 new ones"}
        sent |= {f"move-{number}-{key}": str(value) for key, value in told.items()}
    return sent | changed


def test_a_closed_round_asks_for_its_decision(round: Round, erin: User, signed_in: Any) -> None:
    page = signed_in(erin).get(f"{HOME}focus/").content.decode()

    assert "Make it the focus" in page
    assert "1 is proposed as the focus" in page
    assert page.count("btn-primary") == 1


def test_the_focus_is_made_in_one_form(round: Round, erin: User, offices: Icp, gifts: Icp, signed_in: Any) -> None:
    client = signed_in(erin)
    made = client.post(of(round, "focus", "decide"), form(offices, gifts, erin))
    page = client.get(made.url).content.decode()

    assert "1 is the focus" in page
    assert "<b>75\u202f%</b> to the focus. It was 15\u202f%." in page
    assert "No ads beyond <b>€2,000</b>" in page
    assert "Look again on <b>22 Feb</b>." in page
    assert page.count("20</b> new ones") == 3
    assert "written down by Erin" in page
    assert Action.objects.in_workspace(round.workspace).count() == 3
    assert "Change the focus" in client.get(f"{HOME}focus/").content.decode()


def test_what_was_typed_comes_back_with_the_reason(
    round: Round, erin: User, offices: Icp, gifts: Icp, signed_in: Any
) -> None:
    sent = form(offices, gifts, erin, **{f"plan-{gifts.pk}": "50", "move-0-target": ""})
    answer = signed_in(erin).post(of(round, "focus", "decide"), sent)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "Your plan adds up to 125\u202f%. It must be 100\u202f%: take 25 away." in page
    assert 'value="No ads beyond €2,000"' in page
    assert 'value="Send samples"' in page
    assert Decision.objects.in_workspace(round.workspace).count() == 0


def test_a_draft_is_kept_and_thrown_away(round: Round, erin: User, offices: Icp, gifts: Icp, signed_in: Any) -> None:
    client = signed_in(erin)
    client.post(of(round, "focus", "decide"), form(offices, gifts, erin, **{"keep": "1", "move-2-name": ""}))
    kept = client.get(of(round, "focus")).content.decode()
    actions = Action.objects.in_workspace(round.workspace).count()
    client.post(of(round, "focus", "drop"))

    assert 'value="Send samples"' in kept
    assert "Throw the draft away" in kept
    assert actions == 0
    assert deciding.decision_of(round) is None


@pytest.mark.parametrize("person", ["bob", "gina"])
def test_who_may_not_decide_reads_the_proposal(
    request: Any, round: Round, erin: User, offices: Icp, gifts: Icp, signed_in: Any, person: str
) -> None:
    """A viewer and a grader see what is proposed, without a form; then what was decided, without a button."""
    client = signed_in(request.getfixturevalue(person))
    proposed = client.get(of(round, "focus")).content.decode()
    refused = client.post(of(round, "focus", "decide"), form(offices, gifts, erin)).status_code
    made = deciding.decide(round, by=erin, at=now(), as_of=UNTIL, **whole(round, offices, gifts, erin))
    page = client.get(f"{HOME}focus/").content.decode()

    assert "Nothing is decided yet." in proposed
    assert "<form" not in proposed.split("<main", 1)[1].split("</main", 1)[0]
    assert refused == 403
    assert "1 is the focus" in page
    assert "Change the focus" not in page
    assert client.post(f"{HOME}focus/{made.pk}/spent/").status_code == 403


def test_a_change_keeps_the_decision_of_before_in_reach(
    round: Round, erin: User, offices: Icp, gifts: Icp, signed_in: Any
) -> None:
    client = signed_in(erin)
    first = deciding.decide(round, by=erin, at=now(), as_of=UNTIL, **whole(round, offices, gifts, erin))
    drafting = client.get(client.post(of(round, "focus", "change")).url).content.decode()
    client.post(of(round, "focus", "decide"), form(offices, gifts, erin) | {f"focus-{gifts.pk}": "on"})
    page = client.get(f"{HOME}focus/").content.decode()
    earlier = client.get(f"{HOME}focus/{first.pk}/").content.decode()

    assert "stays in force until you make this the focus" in drafting
    assert "2 are the focus" in page
    assert f"{HOME}focus/{first.pk}/" in page
    assert "Another decision came after this one." in earlier
    assert "1 is the focus" in earlier


def test_two_that_may_be_the_focus_and_a_second_decider_hears_of_the_first(
    round: Round, erin: User, alice: User, offices: Icp, gifts: Icp, signed_in: Any
) -> None:
    signed_in(alice).post(of(round, "focus", "decide"), form(offices, gifts, alice))
    page = signed_in(erin).post(of(round, "focus", "decide"), form(offices, gifts, erin), follow=True)

    assert "Alice decided this focus already." in page.content.decode()
    assert Decision.objects.in_workspace(round.workspace).count() == 1


def test_what_is_spent_now_is_said_later(round: Round, erin: User, offices: Icp, gifts: Icp, signed_in: Any) -> None:
    client = signed_in(erin)
    made = deciding.decide(round, by=erin, at=now(), as_of=UNTIL, **whole(round, offices, gifts, erin))
    page = client.post(f"{HOME}focus/{made.pk}/spent/", {f"spent-{offices.pk}": "41"}, follow=True).content.decode()
    refused = client.post(f"{HOME}focus/{made.pk}/spent/", {f"spent-{offices.pk}": "141"}, follow=True)

    assert "It was 10\u202f%, now it is <b>41\u202f%</b>." in page
    assert "A share is a whole number from 0 to 100." in refused.content.decode()


def test_a_newer_round_waits_beside_the_focus_in_force(
    round: Round, erin: User, gina: User, offices: Icp, gifts: Icp, signed_in: Any
) -> None:
    deciding.decide(round, by=erin, at=now() - timedelta(days=5), as_of=UNTIL, **whole(round, offices, gifts, erin))
    spring = a_round(round.workspace, erin, offices, gifts, graders=[gina])
    graded(spring, gina, {offices: 2, gifts: 8})
    focusing.close_round(spring, by=erin, at=now(), as_of=UNTIL)
    page = signed_in(erin).get(f"{HOME}focus/").content.decode()

    assert "nothing is decided after it yet" in page
    assert of(spring, "focus") in page


def test_figures_in_what_people_write_are_bold_and_nothing_else_gets_through() -> None:
    assert bold_numbers("No ads beyond €2,000, 4 in 100 return.") == (
        "No ads beyond <b>€2,000</b>, <b>4 in 100</b> return."
    )
    assert bold_numbers("46 % of <b>it</b>, look on 22 Feb") == (
        "<b>46 %</b> of &lt;b&gt;it&lt;/b&gt;, look on <b>22 Feb</b>"
    )
    assert bold_numbers("It's &co in Q4") == "It&#x27;s &amp;co in Q4"
