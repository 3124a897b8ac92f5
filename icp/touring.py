"""The first visit to the example: five stops, to be skipped at any time, and never shown twice.

A cookie remembers how far somebody is, so that nobody needs an account for it.
"""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

COOKIE, YEAR = "tour", 400 * 24 * 3600
OVER = "0"


@dataclass(frozen=True)
class Stop:
    """One stop: where it is, and what is to be seen there."""

    page: str
    called: str
    sentence: str


STOPS = (
    Stop("icp:home", "Home", "The whole shop in one sentence. Each figure opens where it comes from."),
    Stop("icp:first-look", "First look", "Six sentences from orders alone, each with how sure it is."),
    Stop(
        "segments:list",
        "Segments",
        "Small offices: 6 in 100 buyers, a quarter of the money, and nobody had named them.",
    ),
    Stop("icp:rounds", "Grading", "Four gaps wait for your grades. One minute, then you see what the others said."),
    Stop(
        "icp:plan",
        "Plan",
        "A letter that worked and a coupon that did not: some people were held back, so it can be told.",
    ),
)


@dataclass(frozen=True)
class Place:
    """Where somebody stands on the tour."""

    number: int
    stop: Stop
    following: Stop | None
    whole: int = len(STOPS)

    @property
    def next(self) -> int:
        return self.number + 1 if self.following else 0


def place(kept: str | None) -> Place | None:
    """Where the tour stands by its cookie; nowhere once it is over."""
    number = 1 if kept is None else int(kept) if kept.isdecimal() and len(kept) < 3 else 0
    if not 1 <= number <= len(STOPS):
        return None
    return Place(number, STOPS[number - 1], STOPS[number] if number < len(STOPS) else None)


def address(number: int, slug: str) -> str:
    """Where a stop is; Home where the tour is over, or the page is not there."""
    try:
        return reverse(STOPS[number - 1].page if 1 <= number <= len(STOPS) else "icp:home", args=[slug])
    except NoReverseMatch:
        return reverse("icp:home", args=[slug])
