"""Rows become frames, with their types even when there are none."""

from typing import Any

import pandas as pd

from icp.models.grading import Grade, Round

GRADES = {
    "icp": "str",
    "dimension": "str",
    "grader": "str",
    "score": "float64",
    "reason": "str",
    "turn": "int64",
    "seconds": "float64",
}
CELL = ["icp", "dimension"]


def grades_of(round: Round) -> pd.DataFrame:
    """What everybody thinks in the end, one row for each answer. Only for a round, or a question, that is closed."""
    return latest(answers_of(round))


def answers_of(round: Round) -> pd.DataFrame:
    """All answers, first and second. Only for a round, or a question, that is closed."""
    return frame_of(Grade.objects.in_workspace(round.workspace).filter(round=round).counting())


def latest(answers: pd.DataFrame) -> pd.DataFrame:
    """Of each person's answers about one candidate to one question the last: a second thought counts."""
    return answers.sort_values("turn", kind="stable").drop_duplicates([*CELL, "grader"], keep="last").sort_index()


def frame_of(grades: Any) -> pd.DataFrame:
    """The answers of a queryset, one row each."""
    values = [
        (str(icp), dimension, str(grader), score, reason, turn, seconds)
        for icp, dimension, grader, score, reason, turn, seconds in grades.order_by("pk").values_list(*GRADES)
    ]
    return pd.DataFrame.from_records(values, columns=list(GRADES)).astype(GRADES)
