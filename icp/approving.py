"""Approve a sheet: it is frozen as a version, words, lines, figures and all. And see what changed since.

The sheet itself goes on being written; a version never changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import auditing
from accounts.models.user import User
from accounts.templatetags.words import count
from icp import ranging
from icp.checking import VERDICTS
from icp.evidencing import people_behind
from icp.models.definition import Icp, IcpVersion, Kind, Part
from icp.models.persona import Persona
from icp.refusing import NotPossible
from segments.models.segment import Segment
from segments.remembering import members_at, newest_members

WORDS = ("name", "sentence")


@dataclass(frozen=True)
class Change:
    """One difference between two sheets: added, removed or changed; in which part; what it was and is."""

    what: str
    part: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)

    @property
    def part_label(self) -> str:
        return Part(self.part).label if self.part in Part.values else "On top"


@dataclass(frozen=True)
class Since:
    """What happened to an ideal customer since a version: sentences with their **figures** marked."""

    version: IcpVersion
    people: str = ""
    figures: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    lines: list[Change] = field(default_factory=list)

    @property
    def is_anything(self) -> bool:
        return bool(self.people or self.figures or self.checked or self.lines)

    @property
    def edits(self) -> str:
        """2 lines added, 1 changed."""
        counts = [(what, sum(change.what == what for change in self.lines)) for what in ("added", "changed", "removed")]
        said = [(f"**{many}** {'line' if many == 1 else 'lines'} {what}") for what, many in counts if many]
        return f"{', '.join(said)}." if said else ""


@transaction.atomic
def approve(icp: Icp, *, as_of: datetime | None, by: User, note: str = "") -> IcpVersion:
    """Freeze the sheet as it stands. Approving what has not changed since answers with the version that is there."""
    icp = Icp.objects.in_workspace(icp.workspace).select_for_update().select_related("workspace").get(pk=icp.pk)
    if icp.archived_at:
        raise NotPossible(f"{icp.name} is archived. Bring it back before you approve it.")
    sheet = sheet_of(icp, as_of)
    if not sheet["lines"]:
        raise NotPossible("There is nothing to approve yet. Say at least one thing about them first.")
    newest = icp.versions.order_by("-number").first()
    if newest and icp.approved_id == newest.pk and newest.sheet == sheet:
        return newest
    version = IcpVersion.objects.create(
        workspace=icp.workspace, icp=icp, number=newest.number + 1 if newest else 1, sheet=sheet,
        note=note.strip()[:300], approved_by=by, as_of=as_of,
    )  # fmt: skip
    Icp.objects.in_workspace(icp.workspace).filter(pk=icp.pk).update(approved=version)
    said = f"Approved {icp.name}, version {version.number}."
    auditing.record(icp.workspace, by, "icps.approved", said, subject=icp.pk)
    return version


def sheet_of(icp: Icp, as_of: datetime | None) -> dict[str, Any]:
    """Everything that a sheet says at this moment."""
    figures = ranging.figures(icp, as_of) if as_of else []
    segments = [segment for segment in icp.segments.all() if segment.archived_at is None]
    personas = Persona.objects.in_workspace(icp.workspace).filter(segment__in=segments).order_by("name")
    return {
        "name": icp.name,
        "sentence": icp.sentence,
        "segments": [{"id": str(segment.pk), "name": segment.name} for segment in segments],
        "lines": [
            {
                "id": str(line.pk), "part": line.part, "kind": line.kind, "text": line.text,
                "evidence": line.evidence, "struck": bool(line.checked.get("struck")),
            }
            for line in icp.lines.all()
        ],
        "figures": [figure.as_json() for figure in figures],
        "people": len(people_behind(icp)) if segments else 0,
        "personas": [persona.name for persona in personas],
    }  # fmt: skip


def versions(icp: Icp) -> list[IcpVersion]:
    """All versions, the newest first."""
    return list(icp.versions.select_related("approved_by"))


def by_part(sheet: Mapping[str, Any]) -> list[tuple[Part, list[dict[str, Any]]]]:
    """The parts of a frozen sheet that say something, facts first."""
    order = [kind.value for kind in Kind]
    lines = sorted(sheet["lines"], key=lambda line: order.index(line["kind"]))
    found = [(part, [line for line in lines if line["part"] == part]) for part in Part]
    return [(part, said) for part, said in found if said]


def tally(sheet: Mapping[str, Any]) -> dict[str, int]:
    kinds = [line["kind"] for line in sheet["lines"]]
    return {kind.value: kinds.count(kind) for kind in Kind}


# What changed ----------------------------------------------------------------------------------


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Two sheets line by line: the words on top, then what was removed, changed and added in each part."""
    found = [
        Change("changed", "", {"text": before[name]}, {"text": after[name]})
        for name in WORDS
        if before.get(name, "") != after.get(name, "")
    ]
    old, new = ({line["id"]: line for line in sheet["lines"]} for sheet in (before, after))
    for part in Part:
        for key, line in old.items():
            if line["part"] == part and key not in new:
                found.append(Change("removed", part, before=line))
            elif line["part"] == part and _says(line) != _says(new[key]):
                found.append(Change("changed", part, line, new[key]))
        fresh = [line for key, line in new.items() if line["part"] == part and key not in old]
        found += [Change("added", part, after=line) for line in fresh]
    return found


