"""From when everything counts back. Only doors call this; computations take `as_of`."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from accounts.models.workspace import Workspace
from customers.models.event import EventLog


def data_until(workspace: Workspace) -> datetime | None:
    """When the newest event happened; None while there is none."""
    log = EventLog.objects.in_workspace(workspace).only("newest_at").first()
    return log.newest_at if log else None


def as_of(workspace: Workspace) -> datetime:
    """Now on the live clock; on the data clock the start of the day after the newest event.

    A day is a calendar day in the workspace's time zone.
    """
    newest = data_until(workspace)
    if newest is None or workspace.clock == Workspace.Clock.LIVE:
        return now()
    zone = ZoneInfo(workspace.timezone)
    next_day = newest.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(next_day, time.min, tzinfo=zone)


def last_counted(as_of: datetime | None) -> datetime | None:
    """The last moment that counts as of a moment: what "Data until" says of a frozen result."""
    return as_of - timedelta(microseconds=1) if as_of else None
