"""Candidates: named, described line by line, set aside.

A name alone is enough. What people write by hand is a guess until an answer or a fact stands behind it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils.timezone import now

from accounts import auditing
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers.models.customer import Entity
from icp.models.definition import Evidence, Icp, Kind, Part
from icp.models.grading import Round
from icp.refusing import NotPossible
from segments.models.segment import Segment

SLOTS = range(1, 9)


@dataclass(frozen=True)
class Line:
    """One thing said of a candidate: in which part, how we know it, and what stands behind it."""

    part: str
    text: str
    kind: str = Kind.GUESS
    evidence: list[dict[str, Any]] = field(default_factory=list)


@transaction.atomic
def name_candidate(
    workspace: Workspace,
    *,
    name: str,
    by: User,
    sentence: str = "",
    entity: str = Entity.CUSTOMER,
    segments: Sequence[Segment] = (),
    lines: Iterable[Line] = (),
) -> Icp:
    """Write a candidate down. It keeps the mark of its segment, or takes one that is free."""
    icp = _create(workspace, name=name.strip(), sentence=sentence.strip(), entity=entity, segments=segments, by=by)
    icp.segments.set(segments)
    for position, line in enumerate(lines):
        add_line(icp, line, position=position)
    auditing.record(workspace, by, "icps.named", f"Named the candidate {icp.name}.", subject=icp.pk)
    return icp


def _create(
    workspace: Workspace, *, name: str, sentence: str, entity: str, segments: Sequence[Segment], by: User
) -> Icp:
    _check_name(name)
    slot = next((segment.slot for segment in segments if segment.slot), 0) or free_slot(workspace)
    try:
        with transaction.atomic():
            return Icp.objects.create(
                workspace=workspace, name=name, sentence=sentence[:300], entity=entity, slot=slot, created_by=by
            )
    except IntegrityError:
        raise NotPossible(f"There is a candidate called {name} already. Choose another name.") from None


def _check_name(name: str) -> None:
    if not name:
        raise NotPossible("The candidate needs a name, such as “Small offices”.")
    if len(name) > 80:
        raise NotPossible("A name has up to 80 characters. Put the rest into the sentence below it.")


def free_slot(workspace: Workspace) -> int:
    """A mark that neither a main segment nor another candidate wears; 0 when all eight are taken."""
    worn = set(Icp.objects.in_workspace(workspace).filter(archived_at=None).values_list("slot", flat=True))
    worn |= set(Segment.objects.in_workspace(workspace).main().values_list("slot", flat=True))
    return next((slot for slot in SLOTS if slot not in worn), 0)


@transaction.atomic
def name_candidates(workspace: Workspace, *, named: Iterable[tuple[str, str]], by: User) -> list[Icp]:
    """Several at once, each with why: (name, sentence). All or none."""
    wanted = [(name.strip(), why.strip()) for name, why in named if name.strip()]
    if not wanted:
        raise NotPossible("Nothing was written yet. Name at least one kind of customer.")
    if len({name.casefold() for name, _ in wanted}) < len(wanted):
        raise NotPossible("Two lines have the same name. Each kind of customer needs a name of its own.")
    return [name_candidate(workspace, name=name, sentence=why, by=by) for name, why in wanted]


def add_line(icp: Icp, line: Line, *, position: int | None = None, by: User | None = None) -> Evidence:
    """Say one thing of the candidate. A fact says where it comes from."""
    _check_line(line)
    at = icp.lines.count() if position is None else position
    kept = Evidence.objects.create(
        workspace=icp.workspace,
        icp=icp,
        part=line.part,
        kind=line.kind,
        text=line.text.strip(),
        evidence=line.evidence,
        position=at,
    )
    if by:
        auditing.record(icp.workspace, by, "icps.line-added", f"Added a line to {icp.name}.", subject=icp.pk)
    return kept


def _check_line(line: Line) -> None:
    if line.part not in Part.values:
        raise NotPossible(f"There is no part “{line.part}”. Choose one of {', '.join(Part.values)}.")
    if line.kind not in Kind.values:
        raise NotPossible(f"There is no kind “{line.kind}”. Choose fact, answer or guess.")
    if not line.text.strip():
        raise NotPossible("The line has no words. Say one thing in one sentence.")
    if len(line.text.strip()) > 300:
        raise NotPossible("A line has up to 300 characters. Say one thing in one sentence.")
    if line.kind == Kind.FACT and not line.evidence:
        raise NotPossible(
            "A fact needs evidence: the segment, the figure and its value. Without it, write an answer or a guess."
        )


@transaction.atomic
def change_line(line: Evidence, *, text: str, kind: str, by: User) -> Evidence:
    """Say it differently. A fact whose words change is a fact no longer: its evidence spoke for the old words."""
    if line.kind == Kind.FACT and (text.strip() != line.text or kind != line.kind):
        kind, line.evidence = (Kind.GUESS if kind == Kind.FACT else kind), []
    _check_line(Line(part=line.part, text=text, kind=kind, evidence=line.evidence))
    line.text, line.kind = text.strip(), kind
    line.save(update_fields=["text", "kind", "evidence"])
    auditing.record(line.workspace, by, "icps.line-changed", f"Changed a line of {line.icp}.", subject=line.icp_id)
    return line


@transaction.atomic
def remove_line(line: Evidence, *, by: User) -> None:
    line.delete()
    auditing.record(line.workspace, by, "icps.line-removed", f"Removed a line of {line.icp}.", subject=line.icp_id)


@transaction.atomic
def change_candidate(icp: Icp, *, name: str, sentence: str, by: User) -> Icp:
    """Another name or another sentence; results that are frozen keep the old name."""
    name = name.strip()
    _check_name(name)
    others = Icp.objects.in_workspace(icp.workspace).filter(archived_at=None, name=name).exclude(pk=icp.pk)
    if others.exists():
        raise NotPossible(f"There is a candidate called {name} already. Choose another name.")
    icp.name, icp.sentence = name, sentence.strip()[:300]
    icp.save(update_fields=["name", "sentence", "updated_at"])
    auditing.record(icp.workspace, by, "icps.changed", f"Changed the candidate {icp.name}.", subject=icp.pk)
    return icp


@transaction.atomic
def revise(
    icp: Icp,
    *,
    name: str,
    sentence: str,
    segments: Sequence[Segment] | None,
    lines: Sequence[Line] | None,
    by: User,
) -> Icp:
    """Several changes at once, all or none; None leaves segments or lines as they are."""
    change_candidate(icp, name=name, sentence=sentence, by=by)
    if segments is not None:
        icp.segments.set(segments)
    if lines is not None:
        replace_lines(icp, lines=lines, by=by)
    return icp


@transaction.atomic
def replace_lines(icp: Icp, *, lines: Iterable[Line], by: User) -> None:
    """All lines anew, as a program says them."""
    icp.lines.all().delete()
    for position, line in enumerate(lines):
        add_line(icp, line, position=position)
    auditing.record(icp.workspace, by, "icps.changed", f"Wrote the lines of {icp.name} anew.", subject=icp.pk)


@transaction.atomic
def archive(icp: Icp, *, by: User) -> None:
    """Set a candidate aside. Open rounds keep it; its results stay."""
    if icp.archived_at is None:
        icp.archived_at = now()
        icp.save(update_fields=["archived_at"])
        auditing.record(icp.workspace, by, "icps.archived", f"Archived the candidate {icp.name}.", subject=icp.pk)


@transaction.atomic
def bring_back(icp: Icp, *, by: User) -> None:
    """Undo of archiving."""
    if Icp.objects.in_workspace(icp.workspace).filter(archived_at=None, name=icp.name).exclude(pk=icp.pk).exists():
        raise NotPossible(f"Another candidate is called {icp.name} by now. Rename that one first.")
    if icp.archived_at:
        icp.archived_at = None
        icp.save(update_fields=["archived_at"])
        auditing.record(icp.workspace, by, "icps.restored", f"Brought {icp.name} back.", subject=icp.pk)


def candidates(workspace: Workspace) -> Any:
    """Candidates in use, with how many facts, answers and guesses each has."""
    counts = {kind.name.lower(): Count("lines", filter=Q(lines__kind=kind)) for kind in Kind}
    live = Icp.objects.in_workspace(workspace).filter(archived_at=None)
    return live.annotate(**{f"{name}_count": count for name, count in counts.items()}).order_by("created_at")


def readable(workspace: Workspace, *, user: User, sees_all: bool) -> Any:
    """The candidates somebody may read about: all for the team, those of the own rounds for a grader."""
    everyone = Icp.objects.in_workspace(workspace)
    if sees_all:
        return everyone
    rounds = Round.objects.in_workspace(workspace).graded_by(user)
    return everyone.filter(rounds__in=rounds).distinct()


def counted(icp: Icp) -> dict[str, int]:
    """How many facts, answers and guesses there are."""
    kinds = [line.kind for line in icp.lines.all()]
    return {kind.value: kinds.count(kind) for kind in Kind}


def lines_by_part(icp: Icp) -> list[tuple[Part, list[Evidence]]]:
    """The eight parts in their order, each with its lines: facts first, guesses last."""
    order = list(Kind)
    lines = sorted(icp.lines.all(), key=lambda line: (order.index(Kind(line.kind)), line.position))
    return [(part, [line for line in lines if line.part == part]) for part in Part]


def parsed_lines(parts: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Line]:
    """Lines from the form that the API speaks: {part: [{text, kind, evidence}]}."""
    return [
        Line(part=part, text=line["text"], kind=line.get("kind", Kind.GUESS), evidence=list(line.get("evidence", [])))
        for part, lines in parts.items()
        for line in lines
    ]
