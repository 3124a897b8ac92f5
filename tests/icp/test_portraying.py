"""A persona says what the data say, and marks the rest as answers and guesses; pages and API."""

from collections.abc import Callable
from typing import Any

import pytest
from pyroaring import BitMap

from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import clock
from icp import portraying
from icp.models.persona import Persona
from icp.refusing import NotPossible
from segments.models.segment import Segment
from segments.remembering import keep_snapshot
from tests.customers.stage import AS_OF
from tests.icp.conftest import at
from tests.segments.shop import a_shop
from tests.segments.stage import a_segment

pytestmark = pytest.mark.django_db
PAGES = "/w/acme/ideal-customers/personas/"


@pytest.fixture
def slipping(acme: Workspace) -> Segment:
    """80 planted French buyers."""
    shop = a_shop(acme, follow=False)
    segment = a_segment(acme, "Slipping", {"trait": "country", "op": "in", "value": ["France"]})
    keep_snapshot(segment, BitMap(shop["slipping"]), as_of=AS_OF)
    return segment


def a_persona(segment: Segment, by: User) -> Persona:
    return portraying.portray(segment, name="Bea", as_of=clock.as_of(segment.workspace), by=by)


def test_a_new_card_holds_facts_alone_each_with_its_evidence(alice: User, slipping: Segment) -> None:
    made = a_persona(slipping, alice)

    assert made.people == 80
    assert made.counts == {"fact": len(made.lines), "answer": 0, "guess": 0}
    assert "**80 people**, 20\u202f% of all customers" in [line["text"] for line in made.lines]
    assert "Country: France: **100\u202f%**, against 20\u202f% of everyone" in [line["text"] for line in made.lines]
    assert {line["evidence"][0]["segment"] for line in made.lines} == {str(slipping.pk)}


@pytest.mark.parametrize(("people", "may"), [(19, False), (20, True)])
def test_under_twenty_people_there_is_no_card(
    acme: Workspace, alice: User, slipping: Segment, people: int, may: bool
) -> None:
    keep_snapshot(slipping, BitMap(range(people)), as_of=AS_OF, reason="definition")
    if may:
        assert a_persona(slipping, alice).people == 20
        return
    with pytest.raises(NotPossible, match="Too few people to say, and too few to stay unrecognised"):
        a_persona(slipping, alice)
    assert not Persona.objects.in_workspace(acme).exists()


def test_a_segment_has_one_card(acme: Workspace, alice: User, slipping: Segment) -> None:
    a_persona(slipping, alice)
    with pytest.raises(NotPossible, match="has a persona already"):
        a_persona(slipping, alice)
    assert Persona.objects.in_workspace(acme).count() == 1


def test_a_guess_becomes_an_answer_when_somebody_said_so(acme: Workspace, alice: User, slipping: Segment) -> None:
    made = a_persona(slipping, alice)
    portraying.add_line(made, part="goals", text="Wants quiet mornings", kind="guess", by=alice)
    guess = made.lines[-1]
    assert portraying.where_from(guess) == f"a guess of {alice}"

    with pytest.raises(NotPossible, match="Say who told you"):
        portraying.confirm(made, guess["id"], source=" ", by=alice)
    assert made.counts["guess"] == 1

    portraying.confirm(made, guess["id"], source="3 of 5 on the phone", by=alice)
    made.refresh_from_db()
    assert (made.counts["guess"], made.counts["answer"]) == (0, 1)
    assert portraying.where_from(made.lines[-1]) == "said by 3 of 5 on the phone"
    assert AuditEntry.objects.in_workspace(acme).filter(action="personas.changed").count() == 2


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "fact"}, {"kind": "answer"}, {"part": "hobbies"}, {"text": " "}, {"text": "x" * 301}],
)
def test_people_write_no_facts_and_no_answers_without_a_source(
    alice: User, slipping: Segment, wrong: dict[str, str]
) -> None:
    made = a_persona(slipping, alice)
    with pytest.raises(NotPossible):
        portraying.add_line(made, **({"part": "goals", "text": "Tea", "kind": "guess"} | wrong), by=alice)
    assert Persona.objects.in_workspace(slipping.workspace).get().lines == made.lines


