"""What the Intake survey promises of other pages is there: scorecard questions, figures, steps."""

from accounts.intake.weights import NAMES
from accounts.questions import QUESTIONS
from icp.figures import NEEDS, SAYINGS
from icp.proposing import PROPOSALS
from icp.scorecards import BUILT_IN


def test_the_survey_calls_scorecard_questions_by_their_names() -> None:
    assert {one["id"]: one["name"] for one in BUILT_IN["ICP 10"]} == NAMES


def test_every_figure_and_step_that_an_answer_brings_forward_exists() -> None:
    choices = [choice for question in QUESTIONS for choice in question.choices]
    assert {name for choice in choices for name in choice.figures} | {"left_per_customer"} <= set(SAYINGS)
    assert {name for choice in choices for name in choice.steps} <= set(PROPOSALS)
    assert set(NEEDS) == set(SAYINGS)
