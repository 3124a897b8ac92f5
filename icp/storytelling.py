"""What the five of the example think and do: candidates, a round that is decided, moves that run."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import clock
from customers.science.rfm import NEVER
from icp import (
    approving,
    checking,
    claiming,
    deciding,
    defining,
    evidencing,
    expecting,
    focusing,
    grading,
    planning,
    portraying,
    preparing,
    resting,
    wording,
)
from icp.defining import Line
from icp.grading import Answer
from icp.models.definition import Icp, IcpVersion, Kind
from icp.models.grading import Round
from icp.models.plan import Action, State
from icp.science.claims import FAILS
from icp.science.opinions import OPINIONS, QUESTIONS, REASONS, Opinion, answer
from segments.models.segment import Segment

DECIDED = 20  # days before the last one: the day of the file but two
FOCUS = ("Small offices", "Starter-kit brewers")
SURVEY = "58 offices in the survey of spring"
QUARTER = timedelta(days=91)
EFFORT = {"Small offices": 45, "Starter-kit brewers": 35, "December gift buyers": 3, "Discount hunters": 2}
BEFORE = {"Small offices": 9, "Starter-kit brewers": 6, "December gift buyers": 46, "Discount hunters": 14}
SINCE = {"Small offices": 24, "Starter-kit brewers": 17, "December gift buyers": 31, "Discount hunters": 9}
# What the others answered in the survey after Ines: (who, how many days before the last one, what). Payment, the way of
# deals and the margin are left open: the story says that costs come later.
SAID: list[tuple[str, int, dict[str, Any]]] = [
    ("Tom", 23, {"offer": "Coffee and tea by mail, roasted the same week", "price": 34, "rhythm": 30}),
    ("Tom", 23, {"channels": ["search", "ads", "mail", "recommended"]}),
    ("Tom", 23, {"current": ["Small offices", "Bean regulars", "December gift buyers", "Discount hunters"]}),
    (
        "Priya",
        21,
        {
            "rivals": [
                {"name": "Harbour Roast", "better_at": "price for a kilo"},
                {"name": "The supermarket", "better_at": "being there"},
            ],
            "instead": ["live_with_it", "nearest"],
            "where": "country",
        },
    ),
    ("Kaja", 20, {"strengths": ["Roasted the same week", "One parcel for the whole office"], "scarce": ["time"]}),
    ("Kaja", 20, {"limits": ["No delivery abroad", "No invoice without a card"]}),
    ("Luis", 14, {"rhythm": 38, "deciders": "one"}),
    ("Ines", 9, {"goals": [{"metric": "fewer_leaving"}]}),
]
SEASONS = ("Winter", "Spring", "Summer", "Autumn")


def tell(
    workspace: Workspace,
    kinds: Mapping[str, Segment],
    team: Mapping[str, User],
    *,
    until: date,
    then: expecting.Measured,
) -> None:
    """Everything that people say and do, in their order. `then` is what was measured by kind when they decided."""
    candidates = describe(workspace, kinds, by=team["Ines"])
    portraying.portray(
        kinds["Small offices"],
        name="Olga from the front desk",
        sentence="The coffee must never run out, and she has eight other things to do.",
        as_of=clock.as_of(workspace),
        by=team["Priya"],
    )
    round = decide(workspace, candidates, team, on=until - timedelta(days=DECIDED))
    make_focus(round, team, until=until, then=then)
    answer_letter(workspace, by=team["Priya"])


def describe(workspace: Workspace, kinds: Mapping[str, Segment], *, by: User) -> list[Icp]:
    """The candidates as they stand today: those named before the last file have their facts read again."""
    named = {icp.name: icp for icp in Icp.objects.in_workspace(workspace).filter(archived_at=None)}
    if not named:
        return name_candidates(workspace, kinds, by=by)
    for icp in named.values():
        evidencing.read_again(icp, as_of=clock.as_of(workspace), by=by)
    checking.check_all(workspace, clock.as_of(workspace))
    for line in checking.guesses(workspace):
        if line.checked.get("verdict") == FAILS and line.icp.name == FOCUS[0]:
            checking.strike(line, by=by)
    return [named[opinion.name] for opinion in OPINIONS]


def approve(workspace: Workspace, kinds: Mapping[str, Segment], team: Mapping[str, User], *, on: date) -> None:
    """On the day of the decision: the candidates are named, and the sheets of the two best are approved."""
    as_of = clock.as_of(workspace)
    for icp in name_candidates(workspace, kinds, by=team["Ines"]):
        if icp.name in FOCUS:
            version = approving.approve(icp, as_of=as_of, by=team["Ines"])
            moment = datetime.combine(on, time(16), tzinfo=UTC)
            IcpVersion.objects.in_workspace(workspace).filter(pk=version.pk).update(created_at=moment)


def name_candidates(workspace: Workspace, kinds: Mapping[str, Segment], *, by: User) -> list[Icp]:
    """Eight candidates: facts where a segment stands behind them, and what the team guesses."""
    as_of = clock.as_of(workspace)
    never = Segment.objects.in_workspace(workspace).main().filter(name=NEVER).first()
    return [_name(workspace, opinion, kinds.get(opinion.name, never), as_of, by) for opinion in OPINIONS]


def _name(workspace: Workspace, opinion: Opinion, segment: Segment | None, as_of: datetime, by: User) -> Icp:
    facts = evidencing.facts(segment, as_of) if segment else []
    guesses = [Line(part, text, claim=claiming.heard(text)) for part, text in opinion.guesses]
    told = [
        Line(part, text, Kind.ANSWER, [*defining.said_by(SURVEY), *resting.resting_on(rests)])
        for part, text, rests in opinion.answers
    ]
    return defining.name_candidate(
        workspace,
        name=opinion.name,
        sentence=opinion.sentence,
        segments=[segment] if segment else [],
        lines=[*facts, *told, *guesses],
        by=by,
    )


def decide(workspace: Workspace, candidates: list[Icp], team: Mapping[str, User], *, on: date) -> Round:
    """The first round: everyone graded alone, it is closed, and two are the focus."""
    name = f"{SEASONS[on.month % 12 // 3]} {on.year}"
    rubric = wording.default_rubric(workspace)
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


def make_focus(round: Round, team: Mapping[str, User], *, until: date, then: expecting.Measured) -> None:
    """Two are the focus: where the effort goes, what stops, what is expected, and three moves, one of them late now."""
    if round.closed_at is None or round.as_of is None:
        raise ValueError(f"{round} is open.")
    icps = {icp.name: str(icp.pk) for icp in round.icps.all()}
    known = {icps[name]: figures for name, figures in then.items() if name in icps}
    decision = deciding.decide(
        round,
        by=team["Ines"],
        at=round.closed_at,
        as_of=round.as_of,
        known=known,
        effort=_shares(EFFORT, icps),
        today=_shares(BEFORE, icps),
        left_out=_left_out(icps, then, until - timedelta(days=DECIDED) + QUARTER),
        expected=_expected(icps, then, until),
        moves=_moves(icps, team, until),
    )
    deciding.tell_spent(decision, _shares(SINCE, icps), by=team["Ines"], on=until)


def _shares(percents: Mapping[str, int], icps: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"icp": icps[name], "percent": percent} for name, percent in percents.items()]


def _moves(icps: Mapping[str, str], team: Mapping[str, User], until: date) -> list[dict[str, Any]]:
    planned = [
        ("Brew course with each grinder", "Starter-kit brewers", "Priya", 18, "35 more second orders"),
        ("Call 60 offices", "Small offices", "Tom", -2, "20 new offices"),
        ("Invoice at the first order", "Small offices", "Kaja", 25, "70 first orders by invoice"),
    ]
    return [
        {
            "name": name,
            "icp": icps[kind],
            "owner": team[who].pk,
            "check_on": until + timedelta(days=days),
            "target": target,
        }
        for name, kind, who, days, target in planned
    ]


def _left_out(icps: Mapping[str, str], then: expecting.Measured, look: date) -> list[dict[str, Any]]:
    """What stops, with figures that were measured, not made up."""
    gifts, hunters = then.get("December gift buyers", {}), then.get("Discount hunters", {})
    back, worth = round(gifts.get("came_back", 0)), expecting.said("share_of_revenue", hunters.get("share_of_revenue"))
    effort = f"They took {BEFORE['December gift buyers']} % of the effort"
    told = {
        "December gift buyers": f"No more Christmas ads beyond €2,000. {effort}, and {back} in 100 return.",
        "Discount hunters": f"No coupons above 10 %. They bring {worth} of revenue, and wait for the next coupon.",
        "Tea switchers": "Not yet. More of them every month, and too young for a verdict.",
    }
    later = {"Tea switchers": look}
    return [{"icp": icps[name], "text": text, "look_again_on": later.get(name)} for name, text in told.items()]


def _expected(icps: Mapping[str, str], then: expecting.Measured, until: date) -> list[dict[str, Any]]:
    """Twenty more offices, and two points more of the brewers who come back."""
    more = [("Small offices", "customers", 20, 25), ("Starter-kit brewers", "came_back", 2, 18)]
    return [
        {
            "icp": icps[name],
            "feature": feature,
            "expected": then[name][feature] + plus,
            "until": until + timedelta(days=days),
        }
        for name, feature, plus, days in more
        if feature in then.get(name, {})
    ]


def answer_letter(workspace: Workspace, *, by: User) -> None:
    """The letter that was sent is a move too, and it is over."""
    letter = Action.objects.in_workspace(workspace).exclude(delivery=None).first()
    if letter:
        planning.change(letter, by=by, target="More of them order than of those held back")
        planning.settle(letter, State.DONE, by=by)
