"""The mails of a round: asked to grade, reminded, gaps to grade once more, decided.

What is due is read from the round as it stands, so nothing is lost when a worker or a broker dies; the row of each
mail decides that it leaves once. No mail says anything of an answer before the close.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from accounts import mailing
from accounts.mailing import ROUND, Letter, Line, Outsider, Reader
from accounts.models.workspace import Membership
from accounts.templatetags.words import day, short_day
from customers import clock
from icp import grading, inviting, preparing, sentences
from icp.models.grading import Grader, Round

FRESH = timedelta(days=3)  # what is older was missed for a reason, and comes too late
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Post:
    """One round and what its mails say of it."""

    round: Round
    at: datetime
    left: dict[Any, int]
    members: dict[str, Membership]

    @property
    def is_running(self) -> bool:
        return not self.round.is_closed and self.round.turn == 1

    @property
    def asker(self) -> str:
        return str(self.round.created_by or self.round.workspace).split("@")[0]

    def key(self, what: str) -> str:
        return f"{self.round.pk}:{what}"


def send(round: Round, *, at: datetime) -> int:
    """Send what is due of this round; how many mails left now."""
    if round.workspace.is_example or not (due := list(_due(round, at))):
        return 0
    sent = mailing.already_sent(round.workspace, ROUND, f"{round.pk}:")
    new = [(reader, letter) for reader, letter in due if (mailing.address_of(reader).lower(), letter.key) not in sent]
    return sum(mailing.send_once(reader, letter) for reader, letter in new)


def _due(round: Round, at: datetime) -> Iterator[tuple[Reader, Letter]]:
    rows = Membership.objects.in_workspace(round.workspace).select_related("user", "workspace")
    post = _Post(round, at, grading.left(round), {member.user.email.lower(): member for member in rows})
    for grader in inviting.people(round).select_related("workspace", "round"):
        for what in (_asked, _reminded, _gaps, _decided):
            if letter := what(post, grader):
                yield _reader(post, grader), letter


def _reader(post: _Post, grader: Grader) -> Reader:
    return _member(post, grader) or Outsider(post.round.workspace, grader.email)


def _member(post: _Post, grader: Grader) -> Membership | None:
    email = grader.user.email if grader.user else grader.email
    return None if grader.is_guest else post.members.get(email.lower())


def _link(post: _Post, grader: Grader, page: str) -> str:
    """Members sign in; who has no account carries the ticket of the own place."""
    if _member(post, grader):
        return reverse(page, args=[post.round.workspace.slug, post.round.pk])
    return reverse("icp:seat-in", args=[inviting.ticket(grader)])


def _asked(post: _Post, grader: Grader) -> Letter | None:
    round = post.round
    is_new = grader.created_at > post.at - FRESH and not round.history
    if not (post.is_running and is_new and post.left.get(grader.pk)) or _opened_it(post, grader) or grader.is_guest:
        return None
    candidates, questions = round.icps.count(), len(round.rubric.dimensions)
    minutes = preparing.minutes(candidates=candidates, questions=questions)
    effort = f"**{candidates} candidates × {questions} questions**, about **{minutes} minutes**"
    how = (
        "question by question, together in one room" if round.close == Round.Close.QUESTION else "alone, when you like"
    )
    line = Line(f"{effort}, {how}.{_by(round)}", _link(post, grader, "icp:grade"), "Grade")
    heading = f"{post.asker} asks you to grade: {round.name}"
    return _letter(post, grader, "asked", heading, [line])


def _opened_it(post: _Post, grader: Grader) -> bool:
    return grader.user_id is not None and grader.user_id == post.round.created_by_id


def _reminded(post: _Post, grader: Grader) -> Letter | None:
    left = post.left.get(grader.pk)
    if post.round.is_closed or not left or grader.reminded_at is None or grader.reminded_at < post.at - A_DAY:
        return None
    minutes = preparing.minutes(candidates=left, questions=1)
    todo = f"You have **{left} {_gap(left)}** to grade, about **{minutes} minute{'' if minutes == 1 else 's'}**."
    line = Line(f"{todo}{_by(post.round)}", _link(post, grader, "icp:grade"), "Go on grading")
    what = f"reminded:{grader.reminded_at:%Y-%m-%dT%H:%M:%S}"
    return _letter(post, grader, what, f"{post.round.name} waits for you", [line])


def _gaps(post: _Post, grader: Grader) -> Letter | None:
    left = post.left.get(grader.pk)
    if post.round.is_closed or post.round.turn == 1 or not left:
        return None
    heading = f"You have {left} {_gap(left)} to grade once more"
    why = f"In {post.round.name} your answers lay far apart there. The first ones are kept; a second look is enough."
    line = Line(f"{why}{_by(post.round)}", _link(post, grader, "icp:grade"), "Grade once more")
    return _letter(post, grader, f"gaps:{len(post.round.history)}", heading, [line])


def _decided(post: _Post, grader: Grader) -> Letter | None:
    round, result = post.round, post.round.result
    if result is None or round.closed_at is None or round.closed_at < post.at - FRESH:
        return None
    focus = [f"**{row['name']} {sentences.score(row['score'])}**" for row in result["ranking"] if row["focus"]]
    said = f"{sentences.decided(result)}: {sentences.listed(focus)}."
    line = Line(" ".join(filter(None, [said, sentences.provisional(result)])), _link(post, grader, "icp:result"))
    letter = _letter(post, grader, f"closed:{len(round.history)}", f"{round.name} is decided", [line])
    return replace(letter, lines=[replace(line, words="See the result")], foot=_circumstances(round, result))


def _circumstances(round: Round, result: dict[str, Any]) -> str:
    zone = round.workspace.timezone
    many = result["graded_by"]
    said = f"Decided by {many} {'person' if many == 1 else 'people'} on {day(round.closed_at, zone)}"
    has_data = round.as_of and clock.data_until(round.workspace)
    until = f", data until {day(clock.last_counted(round.as_of), zone)}" if has_data else ""
    return f"{said}{until}. The sheet is yours to read, print and pass on in your team."


def _letter(post: _Post, grader: Grader, what: str, heading: str, lines: list[Line]) -> Letter:
    foot = "Nobody sees anybody else’s answers before they are shown to all."
    if not _member(post, grader):
        foot += " You need no password: the link opens your own place in this round, so keep it to yourself."
    subject = (
        f"{post.round.workspace}: {heading[:1].lower() if heading.startswith('You ') else heading[:1]}{heading[1:]}"
    )
    why = "You get this because you were asked to grade."
    return Letter(ROUND, post.key(what), subject, heading, lines, foot, why)


def _by(round: Round) -> str:
    return f" Please grade by **{short_day(round.due_on)}**." if round.due_on else ""


def _gap(many: int) -> str:
    return "gap" if many == 1 else "gaps"
