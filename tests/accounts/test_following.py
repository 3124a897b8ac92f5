"""Each answer says what it changes, and what it says is what other pages read."""

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts import following, saying, surveying
from accounts.intake import business, buyers, goals, limits, market, measures, offer, question, weights
from accounts.models.intake import IntakeSurvey
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.questions import BY_ID, QUESTIONS

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def answered(workspace: Workspace, by: User, **answers: Any) -> IntakeSurvey:
    return surveying.answer(workspace, answers=answers, by=by, at=NOON)


def said(survey: IntakeSurvey, name: str) -> list[str]:
    return following.follow(survey, BY_ID[name])


def test_every_question_stands_in_the_section_of_its_module_and_every_answer_changes_something() -> None:
    for module, section in (
        (business, "business"), (offer, "offer"), (buyers, "customers"), (goals, "goals"), (market, "market"),
        (limits, "limits"),
    ):  # fmt: skip
        assert {one.section for one in module.QUESTIONS} == {section}
    for one in QUESTIONS:
        assert one.choices or one.id in following._OF, one.id
        assert set(one.condition.when if one.condition else {}) <= set(BY_ID)
        for choice in one.choices:
            assert set(choice.kpis) <= set(measures.KPIS)
            assert {name for name, _ in choice.weighs} <= set(weights.NAMES)
    assert set(following._OF) == set(following._WHERE)
    assert set(question.SECTIONS) == {one.section for one in QUESTIONS}


def test_a_margin_says_what_a_purchase_leaves_and_is_read_as_a_share(acme: Workspace, alice: User) -> None:
    survey = answered(acme, alice, selling="mixed", price=40, deal_size=2000, margin="32 %")
    assert said(survey, "margin") == [
        "Home says what a customer leaves you, with the margin you gave (**32\u202f%**).",
        "Of €40, about **€12.80** stays with you.",
        "Of €2,000, about **€640** stays with you.",
    ]
    assert surveying.margin(acme) == 0.32
    assert "left_per_customer" in surveying.figures(survey)


def test_no_margin_is_ever_assumed(acme: Workspace, alice: User) -> None:
    assert surveying.margin(acme) is None
    survey = answered(acme, alice, price=40, margin={"unknown": True})
    assert surveying.margin(acme) is None
    assert said(survey, "margin") == ["Nothing is assumed instead. You can answer any time."]
    assert "left_per_customer" not in surveying.figures(survey)


def test_competitors_and_what_people_do_instead_are_the_alternatives(acme: Workspace, alice: User) -> None:
    rivals = [{"name": "Harbour Roast", "better_at": "price"}, {"name": "Beans"}]
    survey = answered(acme, alice, rivals=rivals, instead=["live_with_it"])
    assert [one.sentence for one in surveying.alternatives(acme)] == [
        "Harbour Roast: better at price", "Beans", "Nothing: they live with it",
    ]  # fmt: skip
    assert said(survey, "rivals") == [
        "Harbour Roast and Beans stand beside the question “Better than others” when you grade."
    ]
    assert saying.said(acme, BY_ID["rivals"], survey.value("rivals")) == "Harbour Roast, better at: price; Beans"


def test_what_the_business_can_and_cannot_do_are_lines_for_sheets(acme: Workspace, alice: User) -> None:
    survey = answered(acme, alice, offer="Coffee by mail", strengths=["Next day"], limits=["No delivery abroad"])
    assert [(line.question, line.text) for line in surveying.capabilities(acme)] == [
        ("offer", "Coffee by mail"), ("strengths", "Next day"), ("limits", "No delivery abroad"),
    ]  # fmt: skip
    assert said(survey, "strengths") == ["One line is offered on every ideal customer sheet."]
    assert surveying.offer(acme) == "Coffee by mail"


def test_the_rhythm_of_orders_or_of_deals_says_when_a_move_can_be_looked_at(acme: Workspace, alice: User) -> None:
    assert surveying.days_to_look(acme) is None
    answered(acme, alice, selling="mixed", rhythm=26, sales_cycle=44.5)
    assert surveying.days_to_look(acme) == 45
    answered(acme, alice, selling="shop")
    assert surveying.days_to_look(acme) == 26


def test_kinds_of_customers_of_today_are_told_to_whoever_names_candidates(acme: Workspace, alice: User) -> None:
    survey = answered(acme, alice, current=["Small offices", "Gift buyers"])
    assert surveying.kinds(acme) == ["Small offices", "Gift buyers"]
    assert said(survey, "current") == ["2 kinds of customers stand ready when you name your ideal customers."]


def test_moves_are_offered_the_measure_of_the_goal_first(acme: Workspace, alice: User) -> None:
    survey = answered(acme, alice, channels=["mail"], challenges=["leaving"], goal={"metric": "repeat_purchase"})
    offered = [(kpi.id, kpi.why) for kpi in surveying.kpis(survey)]
    assert offered == [
        ("repeat_share", "People who buy again"), ("won_back", "Good customers leave"), ("mail_orders", "E-mail"),
    ]  # fmt: skip


def test_answers_that_pull_apart_say_so_and_suggest_nothing(acme: Workspace, alice: User) -> None:
    survey = answered(acme, alice, channels=["ads", "recommended"])
    assert said(survey, "channels")[0] == "Your answers pull Reach both ways, so no more and no less."
    survey = answered(acme, alice, goal={"metric": "more_new"})
    assert said(survey, "channels")[0] == "In scorecards we suggest that Reach counts more."


def test_what_follows_is_gathered_by_where_it_shows(acme: Workspace, alice: User) -> None:
    survey = answered(acme, alice, goal={"metric": "fewer_leaving"}, strengths=["Next day"], rhythm=26)
    gathered = {place.name: place.sentences for place in following.places(survey)}
    assert list(gathered) == ["Home", "Scorecards, as a suggestion", "Moves", "Ideal customers"]
    assert gathered["Scorecards, as a suggestion"] == ["You want fewer people to leave: Loyalty counts more."]
    assert gathered["Moves"] == [
        "Offered to be measured by “People who still buy” and “Quiet customers who order again”.",
        "A new move is proposed to be looked at after **26 days**.",
    ]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("selling", "shop", "A shop"),
        ("have", ["orders", "deals"], "Orders, Deals"),
        ("price", 1234.4, "€1,234"),
        ("margin", 32.5, "32\u202f%"),
        ("rhythm", 26, "26 days"),
        ("goal", {"metric": "unsure"}, "I don't know yet"),
        ("goals", [{"metric": "more_new", "target": 50}, {"metric": "better_product"}],
         "New customers to 50; Returned down"),
        ("limits", ["No shop", "No phone"], "No shop, No phone"),
        ("offer", {"unknown": True}, "We do not know yet"),
        ("selling", "barter", "barter"),
        ("stage", None, ""),
    ],
)  # fmt: skip
def test_an_answer_is_said_in_words(name: str, value: Any, words: str) -> None:
    assert saying.said(Workspace(), BY_ID[name], value) == words
