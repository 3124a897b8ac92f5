"""What the data suggest beside the questions: counted by hand, frozen, and silent where nothing is known."""

from typing import Any

import numpy as np
import pytest

from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import clock
from customers.models.customer import Customer
from icp import defining, preparing, suggesting, wording
from icp.models.definition import Icp
from icp.models.grading import Round
from icp.science import prior
from segments.models.segment import Segment
from segments.remembering import newest_members
from tests.segments.shop import a_shop

QUESTIONS = {"market", "value", "loyalty"}  # what orders alone can say


@pytest.fixture
def shop(acme: Workspace) -> dict[str, list[int]]:
    return a_shop(acme)


def candidate(workspace: Workspace, by: User, *numbers: int) -> Icp:
    """A candidate with the main segment behind it that holds most of these people."""
    live = Segment.objects.in_workspace(workspace).main()
    segment = max(live, key=lambda each: len(newest_members(each) & set_of(numbers)))
    return defining.name_candidate(workspace, name=segment.name, segments=[segment], by=by)


def set_of(numbers: Any) -> Any:
    from pyroaring import BitMap

    return BitMap(numbers)


def suggested(workspace: Workspace, icp: Icp) -> dict[str, dict[str, Any]]:
    return suggesting.suggest(workspace, [icp], clock.as_of(workspace)).get(str(icp.pk), {})


def test_orders_alone_speak_of_loyalty_value_and_market(acme: Workspace, shop: Any, alice: User) -> None:
    found = suggested(acme, candidate(acme, alice, *shop["regulars"]))

    assert set(found) >= QUESTIONS
    assert not {"reach", "adoption", "urgency", "advantage", "mission", "leadership"} & set(found)


def test_who_came_back_is_counted_among_those_who_have_had_time_to(acme: Workspace, shop: Any, alice: User) -> None:
    """Nobody of the tryers ordered twice, and all of them first bought more than 90 days ago."""
    icp = candidate(acme, alice, *shop["tryers"])
    members = newest_members(icp.segments.get())
    fact = suggested(acme, icp)["loyalty"]

    assert len(members - set_of(shop["tryers"])) == 0
    assert fact["n"] == len(members)
    assert fact["sentence"] == f"**0 of {len(members)}** who first bought 90 days ago or longer came back."
    assert fact["score"] == round(prior.suggested(0.0, len(members)), 2)


def test_what_the_middle_one_spent_is_placed_among_all_buyers(acme: Workspace, shop: Any, alice: User) -> None:
    from customers import profiling

    icp = candidate(acme, alice, *shop["regulars"])
    everybody = profiling.frame(acme, ["revenue"], clock.as_of(acme))["revenue"].astype(float)
    mine = everybody.loc[list(newest_members(icp.segments.get()))]
    place = float(np.mean(everybody < mine.median()) + np.mean(everybody == mine.median()) / 2)
    fact = suggested(acme, icp)["value"]

    assert fact["source"]["value"] == pytest.approx(mine.median(), abs=1e-4)
    assert fact["score"] == pytest.approx(prior.suggested(place, len(mine)), abs=0.01)
    assert "Costs are not in it." in fact["sentence"]


def test_reach_is_told_only_where_somebody_said_who_agreed(acme: Workspace, shop: Any, alice: User) -> None:
    from customers.models.trait import Trait

    icp = candidate(acme, alice, *shop["regulars"])
    people = Customer.objects.in_workspace(acme).filter(number__in=list(newest_members(icp.segments.get())))
    many = people.count()
    assert "reach" not in suggested(acme, icp)

    Trait.objects.create(workspace=acme, name="accepts_marketing", label="Accepts marketing")
    for number, person in enumerate(people.order_by("number")):
        person.email, person.traits = f"p{number}@example.com", {"accepts_marketing": "yes" if number % 2 else "no"}
        person.save()
    fact = suggested(acme, icp)["reach"]

    assert fact["sentence"] == f"**{many // 2} of {many}** have an address you may write to."
    assert fact["score"] == pytest.approx(prior.suggested((many // 2) / many, many), abs=0.01)


def test_every_fact_names_its_segment_its_figure_and_its_moment(acme: Workspace, shop: Any, alice: User) -> None:
    icp = candidate(acme, alice, *shop["regulars"])
    as_of = clock.as_of(acme)
    facts = suggested(acme, icp).values()

    assert facts
    assert {fact["source"]["segment"] for fact in facts} == {str(icp.segments.get().pk)}
    assert {fact["source"]["as_of"] for fact in facts} == {as_of.isoformat()}
    assert all(fact["source"]["feature"] and 1 <= fact["score"] <= 10 and fact["n"] >= 5 for fact in facts)


def test_too_few_people_stay_unrecognised(acme: Workspace, shop: Any, alice: User) -> None:
    icp = candidate(acme, alice, *shop["regulars"])
    Workspace.objects.filter(pk=acme.pk).update(min_group=10_000)
    acme.refresh_from_db()

    assert suggested(acme, icp) == {}


def test_opening_a_round_freezes_the_facts(acme: Workspace, shop: Any, alice: User) -> None:
    icps = [candidate(acme, alice, *shop["regulars"]), defining.name_candidate(acme, name="A hunch", by=alice)]
    rubric = wording.default_rubric(acme)
    as_of = clock.as_of(acme)
    round = preparing.prepare_round(acme, name="A", icps=icps, rubric=rubric, emails=[], as_of=as_of, by=alice)
    before = Round.objects.in_workspace(acme).get(pk=round.pk).facts
    assert set(before) == {str(icps[0].pk)}

    more = candidate(acme, alice, *shop["tryers"])
    round.icps.add(more)
    Round.objects.in_workspace(acme).filter(pk=round.pk).update(facts={str(icps[0].pk): {"value": {"score": 1}}})
    round.refresh_from_db()
    frozen = suggesting.facts_of(suggesting.freeze(round, as_of))
    assert frozen[str(icps[0].pk)] == {"value": {"score": 1}}
    assert set(frozen) == {str(icps[0].pk), str(more.pk)}


def test_without_data_nothing_is_suggested(acme: Workspace, alice: User, offices: Icp, gifts: Icp) -> None:
    rubric = wording.default_rubric(acme)
    as_of = clock.as_of(acme)
    round = preparing.prepare_round(
        acme, name="A", icps=[offices, gifts], rubric=rubric, emails=[], as_of=as_of, by=alice
    )

    assert round.facts == {}
    assert suggesting.facts_of(suggesting.freeze(round, as_of)) == {}
