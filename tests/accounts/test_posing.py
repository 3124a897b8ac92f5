"""Questions of one's own: asked like the others, changed without losing what was answered."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse

from accounts import asking, posing, recalling, surveying
from accounts.models.audit import AuditEntry
from accounts.models.intake import IntakeQuestion
from accounts.models.user import User
from accounts.models.workspace import Workspace

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def own_of(workspace: Workspace, by: User, kind: str = "yes_no", **told: Any) -> IntakeQuestion:
    asked = {"text": "Do you sell gift cards?", "section": "offer"} | told
    return posing.add(workspace, kind=kind, by=by, **asked)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [("yes_no", False, "No"), ("number", -3, "-3 shops"), ("text", " Two  words ", "Two words")],
)
def test_each_kind_is_kept_and_said(acme: Workspace, alice: User, kind: str, value: Any, said: str) -> None:
    own = own_of(acme, alice, kind=kind, unit="shops")
    survey = surveying.answer(acme, answers={str(own.pk): value}, by=alice, at=NOON)
    item = next(item for item in asking.asked(acme, survey) if item.question.is_own)
    assert (item.said, item.by, item.is_answered) == (said, "Alice", True)
    assert surveying.follows(acme, survey)[-1].sentence.startswith("Stands in your business profile")


def test_other_words_leave_the_old_answer_with_the_words_of_its_day(acme: Workspace, alice: User) -> None:
    own = own_of(acme, alice)
    surveying.answer(acme, answers={str(own.pk): True}, by=alice, at=NOON)
    posing.rename(own, text="Do you sell vouchers?", by=alice)
    survey = surveying.survey_of(acme)
    item = next(item for item in asking.asked(acme, survey) if item.question.is_own)
    assert (item.question.text, item.asked_as) == ("Do you sell vouchers?", "Do you sell gift cards?")
    assert recalling.changes(survey)[0].text == "Do you sell gift cards?"


def test_an_archived_question_asks_nothing_and_gives_its_answer_back(acme: Workspace, alice: User) -> None:
    own = own_of(acme, alice)
    surveying.answer(acme, answers={str(own.pk): True}, by=alice, at=NOON)
    posing.archive(own, at=NOON, by=alice)
    survey = surveying.survey_of(acme)
    assert surveying.progress(survey).total == 17
    with pytest.raises(surveying.SomeNotAccepted, match="is archived"):
        surveying.restore(recalling.changes(survey)[0], by=alice, at=NOON)
    posing.bring_back(own, by=alice)
    assert surveying.progress(surveying.survey_of(acme)).answered == 1
    deeds = AuditEntry.objects.in_workspace(acme).filter(action__startswith="intake.question")
    assert deeds.count() == 3


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"text": " "}, "The question has no words yet."),
        ({"text": "x" * 201}, "The question has 201 characters."),
        ({"kind": "goal"}, "There is no kind “goal”. Choose one of yes_no, one, number, text."),
        ({"section": "weather"}, "There is no section “weather”. Choose one of business, offer"),
        (
            {"text": "How?", "kind": "one", "choices": ["Yes", "Yes ", ""]},
            "Give from 2 to 12 answers to choose from; there are 1.",
        ),
        ({"text": "do you sell GIFT cards?"}, "You ask this already."),
    ],
)
def test_what_cannot_be_asked_is_explained(acme: Workspace, alice: User, told: Any, sentence: str) -> None:
    own_of(acme, alice)
    with pytest.raises(posing.NotPossible) as refused:
        own_of(acme, alice, **told)
    assert str(refused.value).startswith(sentence)
    assert IntakeQuestion.objects.in_workspace(acme).count() == 1


def test_thirty_questions_in_use_are_enough(acme: Workspace, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posing, "MOST", 1)
    own = own_of(acme, alice)
    with pytest.raises(posing.NotPossible, match="Archive one that nobody needs any more"):
        own_of(acme, alice, text="Another?")
    posing.archive(own, at=NOON, by=alice)
    own_of(acme, alice, text="Another?")


def test_the_page_adds_renames_archives_and_brings_back(acme: Workspace, alice: User, signed_in: Any) -> None:
    browser, page = signed_in(alice), reverse("accounts:intake-own", args=[acme.slug])
    wrong = browser.post(page, {"text": "", "kind": "text", "section": "market"})
    assert (wrong.status_code, "has no words yet" in wrong.content.decode()) == (422, True)
    browser.post(page, {"text": "Who knows us?", "kind": "one", "section": "market", "choices": "Few\nMany\n"})
    own = IntakeQuestion.objects.in_workspace(acme).get()
    assert [choice["label"] for choice in own.choices] == ["Few", "Many"]
    one = reverse("accounts:intake-own-change", args=[acme.slug, own.pk])
    assert browser.post(one, {"text": " "}).status_code == 422
    browser.post(one, {"text": "Who has heard of us?"})
    browser.post(f"{one}archive/")
    shown = browser.get(page).content.decode()
    assert "Who has heard of us?" in shown
    assert "Ask again" in shown
    browser.post(f"{one}restore/")
    assert "Who has heard of us?" in browser.get(f"/w/{acme.slug}/intake/ask/market/").content.decode()


def test_a_viewer_asks_nothing(acme: Workspace, bob: User, signed_in: Any) -> None:
    assert signed_in(bob).get(reverse("accounts:intake-own", args=[acme.slug])).status_code == 403
