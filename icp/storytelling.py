"""What the five of the example think and do: candidates, a round that is decided, moves that run."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import clock
from customers.science.rfm import NEVER
from icp import defining, evidencing, focusing, grading, planning, portraying, preparing
from icp.defining import Line
from icp.grading import Answer
from icp.models.definition import Icp
from icp.models.grading import Round
from icp.models.plan import Action, State
from icp.planning import Move
from icp.science.opinions import OPINIONS, QUESTIONS, REASONS, Opinion, answer
from segments.models.segment import Segment

DECIDED = 26  # days before the last one
SEASONS = ("Winter", "Spring", "Summer", "Autumn")


def tell(workspace: Workspace, kinds: Mapping[str, Segment], team: Mapping[str, User], *, until: date) -> None:
    """Everything that people say and do, in their order."""
    candidates = name_candidates(workspace, kinds, by=team["Ines"])
    portraying.portray(
        kinds["Small offices"],
        name="Olga from the front desk",
        sentence="The coffee must never run out, and she has eight other things to do.",
        as_of=clock.as_of(workspace),
        by=team["Priya"],
    )
    decide(workspace, candidates, team, on=until - timedelta(days=DECIDED))
    move(workspace, kinds, team, until=until)


def name_candidates(workspace: Workspace, kinds: Mapping[str, Segment], *, by: User) -> list[Icp]:
    """Eight candidates: facts where a segment stands behind them, and what the team guesses."""
    as_of = clock.as_of(workspace)
    never = Segment.objects.in_workspace(workspace).main().filter(name=NEVER).first()
    return [_name(workspace, opinion, kinds.get(opinion.name, never), as_of, by) for opinion in OPINIONS]


def _name(workspace: Workspace, opinion: Opinion, segment: Segment | None, as_of: datetime, by: User) -> Icp:
    facts = evidencing.facts(segment, as_of) if segment else []
    guesses = [Line(part, text) for part, text in opinion.guesses]
    return defining.name_candidate(
        workspace,
        name=opinion.name,
        sentence=opinion.sentence,
        segments=[segment] if segment else [],
        lines=[*facts, *guesses],
        by=by,
    )


def decide(workspace: Workspace, candidates: list[Icp], team: Mapping[str, User], *, on: date) -> Round:
    """The first round: everyone graded alone, it is closed, and two are the focus."""
    name = f"{SEASONS[on.month % 12 // 3]} {on.year}"
    rubric = preparing.default_rubric(workspace)
    emails = [person.email for person in team.values()]
    midnight = datetime.combine(on, time.min, tzinfo=clock.as_of(workspace).tzinfo)
    round = preparing.prepare_round(
        workspace, name=name, icps=candidates, rubric=rubric, emails=emails, as_of=midnight, by=team["Ines"]
    )
    for first, person in team.items():
        grading.keep_answers(round, answers_of(first, candidates, QUESTIONS), by=person)
    moment = datetime.combine(on, time(14), tzinfo=UTC)
    Round.objects.in_workspace(workspace).filter(pk=round.pk).update(created_at=moment - timedelta(days=5))
    return focusing.close_round(round, by=team["Ines"], at=moment, as_of=midnight)


def answers_of(first: str, candidates: list[Icp], questions: tuple[str, ...]) -> list[Answer]:
    """What one of the five answers, with reasons where they gave one."""
    return [
        Answer(icp.pk, question, answer(icp.name, question, first), REASONS.get((icp.name, question, first)))
        for icp in candidates
        for question in questions
    ]


def move(workspace: Workspace, kinds: Mapping[str, Segment], team: Mapping[str, User], *, until: date) -> None:
    """Three moves run, one of them is late; the letter has its answer."""
    icps = {icp.name: icp for icp in Icp.objects.in_workspace(workspace)}
    planned = [
        ("Call 60 offices", "Small offices", "Tom", -2, "20 new offices"),
        ("Brew course with each grinder", "Starter-kit brewers", "Priya", 18, "35 more second orders"),
        ("Invoice at the first order", "Small offices", "Kaja", 25, "70 first orders by invoice"),
    ]
    for name, kind, who, days, target in planned:
        wanted = Move(
            name,
            until + timedelta(days=days),
            owner=team[who],
            segment=kinds[kind],
            icp=icps[kind],
            target=target,
        )
        planning.add(workspace, wanted, by=team["Ines"])
    letter = Action.objects.in_workspace(workspace).exclude(delivery=None).first()
    if letter:
        planning.change(letter, by=team["Priya"], target="More of them order than of those held back")
        planning.settle(letter, State.DONE, by=team["Priya"])
