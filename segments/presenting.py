"""What the pages of segments show: figures and sentences, put together once per page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import pandas as pd

from accounts.models.workspace import Workspace
from accounts.templatetags.words import NARROW, count, money, percent
from customers.masking import masked
from customers.models.customer import Customer
from segments import charting, comparing
from segments.comparing import Contrast, Share
from segments.drawing import Band, Ribbons, ribbons
from segments.models.segment import Method, Segment, SegmentSet
from segments.remembering import history, members_at, newest_members
from segments.rules import english
from segments.rules.tree import InvalidRule, parse

MONTH = timedelta(days=30)
FACES = 10
SURE = {"clear segments": "sure", "usable with care": "fairly"}


@dataclass(frozen=True)
class Row:
    """A segment in a list: how many, and how much of the money."""

    segment: Segment
    share: Share


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
    def others(self) -> list[Row]:
        kept = Segment.objects.in_workspace(self.workspace).kept().filter(parent=None).with_size()
        rest = kept.exclude(set__is_main=True).select_related("created_by", "set").order_by("set__created_at", "name")
        return self._rows(list(rest))

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


class Portrait:
    """One segment: who they are, what sets them apart, who came and went."""

    def __init__(self, segment: Segment, as_of: datetime, *, names_hidden: bool) -> None:
        self.segment, self.as_of, self.names_hidden = segment, as_of, names_hidden
        self.workspace = segment.workspace
        self.members = newest_members(segment)

    @cached_property
    def share(self) -> Share:
        return comparing.shares(self.workspace, [self.members], self.as_of, people=self.everybody)[0]

    @cached_property
    def everybody(self) -> "pd.DataFrame":
        return comparing.everybody(self.workspace, self.as_of)

    @cached_property
    def people(self) -> "pd.DataFrame":
        return self.everybody[self.everybody.index.isin(list(self.members))]

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
        start = self.as_of - MONTH
        known_then = any(moment.as_of <= start for moment in self.moments)
        return len(self.members) - len(members_at(self.segment, start)) if known_then else 0

    @property
    def figures(self) -> list[tuple[str, str, str]]:
        """Label, figure and what it means; four real ones."""
        share, people = self.share, self.people
        orders, quiet = people["orders"], people["recency_days"].median()
        per_head = share.revenue / share.people if share.people else 0.0
        said = [
            ("People", count(share.people), f"{percent(share.of_people)} of customers"),
            (
                "Share of revenue",
                percent(share.of_revenue),
                f"{money(share.revenue, self._currency)} since they are known",
            ),
            (
                "Spent by each",
                money(per_head, self._currency),
                f"in {orders.mean():.1f} orders on average" if len(people) else "",
            ),
        ]
        if pd.notna(quiet):
            said.append(("Days since last order", count(quiet), "half of them longer ago, half more recently"))
        return said

    @cached_property
    def bars(self) -> list[Bar]:
        contrasts = comparing.sets_apart(self.workspace, self.members, self.as_of, people=self.everybody)
        return [Bar(c, *charting.length(c.value, c.everyone, share=c.type == "share")) for c in contrasts]

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

    @cached_property
    def moments(self) -> Any:
        return history(self.segment)

    @property
    def changes(self) -> Any:
        """The changes after the first count, the last thirty."""
        return self.moments[1:][-30:]

    @property
    def charts(self) -> list[tuple[str, charting.Swings]]:
        """The same picture for a screen and for a phone."""
        return [
            ("only-d", charting.swings(self.changes)),
            ("only-m", charting.swings(self.changes[-16:], width=354)),
        ]

    @property
    def checked(self) -> Any:
        """The newest count."""
        return self.moments[-1]

    @property
    def data_until(self) -> datetime:
        """The last day that was counted: a moment of counting is the start of the day after it."""
        return self.checked.as_of - timedelta(microseconds=1)

    @property
    def table(self) -> list[tuple[datetime, Any]]:
        """Every count, newest first, with the last day of its data."""
        return [(m.as_of - timedelta(microseconds=1), m) for m in reversed(self.moments)]

    @property
    def came_and_went(self) -> str:
        came, went = sum(m.joined for m in self.changes), sum(m.left for m in self.changes)
        times = "time" if len(self.changes) == 1 else "times"
        return f"**{count(came)} came** and **{count(went)} went**; who is in changed {len(self.changes)} {times}."

    @cached_property
    def faces(self) -> list[Face]:
        """The ten who spent most: names that somebody who works there knows."""
        return self.listed(self.by_worth[:FACES])

    @cached_property
    def by_worth(self) -> list[int]:
        """The numbers of the members, those who spent most first."""
        return [int(number) for number in self.people.sort_values("revenue", ascending=False, kind="stable").index]

    def listed(self, numbers: Iterable[int]) -> list[Face]:
        frame = self.people.loc[list(numbers)]
        rows = Customer.objects.in_workspace(self.workspace).filter(number__in=[int(n) for n in frame.index])
        found = {customer.number: customer for customer in rows}
        return [
            Face(found[number], self.named(found[number]), self._about(frame.loc[number]), frame.loc[number].to_dict())
            for number in frame.index
            if number in found
        ]

    def named(self, customer: Customer) -> str:
        said = customer.name or customer.external_id or customer.email or "Somebody"
        return masked(said) if self.names_hidden and "@" in said else said

    def _about(self, row: Any) -> str:
        if not row["orders"]:
            return "no order yet"
        often = "1 order" if row["orders"] == 1 else f"{count(row['orders'])} orders"
        days = "1 day" if row["recency_days"] == 1 else f"{count(row['recency_days'])}{NARROW}days"
        return f"{often}, {money(row['revenue'], self._currency)}, {days} ago"

    @property
    def _currency(self) -> str:
        return self.workspace.currency

    @property
    def in_words(self) -> str:
        """The conditions as one English sentence; for main and found segments what they come down to."""
        if self.cluster:
            return self.cluster["sentence"]
        try:
            return english.sentence(parse(self.segment.definition, self.workspace))
        except InvalidRule as problem:
            return f"These conditions no longer work. {problem}"

    @property
    def cluster(self) -> dict[str, Any] | None:
        """What was found out about it, where it was found."""
        whole = self.segment.set
        if whole is None or whole.method != Method.CLUSTERS:
            return None
        clusters = whole.validity.get("clusters", [])
        return next((c for c in clusters if c["number"] == self.segment.position), None)

    @property
    def sure(self) -> str:
        whole = self.segment.set
        return SURE.get(whole.validity.get("verdict", ""), "cannot") if whole else "cannot"

    @property
    def nested(self) -> Any:
        rows = Segment.objects.in_workspace(self.workspace).live().filter(parent=self.segment).with_size()
        found = list(rows.order_by("position"))
        return found if len(found) > 1 else []
