"""A closed round as a workbook: the order, each question, all answers without names, the gaps, the decision."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from django.utils.dateparse import parse_datetime
from xlsxwriter.worksheet import Worksheet

from accounts.models.user import User
from accounts.templatetags.words import day
from customers.clock import last_counted
from icp import deciding, sentences
from icp.models.decision import Decision
from icp.models.grading import Round
from segments.exporting import safe

type Result = dict[str, Any]
type Table = tuple[Sequence[str], Iterable[Sequence[Any]]]

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SCORES = range(1, 11)
# Nothing that people wrote may become a formula or a link.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(round: Round, result: Result, decision: Decision | None) -> bytes:
    """The frozen result and what was decided on it. No sheet says whose an answer is."""
    kept = BytesIO()
    with xlsxwriter.Workbook(kept, OPTIONS) as book:
        book.set_properties({"title": f"{round.name}, result", "created": _naive(round, result["closed_at"])})
        head, wrap = book.add_format({"bold": True, "bottom": 1, "text_wrap": True}), book.add_format({"valign": "top"})
        for name, table in _sheets(round, result, decision).items():
            _write(book.add_worksheet(name), table, head, wrap)
    return kept.getvalue()


def _sheets(round: Round, result: Result, decision: Decision | None) -> dict[str, Table]:
    return {
        "Ranking": _ranking(result),
        "Questions": _questions(result),
        "Answers": _answers(result),
        "Reasons": _reasons(result),
        "Gaps": _gaps(result),
        "Decision": _decision(result, decision),
        "About": _about(round, result, decision),
    }


def _write(sheet: Worksheet, table: Table, head: Any, plain: Any) -> None:
    titles, rows = table
    widths = [len(title) for title in titles]
    sheet.write_row(0, 0, titles, head)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            _cell(sheet, number, column, cell, plain)
            widths[column] = max(widths[column], len(str(cell if cell is not None else "")))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(60, max(8, width + 2)))
    sheet.freeze_panes(1, 1)


def _cell(sheet: Worksheet, row: int, column: int, cell: Any, plain: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        sheet.write_number(row, column, cell, plain)
    else:
        sheet.write_string(row, column, safe(cell), plain)


def _ranking(result: Result) -> Table:
    titles = [
        *("Place", "Candidate", "Focus", "Total", "Of", "Of 100", "Middle half from", "to", "Likely to buy"),
        *("Questions answered", "People", "Tied", "First in (share of weightings)", "In the focus in"),
        *("Range from (95 of 100)", "Range to"),
    ]
    rows = [
        [
            *(row["rank"], row["name"], row["focus"], row["total"], row["max"], row["score"], row["low"], row["high"]),
            *(row["likelihood"], row["answered"], row["graders"], row["tied"], row["first_in"], row.get("top_in")),
            *(row.get("interval") or (None, None)),
        ]
        for row in result["ranking"]
    ]
    return titles, rows


def _questions(result: Result) -> Table:
    """The middle answer of each question for each candidate."""
    names = {row["icp"]: row["name"] for row in result["ranking"]}
    rows = []
    for question in result["questions"]:
        middles = {row["icp"]: row["median"] for row in question["rows"]}
        weight = question.get("weight")
        rows.append(
            [question["name"], question["question"], question["counts"], weight, *(middles.get(icp) for icp in names)]
        )
    return ["Question", "In full", "Counts", "Weight", *names.values()], rows


def _answers(result: Result) -> Table:
    """How many people gave which score. Nobody's name stands here."""
    rows = [
        [
            *(question["name"], row["name"], row["median"]),
            *(row["scores"].count(score) for score in SCORES),
            row["unknown"],
        ]
        for question in result["questions"]
        for row in question["rows"]
    ]
    return ["Question", "Candidate", "Middle", *map(str, SCORES), "Don’t know"], rows


def _reasons(result: Result) -> Table:
    rows = [
        [question["name"], row["name"], each["score"], each["reason"]]
        for question in result["questions"]
        for row in question["rows"]
        for each in row["reasons"]
    ]
    return ["Question", "Candidate", "Score", "Reason"], rows


