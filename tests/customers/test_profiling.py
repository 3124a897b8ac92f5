"""What can be said of each customer: read, built, kept in order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
import time_machine
from django.utils.timezone import now

from accounts import jobs
from accounts.models.job import Job
from accounts.models.workspace import Workspace
from customers import building, engine, profiling, storage, tasks
from customers.engine import parse
from customers.features import catalogue, statement
from customers.models.profile import ProfileTable, RfmFit
from customers.science import rfm
from customers.signals import profiles_computed
from customers.tasks import request_profile
from tests.conftest import run_jobs
from tests.customers.stage import AS_OF, NOON, a_customer, a_product, a_trait, bought, recorded


@pytest.fixture
def shop(acme: Workspace) -> dict[str, Any]:
    """Pam orders often and sends something back, Otto ordered once, Nell never did."""
    pam, otto, nell = (a_customer(acme, name) for name in ("pam", "otto", "nell"))
    a_product(acme, 1, "Grinder")
    a_product(acme, 2, "Beans")
    recorded(
        acme,
        [
            bought(pam, 100, 20_00, order=1, product=1),
            bought(pam, 60, 10_00, order=2, product=2),
            bought(pam, 60, 5_00, order=2, product=2),
            bought(pam, 10, 15_00, order=3, product=2),
            bought(pam, 5, -10_00, order=4, product=2),
            bought(otto, 400, 7_50, order=5, product=1),
            bought(otto, 2, 0, order=6, product=1),
            bought(None, 3, 99_00, order=7),
        ],
    )
    return {"pam": pam, "otto": otto, "nell": nell}


def profile_of(workspace: Workspace, features: list[str]) -> Any:
    request_profile(workspace, None)
    assert [job.status for job in run_jobs(workspace) if job.kind == "profile"] == ["done"]
    return profiling.frame(workspace, features, AS_OF)


def test_everybody_known_has_a_row_with_exact_figures(acme: Workspace, shop: dict[str, Any]) -> None:
    names = [
        "orders", "order_days", "gross_revenue", "returns_value", "net_revenue", "revenue", "average_order_value",
        "recency_days", "tenure_days", "days_between_orders", "orders_30d", "orders_90d", "orders_365d",
        "revenue_30d", "revenue_90d", "returns_share", "distinct_products", "favourite_product",
    ]  # fmt: skip
    found = profile_of(acme, names)

    assert len(found) == 3
    pam = found.loc[shop["pam"].number]
    assert pam[["orders", "order_days"]].tolist() == [3, 3]
    assert pam[["gross_revenue", "returns_value", "net_revenue", "revenue"]].tolist() == [50.0, 10.0, 40.0, 40.0]
    assert pam["average_order_value"] == pytest.approx(40 / 3)
    assert pam[["recency_days", "tenure_days", "days_between_orders"]].tolist() == [11, 101, 45]
    assert pam[["orders_30d", "orders_90d", "orders_365d"]].tolist() == [1, 2, 3]
    assert pam[["revenue_30d", "revenue_90d"]].tolist() == [5.0, 20.0]
    assert pam["returns_share"] == pytest.approx(0.2)
    assert pam[["distinct_products", "favourite_product"]].tolist() == [2, "Beans"]
    otto = found.loc[shop["otto"].number]
    assert otto[["orders", "recency_days", "favourite_product"]].tolist() == [1, 401, "Grinder"]
    assert otto[["days_between_orders"]].isna().all()
    nell = found.loc[shop["nell"].number]
    assert nell[["average_order_value", "returns_share", "recency_days"]].isna().all()


def columns_of(workspace: Workspace, *names: str, as_of: datetime = AS_OF) -> Any:
    return profiling.frame(workspace, list(names), as_of)


def many_buyers(workspace: Workspace, count: int) -> None:
    lines = []
    for i in range(count):
        buyer = a_customer(workspace, f"buyer{i}")
        lines += [
            bought(buyer, (i * 7) % 300 + j, 5_00 + i * 13 % 90 * 100, order=100 * i + j) for j in range(1 + i % 6)
        ]
    recorded(workspace, lines)


def test_an_empty_workspace_has_an_empty_typed_frame(acme: Workspace) -> None:
    found = columns_of(acme, "orders", "revenue", "rfm_group", "last_order_at")
    assert len(found) == 0
    assert str(found["revenue"].dtype) == "float64"


def test_customers_without_an_order_are_there_from_the_first_build(acme: Workspace) -> None:
    a_customer(acme, "nell")
    found = profile_of(acme, ["orders", "revenue", "recency_days", "main_segment"])
    assert found.iloc[0]["orders"] == 0
    assert found.iloc[0]["main_segment"] == rfm.NEVER
    assert pd.isna(found.iloc[0]["recency_days"])


def test_unknown_and_merged_customers_have_no_row(acme: Workspace) -> None:
    pam = a_customer(acme, "pam")
    double = a_customer(acme, "pamela", merged_into=pam)
    a_customer(acme, "visitor", is_known=False)
    recorded(acme, [bought(pam, 3, 1_00, order=1), bought(double, 2, 2_00, order=2)])
    found = profile_of(acme, ["orders", "revenue"])
    assert found.to_dict("index") == {pam.number: {"orders": 2, "revenue": 3.0}}


def test_details_are_columns_of_their_type_and_odd_ones_nothing(acme: Workspace) -> None:
    for name, type in {"country": "text", "age": "number", "since": "date", "vip": "boolean"}.items():
        a_trait(acme, name, type)
    a_customer(acme, "pam", traits={"country": "UK", "age": 41.5, "since": "2026-01-31", "vip": True})
    a_customer(acme, "otto", traits={"country": "007", "age": "old", "since": "soon", "vip": "maybe"})
    found = profile_of(acme, ["trait:country", "trait:age", "trait:since", "trait:vip"])
    told = found.iloc[0]
    assert (told["trait:country"], told["trait:age"], told["trait:vip"]) == ("UK", 41.5, True)
    assert told["trait:since"] == pd.Timestamp("2026-01-31", tz="UTC")
    assert found.iloc[1]["trait:country"] == "007"
    assert found.iloc[1][["trait:age", "trait:since", "trait:vip"]].isna().all()


def test_a_detail_that_is_newer_than_the_profile_is_nothing_yet(acme: Workspace) -> None:
    a_customer(acme, "pam", traits={"mood": "good"})
    profile_of(acme, ["orders"])
    a_trait(acme, "mood")
    assert columns_of(acme, "trait:mood")["trait:mood"].isna().all()
    assert profile_of(acme, ["trait:mood"])["trait:mood"].tolist() == ["good"]


def test_a_day_is_a_day_in_the_workspaces_time_zone(acme: Workspace) -> None:
    acme.timezone = "Pacific/Auckland"  # 13 hours ahead: noon UTC is past midnight there
    acme.save()
    pam = a_customer(acme, "pam")
    recorded(acme, [bought(pam, 1, 1_00, order=1), bought(pam, 1.25, 1_00, order=2)])
    found = profile_of(acme, ["orders", "order_days", "recency_days"]).loc[pam.number]
    assert found[["orders", "order_days"]].tolist() == [2, 2]  # noon and six, UTC: two days there
    assert found["recency_days"] == 1  # as of 13:00 there on 2 March; ordered at 01:00 on 1 March


def test_clock_figures_move_with_the_moment_without_a_new_build(acme: Workspace, shop: dict[str, Any]) -> None:
    profile_of(acme, ["orders"])
    later = columns_of(acme, "recency_days", "tenure_days", as_of=AS_OF + timedelta(days=5)).loc[shop["pam"].number]
    assert later.tolist() == [16, 106]


def test_scores_in_sql_equal_the_science(acme: Workspace) -> None:
    many_buyers(acme, 80)
    found = profile_of(acme, ["recency_days", "orders", "revenue", "r", "f", "m", "rfm_group", "main_segment"])
    fit = catalogue.habit_limits(acme)
    assert fit is not None
    assert fit.levels == 5
    r = rfm.score(found["recency_days"], fit.r.cuts, falling=True)
    f, m = rfm.score(found["orders"], fit.f.cuts), rfm.score(found["revenue"], fit.m.cuts)
    assert found["r"].tolist() == r.tolist()
    assert found["f"].tolist() == f.tolist()
    assert found["m"].tolist() == m.tolist()
    groups = [rfm.group(*scores) for scores in zip(r, f, m, strict=True)]
    assert found["rfm_group"].tolist() == groups
    assert found["main_segment"].tolist() == [rfm.main_segment(name) for name in groups]
    assert len(set(groups)) > 5


def test_limits_are_kept_until_they_no_longer_suit_or_somebody_asks(acme: Workspace) -> None:
    many_buyers(acme, 20)
    profile_of(acme, ["r"])
    profile_of(acme, ["r"])
    fits = RfmFit.objects.in_workspace(acme).order_by("created_at")
    assert [fit.buyers for fit in fits] == [20]
    many_buyers(acme, 40)  # 60 buyers are enough for five scores
    profile_of(acme, ["r"])
    assert [(fit.buyers, fit.cut_points["levels"]) for fit in fits.all()] == [(20, 3), (60, 5)]
    request_profile(acme, None, refit=True)
    run_jobs(acme)
    assert fits.all().count() == 3


def known_or_none(values: Any) -> list[Any]:
    return [None if pd.isna(value) else value for value in values]


def test_the_shown_sql_gives_the_same_numbers_as_the_profile(acme: Workspace, shop: dict[str, Any]) -> None:
    known = catalogue.features(acme)
    whole = profile_of(acme, list(known))
    known = catalogue.features(acme)  # the limits of buying habits exist since the build
    relations = profiling.relations(acme, AS_OF) | building.labels(acme)
    reading = profiling.reading(acme, AS_OF)
    buyers = [shop["pam"].number, shop["otto"].number]
    for name, figure in known.items():
        sql = statement.shown(figure, known, reading)
        shown = engine.query(acme, parse(sql), relations=relations).to_pandas().set_index("number")
        same = known_or_none(shown[name].loc[buyers]), known_or_none(whole[name].loc[buyers])
        assert same[0] == same[1], name


def test_gross_or_net_decides_what_spent_means(acme: Workspace, shop: dict[str, Any]) -> None:
    acme.revenue = {"returns": "gross"}
    acme.save()
    pam = profile_of(acme, ["revenue", "net_revenue", "revenue_30d", "average_order_value"]).loc[shop["pam"].number]
    assert pam.tolist() == [50.0, 40.0, 15.0, pytest.approx(50 / 3)]


def test_yen_have_no_cents(acme: Workspace) -> None:
    acme.currency = "JPY"
    acme.save()
    pam = a_customer(acme, "pam")
    recorded(acme, [bought(pam, 1, 1500, order=1)])
    assert profile_of(acme, ["revenue"])["revenue"].tolist() == [1500.0]


def test_what_was_asked_for_earlier_never_replaces_what_was_asked_for_later(
    acme: Workspace, shop: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    profiles_computed.connect(lambda **news: told.append(news["profile"].asked_at), weak=False, dispatch_uid="test")
    early, late = request_profile(acme, None), request_profile(acme, None)
    tasks.build_profile(str(late.pk))
    tasks.build_profile(str(early.pk))
    profiles_computed.disconnect(dispatch_uid="test")
    early.refresh_from_db()
    assert early.result is not None
    assert early.result["kept"] is False
    table = profiling.current(acme)
    assert table is not None
    assert table.asked_at == late.created_at
    assert ProfileTable.objects.in_workspace(acme).count() == 1
    files = list((storage.folder(acme) / "profiles").iterdir())
    assert [file.name for file in files] == [table.path.rsplit("/", 1)[1]]


def test_a_build_that_lost_its_claim_writes_nothing(acme: Workspace, shop: dict[str, Any]) -> None:
    job = request_profile(acme, None)
    work = jobs.claim(job.pk)
    assert work is not None
    Job.objects.in_workspace(acme).filter(pk=job.pk).update(attempts=2)  # another worker took it over
    with pytest.raises(jobs.Superseded):
        building.build(work)
    assert profiling.current(acme) is None


def test_a_replaced_profile_is_unlinked_ten_minutes_later(acme: Workspace, shop: dict[str, Any]) -> None:
    profile_of(acme, ["orders"])
    old = profiling.current(acme)
    assert old is not None
    profile_of(acme, ["orders"])
    assert building.sweep(now() + timedelta(minutes=9)) == 0
    assert storage.absolute(old.path).exists()
    assert building.sweep(now() + timedelta(minutes=11)) == 1
    assert not storage.absolute(old.path).exists()
    assert len(columns_of(acme, "orders")) == 3


def test_a_score_is_read_as_a_figure_and_replaced_whole(acme: Workspace, shop: dict[str, Any]) -> None:
    profile_of(acme, ["orders"])
    pam, otto = shop["pam"].number, shop["otto"].number
    for values in ([1, 2], [3, 4]):
        kept = pd.DataFrame({"number": [otto, pam], "value": values})
        profiling.keep_score(acme, name="cluster:x", label="Found", frame=kept, as_of=AS_OF)
    assert catalogue.features(acme)["cluster:x"].label == "Found"
    found = columns_of(acme, "cluster:x", "orders")
    assert found["cluster:x"].loc[[pam, otto]].tolist() == [4, 3]
    assert pd.isna(found["cluster:x"].loc[shop["nell"].number])
    assert found["orders"].loc[pam] == 3


def test_only_what_is_out_of_date_is_computed_again(acme: Workspace, shop: dict[str, Any]) -> None:
    profile_of(acme, ["orders"])
    assert tasks.renew_profile(acme, None) is None
    recorded(acme, [bought(shop["nell"], 1, 1_00, order=9)])
    job = tasks.renew_profile(acme, None)
    assert job is not None
    assert tasks.renew_profile(acme, None) is None  # one is asked for already
    Job.objects.in_workspace(acme).filter(pk=job.pk).update(status=Job.Status.FAILED, ended_at=now())
    assert tasks.renew_profile(acme, None) is None  # not again right after a failure


def test_on_the_live_clock_a_new_day_is_out_of_date(acme: Workspace, shop: dict[str, Any]) -> None:
    acme.clock = Workspace.Clock.LIVE
    acme.save()
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        request_profile(acme, None)
        run_jobs(acme)
    with time_machine.travel(NOON + timedelta(days=1, hours=11), tick=False):
        assert tasks.renew_profile(acme, None) is None
    with time_machine.travel(NOON + timedelta(days=1, hours=13), tick=False):
        assert tasks.renew_profile(acme, None) is not None


def test_the_favourite_of_equals_is_the_one_with_the_most_money(acme: Workspace) -> None:
    pam = a_customer(acme, "pam")
    for code in (1, 2, 3):
        a_product(acme, code, f"Product {code}")
    recorded(acme, [bought(pam, 3, 5_00, order=1, product=1), bought(pam, 2, 9_00, order=2, product=2)])
    assert profile_of(acme, ["favourite_product"])["favourite_product"].tolist() == ["Product 2"]


def test_a_moment_is_needed(acme: Workspace) -> None:
    job = request_profile(acme, None)
    Job.objects.in_workspace(acme).filter(pk=job.pk).update(as_of=None)
    tasks.build_profile(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.message[:40]) == ("failed", "This job does not say from when to count")
    assert datetime.now(UTC) - job.ended_at < timedelta(minutes=1)
