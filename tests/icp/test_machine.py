"""A round's life, played at random beside a model in plain Python: no answer is lost, doubled or seen too early.

After every step each person sees exactly what the model says, by the rule and by the API; the counts are right, and
a frozen result equals what a few lines of arithmetic make of the answers.
"""

import hashlib
from collections import Counter
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils.timezone import now
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from rest_framework.test import APIClient

from accounts.models.key import ApiKey
from accounts.models.user import User
from accounts.models.workspace import Role, Workspace
from accounts.secrets import hashed, new_secret
from icp import defining, focusing, grading, inviting, preparing, wording
from icp.grading import Answer
from icp.models.definition import Icp
from icp.models.grading import Grade, GradeQuerySet, Grader, Round
from icp.refusing import NotPossible
from tests.conftest import a_member
from tests.icp.conftest import at

QUESTIONS = ["value", "reach", "buy"]  # the third is kept beside the total
COUNTING = QUESTIONS[:2]
NAMES = ["Offices", "Gifts", "Brewers", "Tryers"]
MEMBERS = {"erin": Role.ANALYST, "gina": Role.GRADER, "bob": Role.VIEWER}  # erin opens the round
GUESTS = ["ghita", "gus"]
OUTSIDE = ["tom"]  # asked by address, without an account

people = st.sampled_from([*MEMBERS, *GUESTS, *OUTSIDE])
candidates = st.sampled_from(NAMES)
questions = st.sampled_from(QUESTIONS)
scores = st.none() | st.integers(1, 10)
cells = st.lists(st.tuples(candidates, questions), min_size=1, max_size=2, unique=True)

type Cell = tuple[str, str]


class Model:
    """What a round is, said as simply as possible."""

    def __init__(self, live: bool) -> None:
        self.live = live
        self.compared = set(NAMES[:3])
        self.archived: set[str] = set()
        self.known = {"erin": "out"} | dict.fromkeys(["gina", "tom"], "in")  # in, waiting, removed; erin: out
        self.first: dict[tuple[str, Cell], int | None] = {}
        self.second: dict[tuple[str, Cell], int | None] = {}
        self.gaps: dict[Cell, bool] = {}  # cell -> whether it is open
        self.shown: set[str] = set()
        self.closed, self.turn, self.results = False, 1, 0

    def counts(self, person: str) -> bool:
        return self.known.get(person) == "in"

    def shows(self, question: str) -> bool:
        return self.closed or question in self.shown

    def turn_of(self, cell: Cell) -> int | None:
        """Which answer a cell takes now."""
        if self.closed or cell[0] not in self.compared:
            return None
        if self.gaps.get(cell):
            return 2
        return None if self.turn > 1 or self.shows(cell[1]) else 1

    def rows(self) -> list[tuple[str, Cell, int, int | None]]:
        """Every answer that counts: who, about what, first or second, how much."""
        both = ((1, self.first), (2, self.second))
        return [
            (who, cell, turn, score)
            for turn, kept in both
            for (who, cell), score in kept.items()
            if self.counts(who) and cell[0] in self.compared
        ]

    def visible(self, person: str) -> Counter[Any]:
        """What one person may see."""
        return Counter(row for row in self.rows() if self.closed or row[0] == person or self._is_shown(row))

    def _is_shown(self, row: tuple[str, Cell, int, int | None]) -> bool:
        _, cell, turn, _ = row
        if turn == 2:
            return self.gaps.get(cell) is False
        return self.turn > 1 or cell[1] in self.shown

    def given(self) -> dict[str, int]:
        return dict(Counter(who for who, *_ in self.rows()))

    def left(self, person: str) -> int:
        mine = {(cell, turn) for who, cell, turn, _ in self.rows() if who == person}
        again = {cell for cell, is_open in self.gaps.items() if is_open} if not self.closed else set()
        first = set() if self.turn > 1 or self.closed else self._asked()
        return len({(cell, 1) for cell in first} - mine) + len({(cell, 2) for cell in again} - mine)

    def _asked(self) -> set[Cell]:
        return {(name, question) for name in self.compared for question in QUESTIONS if not self.shows(question)}

    def last(self) -> dict[tuple[str, Cell], int]:
        """The answer of each person that stands, where there is a score."""
        kept = {(who, cell): score for who, cell, _, score in sorted(self.rows(), key=lambda row: row[2])}
        return {key: score for key, score in kept.items() if score is not None}

    def totals(self) -> dict[str, float | None]:
        """Each candidate's Total Score: medians, missing ones stood in for by the mean of the others."""
        found: dict[str, float | None] = {}
        for name in self.compared:
            said = [[s for (_, cell), s in self.last().items() if cell == (name, q)] for q in COUNTING]
            middles = [median(each) for each in said if each]
            found[name] = round(sum(middles) / len(middles) * len(COUNTING), 2) if middles else None
        return found


