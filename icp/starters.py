"""Kinds of customers to begin with, for each way of selling. Examples to change, never facts."""

from collections.abc import Sequence

from accounts.models.workspace import Workspace

STARTERS: dict[str, list[tuple[str, str]]] = {
    Workspace.Selling.SHOP: [
        ("Regulars", "They come back by themselves, often for the same thing."),
        ("Gift buyers", "They buy once a year, for somebody else."),
        ("Bargain hunters", "They come with a coupon and leave without one."),
        ("Small offices", "They order for several people, on weekdays."),
        ("Starters", "They begin with one thing and grow into the rest."),
        ("Almost buyers", "They look often and have never ordered."),
    ],
    Workspace.Selling.SUBSCRIPTION: [
        ("Daily users", "They would notice at once if it were gone."),
        ("Teams that grew", "They began with one seat and have ten now."),
        ("Pausers", "They stop and start again, with the season or the budget."),
        ("Trial leavers", "They try it and do not stay."),
        ("Careful switchers", "They come from a competitor and compare everything."),
    ],
    Workspace.Selling.COMPANIES: [
        ("Growing mid-size firms", "They have the problem every day and no department for it."),
        ("Agencies", "They buy for their own customers, again and again."),
        ("Large firms with a tender", "Big orders, long decisions, many who sign."),
        ("Owner-led firms", "One person decides, within a week."),
        ("Public bodies", "They pay surely and late, and stay for years."),
    ],
}
BUYS_TODAY = "They buy from us today."
MIXED = [*STARTERS[Workspace.Selling.SHOP][:4], *STARTERS[Workspace.Selling.COMPANIES][:2]]


def starters(selling: str, kinds: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Some to begin with; first the `kinds` that buy today, as the Intake survey tells them."""
    known = {kind.casefold() for kind in kinds}
    rest = [(name, why) for name, why in STARTERS.get(selling, MIXED) if name.casefold() not in known]
    return [*((kind, BUYS_TODAY) for kind in kinds), *rest]
