"""Found for you: planted kinds are found again, a cloud is refused, newcomers are placed without fitting anew."""

from typing import Any

import numpy as np
import pytest

from accounts.models.job import Job
from accounts.models.workspace import Workspace
from customers import clock, profiling
from customers.models.profile import Score
from customers.tasks import request_profile
from segments import clustering
from segments.models.segment import Segment, SegmentSet
from segments.proposing import score_name
from segments.refreshing import members, newest_members
from segments.science.choosing import Verdict
from segments.tasks import request_clustering
from tests.conftest import run_jobs
from tests.customers.stage import bought, recorded
from tests.segments.shop import Kind, a_shop, people

pytestmark = pytest.mark.django_db
FIGURES = ["recency_days", "orders", "average_order_value"]


def looked(workspace: Workspace, **asked: Any) -> tuple[SegmentSet, Job]:
    wanted = {"features": FIGURES, "algorithm": "kmeans", "k": "auto"} | asked
    whole = SegmentSet.objects.create(workspace=workspace, name="Found", method="clusters", asked=wanted)
    job = request_clustering(whole, None)
    run_jobs(workspace)
    whole.refresh_from_db()
    job.refresh_from_db()
    return whole, job


def test_planted_kinds_are_found_again(acme: Workspace) -> None:
    shop = a_shop(acme, follow=False, never=9)

    whole, job = looked(acme)

    assert (job.status, whole.status) == (Job.Status.DONE, SegmentSet.Status.PROPOSED)
    assert whole.validity["verdict"] == Verdict.CLEAR
    found = {frozenset(newest_members(segment)) for segment in whole.segments.all()}
    assert found == {frozenset(numbers) for numbers in shop.values()}
    assert [segment.slot for segment in whole.segments.order_by("position")] == [1, 2, 3]
    assert job.result["segments"] == [str(s.pk) for s in whole.segments.order_by("position")]


def test_each_found_segment_is_a_condition_that_counts_the_same_people(acme: Workspace) -> None:
    a_shop(acme, follow=False)
    whole, _ = looked(acme)

    for segment in whole.segments.all():
        assert segment.definition["where"]["all"][0]["feature"] == f"cluster:{whole.pk}"
        assert members(acme, segment.definition, clock.as_of(acme)) == newest_members(segment)


def test_names_and_conditions_say_what_was_planted(acme: Workspace) -> None:
    a_shop(acme, follow=False)
    whole, _ = looked(acme)

    told = {cluster["size"]: cluster for cluster in whole.validity["clusters"]}
    assert told[200]["name"].startswith("Low-spend")
    assert {word in told[200]["name"] for word in ("long quiet", "few orders")} & {True}
    assert told[80]["rule"]["f1"] == 1.0
    assert told[120]["sentence"].endswith(".")
    assert sum(cluster["revenue_share"] for cluster in whole.validity["clusters"]) == pytest.approx(1)


def test_people_who_differ_gradually_are_refused_with_a_verdict(acme: Workspace) -> None:
    a_shop(acme, {"all": Kind(20, 3, 60, 20, 2000)}, follow=False)
    cloud(acme, 300)

    whole, job = looked(acme, features=["average_order_value", "recency_days"])

    assert (job.status, whole.status) == (Job.Status.DONE, SegmentSet.Status.REFUSED)
    assert whole.validity["verdict"] == Verdict.NOT_REAL
    assert whole.validity["gap"]["best"] == 1
    assert not whole.segments.exists()
    assert not Score.objects.in_workspace(acme).exists()


def test_asking_for_three_does_not_make_them_real(acme: Workspace) -> None:
    a_shop(acme, {"all": Kind(20, 3, 60, 20, 2000)}, follow=False)
    cloud(acme, 300)

    whole, _ = looked(acme, features=["average_order_value", "recency_days"], k=3)

    assert whole.status == SegmentSet.Status.REFUSED
    assert not whole.segments.exists()


def test_too_few_people_cannot_be_told(acme: Workspace) -> None:
    a_shop(acme, {"few": Kind(60, 3, 60, 20, 2000)}, follow=False)

    whole, _ = looked(acme)

    assert whole.validity["verdict"] == Verdict.CANNOT_TELL
    assert whole.validity["reasons"] == ["60 people are too few to say; it takes 100."]


def test_figures_that_say_nothing_are_left_out_with_their_reason(acme: Workspace) -> None:
    a_shop(acme, follow=False)

    whole, _ = looked(acme, features=[*FIGURES, "returns_value"])

    assert whole.validity["left_out"] == {"returns_value": "everybody has the same value"}
    assert whole.validity["features"] == FIGURES


def test_the_same_question_gets_the_same_answer(acme: Workspace) -> None:
    a_shop(acme, follow=False)
    one, two = looked(acme)[0], looked(acme)[0]
    assert one.model["centres"] == two.model["centres"]


def test_a_newcomer_is_placed_and_nobody_else_moves(acme: Workspace) -> None:
    shop = a_shop(acme, follow=False)
    whole, _ = looked(acme)
    before = profiling.frame(acme, [score_name(whole)], clock.as_of(acme)).iloc[:, 0]
    centres = whole.model["centres"]

    [newcomer] = people(acme, ["newcomer"])
    recorded(acme, [bought(newcomer, 250, 1400, order=9001)])
    request_profile(acme, None)
    run_jobs(acme)
    clustering.place_again(acme, clock.as_of(acme))

    after = profiling.frame(acme, [score_name(whole)], clock.as_of(acme)).iloc[:, 0]
    whole.refresh_from_db()
    assert after[newcomer.number] == before[shop["tryers"][0]]
    assert (after.drop(newcomer.number) == before).all()
    assert whole.model["centres"] == centres


def cloud(workspace: Workspace, size: int) -> None:
    """Buyers whose figures are one Gaussian: no line through them is better than another."""
    rng = np.random.default_rng(7)
    crowd = people(workspace, [f"cloud-{i}" for i in range(size)])
    spent, quiet = np.exp(rng.normal(8, 0.4, size)), np.clip(rng.normal(200, 40, size), 5, 400)
    recorded(
        workspace,
        [
            bought(c, float(q), int(s), order=5000 + i)
            for i, (c, s, q) in enumerate(zip(crowd, spent, quiet, strict=True))
        ],
    )
    request_profile(workspace, None)
    run_jobs(workspace)


def test_the_job_tells_how_far_it_is(acme: Workspace) -> None:
    a_shop(acme, follow=False)
    _, job = looked(acme)
    assert job.total == clustering.STEPS
    assert job.done == job.total
    assert Segment.objects.in_workspace(acme).filter(method="clusters").count() == 3
