"""Search: people, segments, ideal customers, pages and questions, as far as somebody may see them."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q
from django.urls import reverse

from accounts.models.workspace import Membership
from customers import wording
from customers.models.customer import Customer
from customers.models.event import Code
from icp import places, preparing
from icp.models.definition import Icp
from icp.models.persona import Persona
from icp.places import Place
from segments.models.segment import Segment

SHOWN = 5  # of each kind
LONGEST = 100
BOUGHT = "Order Completed"
NEAR = 400  # names that begin alike, among which the closest are looked for


@dataclass(frozen=True)
class Hit:
    """Something found: its name, a word about it, where it is, and its mark where it has one."""

    title: str
    note: str
    href: str
    slot: int | None = None


@dataclass(frozen=True)
class Found:
    """What was found, by kind. Where nothing was: the closest names, and a segment made of the words."""

    text: str
    kinds: dict[str, list[Hit]]
    closest: list[Hit] = field(default_factory=list)
    segment: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.kinds


def find(member: Membership, text: str) -> Found:
    """Everything that answers to the text; without one, the pages to go to."""
    text = text.strip()[:LONGEST]
    pages = _places(member, places.PAGES)
    if not text:
        return Found("", {"Pages": [hit for hit, _ in pages]})
    kinds = {
        "People": _people(member, text),
        "Segments": _segments(member, Q(name__icontains=text)),
        "Ideal customers": _ideal(member, Q(name__icontains=text)),
        "Rounds": _rounds(member, text),
        "Pages": _matching(pages, text),
        "Questions": _matching(_places(member, places.QUESTIONS_ANSWERED), text),
    }
    kinds = {name: hits for name, hits in kinds.items() if hits}
    if kinds:
        return Found(text, kinds)
    return Found(text, {}, _closest(member, text, pages), _segment_of(member, text))


def _places(member: Membership, known: tuple[Place, ...]) -> list[tuple[Hit, list[str]]]:
    """Pages as hits, each with all the words it answers to."""
    return [
        (Hit(place.title, "", address), _words(f"{place.title} {place.words}"))
        for place, address in places.open_to(member, known)
    ]


def _matching(known: list[tuple[Hit, list[str]]], text: str) -> list[Hit]:
    """Those in which every word of the text begins one of theirs; whose title begins with it come first."""
    words = _words(text)
    hits = [hit for hit, said in known if words and all(any(own.startswith(w) for own in said) for w in words)]
    return sorted(hits, key=lambda hit: not hit.title.casefold().startswith(text.casefold()))[:SHOWN]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _people(member: Membership, text: str) -> list[Hit]:
    if len(text) < 2 or not member.may("data.view"):
        return []
    known = Customer.objects.in_workspace(member.workspace).known()
    found = known.found_by(text, personal=member.may("personal.view"))[: 4 * SHOWN]
    return sorted(_shown(member, found), key=lambda hit: not hit.title.casefold().startswith(text.casefold()))[:SHOWN]


def _shown(member: Membership, people: Iterable[Any]) -> Iterator[Hit]:
    personal = member.may("personal.view")
    for person in people:
        called = wording.called(person, personal=personal)
        number = person.external_id if person.external_id != called else ""
        yield Hit(called, number, reverse("customers:detail", args=[member.workspace.slug, person.pk]))


def _segments(member: Membership, wanted: Q) -> list[Hit]:
    if not member.may("segments.view"):
        return []
    rows = _named_once(member).filter(wanted).select_related("parent")
    return [
        Hit(row.name, f"in {row.parent.name}" if row.parent else "", _at(member, "segments:detail", row), row.slot or 0)
        for row in rows.order_by("-set__is_main", "position", "name")[:SHOWN]
    ]


def _named_once(member: Membership) -> Any:
    """Kept segments without those that lie in one of the same name, which would say the same twice."""
    return Segment.objects.in_workspace(member.workspace).kept().exclude(parent__name=F("name"))


def _ideal(member: Membership, wanted: Q) -> list[Hit]:
    """Candidates, and personas."""
    if not member.may("icps.view"):
        return []
    icps = Icp.objects.in_workspace(member.workspace).filter(wanted, archived_at=None).order_by("name")[:SHOWN]
    personas = Persona.objects.in_workspace(member.workspace).filter(wanted).order_by("name")[:SHOWN]
    hits = [Hit(icp.name, "", _at(member, "icp:detail", icp), icp.slot or 0) for icp in icps]
    return [*hits, *(Hit(persona.name, "Persona", _at(member, "icp:persona", persona)) for persona in personas)][:SHOWN]


def _rounds(member: Membership, text: str) -> list[Hit]:
    sees_all = member.may("icps.view")
    rounds = preparing.readable_rounds(member.workspace, user=member.user, sees_all=sees_all)
    return [
        Hit(row.name, "Closed" if row.closed_at else "Open", _at(member, "icp:round", row))
        for row in rounds.filter(name__icontains=text)[:SHOWN]
    ]


def _at(member: Membership, page: str, row: Any) -> str:
    return reverse(page, args=[member.workspace.slug, row.pk])


def _closest(member: Membership, text: str, pages: list[tuple[Hit, list[str]]]) -> list[Hit]:
    """The names that look most like the text, of everything this person may see."""
    candidates = [*_segments_all(member), *_people_like(member, text), *(hit for hit, _ in pages)]
    named = {hit.title.casefold(): hit for hit in reversed(candidates)}
    for hit in reversed(candidates):  # somebody's first or last name alone is enough
        for part in hit.title.casefold().split():
            named.setdefault(part, hit)
    near = get_close_matches(text.casefold(), named, n=2 * SHOWN, cutoff=0.6)
    return list(dict.fromkeys(named[name] for name in near))[:SHOWN]


def _segments_all(member: Membership) -> list[Hit]:
    if not member.may("segments.view"):
        return []
    rows = _named_once(member).order_by("-set__is_main", "position", "name")[:NEAR]
    return [Hit(row.name, "", _at(member, "segments:detail", row), row.slot or 0) for row in rows]


def _people_like(member: Membership, text: str) -> list[Hit]:
    """People whose name begins with the same two letters, or one of whose names does."""
    if not member.may("data.view"):
        return []
    start = text[:2]
    alike = Q(name__istartswith=start) | Q(name__icontains=f" {start}")
    return list(_shown(member, Customer.objects.in_workspace(member.workspace).known().filter(alike)[:NEAR]))


def _segment_of(member: Membership, text: str) -> str:
    """The page on which the text becomes conditions: who ordered something that is called so."""
    if not member.may("segments.change"):
        return ""
    if not Code.objects.in_workspace(member.workspace).filter(kind=Code.Kind.EVENT, value=BOUGHT).exists():
        return ""
    bought = {"event": BOUGHT, "count": {"op": "gte", "value": 1}}
    bought["where"] = {"field": "product", "op": "contains", "value": text}
    rule = {"v": 1, "entity": "customer", "where": {"all": [bought]}}
    return (
        f"{reverse('segments:conditions', args=[member.workspace.slug])}?{urlencode({'definition': json.dumps(rule)})}"
    )
