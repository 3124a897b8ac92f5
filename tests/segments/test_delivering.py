"""A list leaves: the sums, who is held back, and what the next orders say."""

from datetime import date, timedelta
from typing import Any

import pytest
from pyroaring import BitMap

from accounts import surveying
from accounts.models.audit import AuditEntry
from accounts.models.owned import new_id
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers.models.customer import Customer
from icp.models.plan import Action
from segments import answering, delivering, observing, tasks
from segments.delivering import NotPossible, Wish
from segments.models.delivery import Delivery
from segments.models.segment import Segment
from segments.remembering import keep_snapshot
from segments.telling import Told
from tests.conftest import run_jobs
from tests.customers.stage import AS_OF, NOON, a_trait, bought, recorded
from tests.segments.shop import people as crowd
from tests.segments.stage import a_segment

pytestmark = pytest.mark.django_db
CHECK = date(2026, 3, 30)


@pytest.fixture
def regulars(acme: Workspace) -> Segment:
    """1,000 people who agreed; 100 of them order in each four weeks of the last 84 days."""
    a_trait(acme, "Accepts Marketing")
    made = crowd(acme, [f"p{i}" for i in range(1000)], traits={"Accepts Marketing": "yes"})
    for customer in made:
        customer.email = f"{customer.external_id}@example.com"
    Customer.objects.in_workspace(acme).bulk_update(made, ["email"])
    days = [10, 40, 70]
    lines = [bought(c, d, 1000, order=1000 * d + i) for d in days for i, c in enumerate(made[:100])]
    recorded(acme, [*lines, bought(made[0], 84, 100, order=1), bought(made[0], 0, 100, order=2)])
    segment = a_segment(acme, "Regulars", {"feature": "orders", "op": "gte", "value": 0})
    keep_snapshot(segment, BitMap([c.number for c in made]), as_of=AS_OF)
    return segment


def a_list(segment: Segment, by: User, **wished: Any) -> Delivery:
    wish = {"destination": "klaviyo", "purpose": "Say hello", "owner": by, "check_on": CHECK} | wished
    return delivering.deliver(segment, Wish(**wish), as_of=AS_OF, by=by)


def orders_from(workspace: Workspace, numbers: list[int], *, days: float) -> None:
    rows = Customer.objects.in_workspace(workspace).filter(number__in=numbers)
    recorded(workspace, [bought(c, -days, 2000, order=900_000 + c.number) for c in rows])


def bits(kept: bytes) -> BitMap:
    return BitMap.deserialize(bytes(kept))


def test_the_usual_rate_is_the_share_that_orders_in_four_weeks(acme: Workspace, regulars: Segment) -> None:
    everybody = BitMap(range(1000))

    assert observing.usual_rate(acme, everybody, AS_OF) == pytest.approx(0.1, abs=0.001)
    assert observing.usual_rate(acme, BitMap(range(500, 1000)), AS_OF) == 0
    assert observing.usual_rate(acme, everybody, AS_OF - timedelta(days=70)) is None


def test_the_proposal_says_what_it_could_show(acme: Workspace, regulars: Segment) -> None:
    proposal = delivering.propose(regulars, as_of=AS_OF)

    assert proposal.proposed == 0.2
    assert proposal.why == "We propose 20\u202f%: usually 10 in 100 of them order within four weeks."
    assert proposal.split(0.2).sentence == (
        "**800** get it, **200** do not. In four weeks you see whether it helped: "
        "a difference of **8 points** or more would show."
    )
    assert "you will not see whether it helped" in proposal.split(0).sentence


def test_a_list_that_is_too_short_holds_nobody_back(acme: Workspace, regulars: Segment) -> None:
    keep_snapshot(regulars, BitMap(range(40)), as_of=AS_OF, reason="definition")
    proposal = delivering.propose(regulars, as_of=AS_OF)

    assert proposal.proposed == 0
    assert proposal.why == "Too few to prove anything. Send to all."


def test_everybody_is_on_one_side_and_the_lot_can_be_drawn_again(
    acme: Workspace, alice: User, regulars: Segment
) -> None:
    made = a_list(regulars, alice)
    sent, held = bits(made.sent), bits(made.held_back)

    assert (len(sent), len(held), len(sent & held)) == (800, 200, 0)
    assert sent | held == BitMap(range(1000))
    assert delivering.drawn(acme, sent | held, share=0.2, salt=made.pk) == held
    assert delivering.drawn(acme, sent | held, share=0.2, salt=new_id()) != held
    assert made.counts | {"sent": 800, "held_back": 200, "in_segment": 1000} == made.counts


def test_a_list_is_a_move_and_is_written_down(acme: Workspace, alice: User, regulars: Segment) -> None:
    made = a_list(regulars, alice)
    move = Action.objects.in_workspace(acme).get()

    assert (move.name, move.owner, move.check_on, move.delivery) == ("Say hello", alice, CHECK, made)
    entry = AuditEntry.objects.in_workspace(acme).get(action="segments.delivered")
    assert entry.sentence == "Made a list of 800 people of “Regulars” for Klaviyo."


