"""Money is kept as whole numbers of the currency's smallest coin; here is how many of them make one."""

from decimal import Decimal

DIGITS = {"BIF": 0, "CLP": 0, "ISK": 0, "JPY": 0, "KRW": 0, "PYG": 0, "VND": 0, "XAF": 0, "XOF": 0}
DIGITS |= {"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3}


def digits(currency: str) -> int:
    """Decimal places of a currency (ISO 4217): 2, but 0 for yen and 3 for dinars."""
    return DIGITS.get(currency, 2)


def minor_units(currency: str) -> int:
    """How many of the smallest coin make one: 100 cents."""
    return int(10 ** digits(currency))


def in_words(amount: Decimal | float | None, currency: str) -> str | None:
    """Major units as the decimal string of the API: 1915.7 -> "1915.70"."""
    return None if amount is None else f"{round(Decimal(str(amount)), digits(currency)):.{digits(currency)}f}"


def from_minor(amount: int | None, currency: str) -> Decimal | None:
    """Minor units to exact major units."""
    return None if amount is None else Decimal(amount).scaleb(-digits(currency))
