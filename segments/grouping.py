"""The main segments: six by buying habits, eleven groups nested in them, and those who never bought.

They are made after the first profile without being asked for, and again after each one: what is there stays,
with the name and the colour that people know it by.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
from django.db import transaction
from pyroaring import BitMap

from accounts.jobs import Work
from accounts.models.workspace import Workspace
from accounts.templatetags.words import money
from customers import profiling
from customers.features import catalogue
from customers.science.rfm import CODES, MAIN_SEGMENTS, NEVER, Fit, within_days
from segments.models.segment import Method, Segment, SegmentSet
from segments.remembering import keep_snapshot

NAME = "Main segments"
SLOTS = {"Champions": 1, "Loyal": 2, "Promising": 3, "Needs attention": 4, "At risk": 5, "Lapsed": 6, NEVER: 8}
MAIN, NESTED = "main_segment", "rfm_group"


@dataclass(frozen=True)
class Wanted:
    """One segment that should exist: which value of which figure makes it, and where it stands."""

    figure: str
    value: str
    position: int
    description: str
    within: str = ""  # the value of the main segment it is nested in

    @property
    def definition(self) -> dict[str, Any]:
        leaf = {"feature": self.figure, "op": "eq", "value": self.value}
        return {"v": 1, "entity": "customer", "where": {"all": [leaf]}}


def make_main_segments(work: Work) -> dict[str, Any]:
    """Make the main segments where they are missing, and count who belongs. Repeating it changes nothing."""
    job, workspace = work.job, work.job.workspace
    fit = catalogue.habit_limits(workspace)
    if fit is None or job.as_of is None:
        return {"set": None, "segments": []}
    people = profiling.frame(workspace, [MAIN, NESTED], job.as_of)
    work.advance(0, total=1, message="Counting the main segments.")
    with transaction.atomic():  # all at once: shares of half of the segments would be wrong
        work.hold()
        found = _put_in_place(workspace, list(wanted(fit, workspace.currency)), job.as_of)
        for segment in found:
            belong = _members(people, segment)
            keep_snapshot(segment, belong, as_of=job.as_of, reason=job.asked.get("reason", "data"), job=job)
    return {"set": str(found[0].set_id), "segments": [str(segment.pk) for segment in found]}


def wanted(fit: Fit, currency: str = "EUR") -> Iterator[Wanted]:
    """The segments that these limits make, each main segment before those nested in it."""
    for position, (main, groups) in enumerate(fit.segments.items(), start=1):
        yield Wanted(MAIN, main, position, _in_words(fit, groups, currency))
        if len(fit.segments) == len(MAIN_SEGMENTS):
            for place, group in enumerate(groups, start=1):
                yield Wanted(NESTED, group, place, _in_words(fit, (group,), currency), within=main)
    yield Wanted(MAIN, NEVER, len(SLOTS), "People you know who have not ordered yet.")


def _put_in_place(workspace: Workspace, plan: list[Wanted], as_of: Any) -> list[Segment]:
    whole, _ = SegmentSet.everywhere.get_or_create(
        workspace=workspace, is_main=True, defaults={"name": NAME, "method": Method.RFM}
    )
    SegmentSet.everywhere.filter(pk=whole.pk).update(status=SegmentSet.Status.KEPT, as_of=as_of)
    there = {_key(segment): segment for segment in whole.segments.all()}
    mains: dict[str, Segment] = {}
    placed = []
    for want in plan:
        segment = there.pop((want.figure, want.value), None) or Segment(workspace=workspace, set=whole, name=want.value)
        segment.method, segment.definition, segment.position = Method.RFM, want.definition, want.position
        segment.description, segment.parent = want.description, mains.get(want.within)
        segment.slot = SLOTS[want.value] if want.figure == MAIN else SLOTS[want.within]
        segment.archived_at = None
        segment.save()
        if want.figure == MAIN:
            mains[want.value] = segment
        placed.append(segment)
    _set_aside(there, as_of)
    return placed


def _members(people: pd.DataFrame, segment: Segment) -> BitMap:
    figure, value = _key(segment)
    return BitMap(people.index[people[figure] == value].to_numpy())


def _set_aside(others: dict[tuple[str, str], Segment], as_of: Any) -> None:
    """Segments that the present limits do not make: six shrink to three when few buyers are left."""
    Segment.everywhere.filter(pk__in=[segment.pk for segment in others.values()]).update(archived_at=as_of)


def _key(segment: Segment) -> tuple[str, str]:
    leaf = segment.definition["where"]["all"][0]
    return leaf["feature"], leaf["value"]


# Thresholds in words ---------------------------------------------------------------------------


def _in_words(fit: Fit, groups: tuple[str, ...], currency: str) -> str:
    """What holds for everybody in these groups, such as "Last order within 34 days, 5 orders or more"."""
    if fit.levels != len(fit.r.cuts) + 1:
        return ""
    scores = _scores(fit, groups)
    said = [_days(fit, *scores["r"]), _orders(fit, *scores["f"]), _spent(fit, *scores["m"], currency)]
    sentence = ", ".join(part for part in said if part)
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else "Everybody who bought."


def _scores(fit: Fit, groups: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """The lowest and the highest score on each axis."""
    if fit.levels == 5:
        codes = [divmod(code, 100) for group in groups for code in CODES[group]]
        triples = [(r, *divmod(rest, 10)) for r, rest in codes]
    else:
        triples = [t for t in _few() if _few_name(*t) in groups]
    return {axis: (min(t[i] for t in triples), max(t[i] for t in triples)) for i, axis in enumerate("rfm")}


def _few() -> Iterator[tuple[int, int, int]]:
    return ((r, f, m) for r in (1, 2, 3) for f in (1, 2, 3) for m in (1, 2, 3))


def _few_name(r: int, f: int, m: int) -> str:
    return "Lost" if r == 1 else "Loyal" if f + m >= 4 else "Promising"


def _days(fit: Fit, low: int, high: int) -> str:
    longest, shortest = within_days(fit, low)[1], within_days(fit, high)[0]
    if longest is not None and shortest:
        return f"last order {shortest} to {longest} days ago"
    if longest is not None:
        return f"last order within {longest} days"
    return f"no order for {shortest} days or more" if shortest else ""


def _orders(fit: Fit, low: int, high: int) -> str:
    least = _whole(fit.f.cuts[low - 2]) if low > 1 else None
    most = _whole(fit.f.cuts[high - 1]) - 1 if high <= len(fit.f.cuts) else None
    if least is not None and most is not None:
        return f"{least} to {most} orders" if most > least else f"{least} orders"
    if least is not None:
        return f"{least} orders or more"
    return f"at most {most} {'order' if most == 1 else 'orders'}" if most else ""


def _spent(fit: Fit, low: int, high: int, currency: str) -> str:
    if low > 1:
        return f"spent {money(round(fit.m.cuts[low - 2]), currency)} or more"
    return f"spent less than {money(round(fit.m.cuts[high - 1]), currency)}" if high <= len(fit.m.cuts) else ""


def _whole(cut: float) -> int:
    """The first whole number in the bin that starts at the cut."""
    return -int(-cut // 1)
