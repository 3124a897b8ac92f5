"""Cells become values, by one rule a column and never by guessing a cell at a time.

Every parser either answers or raises BadCell with the reason that stands in the rejects file.
"""

import calendar
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ID_LIMIT = 200
EMAIL_LIMIT = 320
AMOUNT_LIMIT = Decimal(10) ** 13
REMEMBERED = 100_000  # cells; beyond, a memo starts again


class BadCell(ValueError):
    """Why a row is refused."""


class Memo[Cell, Value](dict[Cell, Value]):
    """Remembers what a cell became, because cells repeat: `memo[text]` costs a lookup."""

    def __init__(self, parse: Callable[[Cell], Value]) -> None:
        super().__init__()
        self.parse = parse

    def __missing__(self, text: Cell) -> Value:
        if len(self) >= REMEMBERED:
            self.clear()
        value = self[text] = self.parse(text)
        return value


# Moments ---------------------------------------------------------------------------------------
_TAIL = (
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?\s*$"
)
_MONTHS = {calendar.month_abbr[number].lower(): number for number in range(1, 13)}
PATTERNS = {
    "ymd": re.compile(r"\s*(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})" + _TAIL),
    "compact": re.compile(r"\s*(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})" + _TAIL),
    "dmy": re.compile(r"\s*(?P<d>\d{1,2})[-/. ](?P<m>\d{1,2})[-/. ](?P<y>\d{4}|\d{2})" + _TAIL),
    "mdy": re.compile(r"\s*(?P<m>\d{1,2})[-/. ](?P<d>\d{1,2})[-/. ](?P<y>\d{4}|\d{2})" + _TAIL),
    "d_mon_y": re.compile(
        r"\s*(?:\w{3},\s*)?(?P<d>\d{1,2})[- .]+(?P<mon>[A-Za-z]{3})[a-z]*[- .,]+(?P<y>\d{4})" + _TAIL
    ),
    "mon_d_y": re.compile(
        r"\s*(?P<mon>[A-Za-z]{3})[a-z]*[- .]+(?P<d>\d{1,2})(?:st|nd|rd|th)?[ ,]+(?P<y>\d{4})" + _TAIL
    ),
}
STYLES = [*PATTERNS, "epoch"]
_EPOCH = re.compile(r"\s*(\d{9,17})(?:\.\d+)?\s*$")


class Moments:
    """Reads one column of dates: one style for all, local times in the workspace's zone."""

    def __init__(self, style: str, zone: ZoneInfo, *, latest: datetime) -> None:
        self.style, self.zone = style, zone
        self.latest = _microseconds(latest + timedelta(hours=24))
        self.twice_or_never = 0  # local times that the clock change skips or repeats

    def read(self, text: str) -> int:
        """Microseconds since 1970, UTC. Raises BadCell."""
        if not text.strip():
            raise BadCell("The date is missing.")
        moment = self._epoch(text) if self.style == "epoch" else self._calendar(text)
        if not 0 <= moment <= self.latest:
            raise BadCell(f"“{text[:40]}” is before 1970 or in the future.")
        return moment

    def _calendar(self, text: str) -> int:
        found = PATTERNS[self.style].match(text)
        if not found:
            raise BadCell(f"“{text[:40]}” is not a date like the others in this column.")
        try:
            return _microseconds(self._zoned(naive(found), found["zone"]))
        except ValueError as problem:
            raise BadCell(f"“{text[:40]}” is not a day of the calendar.") from problem

    def _zoned(self, moment: datetime, zone: str | None) -> datetime:
        if zone:
            return datetime.fromisoformat(moment.isoformat() + _offset(zone))
        local = moment.replace(tzinfo=self.zone)
        if local.utcoffset() != local.replace(fold=1).utcoffset():
            self.twice_or_never += 1
        return local.astimezone(UTC)

    def _epoch(self, text: str) -> int:
        found = _EPOCH.match(text)
        if not found:
            raise BadCell(f"“{text[:40]}” is not a time in seconds or milliseconds since 1970.")
        digits = found[1]
        return int(digits) * 10 ** {True: 6, False: 3}[len(digits) <= 11] if len(digits) <= 14 else int(digits)


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def _offset(zone: str) -> str:
    return "+00:00" if zone in ("Z", "UTC", "GMT") else zone