def _gaps(result: Result) -> Table:
    """Three or more apart; and what was graded again, before and after."""
    again = {(row["icp"], row["dimension"]): row for row in result.get("moved") or []}
    apart = {(gap["icp"], gap["dimension"]): gap for gap in result["gaps"]}
    rows = []
    for cell in [*apart, *(cell for cell in again if cell not in apart)]:
        gap, moved = apart.get(cell), again.get(cell)
        named, now = gap or moved or {}, (gap or {}) if gap else (moved or {}).get("after", {})
        before = moved["before"] if moved else {}
        rows.append(
            [named["name"], named["question"], now.get("low"), now.get("high"), before.get("low"), before.get("high")]
        )
    return ["Candidate", "Question", "Lowest", "Highest", "Lowest before", "Highest before"], rows


def _decision(result: Result, decision: Decision | None) -> Table:
    titles = ["What", "Candidate", "Says", "Plan %", "When decided %", "Now %", "Who", "Until"]
    if decision is None or decision.decided_at is None:
        return titles, [["Nothing is decided after this round yet."]]
    names = {row["icp"]: row["name"] for row in result["ranking"]} | {None: "Everyone else"}
    people = {str(member.pk): str(member) for member in _owners(decision)}
    rows: list[Sequence[Any]] = _effort(decision, names)
    rows += [
        ["Not to do", names.get(row["icp"]), row["text"], None, None, None, None, row["look_again_on"]]
        for row in decision.left_out
    ]
    for move in decision.moves:
        said = f"{move['name']}: {move['target']}"
        who = people.get(str(move["owner"]), "")
        rows.append(["Move", names.get(move["icp"]), said, None, None, None, who, move["check_on"]])
    for row in decision.expected:
        said = f"{row['label']}: {row['expected']:g}" + ("" if row["now"] is None else f", from {row['now']:g}")
        rows.append(["Expected", names.get(row["icp"]), said, None, None, None, None, row["until"]])
    return titles, [*rows, ["Note", None, decision.note]] if decision.note else rows


def _effort(decision: Decision, names: dict[Any, str]) -> list[Sequence[Any]]:
    columns: list[dict[Any, int]] = [
        {row["icp"]: row["percent"] for row in shares}
        for shares in (decision.effort, decision.today, decision.spent[-1]["shares"] if decision.spent else [])
    ]
    named = [icp for icp in names if any(icp in column for column in columns)]
    return [
        ["Focus" if icp in decision.focus else "Effort", names[icp], None, *(column.get(icp) for column in columns)]
        for icp in named
    ]


def _owners(decision: Decision) -> Any:
    ids = [move["owner"] for move in decision.moves if move["owner"]]
    return User.objects.filter(pk__in=ids, memberships__workspace=decision.workspace)


def _about(round: Round, result: Result, decision: Decision | None) -> Table:
    zone, agreement = round.workspace.timezone, result["agreement"]
    said = [sentences.provisional(result), sentences.weak(result), sentences.agreed(result).replace("**", "")]
    rows = [
        ["Round", result["round"]],
        ["Closed on", day(parse_datetime(result["closed_at"]), zone)],
        ["Closed by", result["closed_by"]],
        ["Graded by", ", ".join(result["graders"])],
        ["Scorecard", f"{result['rubric']['name']}, version {result['rubric']['version']}"],
        ["Data until", day(last_counted(parse_datetime(result["as_of"])), zone)],
        ["Focus", f"The best 15 % of {len(result['ranking'])} candidates: {result['places']}"],
        *(["Mind", sentence] for sentence in said if sentence),
        *([label, agreement.get(name)] for name, label in FIGURES.items() if agreement.get(name) is not None),
    ]
    if decision and decision.decided_at:
        rows += [["Decided on", day(decision.decided_at, zone)], ["Written down by", str(decision.decided_by or "")]]
        rows += [["Decided with data until", day(last_counted(decision.as_of), zone)]]
    return ["About", "This result"], rows


FIGURES = {"alpha": "Krippendorff’s alpha, ordinal", "icc": "ICC(2,k)", "w": "Kendall’s W"}


def _naive(round: Round, said: str) -> datetime:
    moment = parse_datetime(said) or datetime(2000, 1, 1, tzinfo=ZoneInfo("UTC"))
    return moment.astimezone(ZoneInfo(round.workspace.timezone)).replace(tzinfo=None)


def decided_on(round: Round, result: Result) -> Decision | None:
    """The decision that stands on this very result, if there is one."""
    decision = deciding.decided_of(round)
    return (
        decision if decision and (deciding.result_of(decision) or {}).get("closed_at") == result["closed_at"] else None
    )


def file_name(round: Round) -> str:
    """Autumn 2026 -> autumn-2026-result.xlsx."""
    name = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in round.name.lower()).strip("-")
    return f"{name or 'round'}-result.xlsx"
