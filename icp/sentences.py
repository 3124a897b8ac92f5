"""What results say, in whole sentences: one template for each state, for page, mail and API alike."""

from collections.abc import Sequence
from typing import Any

from accounts.templatetags.words import NARROW


def score(value: float | None) -> str:
    """84.0 -> 84; 78.5 -> 78.5."""
    if value is None:
        return "no score"
    return f"{value:.1f}".removesuffix(".0")


def listed(names: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nobody"


def decided(result: dict[str, Any]) -> str:
    """Of 8 candidates, 2 are the focus."""
    focus = sum(row["focus"] for row in result["ranking"])
    return f"Of {len(result['ranking'])} candidates, {focus} {'is' if focus == 1 else 'are'} the focus"


def agreed(result: dict[str, Any]) -> str:
    """How much we agree, in a word, or why we cannot say."""
    agreement = result["agreement"]
    if agreement["withheld"]:
        return "There are too few candidates or graders to measure agreement. Look at the dots instead."
    if agreement["word"] == "cannot tell":
        return "Everybody gave the same answer everywhere, so agreement cannot be measured."
    return f"You agree **{agreement['word']}**."


def gap(gap: dict[str, Any]) -> str:
    """One of you said 3, one said 9."""
    return f"One of you said **{gap['low']}**, one said **{gap['high']}**."


def close_call(result: dict[str, Any]) -> str:
    """What cannot be told apart at the cut."""
    pair = result["close_call"]
    return f"{pair[0]} and {pair[1]} cannot be told apart. Take both, or grade again." if pair else ""


def tied(result: dict[str, Any]) -> str:
    """Equal totals at the top."""
    names = [row["name"] for row in result["ranking"] if row["focus"] and row["tied"]]
    return f"{listed(names)} have the same score." if names else ""


def stays_first(result: dict[str, Any]) -> str:
    """In how many of 100 ways to weigh the questions the first stays first."""
    first = result["ranking"][0]
    if first["first_in"] is None or len(result["ranking"]) < 2:
        return ""
    return f"**{round(100 * first['first_in'])} of 100** ways to weigh the questions put **{first['name']}** first."


def weak(result: dict[str, Any]) -> str:
    if not result["is_weak"]:
        return ""
    return f"The best of these is still weak. Look for other candidates before you put 80{NARROW}% of your effort here."


def provisional(result: dict[str, Any]) -> str:
    if not result["is_provisional"]:
        return ""
    if result["graded_by"] < 2:
        return "This is one person’s view. With a second grader it becomes a result."
    return "Some candidates have too few answers. At least 8 of 10 questions and two graders make a result."
