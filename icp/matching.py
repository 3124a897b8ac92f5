"""Which segment is this? The segments that come nearest to a candidate that somebody named by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from icp import checking
from icp.models.definition import Icp
from icp.observing import observed
from icp.science.claims import FAILS, HOLDS
from segments.models.segment import Segment
from segments.remembering import newest_members

SHOWN = 3
FEWEST = 20  # people
STOP = {"the", "of", "and", "with", "who", "our", "customers", "buyers", "people", "a", "an", "in", "for"}


@dataclass(frozen=True)
class Match:
    """A segment that may be meant, and why."""

    segment: Segment
    people: int
    score: float
    why: str


def matches(icp: Icp, segments: Iterable[Segment], as_of: datetime) -> list[Match]:
    """The nearest three, by what they are called and by which guesses hold there; none below a third."""
    seen = observed(icp.workspace, as_of)
    claims = [line.claim for line in icp.lines.all() if line.claim]
    found = []
    for segment in segments:
        members = newest_members(segment)
        if len(members) < FEWEST:
            continue
        verdicts = [checking.check(claim, members, seen).verdict for claim in claims]
        name = alike(icp.name, segment.name)
        held = verdicts.count(HOLDS) - verdicts.count(FAILS)
        score = max(name, 0.6 * name + 0.4 * held / len(claims)) if claims else name
        if score >= 1 / 3 or (claims and held == len(claims)):
            found.append(Match(segment, len(members), score, _why(name, verdicts)))
    return sorted(found, key=lambda match: (-match.score, -match.people))[:SHOWN]


def alike(one: str, other: str) -> float:
    """How alike two names are, 0 to 1, by their words first and their letters second.

    >>> alike("Gift buyers", "December gift buyers") > 0.6 > alike("Gift buyers", "Small offices")
    True
    """
    mine, theirs = _words(one), _words(other)
    shared = sum(any(SequenceMatcher(None, a, b).ratio() >= 0.8 for b in theirs) for a in mine)
    by_word = shared / len(mine) if mine else 0.0
    return max(0.9 * by_word, SequenceMatcher(None, one.casefold(), other.casefold()).ratio() - 0.2)


def _words(name: str) -> set[str]:
    words = {word.strip(".,-()").removesuffix("s") for word in name.casefold().split()}
    return {word for word in words if word and word not in STOP and f"{word}s" not in STOP}


def _why(name: float, verdicts: list[str]) -> str:
    held = verdicts.count(HOLDS)
    if verdicts and held:
        said = f"{held} of {len(verdicts)} guesses {'holds' if held == 1 else 'hold'} there"
        return f"It is called alike, and {said}." if name >= 0.5 else f"{said[:1].upper()}{said[1:]}."
    return "It is called alike." if name >= 0.5 else "The names are a little alike."
