"""The first look: six sentences that are true of the real file, counted again by plain pandas."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from accounts.models.job import Job
from accounts.models.workspace import Workspace
from customers import profiling
from customers.models.event import Code
from icp import looking
from icp.models.insight import Insight
from icp.sights import back, best, growth, newcomers, overdue, start
from icp.sights.finding import Finding, refused
from icp.sights.sight import Scene
from segments.rules import running
from segments.rules.tree import parse
from tests.conftest import run_jobs
from tests.customers.stage import AS_OF, a_customer, bought, recorded
from tests.icp.shop import settle, twelve_buyers

END = pd.Timestamp("2011-12-10")


def people_of(workspace: Workspace, finding: Finding, scene: Scene) -> int:
    """How many the segment of a finding holds."""
    return len(running.numbers(workspace, parse(finding.rule, workspace), scene.as_of))


@pytest.mark.slow
def test_the_real_file_tells_what_pandas_tells(
    retail: tuple[Workspace, pd.DataFrame], django_capture_on_commit_callbacks: Any
) -> None:
    workspace, lines = retail
    codes = pd.factorize(lines["StockCode"])[1]
    rows = [Code(workspace=workspace, kind=Code.Kind.PRODUCT, value=v, code=i, label=v) for i, v in enumerate(codes)]
    Code.objects.bulk_create(rows, batch_size=500)
    settle(workspace, django_capture_on_commit_callbacks)
    told = {row.kind: row.told for row in looking.newest(workspace)}
    paid = lines[lines["Quantity"] > 0]
    net = lines[lines["number"].isin(paid["number"])].groupby("number")["cents"].sum() / 100
    days = paid.assign(day=paid["InvoiceDate"].dt.normalize()).drop_duplicates(["number", "day"]).sort_values("day")
    first, many = days.groupby("number")["day"].min(), days.groupby("number").size()
    gaps: Any = days.groupby("number")["day"].agg(lambda day: (day.iloc[1] - day.iloc[0]).days if len(day) > 1 else -1)
    gaps = gaps[gaps > 0]

    fifth = net.sort_values(ascending=False).iloc[: 4338 // 5]
    assert told["best"].figures == {
        "people": 867, "share": round(fifth.sum() / net.sum(), 4), "revenue": round(fifth.sum(), 2),
    }  # fmt: skip
    assert told["best"].sentence == "**867 customers** (1 in 5) bring **74\u202f%** of revenue."
    assert (told["back"].figures["people"], told["back"].figures["half_within"]) == (2790, gaps.median())
    event = gaps.reindex(first.index)
    left = event.fillna((END - first).dt.days).to_numpy()
    stays = 1.0
    for day in sorted(set(gaps[gaps <= told["back"].figures["days_watched"]])):
        stays *= 1 - (event == day).sum() / (left >= day).sum()
    assert told["back"].figures["share_with_time"] == pytest.approx(1 - stays, abs=1e-4)
    assert told["back"].figures["hardly_after"] is None, "a year is too short to see them stop"
    usual = (days.groupby("number")["day"].max() - first).dt.days / (many - 1)
    quiet = (END - days.groupby("number")["day"].max()).dt.days
    year = paid[paid["InvoiceDate"] >= END - pd.Timedelta(days=365)].groupby("number").size()
    late = (many >= 3) & (quiet > 2 * usual) & (net >= round(net.quantile(0.6), 2)) & net.index.isin(year.index)
    assert told["overdue"].figures["people"] == late.sum() == 113
    assert told["start"].is_refused, "three first purchases of fifty or more, none beyond chance"
    assert told["newcomers"].way_out == {"when": "with data until 29 May 2012"}
    assert told["growth"].is_refused


@pytest.fixture
def planted(acme: Workspace) -> Scene:
    """Three years: of 120 who begin with a grinder 90 come back within 180 days, of 240 others 60 do.

    Everybody begins on a day of their own between 1,000 and 300 days ago. 30 are good and overdue; one comes for the
    first time on the last day.
    """
    Code.objects.create(workspace=acme, kind=Code.Kind.PRODUCT, value="G", code=1, label="Grinder")
    Code.objects.create(workspace=acme, kind=Code.Kind.PRODUCT, value="B", code=2, label="Beans")
    lines: list[dict[str, Any]] = []
    for n in range(360):
        who, kit, began = a_customer(acme, f"b{n}"), n < 120, 1000 - (n * 37) % 700
        lines.append(bought(who, began, 5_000, order=10 * n, product=1 if kit else 2))
        if n < 90 or 120 <= n < 180:
            lines.append(bought(who, began - 40, 2_000, order=10 * n + 1, product=2))
    for n in range(30):
        who = a_customer(acme, f"late{n}")
        lines += [bought(who, 200 + 20 * k, 50_000, order=5_000 + 10 * n + k, product=2) for k in range(4)]
    lines.append(bought(a_customer(acme, "today"), 0, 100, order=1, product=2))
    recorded(acme, lines)
    settle_now(acme)
    return Scene(acme, AS_OF)


def settle_now(workspace: Workspace) -> None:
    from customers.tasks import request_profile

    request_profile(workspace, None)
    run_jobs(workspace)


def test_the_grinder_brings_people_back(planted: Scene, acme: Workspace) -> None:
    found = start.look(planted)

    assert "**Grinder** comes back" in found.sentence
    assert found.figures["people"] == 120
    assert found.figures["came_back"] == 90
    assert (found.figures["others"], found.figures["others_back"]) == (270, 90), "60 of 240, and the 30 who are late"
    assert found.figures["low"] < 90 / 120 / (90 / 270) < found.figures["high"]
    assert found.level == "sure"
    assert people_of(acme, found, planted) == 120


def test_good_customers_are_measured_against_their_own_rhythm(planted: Scene, acme: Workspace) -> None:
    found = overdue.look(planted)

    assert found.figures == {"people": 30, "spent_365d": 60_000.0, "usual_gap": 20}
    assert found.sentence.startswith("**30 good customers are overdue.** They usually order every 20 days")
    assert people_of(acme, found, planted) == 30


def test_half_came_back_within_40_days_and_then_hardly_anyone(planted: Scene) -> None:
    found = back.look(planted)

    told = {"people": 180, "share": round(180 / 391, 4), "half_within": 40, "hardly_after": 60}
    assert told.items() <= found.figures.items()
    assert found.figures["low_with_time"] < found.figures["share_with_time"] < found.figures["high_with_time"]


def test_the_best_fifth_is_counted_whole(planted: Scene, acme: Workspace) -> None:
    found = best.look(planted)

    assert found.figures["people"] == 391 // 5
    assert found.table["rows"][-1][3] == 1.0


def test_new_customers_are_compared_over_the_same_days_of_two_years(planted: Scene) -> None:
    found = newcomers.look(planted)

    assert not found.is_refused
    assert found.figures["this_people"] + found.figures["last_people"] <= 391
    assert found.note.endswith("and the same days a year before.")


def test_growth_adds_up_to_the_revenue_of_both_years(planted: Scene, acme: Workspace) -> None:
    found = growth.look(planted)
    lines = profiling.frame(acme, ["revenue_365d"], AS_OF)

    assert found.figures["now"] == pytest.approx(float(lines["revenue_365d"].sum()))
    assert found.figures["total"] == pytest.approx(found.figures["now"] - found.figures["then"])
    assert found.figures["total"] == pytest.approx(found.figures["returning"] + found.figures["new"])


@pytest.mark.parametrize("sight", [back, best, growth, newcomers, overdue, start])
def test_twelve_buyers_are_too_few_for_any_sentence(acme: Workspace, sight: Any) -> None:
    twelve_buyers(acme)
    settle_now(acme)

    found = sight.look(Scene(acme, AS_OF))

    assert found.is_refused
    assert found.note
    assert not found.figures


@pytest.mark.parametrize("sight", [back, best, growth, newcomers, overdue, start])
def test_an_empty_business_is_refused_in_a_sentence(acme: Workspace, sight: Any) -> None:
    assert sight.look(Scene(acme, AS_OF)).is_refused


def test_the_shown_query_gives_the_shown_number(planted: Scene) -> None:
    found = overdue.look(planted)
    again, _ = planted.ask(found.sql)

    assert int(again["people"].iloc[0]) == found.figures["people"]


def test_a_look_follows_every_profile(acme: Workspace, django_capture_on_commit_callbacks: Any) -> None:
    twelve_buyers(acme)
    settle(acme, django_capture_on_commit_callbacks)

    assert [row.kind for row in looking.newest(acme)] == list(looking.SIGHTS)
    assert Job.objects.in_workspace(acme).get(kind="first-look").status == Job.Status.DONE


def test_what_says_the_same_keeps_its_address_and_what_changed_is_set_aside(acme: Workspace) -> None:
    old = {"best": Finding("**1**"), "back": Finding("**2**")}
    looking.keep(acme, old, as_of=AS_OF)
    kept = {row.kind: row.pk for row in looking.newest(acme)}

    assert looking.keep(acme, old, as_of=AS_OF) == 0
    assert looking.keep(acme, old | {"back": refused("?", "why")}, as_of=AS_OF) == 1
    now = {row.kind: row.pk for row in looking.newest(acme)}
    assert now["best"] == kept["best"]
    assert now["back"] != kept["back"]
    assert Insight.objects.in_workspace(acme).get(pk=kept["back"]).told.sentence == "**2**", "its address still says it"


def test_a_later_look_is_another_finding_even_where_it_says_the_same(acme: Workspace) -> None:
    looking.keep(acme, {"best": Finding("**1**")}, as_of=AS_OF)

    assert looking.keep(acme, {"best": Finding("**1**")}, as_of=AS_OF + timedelta(days=1)) == 1


def test_home_shows_what_leads_to_people(acme: Workspace) -> None:
    rule = {"v": 1}
    found = {"best": Finding("a", rule=rule), "overdue": Finding("b", rule=rule), "growth": refused("c", "d")}
    looking.keep(acme, found, as_of=AS_OF)

    assert [row.kind for row in looking.most_telling(acme)] == ["overdue", "best"]


def test_the_days_of_a_scene_are_those_of_the_workspace(planted: Scene) -> None:
    assert planted.end == date(2026, 3, 2)
    assert planted.days == (planted.end - planted.start).days == 1001
