"""When everybody was counted again: who looks like an ideal customer, which guesses hold, and who hears of it.

In the planted shop every tenth shopper is like an office without being one: they are to be found, and nobody else.
"""

from typing import Any

import pytest

from accounts.models.job import Job
from accounts.models.notification import Notification
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import clock, profiling
from customers.features import catalogue
from customers.models.profile import Score
from icp import approving, consulting, defining, evidencing, fitting, matching, ranging, resting, vouching
from icp.defining import Line
from icp.models.definition import Evidence, Icp
from icp.observing import observed
from segments import defining as describing
from segments.models.segment import Segment
from segments.remembering import newest_members
from segments.tasks import request_refresh_all
from tests.conftest import run_jobs
from tests.icp.stage import OFFICES, a_candidate, the_offices, two_kinds


@pytest.fixture
def behind(acme: Workspace, alice: User) -> Segment:
    two_kinds(acme)
    return the_offices(acme, alice)


@pytest.fixture
def icp(behind: Segment, alice: User) -> Icp:
    as_of = clock.as_of(behind.workspace)
    return a_candidate(
        behind.workspace, alice, *evidencing.facts(behind, as_of), Line("lifestyle", "They order on weekdays",
        claim={"kind": "weekdays", "feature": "weekday_orders", "op": "most", "value": None, "by": "choice"}),
        segments=[behind],
    )  # fmt: skip


def looks_like(icp: Icp) -> dict[str, float]:
    """Mean fit of the three kinds of people in the planted shop."""
    as_of = clock.as_of(icp.workspace)
    scores = profiling.frame(icp.workspace, [fitting.score_name(icp)], as_of)[fitting.score_name(icp)].to_numpy()
    shoppers = scores[OFFICES:]
    return {"offices": scores[:OFFICES].mean(), "alike": shoppers[::10].mean(), "others": shoppers[1::10].mean()}


def test_the_planted_look_alikes_are_found_and_kept_as_a_figure(icp: Icp, alice: User) -> None:
    workspace, as_of = icp.workspace, clock.as_of(icp.workspace)
    consulting.request(workspace, alice, as_of=as_of)
    run_jobs(workspace)
    found = looks_like(icp)
    outcome = fitting.outcomes(workspace, consulting.KIND)[str(icp.pk)]
    feature = catalogue.features(workspace)[fitting.score_name(icp)]

    assert 40 < found["offices"] < 60
    assert found["alike"] > 30
    assert found["others"] < 1
    assert 8 <= outcome.alike <= 24  # of the 24 planted; half of the members lie below the middle one, too
    assert (outcome.members, outcome.refused) == (OFFICES, "")
    assert (feature.label, feature.unit) == ("Fit with Offices we serve", "of 100")

    segment = fitting.segment_of_alike(icp, as_of=as_of, by=alice)
    assert len(newest_members(segment)) == outcome.alike
    assert fitting.segment_of_alike(icp, as_of=as_of, by=alice) == segment
    assert not newest_members(segment) & evidencing.people_behind(icp)

    where = {"feature": fitting.score_name(icp), "op": "gte", "value": 70}
    rule = {"v": 1, "entity": "customer", "where": {"all": [where]}}
    fitting_well = describing.define(workspace, name="Fit", definition=rule, as_of=as_of, by=alice)
    assert 0 < len(newest_members(fitting_well)) < OFFICES + 24

    defining.archive(icp, by=alice)
    fitting.forget(icp)
    assert Score.objects.in_workspace(workspace).exists()  # conditions still name it


def test_a_fit_is_made_of_what_does_not_decide_who_is_in(behind: Segment, alice: User) -> None:
    workspace, as_of = behind.workspace, clock.as_of(behind.workspace)
    rule = {"v": 1, "entity": "customer", "where": {"all": [{"feature": "orders", "op": "gte", "value": 9}]}}
    often = describing.define(workspace, name="Often", definition=rule, as_of=as_of, by=alice)
    nested = {"v": 1, "entity": "customer", "where": {"any": [{"segment": str(often.pk), "op": "in"}]}}
    inner = describing.define(workspace, name="Inner", definition=nested, as_of=as_of, by=alice)
    outcome, _ = fitting.fit(a_candidate(workspace, alice, segments=[inner]), as_of)

    assert fitting.decided_by(behind) == {"trait:office"}
    assert fitting.decided_by(inner) == {"orders"}
    assert {"Orders", "Spent"} <= set(outcome.left_out)


def test_under_twenty_there_is_no_fit_but_a_sentence(icp: Icp, alice: User) -> None:
    workspace, as_of = icp.workspace, clock.as_of(icp.workspace)
    found = describing.look_up(workspace, "\n".join(f"office-{i}" for i in range(19)))
    few = describing.write_list(workspace, name="Few", found=found, as_of=as_of, by=alice)
    defining.set_segments(icp, [few], by=alice)
    outcome, score = fitting.fit(icp, as_of)

    assert score is None
    assert outcome.refused == ("Too few people to say, and too few to stay unrecognised. A fit needs 20; there are 19.")
    fitting.keep(icp, score, as_of)
    assert not Score.objects.in_workspace(workspace).exists()


