"""Questions of one's own: added, put into other words, archived and brought back. Their answers stay."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts import auditing
from accounts.intake.question import SECTIONS
from accounts.models.intake import IntakeQuestion
from accounts.models.user import User
from accounts.models.workspace import Workspace

MOST = 30  # questions in use at a time: a longer survey is not answered
CHOICES = range(2, 13)
LONGEST = 200


class NotPossible(ValueError):
    """The sentence says why, and what is possible."""


@transaction.atomic
def add(
    workspace: Workspace,
    *,
    text: str,
    kind: str,
    section: str,
    choices: Sequence[str] = (),
    unit: str = "",
    by: User,
) -> IntakeQuestion:
    """Ask something of one's own. Raises NotPossible."""
    own = IntakeQuestion.objects.in_workspace(workspace).filter(archived_at=None)
    text = _text(text)
    if kind not in IntakeQuestion.Kind.values:
        raise NotPossible(f"There is no kind “{kind[:40]}”. Choose one of {', '.join(IntakeQuestion.Kind.values)}.")
    if section not in SECTIONS:
        raise NotPossible(f"There is no section “{section[:40]}”. Choose one of {', '.join(SECTIONS)}.")
    if own.count() >= MOST:
        raise NotPossible(f"You ask {MOST} questions of your own already. Archive one that nobody needs any more.")
    if own.filter(text__iexact=text).exists():
        raise NotPossible("You ask this already. Put one of the two into other words.")
    made = IntakeQuestion.objects.create(
        workspace=workspace,
        text=text,
        kind=kind,
        section=section,
        choices=_choices(choices) if kind == IntakeQuestion.Kind.ONE else [],
        unit=" ".join(unit.split())[:30] if kind == IntakeQuestion.Kind.NUMBER else "",
        created_by=by,
    )
    auditing.record(workspace, by, "intake.question-added", f"Added the question “{made.text}”", subject=made.pk)
    return made


@transaction.atomic
def rename(question: IntakeQuestion, *, text: str, by: User) -> IntakeQuestion:
    """Put it into other words. What was answered before keeps the words of its day. Raises NotPossible."""
    text, before = _text(text), question.text
    if text != before:
        question.text = text
        question.save(update_fields=["text"])
        sentence = f"Put the question “{before[:100]}” into other words: “{text[:100]}”"
        auditing.record(question.workspace, by, "intake.question-renamed", sentence, subject=question.pk)
    return question


@transaction.atomic
def archive(question: IntakeQuestion, *, at: datetime, by: User) -> None:
    """Ask it no more. Its answers stay in the history, and come back with it."""
    if question.archived_at is None:
        question.archived_at = at
        question.save(update_fields=["archived_at"])
        sentence = f"Archived the question “{question.text}”"
        auditing.record(question.workspace, by, "intake.question-archived", sentence, subject=question.pk)


@transaction.atomic
def bring_back(question: IntakeQuestion, *, by: User) -> None:
    """Undo of archiving."""
    if question.archived_at is not None:
        question.archived_at = None
        question.save(update_fields=["archived_at"])
        sentence = f"Brought the question “{question.text}” back"
        auditing.record(question.workspace, by, "intake.question-restored", sentence, subject=question.pk)


@transaction.atomic
def change(
    question: IntakeQuestion, *, text: str | None = None, archived: bool | None = None, at: datetime, by: User
) -> None:
    """Several changes at once, all or none; None leaves a thing as it is. Raises NotPossible."""
    if text is not None:
        rename(question, text=text, by=by)
    if archived:
        archive(question, at=at, by=by)
    if archived is False:
        bring_back(question, by=by)


def _text(text: str) -> str:
    said = " ".join(text.replace("\x00", " ").split())
    if not said:
        raise NotPossible("The question has no words yet. Write it as you would ask a colleague.")
    if len(said) > LONGEST:
        raise NotPossible(f"The question has {len(said)} characters. Ask it in at most {LONGEST}.")
    return said


def _choices(choices: Sequence[str]) -> list[dict[str, str]]:
    labels = [" ".join(choice.replace("\x00", " ").split())[:80] for choice in choices]
    said = list(dict.fromkeys(label for label in labels if label))
    if len(said) not in CHOICES:
        raise NotPossible(f"Give from {CHOICES[0]} to {CHOICES[-1]} answers to choose from; there are {len(said)}.")
    return [{"id": f"answer-{place}", "label": label} for place, label in enumerate(said, start=1)]
