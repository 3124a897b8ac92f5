import csv
from io import StringIO

import pytest

from segments.exporting import DANGEROUS, SKIPPED, line, safe

FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd|' /C calc'!A0", "+49 30 1234", "=", "＝1+1", "＋1", "－1", "＠SUM", "=IMPORTXML(1)",
    "=WEBSERVICE(1)",
    "-", "+", "@", "=\"a\"", "|cmd", "%0A=1",
]  # fmt: skip
STARTS = ["", " ", "\t", "\r", "\n", "\r\n", "\0", " \t\n", "\u00a0", "\ufeff"]


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("start", STARTS)
def test_no_cell_starts_a_formula(start: str, formula: str) -> None:
    (cell,) = next(csv.reader(StringIO(line([start + formula]), newline="")))

    assert cell.startswith("'")
    assert cell.lstrip(SKIPPED)[0] not in DANGEROUS
    assert cell == "'" + (start + formula).replace("\0", "")


@pytest.mark.parametrize(
    ("value", "text"),
    [(-5.2, "-5.2"), (-7, "-7"), (0, "0"), (None, ""), (True, "yes"), (False, "no"), ("007", "007"), ("NA", "NA"),
     ("Ärger & Söhne", "Ärger & Söhne"), ("a=b", "a=b"), ("", ""), ("  ", "  ")],
)  # fmt: skip
def test_everything_else_stays_as_it_is(value: object, text: str) -> None:
    assert safe(value) == text


def test_quotes_commas_and_line_ends_survive() -> None:
    cells = ['say "hi"', "a, b", "two\nlines", "'quoted'"]

    assert next(csv.reader(StringIO(line(cells), newline=""))) == cells
