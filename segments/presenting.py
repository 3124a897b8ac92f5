"""What the pages of segments show: figures and sentences, put together once per page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models.workspace import Workspace
from accounts.templatetags.words import count, percent
from customers import clock, engine, holding, wording
from customers.holding import Version
from customers.masking import masked
from customers.models.customer import Customer
from segments import charting, comparing
from segments.charting import Week
from segments.comparing import Contrast, Share
from segments.drawing import Band, Ribbons, ribbons
from segments.helping import Suggestion, suggest
from segments.models.segment import Method, Segment, SegmentSet
from segments.remembering import Moment, history, members_of, newest_members, newest_snapshot
from segments.rules import english
from segments.rules.compile import members_query
from segments.rules.tree import InvalidRule, parse
from segments.sketching import Sketch, sketch
from segments.sketching import figures as figures_of_people
from segments.weighing import KeyFigure, Verdict, key_figures, verdict

MONTH = timedelta(days=30)
FACES = 10
SHOWN_WEEKS, TOLD_WEEKS = 16, 8
USES = {"lists": "list", "moves": "move", "candidates": "ideal customer", "personas": "persona"}
TIDE = 1.2  # times as many going as coming, before we say so


@dataclass(frozen=True)
class Row:
    """A segment in a list: how many, and how much of the money."""

    segment: Segment
    share: Share


@dataclass(frozen=True)
class OwnRow(Row):
    """One that somebody made: where it is used, and what it is worth as a segment."""

    used_in: str
    verdict: str
    until: datetime | None  # the last day that was counted


@dataclass(frozen=True)
class BuyerRow(Row):
    """The same with its share of all buyers."""

    of_buyers: float


@dataclass(frozen=True)
class Bar:
    """One contrast as a bar, with a tick for everyone."""

    contrast: Contrast
    length: float
    tick: float


@dataclass(frozen=True)
class Face:
    """One of ten people."""

    customer: Customer
    name: str
    about: str
    late: bool
    figures: dict[str, Any]

    @property
    def initials(self) -> str:
        if self.name.isdecimal():
            return self.name[-2:]
        words = [word for word in self.name.replace("@", " ").split() if word[:1].isalnum()]
        return "".join(word[0] for word in words[:2]).upper() or "?"


class Overview:
    """The main segments as one picture, and everything else as a list."""

    def __init__(self, workspace: Workspace, as_of: datetime) -> None:
        self.workspace, self.as_of = workspace, as_of

    @cached_property
    def main(self) -> list[Row]:
        """The main segments that hold somebody, shares over buyers and never-buyers alike."""
        return self._rows(list(Segment.objects.in_workspace(self.workspace).main().with_size()))

    @cached_property
    def buyers(self) -> list[Row]:
        return [row for row in self.main if row.segment.slot != 8]

    @cached_property
    def rows_of_buyers(self) -> list[BuyerRow]:
        """The table beside the picture: shares over buyers only."""
        people = sum(row.share.people for row in self.buyers) or 1
        return [BuyerRow(row.segment, row.share, row.share.people / people) for row in self.buyers if row.share.people]

    @property
    def never(self) -> Row | None:
        return next((row for row in self.main if row.segment.slot == 8 and row.share.people), None)

    @cached_property
    def others(self) -> list[OwnRow]:
        kept = Segment.objects.in_workspace(self.workspace).kept().filter(parent=None).with_size().with_uses()
        rest = kept.exclude(set__is_main=True).select_related("created_by", "set").order_by("set__created_at", "name")
        return [
            OwnRow(row.segment, row.share, used_in(row.segment), judged(row.segment), clock.last_counted(counted_at))
            for row in self._rows(list(rest))
            for counted_at in [getattr(row.segment, "counted_at", None)]
        ]

    @property
    def waiting(self) -> Any:
        """Looks that nobody has kept yet."""
        sets = SegmentSet.objects.in_workspace(self.workspace).filter(method=Method.CLUSTERS)
        open_ones = [SegmentSet.Status.PROPOSED, SegmentSet.Status.COMPUTING]
        return sets.filter(status__in=open_ones).order_by("-created_at")[:5]

    @cached_property
    def bands(self) -> list[Band]:
        people = sum(row.share.people for row in self.buyers) or 1
        return [
            Band(row.segment.name, row.segment.slot, row.share.people / people, row.share.of_revenue)
            for row in self.buyers
            if row.share.people
        ]

    @property
    def chart(self) -> Ribbons:
        return ribbons(self.bands)

    @property
    def sentence(self) -> str:
        people = sum(row.share.people for row in self.buyers)
        best = max(self.bands, key=lambda band: band.money - band.people)
        return (
            f"**{count(people)} buyers** in {len(self.bands)} segments. {best.name} are {percent(best.people)} of them "
            f"and bring **{percent(best.money)}** of the money."
        )

    def _rows(self, segments: list[Segment]) -> list[Row]:
        groups = [newest_members(segment) for segment in segments]
        shares = comparing.shares(self.workspace, groups, self.as_of)
        return [Row(segment, share) for segment, share in zip(segments, shares, strict=True)]


def used_in(segment: Segment) -> str:
    """Where a segment of `with_uses` is put to use: 2 lists, 1 move."""
    uses = [(getattr(segment, f"in_{name}"), word) for name, word in USES.items()]
    said = [f"{many} {word}{'' if many == 1 else 's'}" for many, word in uses if many]
    return ", ".join(said) or "not used yet"


def judged(segment: Segment) -> str:
    """What stands under Verdict in a list."""
    if segment.set and segment.set.method == Method.CLUSTERS:
        return str(segment.set.validity.get("verdict", "")).capitalize()
    return "By hand" if segment.method == Method.FIXED else "Exact"


class Portrait:
    """One segment: who they are, what sets them apart, who came and went, what usually helps."""

    def __init__(self, segment: Segment, as_of: datetime, *, names_hidden: bool) -> None:
        self.segment, self.as_of, self.names_hidden = segment, as_of, names_hidden
        self.workspace = segment.workspace
        self.newest = newest_snapshot(segment)
        self.members = members_of(self.newest)

    @cached_property
    def sketch(self) -> Sketch:
        return sketch(self.workspace, self.newest, self.as_of, self.version)

    @cached_property
    def version(self) -> Version:
        return holding.version(self.workspace, self.as_of)

    @property
    def share(self) -> Share:
        return self.sketch.share

    @property
    def sentence(self) -> str:
        people = "person" if self.share.people == 1 else "people"
        said = [f"**{count(self.share.people)} {people}**, {percent(self.share.of_people)} of customers"]
        if self.share.revenue:
            said.append(f"**{percent(self.share.of_revenue)}** of revenue")
        if self._since_last_month:
            more = "more" if self._since_last_month > 0 else "fewer"
            said.append(f"**{count(abs(self._since_last_month))} {more}** than a month ago")
        return ", ".join(said) + "."

    @cached_property
    def _since_last_month(self) -> int:
        """From the numbers that every moment of the history holds: the last one by then."""
        before = [moment for moment in self.moments if moment.as_of <= self.as_of - MONTH]
        return len(self.members) - before[-1].size if before else 0

    @cached_property
    def figures(self) -> list[KeyFigure]:
        return key_figures(self.segment, self.sketch)

    @cached_property
    def bars(self) -> list[Bar]:
        return [Bar(c, *charting.length(c.value, c.everyone, share=c.type == "share")) for c in self.sketch.contrasts]

    @property
    def telling(self) -> str:
        """The two largest differences as one sentence."""
        parts = [
            f"{b.contrast.label.lower()} **{b.contrast.said}**, against {b.contrast.everyone_said}" for b in self.bars
        ]
        return f"Most of all: {'; '.join(parts[:2])} for everyone." if parts else ""

    @property
    def is_too_small(self) -> bool:
        return len(self.members) < comparing.FEWEST

    @property
    def suggestion(self) -> Suggestion | None:
        """What usually helps; nothing where nobody is in."""
        return suggest(self.sketch.situation, name=self.segment.name) if self.members else None

    @cached_property
    def moments(self) -> list[Moment]:
        return history(self.segment)

    @cached_property
    def weeks(self) -> list[Week]:
        """Who came and went, week by week since the first count."""
        return charting.weeks(self.moments, ZoneInfo(self.workspace.timezone))

    @property
    def charts(self) -> list[tuple[str, charting.Swings]]:
        """The same picture for a screen and for a phone."""
        return [
            ("only-d", charting.swings(self.weeks[-SHOWN_WEEKS:])),
            ("only-m", charting.swings(self.weeks[-SHOWN_WEEKS:], width=354)),
        ]

    @property
    def checked(self) -> Moment:
        """The newest count."""
        return self.moments[-1]

    @property
    def data_until(self) -> datetime:
        """The last day that was counted: a moment of counting is the start of the day after it."""
        return self.checked.as_of - timedelta(microseconds=1)

    @property
    def as_until(self) -> datetime:
        """The last day on which the figures count."""
        return self.as_of - timedelta(microseconds=1)

    @property
    def table(self) -> list[Week]:
        """Every week, newest first."""
        return self.weeks[::-1]

    @property
    def came_and_went(self) -> str:
        """The last eight weeks as one sentence."""
        recent = self.weeks[-TOLD_WEEKS:]
        came, went = sum(week.joined for week in recent), sum(week.left for week in recent)
        when = "in the last week" if len(recent) == 1 else f"in the last {len(recent)} weeks"
        said = f"**{count(came)} came** and **{count(went)} went** {when}"
        if went > TIDE * came:
            return f"More leave than come: {said}."
        return f"More come than leave: {said}." if came > TIDE * went else f"{said}."

    @cached_property
    def faces(self) -> list[Face]:
        """The ten who spent most: names that somebody who works there knows."""
        return self.listed(self.by_worth[:FACES])

    @property
    def by_worth(self) -> list[int]:
        """The numbers of the members, those who spent most first."""
        return [int(number) for number in self.sketch.by_worth]

    def listed(self, numbers: Iterable[int]) -> list[Face]:
        everybody = figures_of_people(self.workspace, self.as_of, self.version)
        frame = everybody.loc[[int(number) for number in numbers]]
        rows = Customer.objects.in_workspace(self.workspace).filter(number__in=[int(n) for n in frame.index])
        found = {customer.number: customer for customer in rows}
        told = zip(frame.index, frame.to_dict("records"), strict=True)
        return [self._face(found[number], values) for number, values in told if number in found]

    def _face(self, customer: Customer, values: Any) -> Face:
        about, late = wording.lately(values, self.workspace)
        return Face(customer, self.named(customer), about, late, values)

    def named(self, customer: Customer) -> str:
        said = customer.name or customer.external_id or customer.email or "Somebody"
        return masked(said) if self.names_hidden and "@" in said else said

    @property
    def in_words(self) -> str:
        """The conditions as one English sentence; for main and found segments what they come down to."""
        if self.cluster:
            return self.cluster["sentence"]
        try:
            return english.sentence(parse(self.segment.definition, self.workspace))
        except InvalidRule as problem:
            return f"These conditions no longer work. {problem}"

    @cached_property
    def sql(self) -> str:
        """The query that says who is in, to be run by whoever doubts it; empty where there is none to show."""
        try:
            tree, _ = members_query(parse(self.segment.definition, self.workspace), self.as_of)
        except InvalidRule:
            return ""
        return engine.sql(tree)

    @property
    def cluster(self) -> dict[str, Any] | None:
        """What was found out about it, where it was found."""
        whole = self.segment.set
        if whole is None or whole.method != Method.CLUSTERS:
            return None
        clusters = whole.validity.get("clusters", [])
        return next((c for c in clusters if c["number"] == self.segment.position), None)

    @cached_property
    def verdict(self) -> Verdict:
        return verdict(self.segment, self.cluster, self.sketch.contrasts, is_too_small=self.is_too_small)

    @property
    def nested(self) -> Any:
        rows = Segment.objects.in_workspace(self.workspace).live().filter(parent=self.segment).with_size()
        found = list(rows.order_by("position"))
        return found if len(found) > 1 else []
