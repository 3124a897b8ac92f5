"""The main segments come by themselves, and stay what people know them as."""

from datetime import timedelta

import pytest

from accounts.models.job import Job
from accounts.models.workspace import Workspace
from customers import clock
from customers.features import catalogue
from customers.science import rfm
from segments import grouping
from segments.models.segment import Segment, SegmentSet
from segments.refreshing import members, newest_members
from segments.tasks import request_main_segments
from tests.conftest import run_jobs
from tests.customers.stage import AS_OF
from tests.segments.shop import Kind, a_shop

pytestmark = pytest.mark.django_db


def main_names(workspace: Workspace) -> list[str]:
    return list(Segment.objects.in_workspace(workspace).main().values_list("name", flat=True))


@pytest.mark.django_db(transaction=True)
def test_the_first_profile_leads_to_main_segments_without_being_asked(acme: Workspace) -> None:
    a_shop(acme, {"few": Kind(12, 1, 30, 1, 500)}, follow=False)

    jobs = Job.objects.in_workspace(acme).exclude(kind="first-look").order_by("created_at")
    kinds = list(jobs.values_list("kind", flat=True))
    assert kinds == ["profile", "main-segments", "refresh-all"]
    assert "Never bought" in main_names(acme)


def test_six_main_segments_and_never_bought(acme: Workspace) -> None:
    a_shop(acme, never=7)

    expected = ["Champions", "Loyal", "Promising", "Needs attention", "At risk", "Lapsed", "Never bought"]
    assert main_names(acme) == expected
    assert list(Segment.objects.in_workspace(acme).main().values_list("slot", flat=True)) == [1, 2, 3, 4, 5, 6, 8]
    assert Segment.objects.in_workspace(acme).exclude(parent=None).count() == 11


def test_the_main_segments_divide_everybody_between_them(acme: Workspace) -> None:
    shop = a_shop(acme, never=7)

    groups = [newest_members(segment) for segment in Segment.objects.in_workspace(acme).main()]
    everybody = sum(len(numbers) for numbers in shop.values()) + 7
    assert sum(map(len, groups)) == everybody
    assert len(set().union(*map(set, groups))) == everybody
    assert len(groups[-1]) == 7


def test_nested_groups_divide_their_main_segment(acme: Workspace) -> None:
    a_shop(acme)

    for main in Segment.objects.in_workspace(acme).main().exclude(name="Never bought"):
        nested = [set(newest_members(segment)) for segment in main.nested.all()]
        assert set().union(*nested) == set(newest_members(main))
        assert sum(map(len, nested)) == len(newest_members(main))


def test_the_definition_counts_the_same_people(acme: Workspace) -> None:
    a_shop(acme)

    for segment in Segment.objects.in_workspace(acme).live():
        assert members(acme, segment.definition, clock.as_of(acme)) == newest_members(segment)


def test_a_second_run_changes_nothing(acme: Workspace) -> None:
    a_shop(acme)
    before = list(Segment.objects.in_workspace(acme).order_by("pk").values("pk", "name", "slot", "parent"))

    request_main_segments(acme, None)
    run_jobs(acme)

    assert list(Segment.objects.in_workspace(acme).order_by("pk").values("pk", "name", "slot", "parent")) == before
    assert SegmentSet.objects.in_workspace(acme).filter(is_main=True).count() == 1


def test_a_segment_that_was_renamed_keeps_its_name(acme: Workspace) -> None:
    a_shop(acme)
    Segment.objects.in_workspace(acme).filter(name="At risk", parent=None).update(name="Slipping away")

    request_main_segments(acme, None)
    run_jobs(acme)

    assert "Slipping away" in main_names(acme)
    assert "At risk" not in main_names(acme)


def test_fewer_than_fifty_buyers_make_three_segments(acme: Workspace) -> None:
    a_shop(acme, {"some": Kind(30, orders=2, last=40, gap=20, cents=1000), "old": Kind(12, 1, 300, 1, 500)})

    assert main_names(acme) == ["Loyal", "Promising", "Lapsed", "Never bought"]
    assert not Segment.objects.in_workspace(acme).exclude(parent=None).exists()


def test_nobody_without_buyers_gets_segments(acme: Workspace) -> None:
    request_main_segments(acme, None)
    jobs = run_jobs(acme)

    assert jobs[0].status == Job.Status.DONE
    assert not Segment.objects.in_workspace(acme).exists()


def test_the_words_hold_for_everybody_inside(acme: Workspace) -> None:
    a_shop(acme)
    fit = catalogue.habit_limits(acme)
    assert fit is not None
    lapsed = next(w for w in grouping.wanted(fit) if w.value == "Lapsed" and not w.within)
    least = rfm.within_days(fit, 3)[0]
    assert lapsed.description.startswith(f"No order for {least} days or more")
    champions = next(w for w in grouping.wanted(fit) if w.value == "Champions" and not w.within)
    assert f"within {rfm.within_days(fit, 4)[1]} days" in champions.description


def test_another_workspace_keeps_to_itself(acme: Workspace) -> None:
    other = Workspace.objects.create(slug="other", name="Other")
    a_shop(acme)
    assert not Segment.objects.in_workspace(other).exists()
    assert Segment.objects.in_workspace(acme).exists()


def test_the_count_is_as_of_the_profile(acme: Workspace) -> None:
    a_shop(acme)
    segment = Segment.objects.in_workspace(acme).main().with_size().first()
    assert segment.counted_at - AS_OF < timedelta(days=8)
