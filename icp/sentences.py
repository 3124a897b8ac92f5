"""What results say, in whole sentences: one template for each state, for page, mail and API alike."""

from collections.abc import Sequence
from typing import Any

from accounts.templatetags.words import NARROW

type Result = dict[str, Any]


def score(value: float | None) -> str:
    """84.0 -> 84; 78.5 -> 78.5."""
    if value is None:
        return "no score"
    return f"{value:.1f}".removesuffix(".0")


def listed(names: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nobody"


def first_names(people: Sequence[str]) -> list[str]:
    """Ines Wagner, Tom Keller -> Ines, Tom; whole names where two share the first."""
    first = [name.split()[0] if name.strip() else name for name in people]
    return [one if first.count(one) == 1 else whole for one, whole in zip(first, people, strict=True)]


def decided(result: Result) -> str:
    """Of 8 candidates, 2 are the focus."""
    focus = sum(row["focus"] for row in result["ranking"])
    return f"Of {len(result['ranking'])} candidates, {focus} {'is' if focus == 1 else 'are'} the focus"


def agreed(result: Result) -> str:
    """How much we agree, in a word, or why we cannot say."""
    agreement = result["agreement"]
    if agreement["withheld"]:
        return "There are too few candidates or graders to measure agreement. Look at the dots instead."
    if agreement["word"] == "cannot tell":
        return "Everybody gave the same answer everywhere, so agreement cannot be measured."
    return f"You agree **{agreement['word']}**."


def gap(gap: Result) -> str:
    """One of you said 3, one said 9."""
    return f"One of you said **{gap['low']}**, one said **{gap['high']}**."


def close_call(result: Result) -> str:
    """What cannot be told apart at the cut."""
    pair = result["close_call"]
    return f"{pair[0]} and {pair[1]} cannot be told apart. Take both, or grade again." if pair else ""


def tied(result: Result) -> str:
    """Equal totals at the top."""
    names = [row["name"] for row in result["ranking"] if row["focus"] and row["tied"]]
    return f"{listed(names)} have the same score." if names else ""


def stays_first(result: Result) -> str:
    """In how many of 100 ways to weigh the questions the first stays first."""
    first = result["ranking"][0] if result["ranking"] else {}
    if first.get("first_in") is None or len(result["ranking"]) < 2:
        return ""
    return f"**{of_100(first['first_in'])} of 100** ways to weigh the questions put **{first['name']}** first."


def of_100(share: float) -> str:
    """0.97 -> 97. All and none are said only where it is all and none."""
    if 0.995 <= share < 1:
        return "more than 99"
    return "fewer than 1" if 0 < share < 0.005 else str(round(100 * share))


def flip_score(told: Result) -> str:
    """Reach at 4 or less would put Starter-kit brewers first."""
    if told["first"] == told["name"]:
        return f"{told['question']} of {told['name']} at **{score(told['to'])} or more** would put them first."
    at = f"{told['question']} of {told['name']} at **{score(told['to'])} or less**"
    return f"{at} would put **{told['first']}** first."


def flip_weight(told: Result) -> str:
    """How much one question would have to count to put another candidate first."""
    first, question = told["first"], told["question"]
    if told["factor"] < 0.1:
        return f"If {question} counted **next to nothing**, {first} would be first."
    if told["factor"] < 1:
        return f"If {question} counted less than **{_times(told['factor'])}** what it does, {first} would be first."
    return f"If {question} counted more than **{_times(told['factor'])}** what it does, {first} would be first."


def _times(factor: float) -> str:
    for value, said in ((0.25, "a quarter of"), (1 / 3, "a third of"), (0.5, "half of"), (2 / 3, "two thirds of")):
        if abs(factor - value) < 0.005:
            return said
    return f"{factor:.2g} times"


def would_change(result: Result) -> str:
    """What would put another candidate first: one answer, or how much one question counts."""
    if "flip_score" not in result or len(result["ranking"]) < 2:
        return ""
    one, other = result["flip_score"], result["flip_weight"]
    if one or other:
        return " ".join(each["sentence"] for each in (one, other) if each)
    if result["ranking"][0]["tied"] or result["ranking"][0]["first_in"] is None:
        return ""
    return "No single answer, and no change in how much one question counts, would put another candidate first."


def not_apart(result: Result) -> str:
    """2nd and 3rd cannot be told apart. What lies at the cut is said by `close_call`."""
    names = [row["name"] for row in result["ranking"]]
    pairs = [pair for pair in result.get("not_apart", []) if pair != result["close_call"]]
    runs: list[list[int]] = []
    for first, second in sorted((names.index(one), names.index(other)) for one, other in pairs):
        if runs and runs[-1][-1] == first:
            runs[-1].append(second)
        else:
            runs.append([first, second])
    return " ".join(_alike([ordinal(place + 1) for place in run]) for run in runs)


def _alike(places: list[str]) -> str:
    if len(places) == 2:
        return f"{places[0]} and {places[1]} cannot be told apart."
    return f"From {places[0]} to {places[-1]} none can be told apart from the next."


def ordinal(place: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    ending = "th" if 10 <= place % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


def facts_first(result: Result) -> str:
    if not result.get("facts_first"):
        return ""
    return "Facts were shown before people answered, so the answers lean on them."


def weak(result: Result) -> str:
    if not result["is_weak"]:
        return ""
    return f"The best of these is still weak. Look for other candidates before you put 80{NARROW}% of your effort here."


def provisional(result: Result) -> str:
    if not result["is_provisional"]:
        return ""
    if result["graded_by"] < 2:
        return "This is one person’s view. With a second grader it becomes a result."
    return "Some candidates have too few answers. At least 8 of 10 questions and two graders make a result."
