"""Section Market: what else people could choose."""

from accounts.intake.question import Choice, Kind, Question, Section
from accounts.intake.weights import LESS, MORE

RIVALS = Question(
    "rivals",
    "Whom do people compare you with?",
    "Up to five, each with what it does better than you.",
    Kind.RIVALS,
    at_most=5,
    section=Section.MARKET,
)
INSTEAD = Question(
    "instead",
    "What do people do who do not buy from you?",
    "All that happens often.",
    Kind.MANY,
    (
        Choice(
            "live_with_it",
            "Nothing: they live with it",
            weighs=(("urgency", MORE),),
            because="many live with the problem",
        ),
        Choice(
            "themselves",
            "They do it themselves",
            weighs=(("advantage", MORE),),
            because="many do it themselves",
        ),
        Choice(
            "cheaper",
            "They take something cheaper",
            weighs=(("value", MORE),),
            because="many take something cheaper",
        ),
        Choice(
            "nearest",
            "They take what is nearest",
            weighs=(("reach", MORE),),
            because="many take what is nearest",
        ),
    ),
    at_most=4,
    section=Section.MARKET,
)
WHERE = Question(
    "where",
    "Where do you sell?",
    "Where most of your revenue comes from.",
    Kind.ONE,
    (
        Choice(
            "town",
            "One town or region",
            weighs=(("market", MORE),),
            because="only so many people live near you",
        ),
        Choice(
            "country",
            "One country",
            weighs=(("leadership", MORE),),
            because="in one country you can be first",
        ),
        Choice(
            "countries",
            "Several countries",
            weighs=(("growth", MORE),),
            because="each country is work of its own",
        ),
        Choice(
            "world",
            "Everywhere",
            weighs=(("market", LESS),),
            because="you sell everywhere",
        ),
    ),
    section=Section.MARKET,
)
QUESTIONS = (RIVALS, INSTEAD, WHERE)
