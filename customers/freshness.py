"""How fresh the data are: the usual time between two files, when the next is due, and when they are old."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

from accounts.models.workspace import Workspace
from accounts.templatetags.words import day, short_day
from customers import clock
from customers.models.source import Import, Source

FEWEST = 3  # days with a file, before there is a usual time between them
PATIENCE = 1.5  # times the usual, before data are old


@dataclass(frozen=True)
class Fresh:
    """When the data end, when the newest file came, how long it usually takes to the next."""

    until: datetime
    brought: date | None
    newest: Import | None
    usual: timedelta | None
    today: date
    zone: str
    is_live: bool

    @property
    def due(self) -> date | None:
        return self.brought + self.usual if self.brought and self.usual else None

    @property
    def old_from(self) -> date | None:
        """The day from which the data are old."""
        if self.brought is None or self.usual is None:
            return None
        return self.brought + timedelta(days=int(PATIENCE * self.usual.days) + 1)

    @property
    def is_old(self) -> bool:
        return self.old_from is not None and self.today >= self.old_from

    @property
    def wants_file(self) -> bool:
        """Whether the next file would be welcome: it is due, or nobody knows and a week has passed."""
        if self.is_live:
            return False
        if self.due:
            return self.today >= self.due
        return self.brought is None or self.today - self.brought >= timedelta(days=7)

    @property
    def sentence(self) -> str:
        if self.wants_file:
            return f"Your data end on {day(self.until, self.zone)}."
        if self.due:
            return f"Your data are fresh. The next file is due on {short_day(self.due)}."
        return "Your data are fresh."

    @property
    def late(self) -> str:
        """For the one mail: your data are old."""
        every = f"every {self.usual.days} days" if self.usual and self.usual.days > 1 else "every day"
        brought = f"the last one came on {short_day(self.brought)}" if self.brought else ""
        return f"Your data end on {day(self.until, self.zone)}. You usually bring a file {every}; {brought}."


def told(workspace: Workspace, *, at: datetime) -> Fresh | None:
    """How fresh; None while there are no data."""
    until = clock.data_until(workspace)
    if until is None:
        return None
    zone = ZoneInfo(workspace.timezone)
    done = Import.objects.in_workspace(workspace).filter(status=Import.Status.DONE).order_by("created_at")
    files = list(done.only("id", "created_at", "workspace_id"))
    days = sorted({file.created_at.astimezone(zone).date() for file in files})
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    usual = timedelta(days=round(median(gaps))) if len(days) >= FEWEST else None
    live = Source.objects.in_workspace(workspace).filter(kind=Source.Kind.LIVE).exclude(last_heard_at=None)
    newest = files[-1] if files else None
    return Fresh(
        until=until,
        brought=days[-1] if days else None,
        newest=newest,
        usual=usual,
        today=at.astimezone(zone).date(),
        zone=workspace.timezone,
        is_live=workspace.clock == Workspace.Clock.LIVE and live.exists(),
    )
