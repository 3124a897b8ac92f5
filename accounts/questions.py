"""The built-in questions of the Intake survey, by section, as data in `accounts/intake/`.

Home, the pinned goal, *Next for you*, moves and scorecards read what a choice changes, so that what it
promises is what happens.
"""

from accounts.intake import business, buyers, goals, limits, market, offer
from accounts.intake.goals import METRIC

QUESTIONS = (
    *business.QUESTIONS,
    *offer.QUESTIONS,
    *buyers.QUESTIONS,
    *goals.QUESTIONS,
    *market.QUESTIONS,
    *limits.QUESTIONS,
)
FIRST = (business.SELLING, goals.GOAL, business.HAVE)  # what is asked before anything else, in this order
BY_ID = {question.id: question for question in QUESTIONS}

__all__ = ["BY_ID", "FIRST", "METRIC", "QUESTIONS"]
