"""Fern & Kettle, the example workspace, built through the same doors as any other: files, conditions, lists.

The world is drawn by icp/science/world.py; here it comes in, in four files as it would have over the months,
so that segments have a history and the win-back letter an answer. It is built beside the one that is shown,
and takes its place at the end (icp/replacing.py): nobody ever sees half of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from django.db import transaction
from django.utils.timezone import now

from accounts import jobs, surveying
from accounts.jobs import JobFailed, Work
from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Membership, Role, Workspace
from customers import balancing, clock, receiving
from customers.models.customer import Customer
from customers.models.source import Import
from customers.tasks import request_import, request_profile
from icp import consulting, expecting, planting, replacing, storytelling, visiting, wording
from icp.science import ledger, world
from icp.science.wares import STAFF
from icp.science.world import World
from segments import delivering, proposing
from segments.delivering import Wish
from segments.models.delivery import Delivery, Destination
from segments.models.segment import Segment, SegmentSet
from segments.remembering import newest_members
from segments.tasks import request_clustering

NAME, ZONE, ADDRESSES = "Fern & Kettle", "Europe/Berlin", "@fern-and-kettle.example"
KIND, TASK = "example", "icp.build_example"
SIZE = 12_400
STEPS = 10
BREATH = timedelta(minutes=10)  # between two resets
ENDS = (82, world.LIST_AGE, 20, 6)  # days before the last one: where a file ended and the next one began

type Settle = Callable[[], None]  # carries out what the workspace waits for, until nothing is left


def request(*, until: date | None = None, size: int = SIZE) -> Job:
    """Ask for an example up to that day (yesterday). One that is being built for it already is enough."""
    day = (until or yesterday()).isoformat()
    with transaction.atomic():
        for job in jobs_open().filter(asked__until=day, asked__size=size):
            return job
        workspace = Workspace.objects.create(name=NAME, slug=replacing.hidden_slug(), timezone=ZONE, is_example=True)
        return jobs.request(workspace, kind=KIND, task=TASK, by=None, asked={"until": day, "size": size})


def jobs_open() -> Any:
    """The examples that are being built, the newest first."""
    return Job.everywhere.filter(kind=KIND, ended_at=None).select_related("workspace").order_by("-created_at")


def last_failure() -> Job | None:
    """The newest example that could not be built."""
    failed = Job.everywhere.filter(kind=KIND, status=Job.Status.FAILED)
    return failed.order_by("-created_at").first()


def renew() -> Job | None:
    """Ask for the missing days: a new example, unless the one that stands open goes on until yesterday."""
    until = until_of(replacing.shown())
    return request() if until is None or until < yesterday() else None


def until_of(workspace: Workspace | None) -> date | None:
    """The last day that the example was built for."""
    jobs = Job.objects.in_workspace(workspace).filter(kind=KIND, status=Job.Status.DONE)
    job = jobs.order_by("-created_at").first() if workspace else None
    return date.fromisoformat(job.asked["until"]) if job else None


def reset(*, at: datetime) -> str:
    """Have it built anew, not more often than every few minutes; what was done, in a sentence."""
    lately = Job.everywhere.filter(kind=KIND, created_at__gt=at - BREATH)
    if lately.exists():
        return "The example was built a few minutes ago. Try again a little later."
    request()
    return "The example is being built anew. Until then it stays as it is."


def yesterday() -> date:
    return now().astimezone(ZoneInfo(ZONE)).date() - timedelta(days=1)


def build(work: Work, *, settle: Settle) -> dict[str, Any]:
    """Build the example that the job asks for, from nothing, and put it in place of the one before."""
    workspace = work.job.workspace
    replacing.empty(workspace, but=work.job)
    wording.begin(workspace)
    until = date.fromisoformat(work.job.asked["until"])
    _Building(work, workspace, settle, world.make(work.job.asked["size"], until)).carry_out()
    work.advance(STEPS - 1, total=STEPS, message="Putting it in place.")
    with transaction.atomic():
        work.hold()
        before = replacing.put_in_place(workspace)
        workspace.refresh_from_db()
        for each in before:
            visiting.move_over(each, workspace, at=now())
    for each in before:
        replacing.clear_away(each)
    return {"until": work.job.asked["until"], "size": work.job.asked["size"]}


@dataclass
class _Building:
    """The steps, one after the other."""

    work: Work
    workspace: Workspace
    settle: Settle
    world: World
    step: int = 0

    def carry_out(self) -> None:
        team = self._people()
        ends = [self.world.until - timedelta(days=days) for days in ENDS]
        ends.append(self.world.until + timedelta(days=1))
        self._bring("Reading the orders of two years.", None, ends[0], more=ledger.readers(self.world))
        self._say("Describing the segments.")
        figures = planting.define_figures(self.workspace, by=team["Ines"])
        request_profile(self.workspace, None)
        self.settle()
        kinds = planting.describe_segments(self.workspace, figures, by=team["Ines"])
        decided, then = self.world.until - timedelta(days=storytelling.DECIDED), {}
        for start, end in pairwise(ends):
            if start == decided:
                then = self._measured(kinds)
                storytelling.approve(self.workspace, kinds, team, on=start)
            if start == self.world.list_on:
                self._say("Sending a list.")
                self._send(kinds[planting.QUIET], team)
            days = f"{start:%-d %b} to {end - timedelta(days=1):%-d %b}"
            self._bring(f"Reading the orders of {days}.", start, end, spoilt=start == self.world.list_on)
        balancing.confirm(self.workspace, by=team["Ines"])
        self._look(figures[planting.BAGS], team["Ines"])
        self._say("Writing down what the team thinks.")
        storytelling.tell(self.workspace, kinds, team, until=self.world.until, then=then)
        consulting.request(self.workspace, None, as_of=clock.as_of(self.workspace))
        self.settle()

    def _measured(self, kinds: dict[str, Segment]) -> expecting.Measured:
        """What can be said of each kind now, so that it can be compared with what comes."""
        groups = {name: newest_members(segment) for name, segment in kinds.items()}
        return expecting.of_groups(self.workspace, groups, clock.as_of(self.workspace))

    def _say(self, message: str) -> None:
        self.work.advance(self.step, total=STEPS, message=message)
        self.step += 1

    def _people(self) -> dict[str, User]:
        """The five who work here, and what Ines wants to reach."""
        team = {}
        for first, name in STAFF.items():
            email = f"{first.lower()}{ADDRESSES}"
            user = User.objects.filter(email=email).first() or User.objects.create_user(email, None, name=name)
            role = Role.OWNER if first == "Ines" else Role.ANALYST
            Membership.objects.create(workspace=self.workspace, user=user, role=role)
            team[first] = user
        due = planting.goal_day(self.world.until)
        goal = {"metric": "repeat_purchase", "target": planting.GOAL, "due_on": due.isoformat()}
        said = {"selling": "mixed", "goal": goal, "have": ["orders"], "stage": "growing", "challenges": ["too_many"]}
        surveying.answer(
            self.workspace, answers=said, by=team["Ines"], at=moment(self.world.until - timedelta(days=24), hour=8)
        )
        for first, before, answers in storytelling.SAID:
            at = moment(self.world.until - timedelta(days=before), hour=9)
            surveying.answer(self.workspace, answers=answers, by=team[first], at=at)
        return team

    def _bring(
        self, message: str, start: date | None, end: date, *, more: pd.DataFrame | None = None, spoilt: bool = False
    ) -> None:
        """Import the orders from a day on until before another, and all that follows from them."""
        self._say(message)
        rows = ledger.rows_of(self.world, self.world.between(start, end))
        if spoilt:  # as exports are: some lines without a date, some that were in the last file already
            earlier = ledger.rows_of(self.world, self.world.between(None, start or end))
            many = [round(n * min(1, len(earlier) / 20_000)) or 1 for n in (world.BAD_ROWS, world.DOUBLED_ROWS)]
            rows = pd.concat([earlier.tail(many[1]), rows, ledger.undated(rows, many[0])])
        rows = rows if more is None else pd.concat([more, rows])
        name = f"orders_export_{end - timedelta(days=1):%Y-%m-%d}.csv"
        file = receiving.receive(
            self.workspace,
            name=name,
            chunks=[ledger.written(rows)],
            mapping=ledger.COLUMNS,
            options=ledger.OPTIONS,
            sure=True,
        )
        request_import(file, None)
        self.settle()
        file.refresh_from_db()
        if file.status != Import.Status.DONE:
            raise JobFailed(f"The example could not be built: {file.why_failed}")
        Import.objects.in_workspace(self.workspace).filter(pk=file.pk).update(created_at=moment(end, hour=7))

    def _send(self, segment: Segment, team: dict[str, User]) -> None:
        """The win-back letter: some are held back, by lot, and then the world goes on as the lot wants it."""
        as_of = clock.as_of(self.workspace)
        people = delivering.propose(segment, as_of=as_of).counts["chosen"]
        got, held = world.WRITTEN_TO
        wish = Wish(
            destination=Destination.KLAVIYO,
            purpose="Win-back letter",
            owner=team["Priya"],
            check_on=self.world.list_on + timedelta(days=world.LETTER_DAYS),
            share=round(people * held / (got + held)) / people,
        )
        delivery = delivering.deliver(segment, wish, as_of=as_of, by=team["Priya"])
        Delivery.objects.in_workspace(self.workspace).filter(pk=delivery.pk).update(created_at=as_of)
        self.world = world.answers(self.world, *(self._customers(kept) for kept in planting.arms(delivery)))

    def _customers(self, numbers: Any) -> list[str]:
        known = Customer.objects.in_workspace(self.workspace).values_list("number", "external_id")
        return [external_id for number, external_id in known if number in numbers]

    def _look(self, bags: str, by: User) -> None:
        """Look for segments by the usual figures and the shop's own. Keep them if there are any."""
        self._say("Looking for segments nobody has named.")
        whole = proposing.ask(self.workspace, features=[*proposing.DEFAULT, bags], by=by)
        request_clustering(whole, by)
        self.settle()
        whole.refresh_from_db()
        if whole.status == SegmentSet.Status.PROPOSED:
            proposing.keep(whole, names={}, by=by)


def moment(day: date, *, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)
