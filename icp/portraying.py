"""Give a segment a name and a face: facts from the data, what people were told, and what they guess.

Nothing is invented: without somebody's line there are facts only, and under 20 people there is no card.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts import auditing
from accounts.models.owned import new_id
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.templatetags.words import count
from icp import evidencing
from icp.defining import Line
from icp.models.definition import Kind, Part
from icp.models.persona import Persona
from icp.refusing import NotPossible
from segments.models.segment import Segment
from segments.remembering import newest_members

FEWEST = 20


def portray(segment: Segment, *, name: str, sentence: str = "", as_of: datetime, by: User) -> Persona:
    """A new card with what the data say. Raises NotPossible under 20 people, or if there is one already."""
    people = _enough(segment)
    facts = [_line(fact) for fact in evidencing.facts(segment, as_of)]
    told = {"name": _named(name), "sentence": sentence.strip()[:300], "people": people, "as_of": as_of}
    try:
        with transaction.atomic():
            made = Persona.objects.create(
                workspace=segment.workspace, segment=segment, lines=facts, created_by=by, **told
            )
            auditing.record(segment.workspace, by, "personas.made", f"Drew the persona {made.name}.", subject=made.pk)
    except IntegrityError:
        raise NotPossible(f"“{segment.name}” has a persona already. Open that one.") from None
    return made


def renew(persona: Persona, *, as_of: datetime, by: User) -> None:
    """Read the facts again; what people wrote stays. Raises NotPossible under 20 people."""
    people = _enough(persona.segment)
    facts = [_line(fact) for fact in evidencing.facts(persona.segment, as_of)]
    with _changing(persona, by) as kept:
        kept.lines = [*facts, *(line for line in kept.lines if line["kind"] != Kind.FACT)]
        kept.people, kept.as_of = people, as_of


def rename(persona: Persona, *, name: str, sentence: str, by: User) -> None:
    with _changing(persona, by) as kept:
        kept.name, kept.sentence = _named(name), sentence.strip()[:300]


def add_line(persona: Persona, *, part: str, text: str, kind: str, source: str = "", by: User) -> None:
    """Write a guess, or an answer with who gave it. Facts come from data alone."""
    if part not in Part.values:
        raise NotPossible(f"There is no part “{part}”. Choose one of {', '.join(Part.values)}.")
    if not 0 < len(text.strip()) <= 300:
        raise NotPossible("A line has 1 to 300 characters. Say one thing in one sentence.")
    if kind not in {Kind.GUESS, Kind.ANSWER}:
        raise NotPossible("People write guesses and answers. Facts come from the data.")
    evidence = _said(source) if kind == Kind.ANSWER else [{"guessed_by": str(by)}]
    with _changing(persona, by) as kept:
        kept.lines = [*kept.lines, _line(Line(part=part, text=text.strip(), kind=kind, evidence=evidence))]


def confirm(persona: Persona, line_id: str, *, source: str, by: User) -> None:
    """A guess that customers confirmed is an answer, with who said it."""
    with _changing(persona, by) as kept:
        line = _found(kept, line_id)
        if line["kind"] != Kind.GUESS:
            raise NotPossible("This line is no guess. There is nothing to confirm.")
        line |= {"kind": Kind.ANSWER.value, "evidence": _said(source)}


def remove_line(persona: Persona, line_id: str, *, by: User) -> None:
    with _changing(persona, by) as kept:
        gone = _found(kept, line_id)
        kept.lines = [line for line in kept.lines if line is not gone]


@transaction.atomic
def remove(persona: Persona, *, by: User) -> None:
    """Take the card away; its segment stays."""
    auditing.record(
        persona.workspace, by, "personas.removed", f"Removed the persona {persona.name}.", subject=persona.pk
    )
    persona.delete()


def personas(workspace: Workspace) -> Any:
    return Persona.objects.in_workspace(workspace).select_related("segment", "workspace")


def by_part(persona: Persona) -> list[tuple[Part, list[dict[str, Any]]]]:
    """The parts that say something, facts first, guesses last."""
    order = [kind.value for kind in Kind]
    lines = sorted(persona.lines, key=lambda line: order.index(line["kind"]))
    found = [(part, [line for line in lines if line["part"] == part]) for part in Part]
    return [(part, said) for part, said in found if said]


def where_from(line: dict[str, Any]) -> str:
    """The evidence of a line in words."""
    source = line["evidence"][0] if line["evidence"] else {}
    if line["kind"] == Kind.FACT:
        return "counted in the data"
    return f"said by {source['said_by']}" if "said_by" in source else f"a guess of {source.get('guessed_by', 'ours')}"


class _changing:  # noqa: N801  reads as a clause: with _changing(persona, by) as kept
    """Read the card under a lock, write it back, and write down who did it."""

    def __init__(self, persona: Persona, by: User) -> None:
        self.persona, self.by, self.whole = persona, by, transaction.atomic()

    def __enter__(self) -> Persona:
        self.whole.__enter__()
        rows = Persona.objects.in_workspace(self.persona.workspace_id).select_for_update()
        self.kept: Persona = rows.get(pk=self.persona.pk)
        return self.kept

    def __exit__(self, kind: Any, problem: Any, trace: Any) -> None:
        if problem is None:
            self.kept.save()
            sentence = f"Changed the persona {self.kept.name}."
            auditing.record(self.persona.workspace, self.by, "personas.changed", sentence, subject=self.kept.pk)
            for name in ("name", "sentence", "lines", "people", "as_of"):
                setattr(self.persona, name, getattr(self.kept, name))
        self.whole.__exit__(kind, problem, trace)


def _enough(segment: Segment) -> int:
    people = len(newest_members(segment))
    if people < FEWEST:
        raise NotPossible(
            "Too few people to say, and too few to stay unrecognised. "
            f"A persona needs {FEWEST}; “{segment.name}” has {count(people)}."
        )
    return people


def _named(name: str) -> str:
    if not 0 < len(name.strip()) <= 80:
        raise NotPossible("Give the persona a name of up to 80 characters.")
    return name.strip()


def _said(source: str) -> list[dict[str, Any]]:
    if not source.strip():
        raise NotPossible("Say who told you, such as “3 of 5 on the phone in November”. Without it, it is a guess.")
    return [{"said_by": source.strip()[:200]}]


def _line(line: Line) -> dict[str, Any]:
    told = {"part": str(line.part), "kind": str(line.kind), "text": line.text, "evidence": line.evidence}
    return {"id": str(new_id()), **told}


def _found(persona: Persona, line_id: str) -> dict[str, Any]:
    found: dict[str, Any] | None = next((line for line in persona.lines if line["id"] == line_id), None)
    if found is None:
        raise NotPossible("This line is not there any more.")
    return found
