"""What the data suggest beside each question: frozen when a round is opened, shown after the own answer."""

from typing import Any

from icp.models.grading import Round

type Facts = dict[str, dict[str, dict[str, Any]]]


def facts_of(round: Round) -> Facts:
    """Candidate -> question -> {score, n, sentence, source}, as frozen when the round was opened."""
    return round.facts or {}
