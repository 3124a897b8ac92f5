"""From when everything counts back, and until when the data go."""

from datetime import UTC, datetime

from accounts.models.workspace import Workspace
from customers import clock
from customers.models.event import EventLog


def test_a_file_counts_back_from_the_start_of_the_next_day_where_the_business_is(acme: Workspace) -> None:
    acme.timezone = "Europe/London"
    EventLog.objects.create(workspace=acme, newest_at=datetime(2011, 12, 9, 12, 50, tzinfo=UTC))

    assert clock.as_of(acme) == datetime(2011, 12, 10, tzinfo=UTC)
    assert clock.last_counted(clock.as_of(acme)).date().isoformat() == "2011-12-09"  # type: ignore[union-attr]


def test_a_late_evening_belongs_to_the_day_of_the_business(acme: Workspace) -> None:
    acme.timezone = "Asia/Tokyo"
    EventLog.objects.create(workspace=acme, newest_at=datetime(2011, 12, 9, 16, 0, tzinfo=UTC))  # 1 am there

    assert clock.as_of(acme).date().isoformat() == "2011-12-11"


def test_without_data_everything_counts_from_now(acme: Workspace) -> None:
    before = datetime.now(UTC)

    assert before <= clock.as_of(acme) <= datetime.now(UTC)
    assert clock.data_until(acme) is None
