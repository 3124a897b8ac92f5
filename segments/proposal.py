"""A look for segments as its pages show it: what is chosen, what was found, how we know."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from accounts.models.workspace import Workspace
from accounts.templatetags.words import percent
from customers.features.feature import Feature
from segments import charting, proposing, saying
from segments.models.segment import Segment, SegmentSet

FAMILIES = {"orders": "Orders", "time": "Time", "money": "Money", "products": "Products", "own": "Your own figures"}
PILLS = {"clear segments": "good", "usable with care": "care"}
SURE = {"clear segments": "sure", "usable with care": "fairly"}


@dataclass(frozen=True)
class Look:
    """The form: figures by family, the way to look, how many."""

    figures: Mapping[str, Feature]
    features: list[str]
    algorithm: str
    k: Any

    @classmethod
    def of(cls, workspace: Workspace, sent: Any = None) -> "Look":
        known = proposing.figures_to_choose(workspace)
        if sent is None:
            return cls(known, [name for name in proposing.DEFAULT if name in known], "kmeans", "auto")
        k = sent.get("k", "auto")
        return cls(known, sent.getlist("features"), sent.get("algorithm", "kmeans"), int(k) if k.isdecimal() else k)

    @property
    def asked(self) -> dict[str, Any]:
        return {"features": self.features, "algorithm": self.algorithm, "k": self.k}

    @property
    def families(self) -> dict[str, list[Feature]]:
        found: dict[str, list[Feature]] = {}
        for figure in self.figures.values():
            found.setdefault(FAMILIES.get(figure.family, "Other"), []).append(figure)
        return found

    @property
    def chosen(self) -> str:
        labels = [self.figures[name].label for name in self.features if name in self.figures]
        return ", ".join(labels)

    @property
    def ways(self) -> dict[str, str]:
        return proposing.ALGORITHMS

    @property
    def numbers(self) -> range:
        return proposing.TRIED


@dataclass(frozen=True)
class Line:
    """One figure of a found segment against everyone."""

    label: str
    inside: str
    everyone: str
    length: float
    tick: float


@dataclass(frozen=True)
class Found:
    """One found segment, to be named and kept."""

    segment: Segment
    name: str  # as typed, where it was not accepted
    size: int
    share: float
    revenue_share: float
    lines: list[Line]
    sentence: str
    fidelity: float
    jaccard: float


class Proposal:
    """What came of a look."""

    def __init__(self, whole: SegmentSet, names: Mapping[str, Any] | None = None) -> None:
        self.whole, self.names = whole, names or {}
        self.validity = whole.validity

    @cached_property
    def figures(self) -> Mapping[str, Feature]:
        return proposing.figures_to_choose(self.whole.workspace)

    @property
    def verdict(self) -> str:
        said = str(self.validity.get("verdict", "cannot tell yet"))
        return said[:1].upper() + said[1:]

    @property
    def pill(self) -> str:
        return PILLS.get(self.validity.get("verdict", ""), "open")

    @property
    def sure(self) -> str:
        return SURE.get(self.validity.get("verdict", ""), "cannot")

    @property
    def is_kept(self) -> bool:
        return self.whole.status == SegmentSet.Status.KEPT

    @property
    def headline(self) -> str:
        k, people = len(self.found), self.validity.get("people", 0)
        worst = min((found.jaccard for found in self.found), default=0.0)
        again = f"each found again in redrawn data to **{percent(worst)}** or more"
        return f"We found **{k} segments** among {people:,} buyers, {again}."

    @cached_property
    def found(self) -> list[Found]:
        segments = {segment.position: segment for segment in self.whole.segments.filter(archived_at=None)}
        people = self.validity.get("people") or 1
        return [
            Found(
                segment := segments[cluster["number"]],
                str(self.names.get(str(segment.pk), segment.name)),
                cluster["size"],
                cluster["size"] / people,
                cluster["revenue_share"],
                [self._line(d) for d in cluster["differences"][:4] if d["feature"] in self.figures],
                cluster["sentence"],
                cluster["rule"]["f1"],
                cluster["jaccard"],
            )
            for cluster in self.validity.get("clusters", [])
            if cluster["number"] in segments
        ]

    def _line(self, difference: Mapping[str, Any]) -> Line:
        figure, currency = self.figures[difference["feature"]], self.whole.workspace.currency
        inside, everyone = difference["inside"], difference["everyone"]
        length, tick = charting.length(inside, everyone, share=False)
        said = saying.value(figure, inside, currency)
        return Line(figure.label, said, saying.value(figure, everyone, currency, unit=False), length, tick)

    @property
    def looked_at(self) -> list[str]:
        names = self.validity.get("features") or self.whole.asked.get("features", [])
        return [self.figures[name].label for name in names if name in self.figures]

    @property
    def left_out(self) -> list[tuple[str, str]]:
        known = self.figures
        return [(known[n].label, why) for n, why in self.validity.get("left_out", {}).items() if n in known]

    @property
    def unknown(self) -> list[tuple[str, float]]:
        return [(self.figures[n].label, s) for n, s in self.validity.get("missing", {}).items() if n in self.figures]

    @property
    def picture(self) -> charting.Hump | None:
        told = self.validity.get("picture")
        return charting.hump(told["heights"], told["cuts"]) if told else None
