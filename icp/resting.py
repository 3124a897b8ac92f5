"""What a sheet rests on: the four inputs of an ideal customer, and which of them are missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from icp.models.definition import Evidence, Kind

INPUTS = {
    "engagement": "Engagement and orders",
    "intent": "Purchase intent",
    "rivals": "Gaps against competitors",
    "own": "What you are good at",
}
MISSING = {
    "engagement": "No orders stand behind it yet. A segment brings its facts along.",
    "intent": "Nobody has said what they mean to buy. Ask ten of them, and write down their answers.",
    "rivals": "We only know your side. Write down what they say of others.",
    "own": "Nobody has said why you of all should serve them.",
}


@dataclass(frozen=True)
class Input:
    """One of the four: how many lines rest on it that are known, and how many guesses."""

    name: str
    label: str
    known: int
    guesses: int

    @property
    def sentence(self) -> str:
        if not self.known and not self.guesses:
            return MISSING[self.name]
        said = [f"{self.known} {'line' if self.known == 1 else 'lines'}"] if self.known else []
        said += [f"{self.guesses} {'guess' if self.guesses == 1 else 'guesses'}"] if self.guesses else []
        return f"{' and '.join(said)}."


def inputs(lines: Iterable[Evidence]) -> list[Input]:
    """The four inputs in their order; facts rest on orders unless they say otherwise."""
    rows = list(lines)
    found = []
    for name, label in INPUTS.items():
        mine = [line for line in rows if input_of(line) == name]
        guesses = sum(line.kind == Kind.GUESS for line in mine)
        found.append(Input(name, label, len(mine) - guesses, guesses))
    return found


def input_of(line: Evidence) -> str:
    """What a line rests on; empty where nobody said."""
    told = next((source["rests_on"] for source in line.evidence if source.get("rests_on") in INPUTS), "")
    return str(told) or ("engagement" if line.kind == Kind.FACT else "")


def resting_on(name: str) -> list[dict[str, Any]]:
    """As a line keeps it."""
    return [{"rests_on": name}] if name in INPUTS else []
