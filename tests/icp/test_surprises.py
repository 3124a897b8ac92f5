"""Fern & Kettle at its full size: a visitor finds on the pages what was planted."""

import html
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import clock, engine, profiling
from customers.engine import parse
from customers.models.figure import Figure
from customers.models.source import Import
from icp import planting, replacing, seeding
from icp.models.insight import Insight
from icp.science import ledger, world
from segments import comparing, proposing
from segments.models.delivery import Delivery
from segments.models.segment import Segment, SegmentSet
from segments.remembering import history, newest_members
from segments.tasks import request_clustering
from tests.conftest import run_jobs
from tests.factories import an_import
from tests.icp.fern import built

UNTIL = date(2025, 11, 20)
FRIDAY = 4
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("example")]


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Workspace, Path]]:
    folder = tmp_path_factory.mktemp("example")
    with django_db_blocker.unblock(), built(folder, size=seeding.SIZE, until=UNTIL) as workspace:
        yield workspace, folder


@pytest.fixture
def fern(db: None, stage: tuple[Workspace, Path], settings: Any, own_data_folder: Path) -> Workspace:
    settings.DATA = stage[1]
    found = replacing.shown()
    assert found is not None
    return found


@pytest.fixture
def visitor(client: Client, fern: Workspace) -> Client:
    """A guest who came in by the door."""
    cache.clear()
    client.post("/example/")
    return client


def read(visitor: Client, page: str, *more: Any) -> str:
    """What a page says, without its marks."""
    answer = visitor.get(reverse(page, args=[replacing.SLUG, *more]))
    assert answer.status_code == 200
    said = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
    return " ".join(html.unescape(said).replace("\u202f", " ").split())


def segment(fern: Workspace, name: str) -> Segment:
    found: Segment = Segment.objects.in_workspace(fern).get(name=name)
    return found


def share(fern: Workspace, name: str) -> comparing.Share:
    return comparing.shares(fern, [newest_members(segment(fern, name))], clock.as_of(fern))[0]


def test_home_knows_12400_buyers_and_has_a_minute_of_grading_for_the_visitor(visitor: Client) -> None:
    assert "12,400 buyers" in read(visitor, "segments:list")
    assert "Grade Second thoughts" in read(visitor, "icp:home")


def test_small_offices_are_few_bring_a_quarter_and_come_every_26_days(visitor: Client, fern: Workspace) -> None:
    page = read(visitor, "segments:detail", segment(fern, "Small offices").pk)

    assert "744 people" in page
    assert re.search(r"2[678] % of revenue", page)
    assert "26 days" in page


def test_small_offices_order_large_bags_on_weekdays(fern: Workspace) -> None:
    days = asked(
        fern,
        "SELECT DISTINCT CAST(timezone(:zone, happened_at) AS DATE) AS day FROM events "
        "WHERE line = 1 AND number IN (:people)",
        "Small offices",
    )

    assert max(row["day"].weekday() for row in days) == FRIDAY


def test_gift_buyers_are_the_biggest_kind_and_4_in_100_come_back(fern: Workspace) -> None:
    gifts = share(fern, "December gift buyers")
    (back,) = asked(
        fern,
        "SELECT avg(CASE WHEN orders > 1 THEN 1.0 ELSE 0 END) AS again FROM (SELECT number, "
        "count(DISTINCT occurrence) AS orders FROM events WHERE line = 1 AND number IN (:people) GROUP BY number) AS n",
        "December gift buyers",
    )

    assert gifts.people == 2_976
    assert gifts.people >= max(share(fern, name).people for name in ("Bean regulars", "Discount hunters"))
    assert round(100 * float(back["again"])) == 4


def test_whoever_starts_with_a_grinder_comes_back_twice_as_often(fern: Workspace) -> None:
    kits = newest_members(segment(fern, "Starter-kit brewers"))
    everybody = profiling.frame(fern, ["orders"], clock.as_of(fern))["orders"].astype(float)
    buyers = everybody[everybody > 0]
    mine = buyers.index.isin(list(kits))

    assert 1.7 < (buyers[mine] > 1).mean() / (buyers[~mine] > 1).mean() < 2.6


def test_the_first_look_names_grinders_and_says_that_newcomers_come_back_less(fern: Workspace) -> None:
    found = {insight.kind: insight.finding for insight in Insight.objects.in_workspace(fern).filter(set_aside_at=None)}

    assert "Grinders and kits" in json.dumps(found["start"]) or "grinder" in json.dumps(found["start"])
    assert "come back less than last year" in found["newcomers"]["sentence"]


def test_bean_regulars_slip_since_september(fern: Workspace) -> None:
    """More of them stop than begin, at each look since then."""
    still = history(segment(fern, "Bean regulars still buying"))

    assert len(still) >= 5
    assert still[-1].size < 0.9 * still[0].size
    assert sum(moment.left for moment in still[1:]) > sum(moment.joined for moment in still[1:])