def test_facts_are_read_again_and_what_people_wrote_stays(alice: User, slipping: Segment) -> None:
    made = a_persona(slipping, alice)
    portraying.add_line(made, part="goals", text="Tea", kind="guess", by=alice)
    keep_snapshot(slipping, BitMap(list(range(40, 80))), as_of=AS_OF, reason="definition")
    portraying.renew(made, as_of=AS_OF, by=alice)

    assert made.people == 40
    assert made.lines[-1]["text"] == "Tea"
    assert "**40 people**, 10\u202f% of all customers" in [line["text"] for line in made.lines]


def test_a_card_is_drawn_filled_and_confirmed_by_page(
    acme: Workspace, alice: User, slipping: Segment, signed_in: Any
) -> None:
    client = signed_in(alice)
    assert "A persona is a segment with a name and a face." in client.get(PAGES).content.decode()
    assert client.post(f"{PAGES}new/", {"name": "", "segment": str(slipping.pk)}).status_code == 422
    made = client.post(f"{PAGES}new/", {"name": "Bea", "segment": str(slipping.pk)})
    persona = Persona.objects.in_workspace(acme).get()
    assert made.headers["Location"] == f"{PAGES}{persona.pk}/"

    line = {"part": "goals", "text": "Wants quiet mornings", "kind": "guess"}
    client.post(f"{PAGES}{persona.pk}/lines/", line)
    refused = client.post(f"{PAGES}{persona.pk}/lines/", line | {"kind": "answer"})
    assert (refused.status_code, "Say who told you" in refused.content.decode()) == (422, True)
    page = client.get(f"{PAGES}{persona.pk}/").content.decode()
    assert '<svg class="portrait' in page
    assert "<b>1</b> guess" in page
    assert "Confirm the guesses" in page

    persona.refresh_from_db()
    told = {"do": "confirm", "line": persona.lines[-1]["id"], "source": "three of them"}
    client.post(f"{PAGES}{persona.pk}/change/", told)
    assert "said by three of them" in client.get(f"{PAGES}{persona.pk}/").content.decode()
    assert client.post(f"{PAGES}{persona.pk}/change/", told).status_code == 422
    assert client.post(f"{PAGES}{persona.pk}/change/", told | {"do": "remove"}).status_code == 302
    assert "Bea" in client.get(PAGES).content.decode()


def test_too_few_people_are_refused_on_the_form(acme: Workspace, alice: User, signed_in: Any) -> None:
    few = a_segment(acme, "Few", {"feature": "orders", "op": "gte", "value": 1})
    answer = signed_in(alice).post(f"{PAGES}new/", {"name": "Bea", "segment": str(few.pk)})

    assert answer.status_code == 422
    assert "too few to stay unrecognised" in answer.content.decode()


def test_cards_are_kept_by_api(acme: Workspace, alice: User, slipping: Segment, api: Callable[[User], Any]) -> None:
    program = api(alice)
    made = program.post(at("personas"), {"segment": str(slipping.pk), "name": "Bea"}, format="json")
    assert made.status_code == 201
    one = at("personas", made.json()["id"])

    line = {"part": "goals", "kind": "answer", "text": "Wants quiet mornings"}
    assert program.post(f"{one}lines/", line, format="json").status_code == 400
    kept = program.post(f"{one}lines/", line | {"said_by": "a survey"}, format="json").json()["lines"][-1]
    assert kept["evidence"] == [{"said_by": "a survey"}]
    assert program.patch(one, {"name": "Ben"}, format="json").json()["name"] == "Ben"
    assert [row["name"] for row in program.get(at("personas")).json()["results"]] == ["Ben"]
    assert program.post(at("personas"), {"segment": str(slipping.pk), "name": "Two"}, format="json").status_code == 400
    assert program.delete(one).status_code == 204
    assert not Persona.objects.in_workspace(acme).exists()


@pytest.mark.parametrize(("person", "status"), [("bob", 403), ("gina", 403), ("charlie", 404)])
def test_who_may_not_draw(
    acme: Workspace, slipping: Segment, signed_in: Any, request: pytest.FixtureRequest, person: str, status: int
) -> None:
    told = {"name": "Bea", "segment": str(slipping.pk)}
    assert signed_in(request.getfixturevalue(person)).post(f"{PAGES}new/", told).status_code == status
    assert not Persona.objects.in_workspace(acme).exists()
