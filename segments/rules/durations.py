"""Lengths of time in conditions: 12h, 90d, 2w, 3mo, 1y."""

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

WORDS = {"h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year"}
LONGEST = 10_000  # of any unit; nobody means more, and dates end


@dataclass(frozen=True)
class Duration:
    """A length of time as people say it: months and years follow the calendar."""

    amount: int
    unit: str

    def before(self, moment: datetime, zone: str) -> datetime:
        """The moment this long before, on the wall clock of the zone (hours: exactly)."""
        if self.unit == "h":
            return moment - timedelta(hours=self.amount)
        local = moment.astimezone(ZoneInfo(zone))
        if self.unit in {"d", "w"}:
            return local - timedelta(days=self.amount * (7 if self.unit == "w" else 1))
        return _months_before(local, self.amount * (12 if self.unit == "y" else 1))

    def __str__(self) -> str:
        """90 days; 1 month."""
        return f"{self.amount:,} {WORDS[self.unit]}{'' if self.amount == 1 else 's'}"


def duration(text: object) -> Duration | None:
    """The length that the text names, or None where it names none we know."""
    match = re.fullmatch(r"(\d{1,5})(h|d|w|mo|y)", text, re.ASCII) if isinstance(text, str) else None
    if not match or not 0 < int(match[1]) <= LONGEST or (match[2] in {"mo", "y"} and int(match[1]) > 1200):
        return None
    if match[2] == "y" and int(match[1]) > 100:
        return None
    return Duration(int(match[1]), match[2])


def _months_before(moment: datetime, months: int) -> datetime:
    """31 March less one month is the last day of February."""
    total = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(total, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
