"""The one form in which a focus is drafted: how a draft is written into it, and how it is read back."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict

from accounts.models.user import User
from icp import drafting, expecting
from icp.models.decision import Decision
from icp.models.definition import Icp
from icp.models.grading import Round
from icp.science import ranking

REST = "rest"  # everyone else
MOVE = ("action", "name", "icp", "owner", "check_on", "target")

type Values = dict[str, str]


def written(draft: Decision) -> Values:
    """A draft as the form holds it: the name of each input and its value."""
    values = {f"focus-{icp}": "on" for icp in draft.focus}
    for kind, rows in (("plan", draft.effort), ("today", draft.today)):
        values |= {f"{kind}-{row['icp'] or REST}": str(row["percent"]) for row in rows}
    for row in draft.left_out:
        values |= {f"left-{row['icp']}": row["text"], f"look-{row['icp']}": row["look_again_on"] or ""}
    for row in draft.expected:
        values[f"expect-{row['icp']}-{row['feature']}"] = f"{row['expected']:g}"
        values["until"] = row["until"]
    for number, move in enumerate(draft.moves):
        values |= {f"move-{number}-{name}": str(move[name] or "") for name in MOVE}
    return values | {"note": draft.note}


def typed(sent: QueryDict) -> Values:
    """What was sent, as it was typed."""
    return {name: value for name, value in sent.items() if isinstance(value, str)}


def told(values: Mapping[str, str], round: Round) -> dict[str, Any]:
    """What the form says, as the verbs want it."""
    icps = list(drafting.names(round))
    return {
        "focus": [icp for icp in icps if f"focus-{icp}" in values],
        "effort": shares(values, "plan", icps),
        "today": shares(values, "today", icps),
        "left_out": [
            {"icp": icp, "text": values.get(f"left-{icp}"), "look_again_on": values.get(f"look-{icp}")} for icp in icps
        ],
        "moves": [
            {name: values.get(f"move-{number}-{name}", "") for name in MOVE} for number in range(rows_of(values))
        ],
        "expected": [
            {"icp": icp, "feature": feature, "expected": said, "until": values.get("until")}
            for icp in icps
            for feature in expecting.FIGURES
            if (said := values.get(f"expect-{icp}-{feature}", "").strip())
        ],
        "note": values.get("note", ""),
    }


def shares(values: Mapping[str, str], kind: str, icps: Iterable[str]) -> list[dict[str, Any]]:
    """The percents that were typed; what was left empty is not said."""
    fields = [(icp, f"{kind}-{icp}") for icp in icps] + [(None, f"{kind}-{REST}")]
    return [{"icp": icp, "percent": said} for icp, name in fields if (said := values.get(name, "").strip())]


def rows_of(values: Mapping[str, str]) -> int:
    """How many rows for moves there are: three, or as many as somebody filled in."""
    numbers = [int(part[1]) for name in values if len(part := name.split("-")) == 3 and part[0] == "move"]
    return min(12, max([drafting.MOVES, *(number + 1 for number in numbers)]))


def laid_out(
    round: Round, values: Values, *, icps: Mapping[str, Icp], known: expecting.Measured, people: Iterable[User]
) -> dict[str, Any]:
    """All that the page of a draft shows, row by row, with what was typed in it."""
    rows = [_candidate(row, values, icps.get(row["icp"])) for row in (round.result or {})["ranking"]]
    focus = [row for row in rows if row["in_focus"]]
    return {
        "rows": rows,
        "everyone": {"plan": values.get(f"plan-{REST}", ""), "today": values.get(f"today-{REST}", "")},
        "outside": [row for row in rows if not row["in_focus"]],
        "expected": [row | {"figures": _figures(row["icp"], values, known.get(row["icp"], {}))} for row in focus],
        "by_when": values.get("until", ""),
        "moves": [_move(number, values) for number in range(rows_of(values))],
        "people": [{"id": str(person.pk), "name": str(person)} for person in people],
        "note": values.get("note", ""),
        "wanted": ranking.EFFORT,
    }


def _candidate(row: dict[str, Any], values: Values, icp: Icp | None) -> dict[str, Any]:
    id = row["icp"]
    kept = {name: values.get(f"{name}-{id}", "") for name in ("plan", "today", "left", "look")}
    return row | kept | {"in_focus": f"focus-{id}" in values, "sentence": icp.sentence if icp else ""}


def _figures(icp: str, values: Values, known: dict[str, float]) -> list[dict[str, Any]]:
    return [
        {
            "name": f"expect-{icp}-{feature}",
            "label": label,
            "unit": "%" if feature in expecting.SHARES else "",
            "now": expecting.said(feature, known.get(feature)),
            "value": values.get(f"expect-{icp}-{feature}", ""),
        }
        for feature, label in expecting.FIGURES.items()
    ]


def _move(number: int, values: Values) -> dict[str, Any]:
    return {"number": number} | {name: values.get(f"move-{number}-{name}", "") for name in MOVE}
