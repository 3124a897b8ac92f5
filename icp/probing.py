"""How far a result holds: other weights, other people, single answers, other ways to count."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from icp import sentences
from icp.models.grading import Rubric
from icp.science import ranking, scoring, sensitivity, weighing

type Result = dict[str, Any]

PANELS = 1_000  # panels of people drawn again


@dataclass(frozen=True)
class Panel:
    """The answers that stand (a row each), what all agreed on (candidates x questions), and the scorecard."""

    given: pd.DataFrame
    answers: pd.DataFrame
    rubric: Rubric

    @cached_property
    def counting(self) -> list[str]:
        return self.rubric.counting

    @cached_property
    def weights(self) -> dict[str, float]:
        return self.rubric.weights

    @cached_property
    def weight(self) -> Any:
        """The weights in the order of the counting questions; their mean is 1."""
        return scoring.weighed(self.counting, self.weights)

    @cached_property
    def agreed(self) -> pd.DataFrame:
        """Candidates x counting questions."""
        return self.answers.reindex(columns=self.counting).astype(float)

    @cached_property
    def totals(self) -> "pd.Series[float]":
        return scoring.total(self.answers, self.counting, self.weights)

    @cached_property
    def by_grader(self) -> pd.DataFrame:
        return scoring.totals_by_grader(self.given, self.counting, self.weights)

    @cached_property
    def graders(self) -> int:
        """How many people could answer something."""
        return int(self.given.dropna(subset=["score"])["grader"].nunique())

    @cached_property
    def apartness(self) -> "pd.Series[float]":
        return scoring.apartness(self.given)

    @cached_property
    def likelihood(self) -> "pd.Series[float]":
        """The question that is kept beside the total: purchase likelihood, where it does not count."""
        beside = next((each["id"] for each in self.rubric.dimensions if not each["counts"]), None)
        return self.answers[beside] if beside in self.answers else pd.Series(np.nan, index=self.answers.index)

    @cached_property
    def again(self) -> Any:
        """What panels of people like these would have agreed on: panels x candidates x counting questions."""
        known = self.given.dropna(subset=["score"])
        return scoring.drawn_again(scoring.cube(known, list(self.answers.index), self.counting), draws=PANELS)


def probe(panel: Panel, rows: list[Result]) -> Result:
    """What the result says of its own firmness. Adds to each row of the ranking how often it is first."""
    if panel.totals.isna().all():
        return _nothing(rows)
    _how_often(panel, rows)
    drawn = _ranges(panel, rows)
    order = [row["icp"] for row in rows if row["rank"]]
    names = {row["icp"]: row["name"] for row in rows}
    pairs = ranking.not_apart(drawn, order) if panel.graders > 1 else []
    return {
        "ways": {"draws": sensitivity.DRAWS, "panels": PANELS, "around_chosen": len(set(panel.weights.values())) > 1},
        "not_apart": [[names[one], names[next]] for one, next in pairs],
        "close_call": _close_call(rows, pairs),
        "flip_weight": _flip_weight(panel, names),
        "flip_score": _flip_score(panel, names),
        "views": _views(panel),
    }


def _nothing(rows: list[Result]) -> Result:
    """Nobody could judge anybody on a question that counts."""
    for row in rows:
        row |= dict.fromkeys(("first_in", "top_in", "mean_rank", "first_again", "top_again", "interval"))
    empty = {"ways": None, "close_call": None, "flip_weight": None, "flip_score": None}
    return empty | {"not_apart": [], "views": []}


def _how_often(panel: Panel, rows: list[Result]) -> None:
    """In what share of all ways to weigh the questions each candidate is first, and in the focus."""
    places = ranking.places(len(panel.agreed))
    ways = sensitivity.weightings(panel.weight)
    found = sensitivity.acceptability(panel.agreed.to_numpy(), ways, places=places)
    again = (
        sensitivity.acceptability_of_panels(panel.again, ways, places=places) if panel.graders > 1 else found * np.nan
    )
    for row in rows:
        place = panel.agreed.index.get_loc(row["icp"])
        row["first_in"], row["top_in"] = _share(found["first"][place]), _share(found["top"][place])
        row["first_again"], row["top_again"] = _share(again["first"][place]), _share(again["top"][place])
        row["mean_rank"] = _share(found["mean_rank"][place])


def _share(value: Any) -> float | None:
    return None if pd.isna(value) else round(float(value), 3)


def _ranges(panel: Panel, rows: list[Result]) -> pd.DataFrame:
    """Each total with its range over people drawn again; the totals drawn, a column for each candidate."""
    drawn = pd.DataFrame(scoring.totals_of(panel.again, panel.weight), columns=panel.agreed.index)
    for row in rows:
        known = drawn[row["icp"]].dropna()
        ends = np.percentile(known, [2.5, 97.5]) if row["graders"] > 1 and len(known) else None
        row["interval"] = None if ends is None else [round(float(end), 2) for end in ends]
    return drawn


def _close_call(rows: list[Result], pairs: list[tuple[Any, Any]]) -> list[str] | None:
    """The last of the focus and the first outside, where they cannot be told apart."""
    inside = [row for row in rows if row["focus"]]
    outside = [row for row in rows if not row["focus"] and row["rank"]]
    if not inside or not outside or (inside[-1]["icp"], outside[0]["icp"]) not in pairs:
        return None
    return [inside[-1]["name"], outside[0]["name"]]


def _flip_weight(panel: Panel, names: dict[str, str]) -> Result | None:
    found = sensitivity.flip_weight(panel.agreed, panel.weight)
    if found is None:
        return None
    told = {
        "question": _question(panel, found.question),
        "dimension": found.question,
        "factor": round(found.factor, 2),
        "first": names[found.first],
    }
    return told | {"sentence": sentences.flip_weight(told)}


def _flip_score(panel: Panel, names: dict[str, str]) -> Result | None:
    found = sensitivity.flip_score(panel.agreed, panel.weight)
    if found is None:
        return None
    told = {
        "icp": found.icp,
        "name": names[found.icp],
        "question": _question(panel, found.question),
        "dimension": found.question,
        "from": found.before,
        "to": found.after,
        "first": names[found.first],
    }
    return told | {"sentence": sentences.flip_score(told)}


def _question(panel: Panel, id: str) -> str:
    return next(str(each["name"]) for each in panel.rubric.dimensions if each["id"] == id)


# Other ways to count ---------------------------------------------------------------------------


def _views(panel: Panel) -> list[Result]:
    """The same answers counted in other ways, side by side: scores of 100 and places."""
    views = [("mean", _counted(panel, scoring.consensus(panel.given, way="mean")))]
    if panel.graders >= scoring.ENOUGH_TO_TRIM:
        views.append(("trimmed", _counted(panel, scoring.consensus(panel.given, way="trimmed"))))
    if panel.graders > 1:
        views.append(("levelled", _counted(panel, scoring.consensus(scoring.levelled(panel.given)))))
    if len(set(panel.weights.values())) > 1:
        views.append(("equal", scoring.of_hundred(scoring.total(panel.answers, panel.counting), panel.counting)))
    if panel.likelihood.notna().any():
        views.append(("likely", scoring.of_hundred(panel.totals, panel.counting) * panel.likelihood / scoring.HIGHEST))
    views.append(("nearness", _nearness(panel)))
    return [_view(id, scores) for id, scores in views if scores.notna().any()]


def _counted(panel: Panel, answers: pd.DataFrame) -> "pd.Series[float]":
    totals = scoring.total(answers.reindex(panel.answers.index), panel.counting, panel.weights)
    return scoring.of_hundred(totals, panel.counting)


def _nearness(panel: Panel) -> "pd.Series[float]":
    """How near each candidate lies to the best answer on every question, of 100."""
    known = panel.agreed.dropna(how="all")
    filled = known.T.fillna(known.mean(axis=1)).T
    near = pd.Series(100 * weighing.nearness(filled.to_numpy(), panel.weight), index=known.index)
    return near.reindex(panel.agreed.index)


def _view(id: str, scores: "pd.Series[float]") -> Result:
    ranks = scores.round(6).rank(method="min", ascending=False)
    return {
        "id": id,
        "scores": {str(icp): None if pd.isna(score) else round(float(score), 1) for icp, score in scores.items()},
        "ranks": {str(icp): None if pd.isna(rank) else int(rank) for icp, rank in ranks.items()},
    }
