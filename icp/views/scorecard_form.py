"""The editor of a scorecard: one form with all its questions, which works without a script.

Buttons that add, move and take out a question send the whole form, and get it back changed. Nothing is stored
before *Save*.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms

from icp.models.grading import Rubric
from icp.wording import ALIKE, LESS, MARKS, MORE, QUESTIONS, identified

BESIDE = "beside"
COUNTS = [(BESIDE, "beside"), (f"{LESS:g}", "less"), (f"{ALIKE:g}", "as the others"), (f"{MORE:g}", "more")]

type Row = dict[str, str]


class QuestionForm(forms.Form):
    """One question: what is asked, why, what the grades mean, and how much it counts."""

    id = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    name = forms.CharField(label="Short name", max_length=80, help_text="One or two words, such as “Reach”.")
    question = forms.CharField(label="The question in full", max_length=200)
    why = forms.CharField(label="Why it matters", required=False, max_length=200)
    at_1 = forms.CharField(label="1 means", required=False, max_length=80)
    at_4 = forms.CharField(label="4 means", required=False, max_length=80)
    at_7 = forms.CharField(label="7 means", required=False, max_length=80)
    at_10 = forms.CharField(label="10 means", required=False, max_length=80)
    counts = forms.ChoiceField(label="Counts", choices=COUNTS, initial="1", widget=forms.RadioSelect)

    def __init__(self, *args: Any, row: Row | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        own = (row or {}).get("counts", "")
        if own and own not in dict(COUNTS) and _is_weight(own):  # a program chose a weight between ours
            self["counts"].field.choices = [*COUNTS, (own, f"{own} times")]  # type: ignore[attr-defined]

    @property
    def texts(self) -> list[Any]:
        return [self[name] for name in ("name", "question", "why")]

    @property
    def marks(self) -> list[Any]:
        return [self[f"at_{mark}"] for mark in MARKS]

    def dimension(self) -> dict[str, Any]:
        """The question as the verb wants it."""
        told = self.cleaned_data
        words = {mark: told[f"at_{mark}"] for mark in MARKS if told[f"at_{mark}"]}
        counts = told["counts"] != BESIDE
        kept = {key: told[key] for key in ("id", "name", "question", "why")}
        return kept | {"words": words, "counts": counts, "weight": float(told["counts"]) if counts else ALIKE}


def _is_weight(said: str) -> bool:
    try:
        return 0 < float(said) <= 10
    except ValueError:
        return False


@dataclass
class Draft:
    """A scorecard while somebody works on it: its rows as they were typed, and which of them stands open."""

    name: str
    based_on: str
    rows: list[Row]
    open: int | None = None
    problem: str = ""
    forms: list[QuestionForm] = field(default_factory=list)

    @classmethod
    def of(cls, rubric: Rubric, name: str) -> "Draft":
        """What is kept, to begin with."""
        return cls(name, str(rubric.pk), [_row(each) for each in rubric.dimensions]).shown()

    @classmethod
    def sent(cls, data: Mapping[str, str]) -> "Draft":
        """What was typed, in the order in which it stood."""
        count = int(said) if (said := data.get("count", "")).isascii() and said.isdigit() else 0
        names = list(QuestionForm.base_fields)
        rows = [{name: data.get(f"q{n}-{name}", "") for name in names} for n in range(min(count, 2 * QUESTIONS[1]))]
        return cls(data.get("name", ""), data.get("based_on", ""), rows)

    def shown(self) -> "Draft":
        """The rows as forms that were not checked yet."""
        self.forms = [QuestionForm(initial=row, prefix=f"q{n}", row=row) for n, row in enumerate(self.rows)]
        return self

    def check(self) -> bool:
        """Whether every question can be kept; those that cannot say why, and the first of them stands open."""
        self.forms = [
            QuestionForm({f"q{n}-{name}": said for name, said in row.items()}, prefix=f"q{n}", row=row)
            for n, row in enumerate(self.rows)
        ]
        wrong = [number for number, form in enumerate(self.forms) if not form.is_valid()]
        self.open = wrong[0] if wrong else None
        return not wrong

    def dimensions(self) -> list[dict[str, Any]]:
        """The questions; one that is new gets an id that no other one has."""
        kept = [form.dimension() for form in self.forms]
        taken = {each["id"] for each in kept if each["id"]}
        for number, each in enumerate(kept, start=1):
            if not each["id"]:
                each["id"] = _free(identified(each["name"]) or f"question_{number}", taken)
                taken.add(each["id"])
        return kept

    def change(self, do: str, weights: Mapping[str, float]) -> None:
        """Carry out one button: add, up-3, down-3, remove-3, suggest."""
        what, _, which = do.partition("-")
        place = int(which) if which.isascii() and which.isdigit() else -1
        if what == "add" and len(self.rows) < QUESTIONS[1]:
            self.rows.append({"counts": "1"})
            self.open = len(self.rows) - 1
        elif what == "suggest":
            for row in self.rows:
                if row.get("counts") != BESIDE:
                    row["counts"] = f"{weights.get(row.get('id', ''), float(row['counts'] or 1)):g}"
        elif 0 <= place < len(self.rows):
            self._move(what, place)

    def _move(self, what: str, place: int) -> None:
        if what == "remove":
            del self.rows[place]
            return
        to = place - 1 if what == "up" else place + 1 if what == "down" else place
        if 0 <= to < len(self.rows):
            self.rows[place], self.rows[to] = self.rows[to], self.rows[place]


def _row(dimension: dict[str, Any]) -> Row:
    words = dimension.get("words") or {}
    counts = f"{float(dimension.get('weight', ALIKE)):g}" if dimension["counts"] else BESIDE
    texts = {key: str(dimension.get(key, "")) for key in ("id", "name", "question", "why")}
    return texts | {f"at_{mark}": words.get(mark, "") for mark in MARKS} | {"counts": counts}


def _free(id: str, taken: set[str]) -> str:
    number, free = 2, id
    while free in taken:
        free, number = f"{id[:36]}_{number}", number + 1
    return free
