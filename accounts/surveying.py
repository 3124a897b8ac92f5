"""The Intake survey: keep an answer, pin the goal, and tell the rest of the house what the answers say.

What a business measures now (`workspace.goal["now"]`) is told from above, by `measured`, whenever
profiles were computed; accounts itself knows no orders.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts import auditing, branching, following, recalling, saying
from accounts.accepting import NotAccepted, accepted
from accounts.intake.business import SELLING
from accounts.intake.goals import UNSURE
from accounts.intake.measures import KPIS, Kpi
from accounts.intake.question import Choice, Metric, Question
from accounts.models.intake import IntakeChange, IntakeSurvey
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.questions import BY_ID, FIRST, METRIC
from accounts.templatetags.words import listed
from accounts.weighing import weighing as _weighing
from accounts.weighing import weights as _weights


@dataclass(frozen=True)
class Progress:
    """How many of the questions that apply are answered, and how many minutes the rest takes."""

    answered: int
    total: int
    minutes: int = 0

    @property
    def percent(self) -> int:
        return 100 * self.answered // self.total

    @property
    def left(self) -> int:
        return self.total - self.answered


@dataclass(frozen=True)
class Alternative:
    """What else people could choose: a competitor and what it does better, or what they do instead."""

    name: str
    better_at: str = ""

    @property
    def sentence(self) -> str:
        return f"{self.name}: better at {self.better_at}" if self.better_at else self.name


@dataclass(frozen=True)
class Capability:
    """What the business can do or cannot, as a line that is offered on sheets of ideal customers."""

    question: str  # offer, strengths or limits
    text: str

    @property
    def line(self) -> str:
        """As it stands on a sheet: We do well: one parcel for the whole office."""
        begins = {"offer": "We sell", "strengths": "We do well", "limits": "Our limit"}
        return f"{begins[self.question]}: {self.text}"


class SomeNotAccepted(ValueError):
    """Some answers cannot be kept, so none was. `problems` names them: question -> sentence."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def survey_of(workspace: Workspace) -> IntakeSurvey:
    """The workspace's survey; an empty one, not yet stored, while nobody answered."""
    found: IntakeSurvey | None = IntakeSurvey.objects.in_workspace(workspace).first()
    survey = found or IntakeSurvey()
    survey.workspace = workspace
    return survey


def answer(workspace: Workspace, *, answers: Mapping[str, Any], by: User, at: datetime) -> IntakeSurvey:
    """Keep the answers, all or none: question -> value, None to take one back, {"unknown": true} for not knowing.

    Other people's answers to other questions stay: the survey is read anew under the workspace's lock.
    Raises SomeNotAccepted. An answer that says what is kept already changes nothing, not even its author.
    """
    kept = _accepted(workspace, answers, today=at.astimezone(ZoneInfo(workspace.timezone)).date())
    return _keep_all(workspace, kept, by=by, at=at)


def restore(change: IntakeChange, *, by: User, at: datetime) -> IntakeSurvey:
    """Give an earlier answer again. Raises SomeNotAccepted if the question is gone or no longer takes it."""
    kept = _accepted(change.workspace, {change.question: change.value}, today=date.min)
    return _keep_all(change.workspace, kept, by=by, at=at)


def pin(workspace: Workspace, metric: str, *, by: User, at: datetime) -> IntakeSurvey:
    """Pin one of the other goals; the one that was pinned takes its place among them."""
    survey = survey_of(workspace)
    others = survey.value("goals") or []
    wanted = next((goal for goal in others if goal["metric"] == metric), None)
    if wanted is None:
        raise SomeNotAccepted({"goals": "This goal is not among yours any more. Reload the page to see which are."})
    pinned = survey.value("goal")
    back = [pinned] if pinned and pinned["metric"] != UNSURE.id else []
    rest = [goal for one in others for goal in (back if one is wanted else [one])]
    return _keep_all(workspace, {"goal": wanted, "goals": rest or None}, by=by, at=at)


