"""What the shop's own report says, as people type it."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

TOTAL = "total"
FIELD = "report-"  # before the first day of the month, or "total", in the names of the inputs
LONGEST = 30
_PLAIN = re.compile(r"-?\d+([.,]\d+)*")


def typed(text: str, *, places: int) -> Decimal | None:
    """€131,800.50 or 131.800,50 or 131 800: an amount with as many decimals as were typed. None if it is none.

    >>> typed("€131,800", places=2), typed("131.800,50", places=2), typed("1,234.5", places=2), typed("12,50", places=2)
    (Decimal('131800'), Decimal('131800.50'), Decimal('1234.5'), Decimal('12.50'))
    >>> typed("", places=2), typed("a lot", places=2)
    (None, None)
    """
    plain = re.sub(r"[^\d.,\-\u2212]", "", text[:LONGEST]).replace("\u2212", "-").rstrip(".,-")
    if not _PLAIN.fullmatch(plain):
        return None
    last = max(plain.rfind("."), plain.rfind(","))
    behind = len(plain) - last - 1
    is_decimal = last >= 0 and plain.count(plain[last]) == 1 and (behind != 3 or places == 3 or _mixed(plain))
    if not is_decimal or behind > max(places, 2):
        return Decimal(re.sub(r"[.,]", "", plain))
    return Decimal(re.sub(r"[.,]", "", plain[:last]) + "." + plain[last + 1 :])


def _mixed(plain: str) -> bool:
    return "." in plain and "," in plain


def asked(form: Mapping[str, Any]) -> dict[str, str] | None:
    """What was typed, by first day or total; None where the form has no such inputs."""
    found = {
        name.removeprefix(FIELD): str(text).strip()[:LONGEST] for name, text in form.items() if name.startswith(FIELD)
    }
    return {name: text for name, text in found.items() if text and _is_period(name)} if found else None


def read(reported: Mapping[str, str], *, places: int) -> dict[date | None, Decimal]:
    """The amounts that can be read, by the first day of the month; None stands for the total."""
    amounts = {name: typed(text, places=places) for name, text in reported.items() if _is_period(name)}
    return {
        None if name == TOTAL else date.fromisoformat(name): amount
        for name, amount in amounts.items()
        if amount is not None
    }


def _is_period(name: str) -> bool:
    if name == TOTAL:
        return True
    try:
        return bool(date.fromisoformat(name))
    except ValueError:
        return False
