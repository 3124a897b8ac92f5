"""Next for you: at most three real steps, those that the Intake survey brings forward first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.timezone import now

from accounts import surveying
from accounts.models.intake import IntakeSurvey
from accounts.models.workspace import Membership
from accounts.templatetags.words import count, day, money, percent
from customers import clock
from customers.models.source import Import
from icp import checking, deciding, defining, grading, looking, preparing
from icp.doubting import OLD, consent_is_told
from icp.greeting import who
from icp.models.definition import Evidence, Kind
from icp.models.grading import Round
from icp.models.plan import Action
from icp.shares import Row
from segments.models.segment import Method, Segment, SegmentSet


@dataclass(frozen=True)
class Step:
    """Something worth doing next: what it is, why, how long it takes, and the page it opens."""

    title: str
    why: str
    minutes: int
    page: str
    button: str
    about: Any = None


@dataclass(frozen=True)
class Situation:
    """Whom the steps are for, and what is known so far."""

    member: Membership
    survey: IntakeSurvey
    rows: Sequence[Row] = ()

    @property
    def workspace(self) -> Any:
        return self.member.workspace

    def row(self, *values: str) -> Row | None:
        """The main segment with people in it that carries the first of these values."""
        rows = {row.value: row for row in self.rows if row.people}
        return next((rows[value] for value in values if value in rows), None)


USUAL = [
    "see_file",
    "grade_round",
    "check_books",
    "bring_newer",
    "plan_move",
    "see_overdue",
    "see_at_risk",
    "answer_survey",
    "name_candidates",
    "start_round",
    "check_guesses",
    "confirm_guesses",
    "bring_consent",
    "enter_margin",
    "see_best",
    "describe_segment",
    "find_segments",
]


def next_steps(situation: Situation, *, at_most: int = 3) -> list[Step]:
    """The steps that are open to this person, the most pressing first."""
    wanted = surveying.steps(situation.survey)
    order = dict.fromkeys(["see_file", "grade_round", *wanted[:1], "check_books", *wanted[1:], *USUAL])
    steps: list[Step] = []
    for name in order:
        right, propose = PROPOSALS[name]
        if len(steps) < at_most and situation.member.may(right) and (step := propose(situation)):
            steps.append(step)
    return steps


def _grade_round(situation: Situation) -> Step | None:
    user = situation.member.user
    waiting = Round.objects.in_workspace(situation.workspace).graded_by(user).filter(closed_at=None)
    for round in waiting.order_by("created_at"):
        left = grading.left_of(round, user)
        if left > 0:
            minutes = preparing.minutes(candidates=left, questions=1)
            return Step(
                f"Grade {round.name}", f"{left} answers are missing.", minutes, "icp:grade", "Grade now", round.pk
            )
    return None


def _see_file(situation: Situation) -> Step | None:
    files = Import.objects.in_workspace(situation.workspace)
    imported = files.filter(status=Import.Status.DONE).values("sha256")
    file = files.filter(status=Import.Status.ASKED).exclude(sha256__in=imported).order_by("created_at").first()
    if file is None:
        return None
    why = "Nothing of it is imported before you have looked at it."
    return Step(f"Look at {file.file_name}", why, 1, "customers:import", "Look at it", file.pk)


def _check_books(situation: Situation) -> Step | None:
    imports = Import.objects.in_workspace(situation.workspace).filter(status=Import.Status.DONE, checked_at=None)
    if not imports.filter(kind="orders").exists():
        return None
    why = "Do these figures look like your shop? Everything else stands on them."
    return Step("Check against your books", why, 2, "customers:books", "Check now")


def _bring_newer(situation: Situation) -> Step | None:
    until = clock.data_until(situation.workspace)
    if until is None or now() - until <= OLD:
        return None
    why = f"Your data ends {day(until, situation.workspace.timezone)}. Columns are read as they were last time."
    return Step("Bring the newest orders", why, 1, "customers:sources", "Drop the new file")


def _bring_consent(situation: Situation) -> Step | None:
    if consent_is_told(situation.workspace):
        return None
    why = "Shows whom you may write to; until then lists leave everybody out."
    return Step("Add a file that says who agreed", why, 3, "customers:import-new", "Add data")


def _plan_move(situation: Situation) -> Step | None:
    waits = deciding.undecided(situation.workspace)
    if waits is None or Action.objects.in_workspace(situation.workspace).exists():
        return None
    why = f"{waits.name} is closed: say where the effort goes, what stops, and three first moves."
    return Step("Decide the focus", why, 10, "icp:focus", "Decide", waits.pk)


def _check_guesses(situation: Situation) -> Step | None:
    """Guesses about which the data have an answer that nobody has looked at."""
    found = checking.standing(situation.workspace)
    if found is None or not (found.holds or found.fails or found.without_segment):
        return None
    why = found.outcome.replace("**", "") or "Say which segment each of them is, and the data answer."
    return Step(found.sentence.replace("**", "").rstrip("."), why, 3, "icp:guesses", "Check your guesses")


def _confirm_guesses(situation: Situation) -> Step | None:
    lines = Evidence.objects.in_workspace(situation.workspace).filter(kind=Kind.GUESS, icp__archived_at=None)
    most = lines.values("icp", "icp__name").annotate(guesses=Count("pk")).order_by("-guesses", "icp__name").first()
    if most is None:
        return None
    said = "One guess" if most["guesses"] == 1 else f"{most['guesses']} guesses"
    why = "What customers told you counts for more than what you assume."
    return Step(f"{said} about {most['icp__name']}", why, 3, "icp:detail", "Confirm them", most["icp"])


def _see(situation: Situation, row: Row | None, why: str) -> Step | None:
    if row is None:
        return None
    title = f"See the {count(row.people)} {who(situation.survey, row.people)} in {row.segment.name}"
    return Step(title, why, 2, "segments:detail", "See these customers", row.segment.pk)


def _see_overdue(situation: Situation) -> Step | None:
    """The people of the first look whom the business would miss most."""
    found = next((one for one in looking.newest(situation.workspace) if one.kind == "overdue"), None)
    people = found.finding["figures"].get("people", 0) if found else 0
    if found is None or found.told.is_refused or not people:
        return None
    spent = money(found.finding["figures"]["spent_365d"], situation.workspace.currency)
    said = "the one good customer who is" if people == 1 else f"the {count(people)} good customers who are"
    why = f"They spent {spent} last year and have gone quiet."
    return Step(f"See {said} overdue", why, 2, "icp:insight", "See who they are", found.pk)


def _see_at_risk(situation: Situation) -> Step | None:
    row = situation.row("At risk", "Lapsed")
    spent = money(row.revenue, situation.workspace.currency) if row else ""
    return _see(situation, row, f"They spent {spent} so far and have gone quiet.")


def _see_best(situation: Situation) -> Step | None:
    row = situation.row("Champions", "Loyal")
    return _see(situation, row, f"They bring {percent(row.of_revenue)} of the revenue." if row else "")


def _see_promising(situation: Situation) -> Step | None:
    return _see(situation, situation.row("Promising"), "They bought lately; the next order decides.")


def _answer_survey(situation: Situation) -> Step | None:
    far = surveying.progress(situation.survey)
    left = far.left
    if not left:
        return None
    said = "One question is open" if left == 1 else f"{left} questions are open"
    why = "The answers decide which figures and steps you see here."
    return Step(f"{said} in the Intake survey", why, far.minutes, "accounts:intake", "Answer them")


def _enter_margin(situation: Situation) -> Step | None:
    if not situation.rows or surveying.margin(situation.workspace) is not None:
        return None
    why = "Shows what a customer leaves you, not only what one pays."
    return Step("Enter a margin", why, 1, "accounts:intake-question", "Enter it", "margin")


def _name_candidates(situation: Situation) -> Step | None:
    if defining.candidates(situation.workspace).count() >= 2:
        return None
    why = "Some you have, some you want. Grading needs two."
    return Step("Name your ideal customers", why, 5, "icp:list", "Name them")


def _start_round(situation: Situation) -> Step | None:
    named = defining.candidates(situation.workspace).count()
    if named < 2 or Round.objects.in_workspace(situation.workspace).exists():
        return None
    why = f"{named} candidates wait. Everyone grades alone, then you see where you differ."
    return Step("Grade your ideal customers", why, 5, "icp:rounds", "Start grading")


def _describe_segment(situation: Situation) -> Step | None:
    if Segment.objects.in_workspace(situation.workspace).live().filter(method=Method.RULES).exists():
        return None
    why = "Say in a sentence whom you mean; the count follows as you write."
    return Step("Describe a segment of your own", why, 4, "segments:conditions", "Write conditions")


def _find_segments(situation: Situation) -> Step | None:
    if SegmentSet.objects.in_workspace(situation.workspace).filter(method=Method.CLUSTERS).exists():
        return None
    why = "We look for groups in how people buy, and say so if there are none."
    return Step("Look for segments nobody has named", why, 3, "segments:found", "Look for segments")


type Proposal = Callable[[Situation], Step | None]
PROPOSALS: dict[str, tuple[str, Proposal]] = {
    "see_file": ("data.change", _see_file),
    "grade_round": ("rounds.grade", _grade_round),
    "check_books": ("data.change", _check_books),
    "bring_newer": ("data.change", _bring_newer),
    "bring_consent": ("data.change", _bring_consent),
    "plan_move": ("plan.change", _plan_move),
    "check_guesses": ("icps.change", _check_guesses),
    "confirm_guesses": ("icps.change", _confirm_guesses),
    "see_overdue": ("data.view", _see_overdue),
    "see_at_risk": ("segments.view", _see_at_risk),
    "see_best": ("segments.view", _see_best),
    "see_promising": ("segments.view", _see_promising),
    "answer_survey": ("intake.change", _answer_survey),
    "enter_margin": ("intake.change", _enter_margin),
    "name_candidates": ("icps.change", _name_candidates),
    "start_round": ("rounds.run", _start_round),
    "describe_segment": ("segments.change", _describe_segment),
    "find_segments": ("segments.change", _find_segments),
}