def test_a_recount_is_followed_by_the_fit_the_check_and_one_notice(
    icp: Icp, alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    workspace = icp.workspace
    for _ in range(2):
        request_refresh_all(workspace, alice)
        run_jobs(workspace)
    jobs = Job.objects.in_workspace(workspace).filter(kind=consulting.KIND)
    told = Notification.objects.in_workspace(workspace).filter(kind="guesses")

    assert {job.status for job in jobs} == {"done"}
    assert jobs.count() == 2
    assert [one.sentence for one in told] == ["1 of your 1 guess can now be checked."]
    assert Evidence.everywhere.get(kind="guess").checked["verdict"] == "holds"


def test_without_candidates_nothing_follows(behind: Segment, alice: User) -> None:
    assert consulting.request(behind.workspace, alice, as_of=clock.as_of(behind.workspace)) is None


def test_the_four_figures_are_those_counted_by_hand(icp: Icp) -> None:
    customers, revenue, growth, stays = ranging.figures(icp, clock.as_of(icp.workspace))

    assert (customers.value, customers.meaning) == ("20\u202f%", "60 of 300")
    assert revenue.low < revenue.position < revenue.high
    assert growth.found.value > 0.5  # half of the offices came within the last year
    assert (stays.label, stays.found.value, stays.found.n) == ("Still with you after a year", 1.0, 30)


def test_short_data_refuse_growth_and_say_when(acme: Workspace, alice: User) -> None:
    two_kinds(acme, years=0.9)
    icp = a_candidate(acme, alice, segments=[the_offices(acme, alice)])
    growth = ranging.figures(icp, clock.as_of(acme))[2]

    assert observed(acme, clock.as_of(acme)).stretch == 0
    assert growth.found is None
    assert growth.meaning.startswith("We cannot tell season from trend before 13 months. With data until ")


def test_facts_say_what_sets_them_apart_and_are_read_again_in_their_place(icp: Icp, alice: User) -> None:
    facts = {line.evidence[0]["feature"]: line for line in Evidence.everywhere.filter(kind="fact")}

    assert {"customers", "weekday_orders", "early_orders", "coupon_orders", "category"} <= set(facts)
    assert facts["customers"].text == "**60 people**, 20\u202f% of all customers"
    assert facts["weekday_orders"].part == "lifestyle"

    line = facts["customers"]
    Evidence.everywhere.filter(pk=line.pk).update(text="59 people", evidence=[line.evidence[0] | {"value": 59}])
    assert evidencing.read_again(icp, as_of=clock.as_of(icp.workspace), by=alice) == 1
    line.refresh_from_db()
    assert line.text == "**60 people**, 20\u202f% of all customers"


def test_every_fact_and_figure_says_where_it_comes_from(icp: Icp) -> None:
    as_of = clock.as_of(icp.workspace)
    panels = [vouching.of_line(line, as_of) for line in icp.lines.filter(kind="fact")]
    panels += [vouching.of_figure(icp, figure, as_of) for figure in ranging.figures(icp, as_of)]

    for panel in panels:
        assert panel.sql.startswith("CREATE TEMP TABLE people AS\nSELECT"), panel.title
        assert panel.value
        assert panel.meaning
        assert "Small offices" in panel.counted
    guess = icp.lines.select_related("created_by").get(kind="guess")
    assert vouching.of_line(guess, as_of).said_by == "A guess, written down by Alice. Nothing stands behind it yet."


def test_the_segment_that_is_meant_is_proposed_first(icp: Icp, alice: User) -> None:
    workspace = icp.workspace
    defining.set_segments(icp, [], by=alice)
    rule = {"v": 1, "entity": "customer", "where": {"all": [{"trait": "office", "op": "eq", "value": "no"}]}}
    as_of = clock.as_of(workspace)
    describing.define(workspace, name="Weekend shoppers", definition=rule, as_of=as_of, by=alice)
    found = matching.matches(icp, Segment.objects.in_workspace(workspace).kept(), as_of)

    assert [match.segment.name for match in found] == ["Small offices"]
    assert "1 of 1 guesses holds there" in found[0].why


def test_figures_that_left_their_range_are_named_since_the_approval(icp: Icp, alice: User) -> None:
    as_of = clock.as_of(icp.workspace)
    version = approving.approve(icp, as_of=as_of, by=alice)
    sheet = version.sheet
    sheet["figures"][0] |= {"said": "11\u202f%", "value": 0.11, "low": 0.08, "high": 0.15}
    version.sheet = sheet
    version.save()
    icp = Icp.objects.in_workspace(icp.workspace).select_related("approved", "workspace").get(pk=icp.pk)
    since = approving.since(icp, as_of, ranging.figures(icp, as_of))

    assert since.figures == ["Share of customers: **11\u202f%** then, **20\u202f%** now, outside its range."]


def test_the_four_inputs_say_what_is_missing(icp: Icp, alice: User) -> None:
    defining.add_line(
        icp, Line("pain_points", "The rival is late", kind="answer", evidence=resting.resting_on("rivals"))
    )
    found = {each.name: each for each in resting.inputs(icp.lines.all())}

    assert list(found) == ["engagement", "intent", "rivals", "own"]
    assert (found["rivals"].known, found["rivals"].sentence) == (1, "1 line.")
    assert found["own"].sentence == "Nobody has said why you of all should serve them."