def test_discount_hunters_use_a_coupon_in_81_of_100_orders(fern: Workspace) -> None:
    share = Figure.objects.in_workspace(fern).get(name=planting.COUPONS).feature
    people = profiling.frame(fern, [share, "orders"], clock.as_of(fern)).astype(float)
    hunters = people[people.index.isin(list(newest_members(segment(fern, "Discount hunters"))))]

    assert 0.79 < (hunters[share] * hunters["orders"]).sum() / hunters["orders"].sum() < 0.83
    assert people[share].sum() == pytest.approx(hunters[share].sum())


def test_tea_has_tripled_since_spring(fern: Workspace) -> None:
    rows = asked(
        fern,
        "SELECT date_trunc('month', happened_at) AS month, count(DISTINCT occurrence) AS orders FROM events "
        "WHERE line = 1 AND number IN (:people) GROUP BY month ORDER BY month",
        "Tea switchers",
    )
    orders = {row["month"].strftime("%Y-%m"): row["orders"] for row in rows}

    assert orders["2025-10"] >= 3 * orders["2025-03"]


def test_one_file_has_214_refused_rows_and_says_why(visitor: Client, fern: Workspace) -> None:
    spoilt = next(file for file in Import.objects.in_workspace(fern) if file.counts["rejected"])
    page = read(visitor, "customers:import", spoilt.pk)

    assert (spoilt.counts["rejected"], spoilt.counts["duplicates"]) == (214, 478)
    assert "214" in page


def test_the_letter_brought_80_of_880_against_15_of_375(visitor: Client, fern: Workspace) -> None:
    plan = read(visitor, "icp:plan")
    result = Delivery.objects.in_workspace(fern).get().result

    assert "80 of 880 who got it ordered" in plan
    assert "15 of 375 who did not" in plan
    assert "It worked: 5.1 points more ordered" in plan
    assert 0 < result["low"] < result["difference"] < result["high"]


def test_three_moves_run_and_the_focus_says_whom_to_serve(visitor: Client) -> None:
    focus = read(visitor, "icp:focus")

    assert "3 moves open" in read(visitor, "icp:plan")
    assert "Of 8 candidates, 2 are the focus" in focus
    assert "reach of Small offices, 3 to 9" in focus
    assert "80 % to the focus. It was 15 %, now it is 41 %" in focus.replace("\u202f", " ")
    assert "No more Christmas ads beyond €2,000" in focus
    assert "from 744 when it was decided" in focus or "when it was decided; now" in focus


def test_small_offices_are_found_without_their_name(visitor: Client, fern: Workspace) -> None:
    found = SegmentSet.objects.in_workspace(fern).get(method="clusters")

    assert found.status == SegmentSet.Status.KEPT
    assert found.validity["verdict"] in {"clear segments", "usable with care"}
    offices = newest_members(segment(fern, "Small offices"))
    groups = [newest_members(each) for each in found.segments.all()]
    assert max(each.jaccard_index(offices) for each in groups) > 0.95
    listed = read(visitor, "segments:list")
    assert all(each.name in listed for each in found.segments.all())


def test_age_and_gender_set_no_kind_apart(fern: Workspace) -> None:
    """Everybody is as likely to be young or old, and what young women spend is what everybody spends."""
    assert all(
        contrast.feature not in {"trait:age", "trait:gender"}
        for name in ("Small offices", "December gift buyers", "Bean regulars")
        for contrast in comparing.sets_apart(fern, newest_members(segment(fern, name)), clock.as_of(fern), limit=5)
    )


def test_in_a_world_without_kinds_no_segments_are_found(acme: Workspace, alice: User) -> None:
    drawn = world.make(1_500, UNTIL, kinds=False)
    an_import(acme, ledger.csv_of(drawn, drawn.lines), mapping=ledger.COLUMNS, options=ledger.OPTIONS)
    run_jobs(acme)

    whole = proposing.ask(acme, features=["recency_days", "orders", "average_order_value"], by=alice)
    request_clustering(whole, alice)
    run_jobs(acme)

    whole.refresh_from_db()
    assert (whole.status, whole.validity["verdict"]) == (SegmentSet.Status.REFUSED, "not real segments")


def asked(fern: Workspace, sql: str, name: str) -> list[dict[str, Any]]:
    """Ask the events of a segment's people."""
    people = ", ".join(map(str, newest_members(segment(fern, name))))
    relations = profiling.relations(fern, clock.as_of(fern))
    tree = parse(sql.replace(":people", people))
    rows: list[dict[str, Any]] = engine.query(fern, tree, {"zone": fern.timezone}, relations=relations).to_pylist()
    return rows