def _accepted(workspace: Workspace, answers: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    survey, kept, problems = survey_of(workspace), {}, {}
    for name, value in answers.items():
        try:
            kept[name] = accepted(_question(survey, name), value, today=today)
        except NotAccepted as problem:
            problems[name] = str(problem)
    if problems:
        raise SomeNotAccepted(problems)
    return kept


def _question(survey: IntakeSurvey, name: str) -> Question:
    found = branching.question_of(survey, name)
    if found is None:
        raise NotAccepted(f"There is no question “{str(name)[:40]}”. The questions are: {', '.join(BY_ID)}.")
    if found.is_archived:
        raise NotAccepted(f"“{found.text}” is archived. Bring the question back to answer it.")
    return found


def _keep_all(workspace: Workspace, kept: Mapping[str, Any], *, by: User, at: datetime) -> IntakeSurvey:
    with transaction.atomic():
        locked = Workspace.objects.select_for_update().get(pk=workspace.pk)
        survey, _ = IntakeSurvey.objects.in_workspace(locked).get_or_create(defaults={"workspace": locked})
        survey.workspace = locked
        told = {name: _since(survey, value) for name, value in kept.items()}
        changed = {name: value for name, value in told.items() if _raw(survey, name) != value}
        for name, value in changed.items():
            _keep(survey, name, value, by=by, at=at)
        if changed:
            survey.save()
            _pin(locked, survey)
    workspace.goal = locked.goal
    return survey


def _raw(survey: IntakeSurvey, name: str) -> Any:
    return survey.answers.get(name, {}).get("value")


def _keep(survey: IntakeSurvey, name: str, value: Any, *, by: User, at: datetime) -> None:
    question = _question(survey, name)
    if value is None:
        survey.answers.pop(name, None)
        deed = f"Took back the answer to “{question.text}”"
    else:
        survey.answers[name] = {"value": value, "by": str(by.pk), "at": at.isoformat()}
        deed = f"Answered “{question.text}”"
    recalling.remember(survey, question, value, by=by, at=at)
    auditing.record(survey.workspace, by, "intake.answered", deed, subject=name, question=name)


def _since(survey: IntakeSurvey, value: Any) -> Any:
    """A goal, or some, with where each stood when it was set, as far as it was counted."""
    if isinstance(value, list):
        return [_since(survey, one) for one in value]
    if not isinstance(value, dict) or value.get("metric") not in METRIC:
        return value
    before = _former(survey, value["metric"])
    if before.get("counted"):
        return value | {name: before[name] for name in ("baseline", "counted")}
    if value.get("baseline") is not None and value["baseline"] == before.get("baseline"):
        return value
    return _counted_now(survey.workspace, value)


def _former(survey: IntakeSurvey, metric: str) -> dict[str, Any]:
    goals = [survey.value("goal") or {}, *(survey.value("goals") or [])]
    return next((goal for goal in goals if goal.get("metric") == metric), {})


def _counted_now(workspace: Workspace, goal: dict[str, Any]) -> dict[str, Any]:
    now = workspace.goal.get("now", {})
    known = now.get(goal["metric"])
    return goal if known is None else goal | {"baseline": known, "counted": now["as_of"]}


def progress(survey: IntakeSurvey, *, first: bool = False) -> Progress:
    """How far the survey is; `first` looks only at the three questions asked before anything else."""
    return progress_of(survey, list(FIRST) if first else branching.put(survey))


def progress_of(survey: IntakeSurvey, questions: list[Question]) -> Progress:
    """How far these questions are answered."""
    still_open = [question for question in questions if not branching.is_answered(survey, question.id)]
    minutes = math.ceil(sum(question.seconds for question in still_open) / 60)
    return Progress(len(questions) - len(still_open), len(questions), minutes)


def next_question(survey: IntakeSurvey) -> Question | None:
    """Where to go on: the first question that applies and that nobody answered."""
    asked = branching.put(survey)
    return next((question for question in asked if not branching.is_answered(survey, question.id)), None)


def chosen(survey: IntakeSurvey, question: str) -> list[Choice]:
    """The choices that the counted answer consists of, in the order of the question."""
    return following.chosen(survey, BY_ID[question])


def follows(workspace: Workspace, survey: IntakeSurvey) -> list[following.Consequence]:
    """What the kept answers change, in the order of the questions."""
    survey.workspace = workspace
    return following.follows(survey)


def figures(survey: IntakeSurvey) -> list[str]:
    """Figures for Home in their order: two that tell of the goal, the rest by how the business sells and is paid.

    Home shows the first three about which something can be said.
    """
    wanted = [name for choice in chosen(survey, "goal") for name in choice.figures]
    if branching.counted(survey, "margin") is not None:
        wanted.append("left_per_customer")
    selling = chosen(survey, "selling") or [SELLING.choices[0]]
    wanted += [name for choice in [*chosen(survey, "billing"), *selling] for name in choice.figures]
    return list(dict.fromkeys(wanted))


def choose_figures(workspace: Workspace, names: list[str], *, by: User) -> None:
    """Show these figures on Home before any other; none goes back to those that the answers choose."""
    with transaction.atomic():
        locked = Workspace.objects.select_for_update().get(pk=workspace.pk)
        if locked.goal.get("figures", []) != names:
            locked.goal = {**locked.goal, "figures": names}
            locked.save(update_fields=["goal"])
            deed = "Chose the figures that Home shows." if names else "Left the figures that Home shows to the goal."
            auditing.record(locked, by, "figures.chosen", deed, figures=names)
    workspace.goal = locked.goal


def chosen_figures(workspace: Workspace) -> list[str]:
    """The figures that somebody chose for Home, in their order."""
    return list(workspace.goal.get("figures", []))


def steps(survey: IntakeSurvey) -> list[str]:
    """The next steps that the answers bring forward, the most pressing first."""
    asked = ("challenges", "have", "stage", "goal")
    return list(
        dict.fromkeys(name for question in asked for choice in chosen(survey, question) for name in choice.steps)
    )


def kpis(survey: IntakeSurvey, *, at_most: int = 6) -> list[Kpi]:
    """What a move could be measured by, the goal's own measure first; each says for which answer it is offered."""
    wanted: dict[str, Kpi] = {}
    for question in following.weighty(survey):
        for choice in following.chosen(survey, question):
            for name in choice.kpis:
                wanted.setdefault(name, replace(KPIS[name], why=choice.label))
    if branching.counted(survey, "deal_size") is not None:
        wanted.setdefault("deals_won", replace(KPIS["deals_won"], why=BY_ID["deal_size"].text))
    return list(wanted.values())[:at_most]


def weights(workspace: Workspace) -> dict[str, float]:
    """Scorecard question -> 0.5 or 2, as the answers suggest; what is not named counts as much as the others."""
    return _weights(_all_chosen(survey_of(workspace)))


def weighing(workspace: Workspace) -> dict[str, str]:
    """Scorecard question -> why it should count more or less, in a sentence."""
    return _weighing(_all_chosen(survey_of(workspace)))


def _all_chosen(survey: IntakeSurvey) -> list[Choice]:
    return [choice for question in following.weighty(survey) for choice in following.chosen(survey, question)]


def margin(workspace: Workspace) -> float | None:
    """The margin that was given, as a share (0.32); None where nobody gave one. Nobody ever assumes one."""
    given = branching.counted(survey_of(workspace), "margin")
    return None if given is None else float(given) / 100


def alternatives(workspace: Workspace) -> list[Alternative]:
    """What else people could choose: competitors with what they do better, then what people do instead."""
    survey = survey_of(workspace)
    rivals = [Alternative(**rival) for rival in branching.counted(survey, "rivals") or []]
    return rivals + [Alternative(choice.label) for choice in chosen(survey, "instead")]


def alternatives_in_words(workspace: Workspace) -> str:
    """They compare us with Harbour Roast (better at price) and Beans. Many take something cheaper."""
    survey = survey_of(workspace)
    rivals = [Alternative(**rival) for rival in branching.counted(survey, "rivals") or []]
    names = [f"{one.name} (better at {one.better_at})" if one.better_at else one.name for one in rivals]
    often = listed([choice.because for choice in chosen(survey, "instead")])
    said = [f"They compare us with {listed(names)}."] if names else []
    return " ".join([*said, f"{often[:1].upper()}{often[1:]}."] if often else said)


def offer(workspace: Workspace) -> str:
    """What the business sells, in its own words."""
    return str(branching.counted(survey_of(workspace), "offer") or "")


def capabilities(workspace: Workspace) -> list[Capability]:
    """Lines for sheets of ideal customers: what is sold, what the business does well, what it cannot do."""
    survey = survey_of(workspace)
    sold = branching.counted(survey, "offer")
    lines = [Capability("offer", sold)] if sold else []
    for name in ("strengths", "limits"):
        lines += [Capability(name, text) for text in branching.counted(survey, name) or []]
    return lines


def kinds(workspace: Workspace) -> list[str]:
    """The kinds of customers that buy today, in the business's own words."""
    return list(branching.counted(survey_of(workspace), "current") or [])


def days_to_look(workspace: Workspace) -> int | None:
    """After how many days a move can show something: the rhythm of orders, or the way to one; None if not told."""
    survey = survey_of(workspace)
    told = [branching.counted(survey, name) for name in ("rhythm", "sales_cycle")]
    known = [math.ceil(days) for days in told if days is not None]
    return max(known) if known else None


def measured(workspace: Workspace, values: Mapping[str, float | None], *, as_of: datetime) -> None:
    """Keep what the goals measure now (percent as 0 to 100), so that the pinned goal can say it.

    A goal that was set before anything was counted gets its baseline from the first count.
    """
    with transaction.atomic():
        locked = Workspace.objects.select_for_update().get(pk=workspace.pk)
        known = {name: value for name, value in values.items() if value is not None}
        locked.goal["now"] = {**known, "as_of": as_of.isoformat()}
        survey = survey_of(locked)
        _count_baselines(survey)
        _pin(locked, survey)
    workspace.goal = locked.goal


def _count_baselines(survey: IntakeSurvey) -> None:
    lacking = False
    for name in ("goal", "goals"):
        value = survey.value(name)
        for goal in value if isinstance(value, list) else [value or {}]:
            if goal.get("metric") in METRIC and goal.get("baseline") is None:
                goal |= _counted_now(survey.workspace, goal)
                lacking = lacking or "baseline" in goal
    if lacking:
        survey.save()


def _pin(workspace: Workspace, survey: IntakeSurvey) -> None:
    wish = survey.value("goal") or {}
    goal = {name: workspace.goal[name] for name in ("now", "figures") if workspace.goal.get(name)}
    if wish and wish["metric"] != UNSURE.id:
        goal |= wish | {"sentence": sentence(workspace, wish)}
    workspace.goal = goal
    workspace.save(update_fields=["goal"])


def sentence(workspace: Workspace, goal: Mapping[str, Any]) -> str:
    """A goal in words, its figure marked by stars: Repeat buyers **26 %** to 32 % by 30 June 2027."""
    return saying.sentence(workspace, goal)


def wish(workspace: Workspace, goal: Mapping[str, Any]) -> str:
    """How far and until when: 32 % by 30 June 2027."""
    return saying.wish(workspace, goal)


def say(workspace: Workspace, metric: Metric, value: float) -> str:
    """A value of the metric, in its unit."""
    return saying.value(workspace, metric, value)
