"""The Monday mail: what Home says since last Monday, to whoever wants it; and the one mail that data are old."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts import mailing, notifying
from accounts.mailing import DATA_OLD, MONDAY, Letter, Line
from accounts.models.workspace import Membership, Workspace
from accounts.permissions import PERMISSIONS
from accounts.templatetags.words import day, short_day
from customers import clock, freshness
from icp import moving
from icp.moving import Moved

HOUR = 7  # where the business is
AT_MOST = 5  # sentences


def send_monday(workspace: Workspace, *, at: datetime) -> int:
    """Send this Monday's mail where it is Monday, seven o'clock or later; how many left now."""
    local = at.astimezone(ZoneInfo(workspace.timezone))
    if local.weekday() != 0 or local.hour < HOUR or workspace.is_example:
        return 0
    letter = monday(workspace, at=at)
    return _send(workspace, letter, "data.view") if letter else 0


def monday(workspace: Workspace, *, at: datetime) -> Letter | None:
    """What the mail says; None while nobody can say who moved, or the data are too old to speak of a week."""
    moved = moving.since_last_monday(workspace, today=at)
    if moved is None or moved.is_old:
        return None
    page = reverse("icp:moved", args=[workspace.slug])
    if moved.is_behind:
        return _letter(workspace, at, "Nothing new since last Monday", [_no_news(workspace, moved)])
    lines = [Line(flow.sentence, f"{page}?{flow.way}" if flow.people else page) for flow in moved.told[:AT_MOST]] or [
        Line(moved.quiet, page, "See who moved")
    ]
    return _letter(workspace, at, moved.heading, lines)


def _no_news(workspace: Workspace, moved: Moved) -> Line:
    until = day(clock.last_counted(moved.until), workspace.timezone)
    link = reverse("customers:import-new", args=[workspace.slug])
    return Line(f"No new data came: they end on **{until}**.", link, "Bring the next file")


def _letter(workspace: Workspace, at: datetime, heading: str, lines: list[Line]) -> Letter:
    week = at.astimezone(ZoneInfo(workspace.timezone)).date().isoformat()
    return Letter(MONDAY, week, f"{workspace}: {heading[:1].lower()}{heading[1:]}", heading, lines)


def tell_old(workspace: Workspace, *, at: datetime) -> int:
    """Once per newest file: when one and a half times the usual have passed, those who bring files hear it."""
    fresh = freshness.told(workspace, at=at)
    if workspace.is_example or fresh is None or fresh.is_live or not fresh.is_old or fresh.newest is None:
        return 0
    link = reverse("customers:import-new", args=[workspace.slug])
    key = str(fresh.newest.pk)
    notifying.tell_all(workspace, "data.change", kind="data", key=f"old:{key}", sentence=fresh.late, link=link)
    subject = f"{workspace}: your data end on {short_day(fresh.until, workspace.timezone)}"
    line = Line(fresh.late, link, "Bring the next file")
    foot = "The columns are remembered: one drop, no questions. This mail comes once."
    return _send(workspace, Letter(DATA_OLD, key, subject, "Your data are getting old", [line], foot), "data.change")


def _send(workspace: Workspace, letter: Letter, right: str) -> int:
    members = Membership.objects.in_workspace(workspace).filter(role__in=PERMISSIONS[right])
    return sum(mailing.send_once(member, letter) for member in members.select_related("user", "workspace"))