@pytest.mark.parametrize(
    ("wished", "sentence"),
    [
        ({"destination": "fax"}, "A list goes to one of"),
        ({"share": 0.9}, "Hold back nobody, or between 1 and 50 of 100."),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    acme: Workspace, alice: User, regulars: Segment, wished: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(NotPossible, match=sentence):
        a_list(regulars, alice, **wished)
    assert not Delivery.objects.in_workspace(acme).exists()
    assert not Action.objects.in_workspace(acme).exists()


def test_a_stranger_cannot_own_a_move(acme: Workspace, alice: User, charlie: User, regulars: Segment) -> None:
    with pytest.raises(NotPossible, match="a member of the workspace"):
        a_list(regulars, alice, owner=charlie)


def test_nobody_to_write_to_is_refused(acme: Workspace, alice: User, regulars: Segment) -> None:
    Customer.objects.in_workspace(acme).update(traits={})
    with pytest.raises(NotPossible, match="Nobody in this list may be written to"):
        a_list(regulars, alice)
    assert a_list(regulars, alice, with_unknown=True).counts["sent"] == 800


def test_who_asks_to_stop_later_is_left_out_of_the_file(acme: Workspace, alice: User, regulars: Segment) -> None:
    made = a_list(regulars, alice)
    first = bits(made.sent)[0]
    assert len(list(delivering.file_of(made, by=alice))) == 801

    Customer.objects.in_workspace(acme).filter(number=first).update(traits={"Accepts Marketing": "no"})
    lines = list(delivering.file_of(made, by=alice))
    assert len(lines) == 800
    assert not [line for line in lines if f"p{first}@example.com" in line]


def test_nothing_is_said_before_orders_come_in(acme: Workspace, alice: User, regulars: Segment) -> None:
    made = a_list(regulars, alice)
    answering.answer_all(acme, AS_OF)
    made.refresh_from_db()

    assert (made.result, made.is_answered) == ({}, False)
    assert Told(made).sentence == "No orders have come in since. The next order file answers it; ask after 30 Mar."


def test_before_the_day_of_the_check_there_is_no_verdict(acme: Workspace, alice: User, regulars: Segment) -> None:
    made = a_list(regulars, alice)
    orders_from(acme, list(bits(made.sent))[:400], days=5)
    answering.answer_all(acme, AS_OF + timedelta(days=7))
    made.refresh_from_db()

    assert (made.result["verdict"], made.is_answered) == ("too early", False)
    assert Told(made).sentence == (
        "**400 of 800** who got it ordered (50\u202f%), **0 of 200** who did not (0\u202f%). "
        "Too early to tell; ask again after 30 Mar."
    )


@pytest.mark.parametrize(
    ("sent", "held", "verdict", "said"),
    [
        (160, 15, "worked", "It worked: **12.5 points more** ordered, between 7.3 and 16.6."),
        (40, 40, "did not", "It did not work: **15.0 points fewer** ordered, between 9.7 and 21.2."),
        (61, 12, "cannot tell", "Cannot tell: the difference lies between 2.9 points fewer and 4.9 points more."),
    ],
)
def test_the_next_orders_answer_it(
    acme: Workspace, alice: User, regulars: Segment, sent: int, held: int, verdict: str, said: str
) -> None:
    made = a_list(regulars, alice)
    buyers = [*list(bits(made.sent))[:sent], *list(bits(made.held_back))[:held]]
    orders_from(acme, buyers, days=5)
    orders_from(acme, list(bits(made.held_back))[-50:], days=40)  # after the check: too late to count

    tasks.follow_lists(acme, None)
    run_jobs(acme)
    made.refresh_from_db()
    assert made.result["verdict"] == verdict
    assert (made.result["sent"]["ordered"], made.result["held_back"]["ordered"]) == (sent, held)
    assert made.result["sent"]["revenue"] == 20.0 * sent
    assert said in Told(made).sentence
    assert made.is_answered


def test_a_final_answer_stays_and_nothing_more_is_asked(acme: Workspace, alice: User, regulars: Segment) -> None:
    made = a_list(regulars, alice)
    answering.answer(made, AS_OF + timedelta(days=40))
    assert made.is_answered
    assert made.result["verdict"] == "cannot tell"
    assert tasks.follow_lists(acme, None) is None


def test_without_anybody_held_back_nothing_is_claimed(acme: Workspace, alice: User, regulars: Segment) -> None:
    made = a_list(regulars, alice, share=0.0)
    orders_from(acme, list(bits(made.sent))[:500], days=5)
    answering.answer(made, AS_OF + timedelta(days=40))

    assert made.result["verdict"] == "not measured"
    assert Told(made).left == "Revenue only: costs are unknown."
    surveying.answer(acme, answers={"price": 20, "margin": 30}, by=alice, at=AS_OF)
    assert Told(made).left == (
        "With the margin you gave (30\u202f%), who got it left you €3 each, before what the list cost."
    )
    assert Told(made).sentence == (
        "**500 of 1,000** who got it ordered (50\u202f%). Nobody was held back, so nothing shows whether it helped."
    )


def test_somebody_who_was_merged_counts_as_the_survivor(acme: Workspace, alice: User, regulars: Segment) -> None:
    made = a_list(regulars, alice)
    gone, survivor = crowd(acme, ["gone", "survivor"])
    number = bits(made.sent)[0]
    Customer.objects.in_workspace(acme).filter(number=number).update(merged_into=survivor)
    recorded(acme, [bought(survivor, -5, 1000, order=7)])
    answering.answer(made, AS_OF + timedelta(days=40))

    assert made.result["sent"]["ordered"] == 1
    assert gone.number not in bits(made.sent)


def test_orders_before_the_list_do_not_count(acme: Workspace, alice: User, regulars: Segment) -> None:
    made = a_list(regulars, alice)
    spent = observing.spent(acme, made.as_of, NOON + timedelta(days=30))

    assert len(spent) == 0
