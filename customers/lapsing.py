"""Until when somebody stays in a main segment if they do not order again."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models.workspace import Workspace
from customers.science.rfm import NEVER, Fit, group, main_segment, within_days


@dataclass(frozen=True)
class Turn:
    """The last day in the main segment where somebody is, and the one that follows without another order."""

    until: date
    then: str


def turn(figures: dict[str, Any], fit: Fit | None, workspace: Workspace) -> Turn | None:
    """The next turn; None for who never ordered, and who stays where they are for good."""
    if fit is None or figures.get("main_segment") in (None, NEVER) or figures.get("r") is None:
        return None
    r, f, m = (int(figures[name]) for name in "rfm")
    for lower in range(r - 1, 0, -1):
        if (then := main_segment(group(lower, f, m, levels=fit.levels))) != figures["main_segment"]:
            start = within_days(fit, lower)[0]
            return None if start is None else Turn(_ordered_on(figures, workspace) + timedelta(days=start - 1), then)
    return None


def _ordered_on(figures: dict[str, Any], workspace: Workspace) -> date:
    day: date = figures["last_order_at"].astimezone(ZoneInfo(workspace.timezone)).date()
    return day
