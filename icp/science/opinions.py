"""What the five of Fern & Kettle think of eight kinds of customers: the example's grades, reasons and lines."""

from typing import NamedTuple

QUESTIONS = (
    "urgency", "advantage", "reach", "market", "mission", "value", "adoption", "loyalty", "growth", "leadership",
    "likelihood",
)  # fmt: skip
GRADERS = ("Ines", "Tom", "Priya", "Luis", "Kaja")  # leads, sells, writes, bakes the figures, answers the phone


class Opinion(NamedTuple):
    """A candidate: why it was named, the middle answer to each question, what the team guesses (part, text), and
    what people answered in the survey."""

    name: str
    sentence: str
    middles: tuple[int, ...]
    guesses: tuple[tuple[str, str], ...] = ()
    answers: tuple[tuple[str, str, str], ...] = ()  # part, text, and what it rests on


OPINIONS = (
    Opinion(
        "Small offices",
        "Eight to forty people, one of them orders the coffee, and it must never run out.",
        (9, 8, 7, 7, 8, 10, 8, 9, 9, 9, 9),
        (
            ("goals", "The coffee must never run out; a standing order would be welcome."),
            ("pain_points", "Small bags, many parcels, and invoices that do not name the cost centre."),
            ("buyer", "The person who orders also chooses; above €150 somebody else has to sign."),
            ("demographics", "One person orders for all, beside the real job."),
            ("technology", "They are afraid that their machine needs another grind."),
            ("buying_behaviour", "They come back within 30 days."),
            ("buyer", "They wait for a coupon before they order."),
        ),
        (
            ("goals", "“The coffee must never run out”: **41 of 58** said so", "intent"),
            ("pain_points", "Small bags and many parcels: **33 of 58**", "own"),
            ("pain_points", "Invoices that do not name the cost centre: **21 of 58**", "own"),
            ("buyer", "The person who orders also chooses: **44 of 58**", "intent"),
            ("requirements", "An invoice at the first order already: **9 of 58**", "own"),
            ("lifestyle", "Bound to Harbour Roast by a contract until the end of the year: **12 of 58**", "rivals"),
        ),
    ),
    Opinion(
        "Starter-kit brewers",
        "They buy a grinder first, want to learn, and then need beans for it.",
        (8, 8, 8, 7, 9, 8, 7, 8, 8, 8, 8),
        (
            ("goals", "A cup at home that is as good as the one at the bar."),
            ("pain_points", "The first bags taste bitter, and nobody tells them why."),
            ("buying_behaviour", "Most of them buy again, for beans."),
        ),
    ),
    Opinion(
        "Bean regulars",
        "The same two bags every five or six weeks, early in the morning, without a coupon.",
        (7, 7, 8, 8, 8, 7, 8, 5, 5, 8, 8),
        (("pain_points", "The price of September was one euro too many."),),
    ),
    Opinion(
        "Tea switchers",
        "They left coffee for tea this year, and there are more of them every month.",
        (6, 6, 6, 4, 8, 6, 7, 6, 8, 5, 6),
        (("lifestyle", "Less coffee is a resolution, and resolutions end."),),
    ),
    Opinion(
        "Readers who never bought",
        "They read every letter, and stop where the delivery is to be paid.",
        (4, 5, 6, 7, 6, 4, 6, 4, 5, 4, 3),
        (("pain_points", "Delivery costs more than they expect for one bag."),),
    ),
    Opinion(
        "December gift buyers",
        "One gift box before Christmas: our biggest kind, and most of what we spend on advertising.",
        (6, 4, 6, 7, 4, 5, 5, 2, 4, 5, 5),
        (
            ("buyer", "They buy for somebody else and never taste it."),
            ("buying_behaviour", "One order before Christmas, and then nothing."),
        ),
    ),
    Opinion(
        "Discount hunters",
        "They come with a coupon, and again with the next one.",
        (5, 3, 8, 6, 3, 4, 7, 2, 4, 2, 6),
        (("buyer", "They wait for Friday in November."),),
    ),
    Opinion(
        "One-time tryers",
        "One tasting set, and then nothing.",
        (4, 5, 5, 5, 5, 3, 6, 2, 3, 3, 4),
        (("requirements", "They would need a first bag that is easy to brew."),),
    ),
)

# Where people differ for a reason: (candidate, question) -> answers in the order of GRADERS.
APART = {
    ("Small offices", "reach"): (7, 9, 7, 8, 3),
    ("Small offices", "value"): (10, 10, 9, 10, 6),
    ("Discount hunters", "reach"): (8, 9, 8, 8, 5),
    ("Discount hunters", "value"): (3, 7, 4, 4, 2),
}
REASONS = {
    ("Small offices", "reach", "Tom"): "I call twenty and fourteen pick up. Nobody else is that easy to talk to.",
    ("Small offices", "reach", "Kaja"): "They do not open our mails, and I never know whom to ask for.",
    ("Small offices", "value", "Kaja"): "Late parcels, wrong invoices: half of my day is theirs.",
    ("Small offices", "value", "Ines"): "A quarter of our money from six in a hundred buyers.",
    ("Discount hunters", "value", "Kaja"): "They send back most, and ask for the coupon they forgot.",
    ("Discount hunters", "value", "Tom"): "They clear the stock when we need it.",
    ("December gift buyers", "loyalty", "Priya"): "I wrote to all of them in January. Nobody came.",
    ("Starter-kit brewers", "mission", "Luis"): "Teaching people to brew is why we began.",
}
AGAIN = (("Small offices", "Discount hunters"), ("reach", "value"))  # the four gaps of the second round


def answer(candidate: str, question: str, grader: str) -> int:
    """What somebody answered. At most two lie above the middle and two below, so that the middle stays the middle."""
    place = GRADERS.index(grader)
    if (candidate, question) in APART:
        return APART[candidate, question][place]
    names = [opinion.name for opinion in OPINIONS]
    who, what = names.index(candidate), QUESTIONS.index(question)
    seat = (place + who + what // 4) % len(GRADERS)  # who is fond of a candidate goes round, by candidate and theme
    step = (1 + (what % 3 == 2), what % 2, 0, -((what + 1) % 2), -1)[seat]
    return min(10, max(1, OPINIONS[who].middles[what] + step))