class RoundsLife(RuleBasedStateMachine):
    """Verbs and model side by side."""

    acme: Workspace
    steps = 0  # of all lives
    moves = 0  # of this life

    @initialize(live=st.booleans())
    def open(self, live: bool) -> None:
        self.room = transaction.atomic()  # thrown away at the end
        self.room.__enter__()
        self.users = {name: a_member(self.acme, name, role) for name, role in MEMBERS.items()}
        self.erin = self.users["erin"]
        dimensions = [{"id": q, "name": q, "question": f"{q}?", "counts": q in COUNTING} for q in QUESTIONS]
        rubric = _rubric(self.acme, dimensions, self.erin)
        self.icps = {name: defining.name_candidate(self.acme, name=name, by=self.erin) for name in NAMES}
        self.round: Round = preparing.prepare_round(
            self.acme,
            name="Life",
            icps=[self.icps[name] for name in NAMES[:3]],
            rubric=rubric,
            emails=["gina@example.com", "tom@example.com"],
            close="question" if live else "round",
            by=self.erin,
        )
        self.keys = {name: _client(self.acme, user) for name, user in self.users.items()}
        self.model = Model(live)

    def teardown(self) -> None:
        if hasattr(self, "room"):
            transaction.set_rollback(True)
            self.room.__exit__(None, None, None)

    # People ------------------------------------------------------------------------------------

    def seat(self, person: str) -> Grader | None:
        found: Grader | None = self.round.graders.filter(email=f"{person}@example.com").first()
        return found

    def person(self, name: str) -> Any:
        """An account, or the place of somebody without one."""
        return self.users.get(name) or self.seat(name)

    def attempt(self, verb: Callable[[], object], *, allowed: bool) -> None:
        """The verb does what the model allows, and refuses the rest without changing anything."""
        refused = ""
        try:
            with transaction.atomic():
                verb()
        except NotPossible as reason:
            refused = str(reason) or "refused"
        self.round = Round.objects.in_workspace(self.acme).select_related("rubric", "workspace").get()
        assert allowed is not bool(refused), refused or "this should have been refused"

    @rule(person=people)
    def ask(self, person: str) -> None:
        known = self.model.known.get(person, "out")
        allowed = not self.model.closed and known != "waiting"
        email = f"{person}@example.com"
        self.attempt(lambda: inviting.ask(self.round, emails=[email], by=self.erin), allowed=allowed)
        if allowed:
            self.model.known[person] = "in"

    @rule(guest=st.sampled_from(GUESTS))
    def knock(self, guest: str) -> None:
        if self.model.known.get(guest):
            return
        key = hashlib.sha256(guest.encode()).hexdigest()
        email = f"{guest}@example.com"
        Grader.objects.create(workspace=self.acme, round=self.round, email=email, name=guest, guest_key=key)
        self.model.known[guest] = "waiting"

    @rule(guest=st.sampled_from(GUESTS))
    def admit(self, guest: str) -> None:
        if self.model.known.get(guest) == "waiting":
            self.round.graders.filter(email=f"{guest}@example.com").update(admitted_at=now())
            self.model.known[guest] = "in"

    @rule(person=people)
    def remove(self, person: str) -> None:
        place = self.seat(person)
        if place is None:
            return
        allowed = not self.model.closed
        self.attempt(lambda: inviting.remove(self.round, place.pk, by=self.erin, at=now()), allowed=allowed)
        if allowed:
            self.model.known[person] = "removed"

    @rule(person=people)
    def take_back(self, person: str) -> None:
        place = self.seat(person)
        if place is None or self.model.known[person] == "waiting":
            return
        allowed = not self.model.closed
        self.attempt(lambda: inviting.take_back(self.round, place.pk, by=self.erin), allowed=allowed)
        if allowed:
            self.model.known[person] = "in"

    @rule()
    def remind(self) -> None:
        allowed = not self.model.closed
        self.attempt(lambda: inviting.remind(self.round, by=self.erin, at=now()), allowed=allowed)

    # Answers -----------------------------------------------------------------------------------

    @rule(person=people, name=candidates, question=questions, score=scores)
    def grade(self, person: str, name: str, question: str, score: int | None) -> None:
        self._answer(person, (name, question), Answer(self.icps[name].pk, question, score))

    @rule(person=people, name=candidates, question=questions, score=scores)
    def grade_again(self, person: str, name: str, question: str, score: int | None) -> None:
        """The same answer twice, as a phone sends it that heard nothing the first time."""
        for _ in range(2):
            self._answer(person, (name, question), Answer(self.icps[name].pk, question, score))

    @rule(person=people, name=candidates, score=scores)
    def grade_a_candidate(self, person: str, name: str, score: int | None) -> None:
        for question in QUESTIONS:
            self._answer(person, (name, question), Answer(self.icps[name].pk, question, score))

    @rule(person=people, name=candidates, question=questions)
    def withdraw(self, person: str, name: str, question: str) -> None:
        self._answer(person, (name, question), Answer(self.icps[name].pk, question, None, is_taken_back=True))

    def _answer(self, person: str, cell: Cell, answer: Answer) -> None:
        who, model = self.person(person), self.model
        turn = model.turn_of(cell)
        allowed = (person == "erin" or model.counts(person)) and turn is not None
        if who is None:
            return
        self.attempt(lambda: grading.keep_answers(self.round, [answer], by=who), allowed=allowed)
        if not allowed:
            return
        model.known[person] = "in"  # whoever opened the round takes a place with the first answer
        kept = model.first if turn == 1 else model.second
        if answer.is_taken_back:
            kept.pop((person, cell), None)
        else:
            kept[person, cell] = answer.score

    # Closing and opening -------------------------------------------------------------------------

    @rule(question=questions)
    def close_question(self, question: str) -> None:
        allowed = self.model.live and not self.model.closed
        self.attempt(lambda: focusing.close_question(self.round, dimension=question, by=self.erin), allowed=allowed)
        if allowed:
            self.model.shown.add(question)

    @rule()
    def close(self) -> None:
        model = self.model
        allowed = model.closed or any(score is not None for *_, score in model.rows())
        self.attempt(lambda: self._close(focusing.close_round), allowed=allowed)
        if allowed and not model.closed:
            self._closed()

    def _close(self, verb: Any) -> Any:
        return verb(self.round, by=self.erin, at=now(), as_of=now())

    def _closed(self) -> None:
        self.model.closed = True
        self.model.gaps = dict.fromkeys(self.model.gaps, False)
        self.check_result()

    @rule()
    def close_gaps(self) -> None:
        model = self.model
        whole = not model.closed and model.turn > 1
        allowed = not whole or any(score is not None for *_, score in model.rows())
        self.attempt(lambda: self._close(focusing.close_gaps), allowed=allowed)
        if whole and allowed:
            self._closed()
        elif not model.closed and allowed:
            model.gaps = dict.fromkeys(model.gaps, False)

    @rule()
    def reopen(self) -> None:
        model = self.model
        allowed = model.closed or bool(model.shown) or model.turn > 1
        self.attempt(lambda: focusing.reopen(self.round, by=self.erin), allowed=allowed)
        if allowed:
            model.results += model.closed
            model.first |= model.second
            model.second, model.gaps, model.shown = {}, {}, set()
            model.closed, model.turn = False, 1

    @rule(wanted=cells)
    def think_again(self, wanted: list[Cell]) -> None:
        model = self.model
        inside = all(cell[0] in model.compared and (model.shows(cell[1]) or model.turn > 1) for cell in wanted)
        again = any(model.gaps.get(cell) is False for cell in wanted)
        new = [cell for cell in wanted if cell not in model.gaps]
        graded = {cell for _, cell, turn, score in model.rows() if turn == 1 and score is not None}
        allowed = inside and not again and all(cell in graded for cell in new)
        asked = [(self.icps[name].pk, question) for name, question in wanted]
        self.attempt(lambda: focusing.think_again(self.round, asked, by=self.erin), allowed=allowed)
        if allowed and new:
            model.gaps |= dict.fromkeys(new, True)
            if model.closed:
                model.results += 1
                model.closed, model.turn = False, 2

    # Candidates --------------------------------------------------------------------------------

    @rule(name=candidates)
    def compare(self, name: str) -> None:
        model = self.model
        is_free = not model.closed and not model.results
        known = name in model.compared
        usable = name not in model.archived and not model.archived & model.compared
        allowed = is_free and (known or (not model.shown and usable))
        self.attempt(lambda: preparing.add_candidate(self.round, self.icps[name], by=self.erin), allowed=allowed)
        if allowed:
            model.compared.add(name)

    @rule(name=candidates)
    def compare_no_more(self, name: str) -> None:
        model = self.model
        is_free = not model.closed and not model.results
        allowed = is_free and (name not in model.compared or len(model.compared) > 2)
        self.attempt(lambda: preparing.remove_candidate(self.round, self.icps[name], by=self.erin), allowed=allowed)
        if allowed and name in model.compared:
            model.compared.discard(name)
            for kept in (model.first, model.second):
                for key in [key for key in kept if key[1][0] == name]:
                    del kept[key]
            model.gaps = {cell: is_open for cell, is_open in model.gaps.items() if cell[0] != name}

    @rule(name=candidates)
    def archive(self, name: str) -> None:
        """A candidate that is set aside stays in the rounds it is in."""
        icp = Icp.objects.in_workspace(self.acme).get(pk=self.icps[name].pk)
        (defining.bring_back if name in self.model.archived else defining.archive)(icp, by=self.erin)
        self.model.archived ^= {name}
        self.icps[name].refresh_from_db()

    # What must hold ----------------------------------------------------------------------------

    @invariant()
    def everybody_sees_what_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        type(self).steps += 1
        self.moves += 1
        by_pk = {icp.pk: name for name, icp in self.icps.items()}
        seats = {seat.pk: seat.email.split("@")[0] for seat in self.round.graders.all()}
        for name in [*MEMBERS, *GUESTS, *OUTSIDE]:
            person = self.person(name)
            if person is None:
                continue
            seen = Counter(
                (seats[grade.grader_id], (by_pk[grade.icp_id], grade.dimension), grade.turn, grade.score)
                for grade in grading.visible(self.round, person)
            )
            assert seen == self.model.visible(name), name
        if self.moves % 2:
            self._check_api(by_pk)

    def _check_api(self, by_pk: dict[Any, str]) -> None:
        for name, client in self.keys.items():
            answer = client.get(at("rounds", self.round.pk, "grades"))
            if name == "gina" and not self.model.counts("gina"):
                assert answer.status_code == 404
                continue
            seen = Counter((row["icp"], row["dimension"], row["score"], row["mine"]) for row in answer.data)
            ids = {icp: str(pk) for pk, icp in by_pk.items()}
            said = Counter(
                (ids[cell[0]], cell[1], score, who == name)
                for who, cell, _, score in self.model.visible(name).elements()
            )
            assert seen == said, name

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        """Also what nobody sees: the answers of those who were taken out are kept, once each."""
        if not hasattr(self, "model"):
            return
        kept = Counter(
            (grade.grader.email.split("@")[0], grade.icp.name, grade.dimension, grade.turn, grade.score)
            for grade in Grade.objects.in_workspace(self.acme).select_related("grader", "icp")
        )
        both = ((1, self.model.first), (2, self.model.second))
        assert kept == Counter((w, *cell, turn, s) for turn, rows in both for (w, cell), s in rows.items())

    @invariant()
    def counts_are_right(self) -> None:
        if not hasattr(self, "model"):
            return
        seats = {seat.pk: seat.email.split("@")[0] for seat in self.round.graders.all()}
        inside = {name for name in self.model.known if self.model.counts(name)}
        assert {seats[pk]: many for pk, many in grading.answers_given(self.round).items()} == self.model.given()
        assert {grader.email.split("@")[0] for grader in inviting.people(self.round)} == inside
        left = {seats[pk]: many for pk, many in grading.left(self.round).items()}
        assert left == {name: self.model.left(name) for name in inside}
        assert (self.round.result is not None, len(self.round.history)) == (self.model.closed, self.model.results)

    @invariant()
    def guests_see_their_round_only_while_they_are_in_it(self) -> None:
        if not hasattr(self, "model") or self.moves % 5:
            return  # a whole page each: looked at now and then
        for guest in GUESTS:
            browser = Client()
            session = browser.session
            session["seats"] = {str(self.round.pk): guest}
            session.save()
            answer = browser.get(f"/room/rounds/{self.round.pk}/your-answers/")
            seat = self.seat(guest)  # whoever was asked by address meanwhile holds a ticket, and no key
            is_in = self.model.counts(guest) and seat is not None and seat.is_guest
            assert (answer.status_code == 200) == is_in, (guest, answer.status_code)

    def check_result(self) -> None:
        """The frozen result is what a few lines of arithmetic make of the answers."""
        result, totals = self.round.result, self.model.totals()
        assert result is not None
        assert {row["name"]: row["total"] for row in result["ranking"]} == totals
        order = [row["total"] for row in result["ranking"] if row["total"] is not None]
        assert order == sorted(order, reverse=True)
        known = sorted((total for total in totals.values() if total is not None), reverse=True)
        places = max(1, -(-15 * len(totals) // 100))
        focus = {name for name, total in totals.items() if total is not None and known.index(total) < places}
        assert {row["name"] for row in result["ranking"] if row["focus"]} == focus
        assert result["graded_by"] == len({who for who, _ in self.model.last()})
        out = {who for who, _ in [*self.model.first, *self.model.second] if self.model.known[who] == "removed"}
        assert result["taken_out"] == len(out)


def _rubric(workspace: Workspace, dimensions: list[dict[str, Any]], by: User) -> Any:
    return wording.keep_rubric(workspace, name="Three questions", dimensions=dimensions, by=by)


def _client(workspace: Workspace, user: User) -> APIClient:
    secret, client = new_secret("bf"), APIClient()
    role = user.memberships.get().role
    ApiKey.objects.create(workspace=workspace, user=user, name="test", secret_hash=hashed(secret), role=role)
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


def play(workspace: Workspace, *, lives: int, steps: int) -> int:
    """So many lives of so many steps; how many steps there were."""
    RoundsLife.acme, RoundsLife.steps = workspace, 0
    run_state_machine_as_test(
        RoundsLife,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],  # what fails is told as it came: making it shorter takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
    return RoundsLife.steps


@pytest.fixture(autouse=True)
def calls_without_end(settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 10**9


def test_a_few_lives_of_a_round(acme: Workspace) -> None:
    play(acme, lives=6, steps=15)


@pytest.mark.long
def test_two_thousand_steps_in_the_lives_of_rounds(acme: Workspace) -> None:
    assert play(acme, lives=45, steps=50) >= 2000


@pytest.mark.parametrize("broken", ["nothing", "visible_to", "counting"])
def test_without_the_rule_the_machine_finds_a_leak(
    acme: Workspace, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """The guards guard: with one taken out, the same steps end in a failure."""
    whole: Any = {
        "visible_to": lambda rows, person, round: rows.filter(round=round).counting(),
        "counting": lambda rows: rows.all(),
    }
    if broken in whole:
        monkeypatch.setattr(GradeQuerySet, broken, whole[broken])
    RoundsLife.acme = acme
    life = RoundsLife()
    life.open(live=False)
    try:
        life.grade("gina", "Offices", "reach", 9)
        life.remove("gina") if broken == "counting" else None
        if broken == "nothing":
            life.everybody_sees_what_the_model_says()
        else:
            with pytest.raises(AssertionError):
                life.everybody_sees_what_the_model_says()
    finally:
        life.teardown()
