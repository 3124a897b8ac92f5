"""Candidates: named, described line by line, set aside.

A name alone is enough. What people write by hand is a guess until an answer or a fact stands behind it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q
from django.utils.timezone import now

from accounts import auditing
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers.models.customer import Entity
from icp import claiming
from icp.models.definition import Evidence, Icp, Kind, Part, Standing
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
    claim: dict[str, Any] = field(default_factory=dict)


class Named(NamedTuple):
    """A kind of customer as somebody names it. `claim` is what data could check of the why; None reads it there."""

    name: str
    why: str = ""
    standing: str = ""
    claim: dict[str, Any] | None = None


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
    standing: str = "",
) -> Icp:
    """Write a candidate down. It keeps the mark of its segment, or takes one that is free."""
    told = {"sentence": sentence.strip(), "entity": entity, "standing": checked_standing(standing)}
    icp = _create(workspace, name=name.strip(), told=told, segments=segments, by=by)
    icp.segments.set(segments)
    for position, line in enumerate(lines):
        add_line(icp, line, position=position, written_by=by)
    auditing.record(workspace, by, "icps.named", f"Named the candidate {icp.name}.", subject=icp.pk)
    return icp


def _create(workspace: Workspace, *, name: str, told: dict[str, str], segments: Sequence[Segment], by: User) -> Icp:
    _check_name(name)
    slot = next((segment.slot for segment in segments if segment.slot), 0) or free_slot(workspace)
    try:
        with transaction.atomic():
            told = told | {"sentence": told["sentence"][:300]}
            return Icp.objects.create(workspace=workspace, name=name, slot=slot, created_by=by, **told)
    except IntegrityError:
        raise NotPossible(f"There is a candidate called {name} already. Choose another name.") from None


def _check_name(name: str) -> None:
    if not name:
        raise NotPossible("The candidate needs a name, such as “Small offices”.")
    if len(name) > 80:
        raise NotPossible("A name has up to 80 characters. Put the rest into the sentence below it.")


def checked_standing(standing: str) -> str:
    """One of have, want, losing, or nothing."""
    if standing and standing not in Standing.values:
        raise NotPossible(f"“{standing[:20]}” is no standing. Choose one of {', '.join(Standing.values)}.")
    return standing


def free_slot(workspace: Workspace) -> int:
    """A mark that neither a main segment nor another candidate wears; 0 when all eight are taken."""
    worn = set(Icp.objects.in_workspace(workspace).filter(archived_at=None).values_list("slot", flat=True))
    worn |= set(Segment.objects.in_workspace(workspace).main().values_list("slot", flat=True))
    return next((slot for slot in SLOTS if slot not in worn), 0)


@transaction.atomic
def name_candidates(workspace: Workspace, *, named: Iterable[tuple[Any, ...]], by: User) -> list[Icp]:
    """Several at once, each as Named says it. All or none. Why somebody is named is the first guess about them."""
    wanted = [each for each in (Named(*given) for given in named) if each.name.strip()]
    if not wanted:
        raise NotPossible("Nothing was written yet. Name at least one kind of customer.")
    if len({each.name.strip().casefold() for each in wanted}) < len(wanted):
        raise NotPossible("Two lines have the same name. Each kind of customer needs a name of its own.")
    return [
        name_candidate(
            workspace, name=each.name, sentence=each.why, standing=each.standing, lines=_first_guess(each), by=by
        )
        for each in wanted
    ]


def names_in(text: str) -> list[str]:
    """Several lines in one field are several names; a bullet before a name is none of it."""
    return [name for line in text.splitlines() if (name := line.strip().lstrip("-*•·").strip())]


def pairs_in(text: str) -> list[tuple[str, str]]:
    """Lines that were pasted: a name on each, and why behind a colon, a dash or a tab."""
    found = []
    for line in names_in(text):
        name, why = next(
            ((a, b) for mark in ("\t", ": ", " – ", " — ", " - ") for a, at, b in [line.partition(mark)] if at),
            (line, ""),
        )
        found.append((name.strip(), why.strip()))
    return found


def _first_guess(each: Named) -> list[Line]:
    why = each.why.strip()[:300]
    if not why:
        return []
    claim = claiming.heard(why) if each.claim is None else each.claim
    part = claiming.KINDS[claim["kind"]].part if claim else Part.BUYING_BEHAVIOUR
    return [Line(part=part, text=why, claim=claim)]


def add_line(
    icp: Icp, line: Line, *, position: int | None = None, by: User | None = None, written_by: User | None = None
) -> Evidence:
    """Say one thing of the candidate. A fact says where it comes from."""
    _check_line(line)
    last = icp.lines.aggregate(last=Max("position"))["last"] if position is None else None
    at = (0 if last is None else last + 1) if position is None else position
    kept = Evidence.objects.create(
        workspace=icp.workspace,
        icp=icp,
        part=line.part,
        kind=line.kind,
        text=line.text.strip(),
        evidence=line.evidence,
        claim=line.claim if line.kind == Kind.GUESS else {},
        position=at,
        created_by=by or written_by,
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
def change_line(
    line: Evidence,
    *,
    text: str,
    kind: str,
    by: User,
    source: str | None = None,
    part: str = "",
    rests: list[dict[str, Any]] | None = None,
) -> Evidence:
    """Say it differently. A fact whose words change is a fact no longer: its evidence spoke for the old words.

    `source` says who gave an answer, `rests` what the line rests on; None leaves it as it is.
    """
    reworded = text.strip() != line.text
    if line.kind == Kind.FACT and (reworded or kind != line.kind):
        kind, line.evidence = (Kind.GUESS if kind == Kind.FACT else kind), []
    evidence, part = _behind(line, kind, source, rests), part or line.part
    _check_line(Line(part=part, text=text, kind=kind, evidence=evidence))
    if reworded or kind != line.kind:  # what the data said was said of the old words
        line.checked = {}
    line.text, line.kind, line.part, line.evidence = text.strip(), kind, part, evidence
    line.claim = line.claim if kind == Kind.GUESS else {}
    line.save(update_fields=["text", "kind", "part", "evidence", "claim", "checked"])
    auditing.record(line.workspace, by, "icps.line-changed", f"Changed a line of {line.icp}.", subject=line.icp_id)
    return line


def said_by(source: str) -> list[dict[str, Any]]:
    """Who gave an answer, as a line keeps it."""
    return [{"said_by": source.strip()[:200]}] if source.strip() else []


def _behind(line: Evidence, kind: str, source: str | None, rests: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """The evidence of a line that is now of that kind."""
    if kind == Kind.FACT:
        return list(line.evidence)
    if rests is None:
        rests = [told for told in line.evidence if "rests_on" in told]
    if kind == Kind.GUESS:
        return rests
    kept = [told for told in line.evidence if "said_by" in told] if source is None else said_by(source)
    return [*kept, *rests]


@transaction.atomic
def confirm_line(line: Evidence, *, source: str, by: User) -> Evidence:
    """A guess that customers confirmed is an answer, with who said it."""
    if line.kind != Kind.GUESS:
        raise NotPossible("This line is no guess. There is nothing to confirm.")
    if not source.strip():
        raise NotPossible("Say who told you, such as “3 of 5 on the phone in November”. Without it, it stays a guess.")
    return change_line(line, text=line.text, kind=Kind.ANSWER, source=source, by=by)


@transaction.atomic
def set_claim(line: Evidence, claim: dict[str, Any], *, by: User) -> Evidence:
    """Say what data could check of a guess, or with nothing that they cannot."""
    if line.kind != Kind.GUESS:
        raise NotPossible("Only guesses are checked. This line is known already.")
    line.claim, line.checked = claim, {}
    line.save(update_fields=["claim", "checked"])
    auditing.record(line.workspace, by, "icps.line-changed", f"Changed a line of {line.icp}.", subject=line.icp_id)
    return line


@transaction.atomic
def move_line(line: Evidence, *, up: bool, by: User) -> None:
    """One place up or down among the lines of its kind in its part."""
    rows = list(line.icp.lines.filter(part=line.part, kind=line.kind).order_by("position", "created_at"))
    places = sorted(row.position for row in rows)
    at = [row.pk for row in rows].index(line.pk)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(rows):
        return
    rows.insert(to, rows.pop(at))
    if len(set(places)) < len(places):  # lines that came together may share a place
        places = [places[0] + step for step in range(len(rows))]
    for place, row in zip(places, rows, strict=True):
        if row.position != place:
            row.position = place
            row.save(update_fields=["position"])
    auditing.record(line.workspace, by, "icps.line-moved", f"Moved a line of {line.icp}.", subject=line.icp_id)


@transaction.atomic
def set_segments(icp: Icp, segments: Sequence[Segment], *, by: User) -> None:
    """Which segments stand behind the candidate. What was checked over others is gone."""
    icp.segments.set(segments)
    icp.lines.filter(kind=Kind.GUESS).update(checked={})
    auditing.record(icp.workspace, by, "icps.changed", f"Changed the segments of {icp.name}.", subject=icp.pk)


@transaction.atomic
def remove_line(line: Evidence, *, by: User) -> None:
    line.delete()
    auditing.record(line.workspace, by, "icps.line-removed", f"Removed a line of {line.icp}.", subject=line.icp_id)


@transaction.atomic
def change_candidate(icp: Icp, *, name: str, sentence: str, by: User, standing: str | None = None) -> Icp:
    """Another name or another sentence; results that are frozen keep the old name."""
    name = name.strip()
    _check_name(name)
    others = Icp.objects.in_workspace(icp.workspace).filter(archived_at=None, name=name).exclude(pk=icp.pk)
    if others.exists():
        raise NotPossible(f"There is a candidate called {name} already. Choose another name.")
    icp.name, icp.sentence = name, sentence.strip()[:300]
    icp.standing = icp.standing if standing is None else checked_standing(standing)
    icp.save(update_fields=["name", "sentence", "standing", "updated_at"])
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
    standing: str | None = None,
) -> Icp:
    """Several changes at once, all or none; None leaves segments or lines as they are."""
    change_candidate(icp, name=name, sentence=sentence, standing=standing, by=by)
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
        Line(
            part=part,
            text=line["text"],
            kind=line.get("kind", Kind.GUESS),
            evidence=list(line.get("evidence", [])),
            claim=claiming.claim(line["claim"]["kind"], line["claim"].get("value")) if line.get("claim") else {},
        )
        for part, lines in parts.items()
        for line in lines
    ]
