"""Rows become frames, with their types even when there are none."""

from typing import Any

import pandas as pd

from icp.models.grading import Grade, Round

GRADES = {"icp": "str", "dimension": "str", "grader": "str", "score": "float64", "reason": "str"}


def grades_of(round: Round) -> pd.DataFrame:
    """Everybody's answers, one row each. Only for a round, or a question, that is closed."""
    return frame_of(Grade.objects.in_workspace(round.workspace).filter(round=round))


def frame_of(grades: Any) -> pd.DataFrame:
    """The answers of a queryset, one row each."""
    values = [
        (str(icp), dimension, str(grader), score, reason)
        for icp, dimension, grader, score, reason in grades.order_by("pk").values_list(*GRADES)
    ]
    return pd.DataFrame.from_records(values, columns=list(GRADES)).astype(GRADES)
