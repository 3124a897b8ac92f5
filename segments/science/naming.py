"""A first name for a group: its worth, and the two figures in which it differs most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST = 0.3  # smaller differences name nothing

TIERS = ("High-spend", "Mid-spend", "Low-spend")


@dataclass(frozen=True)
class Trait:
    """A figure in which a group differs, by standardised difference; `more` and `less` are its two words."""

    feature: str
    difference: float
    more: str
    less: str

    @property
    def word(self) -> str:
        return self.more if self.difference > 0 else self.less


def tiers(worth: Mapping[int, float]) -> dict[int, str]:
    """High, mid or low by the rank of what a member is worth; two groups have no middle.

    >>> tiers({0: 10.0, 1: 500.0, 2: 40.0})
    {0: 'Low-spend', 1: 'High-spend', 2: 'Mid-spend'}
    """
    ranked = sorted(worth, key=lambda group: -worth[group])
    last = max(len(ranked) - 1, 1)
    return {group: TIERS[round(2 * ranked.index(group) / last)] for group in worth}


def suggest(traits: Sequence[Trait], *, tier: str = "") -> str:
    """Such as "High-spend, recently active, wide range". Never empty.

    >>> suggest([Trait("recency_days", 1.2, "long quiet", "recently active")], tier="Low-spend")
    'Low-spend, long quiet'
    """
    telling = sorted((t for t in traits if abs(t.difference) >= LEAST), key=lambda t: -abs(t.difference))[:2]
    words = [tier, *(t.word for t in telling)] if tier else [t.word for t in telling]
    name = ", ".join(word for word in words if word) or "Average"
    return name[:1].upper() + name[1:]


def distinct(names: Sequence[str]) -> list[str]:
    """The same names, numbered where one occurs twice.

    >>> distinct(["Average", "Rare", "Average"])
    ['Average', 'Rare', 'Average 2']
    """
    seen: dict[str, int] = {}
    answer = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        answer.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return answer