def _says(line: Mapping[str, Any]) -> tuple[Any, ...]:
    return line["text"], line["kind"], line.get("struck", False)


def since(icp: Icp, as_of: datetime | None, figures: Sequence[ranging.Figure] | None = None) -> Since | None:
    """What changed since the sheet was approved; None if it never was."""
    version = icp.approved
    if version is None:
        return None
    now = sheet_of(icp, None) | {"figures": [figure.as_json() for figure in figures or []]}
    lines = [line for line in icp.lines.all() if line.checked and _checked_after(line.checked, version)]
    return Since(
        version,
        _people(version, icp),
        _moved(version.sheet, now),
        [_told(line) for line in lines],
        [change for change in differences(version.sheet, now) if not _is_read_again(change)],
    )


def _is_read_again(change: Change) -> bool:
    """A fact that was counted again is no edit: what moved is said by the figures. Nor is a guess that was struck:
    that it was checked is said beside it."""
    words = [(side.get("text"), side.get("kind")) for side in (change.before, change.after)]
    if change.part and words[0] == words[1]:
        return True
    sources = [(side.get("evidence") or [{}])[0] for side in (change.before, change.after)]
    same = [[source.get(name) for name in ("segment", "feature", "level")] for source in sources]
    return change.before.get("kind") == change.after.get("kind") == Kind.FACT and same[0] == same[1]


def _people(version: IcpVersion, icp: Icp) -> str:
    """Who came and who left the segments since: 19 new people, 3 left."""
    if version.as_of is None:
        return ""
    segments = {str(segment.pk): segment for segment in icp.segments.all()}
    then_in, now_in = set(), set()
    for told in version.sheet["segments"]:
        segment: Segment | None = segments.get(told["id"])
        if segment:
            then_in |= set(members_at(segment, version.as_of))
            now_in |= set(newest_members(segment))
    came, left = len(now_in - then_in), len(then_in - now_in)
    if not then_in or not (came or left):
        return ""
    parts = [f"**{count(came)} new** {'person' if came == 1 else 'people'}"] if came else []
    parts += [f"**{count(left)}** left"] if left else []
    return f"{', '.join(parts)}; **{count(len(now_in))}** now."


def _moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Figures that lie outside the range they had."""
    then_told = {figure["name"]: figure for figure in before.get("figures", [])}
    found = []
    for figure in after["figures"]:
        told = then_told.get(figure["name"])
        if not told or "value" not in told or "value" not in figure or told["label"] != figure["label"]:
            continue
        if not told["low"] <= figure["value"] <= told["high"]:
            found.append(f"{figure['label']}: **{told['said']}** then, **{figure['said']}** now, outside its range.")
    return found


def _checked_after(checked: Mapping[str, Any], version: IcpVersion) -> bool:
    at = checked.get("at") or checked.get("as_of")
    return bool(at) and datetime.fromisoformat(str(at)) > version.created_at


def _told(line: Any) -> str:
    verdict = VERDICTS.get(line.checked.get("verdict"), "It cannot be told")
    said = "Made a fact." if line.kind == Kind.FACT else "Struck." if line.checked.get("struck") else ""
    return f"“{line.text[:90]}” was checked: **{verdict[:1].lower()}{verdict[1:]}**. {said}".strip()
