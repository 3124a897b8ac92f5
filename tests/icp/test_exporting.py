"""A closed round as a workbook: complete, safe to open, and without a name on any answer."""

import re
from io import BytesIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pandas as pd
import pytest

from accounts.models.user import User
from icp import deciding, exporting, focusing, grading
from icp.grading import Answer
from icp.models.definition import Icp
from icp.models.grading import Round
from tests.icp.test_deciding import NOON, UNTIL, whole

EVIL = '=HYPERLINK("http://x","y")'


@pytest.fixture
def round(autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp) -> Round:
    for person, reach in ((gina, 3), (erin, 9)):
        answers = [
            Answer(icp.pk, question["id"], (reach if icp == offices else 2) if question["id"] == "reach" else 7)
            for icp in (offices, gifts)
            for question in autumn.rubric.dimensions
        ]
        grading.keep_answers(autumn, answers, by=person)
    grading.keep_answers(autumn, [Answer(offices.pk, "value", 7, EVIL)], by=gina)
    return focusing.close_round(autumn, by=erin, at=NOON, as_of=UNTIL)


def book(round: Round) -> ZipFile:
    assert round.result is not None
    return ZipFile(BytesIO(exporting.workbook(round, round.result, exporting.decided_on(round, round.result))))


def sheets(round: Round) -> dict[str, pd.DataFrame]:
    """The book as a spreadsheet would read it: strings by number, cells by place."""
    with book(round) as parts:
        strings = ["".join(each.itertext()) for each in _xml(parts, "xl/sharedStrings.xml")]
        names = [each.attrib["name"] for each in _xml(parts, "xl/workbook.xml").iter() if each.tag.endswith("}sheet")]
        return {
            name: _frame(_xml(parts, f"xl/worksheets/sheet{number}.xml"), strings)
            for number, name in enumerate(names, start=1)
        }


def _xml(parts: ZipFile, name: str) -> Any:
    return ElementTree.fromstring(parts.read(name))


def _frame(sheet: Any, strings: list[str]) -> pd.DataFrame:
    rows: dict[int, dict[str, Any]] = {}
    for cell in (each for each in sheet.iter() if each.tag.endswith("}c")):
        value = "".join(cell.itertext())
        column, row = re.findall(r"([A-Z]+)(\d+)", cell.attrib["r"])[0]
        told = strings[int(value)] if cell.attrib.get("t") == "s" else float(value)
        rows.setdefault(int(row), {})[column] = told
    columns = sorted(rows[1], key=lambda letters: (len(letters), letters))
    table = [[rows[row].get(column) for column in columns] for row in sorted(rows) if row > 1]
    return pd.DataFrame(table, columns=[rows[1][column] for column in columns], dtype=object)


def test_each_part_has_its_sheet(round: Round) -> None:
    read = sheets(round)

    assert list(read) == ["Ranking", "Questions", "Answers", "Reasons", "Gaps", "Decision", "About"]
    assert read["Ranking"][["Place", "Candidate", "Of 100"]].values.tolist() == [
        [1, "Small offices", 69], [2, "Gift buyers", 65],
    ]  # fmt: skip
    assert read["Gaps"].iloc[0, :4].tolist() == ["Small offices", "Reach", 3, 9]
    about = dict(read["About"].values.tolist())
    assert (about["Scorecard"], about["Closed on"], about["Data until"]) == (
        "ICP 10, version 1", "22 Nov 2026", "20 Nov 2026",
    )  # fmt: skip


def test_answers_are_counted_by_score_and_carry_no_name(round: Round) -> None:
    answers = sheets(round)["Answers"]
    reach = answers[(answers["Question"] == "Reach") & (answers["Candidate"] == "Small offices")].iloc[0]

    assert (reach["3"], reach["9"], reach["5"], reach["Don’t know"]) == (1, 1, 0, 0)
    for name in ("Answers", "Reasons", "Questions"):
        assert "Gina" not in sheets(round)[name].to_csv()


def test_what_people_wrote_never_becomes_a_formula(round: Round) -> None:
    reasons = sheets(round)["Reasons"]
    assert reasons["Reason"].tolist() == [f"'{EVIL}"]

    with book(round) as parts:
        cells = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not [part for part in cells if b"<f>" in part or b"hyperlink" in part.lower()]


def test_the_decision_is_in_the_book_once_it_is_made(round: Round, erin: User, offices: Icp, gifts: Icp) -> None:
    before = sheets(round)["Decision"]
    deciding.decide(round, by=erin, at=NOON, as_of=UNTIL, **whole(round, offices, gifts, erin))
    after = sheets(round)["Decision"]

    assert before.iloc[0, 0] == "Nothing is decided after this round yet."
    assert after["What"].tolist() == ["Focus", "Effort", "Effort", "Not to do", "Move", "Move", "Move", "Expected"]
    assert after["Plan %"].dropna().tolist() == [75, 5, 20]
    assert after.loc[4, "Who"] == "Erin"


@pytest.mark.parametrize(("person", "status"), [("erin", 200), ("bob", 200), ("gina", 200), ("charlie", 404)])
def test_whoever_may_read_the_result_may_take_it_along(
    request: Any, round: Round, signed_in: Any, person: str, status: int
) -> None:
    address = f"/w/acme/ideal-customers/rounds/{round.pk}/result.xlsx"
    answer = signed_in(request.getfixturevalue(person)).get(address)

    assert answer.status_code == status
    if status == 200:
        assert answer["Content-Disposition"] == 'attachment; filename="autumn-result.xlsx"'
        assert answer.content[:2] == b"PK"


def test_an_open_round_has_no_book(autumn: Round, erin: User, signed_in: Any) -> None:
    assert signed_in(erin).get(f"/w/acme/ideal-customers/rounds/{autumn.pk}/result.xlsx").status_code == 302
