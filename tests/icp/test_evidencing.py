"""A candidate from a segment carries facts that can be traced."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts import keying
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import clock
from icp import evidencing, ranging
from icp.models.definition import Icp
from segments.models.segment import Segment
from tests.segments.shop import REGULARS, TRYERS, a_shop


@pytest.fixture
def shop(acme: Workspace) -> Workspace:
    a_shop(acme, {"regulars": replace(REGULARS, people=40, orders=6), "tryers": replace(TRYERS, people=60)})
    return acme


@pytest.fixture
def champions(shop: Workspace) -> Segment:
    """The largest main segment of the planted regulars."""
    found: Segment = Segment.objects.in_workspace(shop).main().with_size().order_by("-size").first()
    return found


def test_every_fact_names_segment_figure_value_and_moment(champions: Segment, alice: User) -> None:
    as_of = clock.as_of(champions.workspace)
    icp = evidencing.candidate_from_segment(champions, as_of=as_of, by=alice)
    sources = [line.evidence[0] for line in icp.lines.all()]

    assert len(sources) >= 3
    assert {line.kind for line in icp.lines.all()} == {"fact"}
    assert {source["segment"] for source in sources} == {str(champions.pk)}
    assert {datetime.fromisoformat(source["as_of"]) for source in sources} == {as_of}
    assert all({"segment", "feature", "value", "as_of"} <= set(source) for source in sources)
    assert next(s["value"] for s in sources if s["feature"] == "customers") == champions.size  # type: ignore[attr-defined]


@pytest.fixture
def everybody(acme: Workspace) -> Segment:
    return Segment.objects.create(
        workspace=acme, name="Everybody", slot=5, definition={"v": 1, "entity": "customer", "where": {"all": []}}
    )


def test_a_candidate_keeps_name_mark_and_segment(everybody: Segment, alice: User) -> None:
    icp = evidencing.candidate_from_segment(everybody, as_of=clock.as_of(everybody.workspace), by=alice)

    assert (icp.name, icp.slot) == ("Everybody", 5)
    assert list(icp.segments.all()) == [everybody]


def test_asking_twice_finds_the_same_candidate(everybody: Segment, alice: User) -> None:
    as_of = clock.as_of(everybody.workspace)
    first = evidencing.candidate_from_segment(everybody, as_of=as_of, by=alice)

    assert evidencing.candidate_from_segment(everybody, as_of=as_of, by=alice) == first
    assert Icp.everywhere.count() == 1


def test_the_sheet_shows_the_shares_of_the_segment(champions: Segment, alice: User, signed_in: Any) -> None:
    client = signed_in(alice)
    made = client.post(f"/w/acme/ideal-customers/from/{champions.pk}/")
    sheet = client.get(made.url).content.decode()
    figures = {
        figure.label: figure for figure in ranging.figures(Icp.everywhere.get(), clock.as_of(champions.workspace))
    }

    assert list(figures)[:3] == ["Share of customers", "Share of revenue", "Growth in a year"]
    assert figures["Share of customers"].position == pytest.approx(champions.size / 100)  # type: ignore[attr-defined]
    assert "Share of revenue" in sheet
    assert "Where the facts come from" in sheet


def test_a_candidate_by_hand_has_no_figures(acme: Workspace, offices: Icp) -> None:
    assert ranging.figures(offices, clock.as_of(acme)) == []


def test_without_data_a_segment_gives_a_name_and_no_fact(everybody: Segment, alice: User) -> None:
    icp = evidencing.candidate_from_segment(everybody, as_of=clock.as_of(everybody.workspace), by=alice)

    assert icp.lines.count() == 0


def test_somebody_elses_segment_is_not_found(acme: Workspace, charlie: User, alice: User, signed_in: Any) -> None:
    zenith = charlie.memberships.get().workspace
    segment = Segment.objects.create(workspace=zenith, name="Theirs", definition={"v": 1, "where": {"all": []}})

    assert signed_in(alice).post(f"/w/acme/ideal-customers/from/{segment.pk}/").status_code == 404
    assert Icp.everywhere.count() == 0


def test_a_program_that_names_a_segment_gets_its_facts_too(champions: Segment, alice: User, client: Client) -> None:
    made = keying.make_key(alice.memberships.get(), name="program", role="owner")
    answer = client.post(
        f"/api/v1/workspaces/{champions.workspace.slug}/icps/",
        {"name": "Like our best", "segments": [str(champions.pk)]},
        content_type="application/json",
        headers={"Authorization": f"Token {made.secret}"},
    )

    assert answer.status_code == 201
    told = [line for part in answer.json()["parts"].values() for line in part]
    assert [line["kind"] for line in told] == ["fact"] * len(
        evidencing.facts(champions, clock.as_of(champions.workspace))
    )
    assert told