def naive(found: re.Match[str]) -> datetime:
    """The calendar moment that a pattern found, without its zone. Raises ValueError for 30 February."""
    groups = found.groupdict()
    year = int(groups["y"]) + (2000 if len(groups["y"]) == 2 else 0)
    month = int(groups["m"]) if groups.get("m") else _MONTHS.get(groups["mon"].lower(), 0)
    if not groups["hour"]:
        return datetime(year, month, int(groups["d"]))  # noqa: DTZ001
    micro = int((groups["part"] or "0")[:6].ljust(6, "0"))
    hour = _hour(int(groups["hour"]), (groups["half"] or "").lower().replace(".", ""))
    return datetime(year, month, int(groups["d"]), hour, int(groups["minute"]), int(groups["second"] or 0), micro)  # noqa: DTZ001


def _hour(hour: int, half: str) -> int:
    if half and not 1 <= hour <= 12:
        raise ValueError("no such hour")
    return hour % 12 + (12 if half == "pm" else 0) if half else hour


def calendar_day(microseconds: int, zone: ZoneInfo) -> date:
    return (EPOCH + timedelta(microseconds=microseconds)).astimezone(zone).date()


# Numbers ---------------------------------------------------------------------------------------
_SIGNS = re.compile(r"^(?:[$€£¥]|[A-Z]{3}\b|Rs\.?)\s*|\s*(?:[$€£¥]|[A-Z]{3}|kr\.?|zł)$")
_BLANKS = re.compile(r"[\s\u00a0\u202f'’]")
_POINT = re.compile(r"^\d*\.?\d+$|^\d+\.$|^\d{1,3}(?:,\d{3})+(?:\.\d*)?$")
_COMMA = re.compile(r"^\d*,?\d+$|^\d+,$|^\d{1,3}(?:\.\d{3})+(?:,\d*)?$")
_LOOKS = {".": _POINT, ",": _COMMA}


def number(text: str, *, decimal: str = ".", what: str = "amount") -> Decimal:
    """`$1,234.56`, `(12)`, `12-`, `2.000,50` (with decimal=","). Raises BadCell for everything else."""
    plain, negative = _unsigned(text)
    if not plain:
        raise BadCell(f"The {what} is missing.")
    if not _LOOKS[decimal].match(plain):
        raise BadCell(f"“{text[:40]}” is not a number we can read as the {what}.")
    plain = plain.replace("," if decimal == "." else ".", "").replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation as problem:
        raise BadCell(f"“{text[:40]}” is not a number.") from problem
    if value > AMOUNT_LIMIT:
        raise BadCell(f"“{text[:40]}” is too large to be the {what}.")
    return -value if negative else value


def _unsigned(text: str) -> tuple[str, bool]:
    plain = text.strip()
    negative = False
    if plain.startswith("(") and plain.endswith(")"):
        plain, negative = plain[1:-1], True
    plain = _BLANKS.sub("", _SIGNS.sub("", plain.replace("\u2212", "-").strip(" \u00a0")))
    if plain.startswith(("-", "+")) or plain.endswith("-"):
        negative = negative ^ ("-" in (plain[:1], plain[-1:]))
        plain = _SIGNS.sub("", plain.strip("+-"))
    return plain, negative


# Names -----------------------------------------------------------------------------------------
_FLOAT_ID = re.compile(r"^(\d+)\.0$")
_EMAIL = re.compile(r"^[^@\s,;<>\"]+@[^@\s,;<>\".]+(?:\.[^@\s,;<>\".]+)+$")


def identity(text: str, *, whole: bool = False, what: str = "customer number") -> str:
    """An id is text: 007 stays 007. `whole` strips the .0 that spreadsheets add to a column of numbers."""
    plain = tidy(text)
    if whole and (found := _FLOAT_ID.match(plain)):
        return found[1]
    if len(plain) > ID_LIMIT:
        raise BadCell(f"The {what} is longer than {ID_LIMIT} characters.")
    return plain


def email(text: str) -> str:
    """Trimmed and in lower case; '' for an empty cell. Raises BadCell for what is no single address."""
    plain = tidy(text).removeprefix("mailto:").lower()
    if plain and (len(plain) > EMAIL_LIMIT or not _EMAIL.match(plain)):
        raise BadCell(f"“{text[:60]}” is not one e-mail address.")
    return plain


def tidy(text: str) -> str:
    """NFC, without blanks at the ends."""
    plain = text.strip()
    return plain if plain.isascii() else unicodedata.normalize("NFC", plain)


def label(text: str) -> str:
    """Words for people, cut at 200 characters."""
    return tidy(text)[:ID_LIMIT]
