"""A file's columns, dates and numbers are recognised before anything is asked.

`recognise` gives the mapping, the options and the questions that remain; `settled` applies what a
person (or the API) answered and says what still stands in the way.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from customers import mapping as columns_of
from customers import parsing, reading
from customers.mapping import FIELDS, IGNORE, OF_ORDERS, SINGLE, Guess, Question
from customers.parsing import BadCell
from customers.reading import Shape, Unreadable
from customers.shops import known
from customers.shops.known import SHOPS
from customers.shops.shop import Shop

SAMPLE = 2_000
FURTHER = 500_000  # rows that may be looked through for the one date that tells day from month
IDS = ("customer_id", "order_id", "product_id")
_ONLY_WHOLE = re.compile(r"\s*\d+\.0\s*$")


class WrongMapping(ValueError):
    """A mapping names a column or a field that does not exist, or gives a field twice."""


def recognise(
    path: Path, shape: Shape, *, given: dict[str, str] | None = None, options: dict[str, Any] | None = None
) -> Guess:
    """Recognise everything. `given` and `options` are taken as answers and not asked again.

    Raises Unreadable for a file without rows, WrongMapping for a mapping that does not fit the file.
    """
    rows = reading.sample(path, shape, SAMPLE)
    if not rows:
        raise Unreadable(f"The file has column names but no rows. {reading.ACCEPTED}")
    shop = _shop(shape.columns, given)
    answer = _of_shop(shop, shape.columns, given) if shop else _of_table(shape.columns, rows, given)
    if not shape.has_header and not (options or {}).get("header_is_settled"):
        answer.questions.insert(0, _header_question(shape))
    _recognise_total(answer, shape, rows)
    _recognise_options(answer, path, shape, rows, options or {})
    return answer


def _shop(columns: Sequence[str], given: dict[str, str] | None) -> Shop | None:
    """The shop whose export this is, unless somebody says what the columns are in other words than ours."""
    shop = known.recognised(columns)
    in_our_words = given is None or bool(OF_ORDERS.keys() & given.values())
    return shop if in_our_words else None


def _of_shop(shop: Shop, columns: Sequence[str], given: dict[str, str] | None) -> Guess:
    mapping = known.mapping_of(shop, columns) if given is None else _checked(given, columns, FIELDS | OF_ORDERS)
    notes = [f"This looks like {shop.name}.", *shop.oddities]
    return Guess(mapping, {"shop": shop.key}, notes=notes, missing=columns_of.missing(mapping))


def _of_table(columns: Sequence[str], rows: list[list[str]], given: dict[str, str] | None) -> Guess:
    if given is None:
        return columns_of.guess(columns, rows)
    mapping = _checked(given, columns, FIELDS)
    return Guess(mapping, missing=columns_of.missing(mapping))


def _checked(given: dict[str, str], columns: Sequence[str], fields: dict[str, str]) -> dict[str, str]:
    for column, field in given.items():
        if column not in columns:
            raise WrongMapping(f"The file has no column “{column}”. It has: {', '.join(columns[:30])}.")
        if field not in fields:
            raise WrongMapping(f"“{field}” is not a field. Fields are: {', '.join(fields)}.")
    for field in SINGLE:
        if sum(chosen == field for chosen in given.values()) > 1:
            raise WrongMapping(f"Two columns are given as {fields[field]} ({field}). Choose one.")
    return {column: given.get(column, IGNORE) for column in columns}


def _header_question(shape: Shape) -> Question:
    text = "The first line looks like data, not like column names. What is it?"
    return Question("header", text, [("no", "The first row of data"), ("yes", "The names of the columns")])


def _cells(guess: Guess, shape: Shape, rows: list[list[str]], field: str) -> list[str]:
    column = columns_of.by_field(guess.mapping).get(field)
    if column is None:
        return []
    at = shape.columns.index(column)
    return [row[at] for row in rows if row[at].strip()]


def _recognise_total(guess: Guess, shape: Shape, rows: list[list[str]]) -> None:
    """Beside price and quantity, a total is the line's only if it is their product; an order's is not."""
    at = {field: shape.columns.index(column) for field, column in columns_of.by_field(guess.mapping).items()}
    if not {"unit_price", "quantity", "total"} <= at.keys():
        return
    if any(not _multiplies(row, at) for row in rows[:200]):
        guess.mapping[shape.columns[at["total"]]] = IGNORE
        guess.notes = [note for note in guess.notes if "line total" not in note]
        guess.notes.append(f"“{shape.columns[at['total']]}” is not price times quantity, so we leave it out.")


def _multiplies(row: list[str], at: dict[str, int]) -> bool:
    try:
        price, quantity, total = (_number(row[at[field]]) for field in ("unit_price", "quantity", "total"))
    except BadCell:
        return not row[at["unit_price"]].strip()
    return abs(price * quantity - total) <= Decimal("0.011")


def _number(text: str) -> Decimal:
    try:
        return parsing.number(text)
    except BadCell:
        return parsing.number(text, decimal=",")


def _recognise_options(guess: Guess, path: Path, shape: Shape, rows: list[list[str]], given: dict[str, Any]) -> None:
    _recognise_date(guess, path, shape, rows, given)
    _recognise_decimal(guess, shape, rows, given)
    guess.options["whole"] = [
        field for field in IDS if (texts := _cells(guess, shape, rows, field)) and all(map(_ONLY_WHOLE.match, texts))
    ]
    guess.options["currency"] = _only(_cells(guess, shape, rows, "converted_currency")) or _only(
        _cells(guess, shape, rows, "currency")
    )
    orders = _cells(guess, shape, rows, "order_id")
    guess.options["letters"] = bool(orders) and sum(text.strip().isdigit() for text in orders) >= 0.9 * len(orders)


def _only(texts: list[str]) -> str | None:
    """The currency of all of the cells."""
    found = {text.strip().upper() for text in texts}
    return found.pop() if len(found) == 1 else None


def _recognise_date(guess: Guess, path: Path, shape: Shape, rows: list[list[str]], given: dict[str, Any]) -> None:
    texts = _cells(guess, shape, rows, "date")
    styles = columns_of.date_styles(texts)
    if given.get("date") in (styles or parsing.STYLES):  # an answer that the cells contradict is not one
        guess.options["date"] = given["date"]
        return
    if {"dmy", "mdy"} <= set(styles) and not re.match(r"\s*\d+\.\d+\.", texts[0]):
        styles = _told_apart(guess, path, shape) or styles
    if {"dmy", "mdy"} <= set(styles) and not re.match(r"\s*\d+\.\d+\.", texts[0]):
        guess.questions.append(_order_question(texts))
    guess.options["date"] = styles[0] if styles else None


def _told_apart(guess: Guess, path: Path, shape: Shape) -> list[str]:
    """Look for a day above 12, which tells day from month; one such cell decides for the column."""
    at = shape.columns.index(columns_of.by_field(guess.mapping)["date"])
    for _, cells, _ in islice(reading.rows(path, shape), FURTHER):
        found = re.match(r"\s*(\d{1,2})[-/. ](\d{1,2})[-/. ]", cells[at]) if len(cells) > at else None
        if found and int(found[1]) > 12:
            return ["dmy"]
        if found and int(found[2]) > 12:
            return ["mdy"]
    return []


def _order_question(texts: Sequence[str]) -> Question:
    """Asked by an example whose two readings differ."""

    def read(style: str, text: str) -> datetime | None:
        found = parsing.PATTERNS[style].match(text)
        return parsing.naive(found) if found else None

    example = next((text for text in texts if read("dmy", text) != read("mdy", text)), texts[0])
    moments = {style: read(style, example) for style in ("dmy", "mdy")}
    choices = [(style, f"{moment.day} {moment:%B %Y}") for style, moment in moments.items() if moment]
    text = f"Every date in this file can be read in two ways. Which day is “{example.strip()}”?"
    return Question("date", text, choices)


def _recognise_decimal(guess: Guess, shape: Shape, rows: list[list[str]], given: dict[str, Any]) -> None:
    if given.get("decimal") in (".", ","):
        guess.options["decimal"] = given["decimal"]
        return
    texts = [
        text.strip()
        for field in ("unit_price", "total", "order_total", "quantity")
        for text in _cells(guess, shape, rows, field)
    ]
    point = sum(bool(re.search(r"\.\d{1,2}\D*$|\.\d{4,}\D*$|,\d{3}\.|\d\.0\D*$", text)) for text in texts)
    comma = sum(bool(re.search(r",\d{1,2}\D*$|,\d{4,}\D*$|\.\d{3},", text)) for text in texts)
    unclear = [text for text in texts if re.search(r"^\D*[1-9]\d{0,2}[.,]\d{3}\D*$", text)]
    guess.options["decimal"] = "," if comma > point else "."
    if unclear and point == comma:
        guess.questions.append(_decimal_question(unclear[0]))


def _decimal_question(example: str) -> Question:
    whole = re.sub(r"[.,]", "", example)
    sign = "," if "," in example else "."
    other = "." if sign == "," else ","
    large, small = f"{whole} (thousands)", f"{example} with three decimals"
    text = f"Is “{example}” a whole number in thousands, or a number with decimals?"
    return Question("decimal", text, [(other, large), (sign, small)])


def refusal(guess: Guess, shape: Shape) -> str | None:
    """Why nothing can be made of this file, whatever the person answers; None if something can."""
    if (shop := SHOPS.get(guess.options.get("shop", ""))) and shop.refused_because:
        return shop.refused_because
    if guess.missing:
        return columns_of.missing_sentence(guess.missing, shape.columns)
    if guess.options.get("date") is None:
        column = columns_of.by_field(guess.mapping)["date"]
        return (
            f"We cannot read the dates in “{column}”. We accept dates such as 2026-11-20, 20/11/2026 or 20 Nov 2026, "
            "with or without a time, all of one kind in the column."
        )
    return None
