"""Moments as people write them into an address."""

from datetime import datetime

from django.utils.dateparse import parse_date, parse_datetime

from accounts.api.errors import Refused


def moment_of(text: str | None, name: str) -> datetime | None:
    """A day means its end in UTC; a moment needs its zone. None where nothing was asked."""
    if not text:
        return None
    try:
        day = parse_date(text) if len(text) == 10 else None
        moment = parse_datetime(f"{text}T23:59:59.999999Z" if day else text.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Refused(f"“{name}” is a day or a moment with its zone, such as 2026-11-20 or 2026-11-20T00:00:00Z.")
    return moment
