"""What a list that left came to, in words: one template for each state, for page, mail and API alike."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts import surveying
from accounts.templatetags.words import count, day, money, percent, short_day
from segments.models.delivery import Delivery

PILLS = {
    "": ("", "Running"),
    "too early": ("", "Running"),
    "worked": ("good", "It worked"),
    "did not": ("bad", "Did not work"),
    "cannot tell": ("open", "Cannot tell"),
    "not measured": ("open", "Not measured"),
}
SURE = {"worked": "sure", "did not": "sure"}


@dataclass(frozen=True)
class Told:
    """A list's result for people."""

    delivery: Delivery

    @property
    def result(self) -> dict[str, Any]:
        return self.delivery.result

    @property
    def verdict(self) -> str:
        return str(self.result.get("verdict", ""))

    @property
    def pill(self) -> tuple[str, str]:
        """Class and word."""
        return PILLS[self.verdict]

    @property
    def sure(self) -> str:
        return SURE.get(self.verdict, "cannot")

    @property
    def sentence(self) -> str:
        return " ".join(part for part in (self.counted, self.judged) if part)

    @property
    def counted(self) -> str:
        """61 of 964 who got it ordered (6.3 %), 4 of 107 who did not (3.7 %)."""
        if not self.result:
            return ""
        sent, held = self.result["sent"], self.result["held_back"]
        said = f"{_of(sent)} who got it ordered ({_share(sent)})"
        return f"{said}, {_of(held)} who did not ({_share(held)})." if held["people"] else f"{said}."

    @property
    def judged(self) -> str:
        return {
            "": f"No orders have come in since. The next order file answers it; ask after {self._check}.",
            "too early": f"Too early to tell; ask again after {self._check}.",
            "worked": f"It worked: **{self.points} more** ordered, {self.between}.",
            "did not": f"It did not work: **{self.points} fewer** ordered, {self.between}.",
            "cannot tell": f"Cannot tell: the difference lies {self.between}. {self._would_decide}".strip(),
            "not measured": "Nobody was held back, so nothing shows whether it helped.",
        }[self.verdict]

    @property
    def points(self) -> str:
        return f"{_points(abs(self.result['difference'] or 0))} points" if self.result else ""

    @property
    def between(self) -> str:
        """between 2.4 and 7.8 points; a fall is said as such."""
        if not self.result or self.result["low"] is None:
            return ""
        low, high = self.result["low"], self.result["high"]
        if high < 0:
            return f"between {_points(-high)} and {_points(-low)}"
        if low > 0:
            return f"between {_points(low)} and {_points(high)}"
        return f"between {_points(-low)} points fewer and {_points(high)} points more"

    @property
    def _would_decide(self) -> str:
        needed = self.result.get("needed")
        if not needed:
            return "Both sides ordered alike."
        return f"If it is as large as it looks, {count(needed)} people on each side would show it."

    @property
    def _check(self) -> str:
        return short_day(self.delivery.check_on)

    @property
    def until(self) -> str:
        """The last day that was counted."""
        if not self.result:
            return ""
        moment = datetime.fromisoformat(self.result["until"])
        return day(moment - _AN_INSTANT, self.delivery.workspace.timezone)

    @property
    def arms(self) -> list[tuple[str, str, str, str, str]]:
        """Who, people, ordered, share, spent per person."""
        named = [("Got it", self.result["sent"]), ("Held back", self.result["held_back"])] if self.result else []
        currency = self.delivery.workspace.currency
        return [
            (who, count(arm["people"]), count(arm["ordered"]), _share(arm),
             money(arm["revenue"] / arm["people"], currency))
            for who, arm in named if arm["people"]
        ]  # fmt: skip

    @property
    def left(self) -> str:
        """What stayed of it, by the margin that was given; none is ever assumed."""
        margin = surveying.margin(self.delivery.workspace)
        if margin is None:
            return "Revenue only: costs are unknown."
        said = [
            f"{who} left you {money(margin * arm['revenue'] / arm['people'], self.delivery.workspace.currency)} each"
            for who, arm in (("who got it", self.result["sent"]), ("who was held back", self.result["held_back"]))
            if arm["people"]
        ]
        return f"With the margin you gave ({percent(margin)}), {', '.join(said)}, before what the list cost."


_AN_INSTANT = datetime.resolution


def _of(arm: dict[str, Any]) -> str:
    return f"**{count(arm['ordered'])} of {count(arm['people'])}**"


def _share(arm: dict[str, Any]) -> str:
    return percent(arm["ordered"] / arm["people"], 1) if arm["people"] else "unknown"


def _points(difference: float) -> str:
    return f"{100 * difference:.1f}"
