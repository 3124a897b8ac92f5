"""Section Strengths and limits: what the business can do, and what there is too little of."""

from accounts.intake.question import Choice, Kind, Question, Section
from accounts.intake.weights import MORE

STRENGTHS = Question(
    "strengths",
    "What can you do better than most?",
    "Up to five, a few words each.",
    Kind.LIST,
    at_most=5,
    section=Section.LIMITS,
    example="We deliver the next day",
)
SCARCE = Question(
    "scarce",
    "What is there too little of?",
    "Up to two.",
    Kind.MANY,
    (
        Choice(
            "ads",
            "Money for ads",
            weighs=(("reach", MORE),),
            because="there is little money for ads",
        ),
        Choice(
            "time",
            "Time of our people",
            weighs=(("growth", MORE),),
            because="your people have little time",
        ),
        Choice(
            "stock",
            "Goods, or the capacity to make them",
            weighs=(("value", MORE),),
            because="you cannot make more",
        ),
        Choice(
            "cash",
            "Cash to wait for payments",
            weighs=(("adoption", MORE),),
            because="you cannot wait long for payments",
        ),
    ),
    at_most=2,
    section=Section.LIMITS,
)
LIMITS = Question(
    "limits",
    "What can you not do?",
    "Up to five, such as places you do not deliver to.",
    Kind.LIST,
    at_most=5,
    section=Section.LIMITS,
    example="No delivery abroad",
)
QUESTIONS = (STRENGTHS, SCARCE, LIMITS)
