"""The four figures of a segment and its verdict, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.templatetags.words import NARROW, count, money, percent
from segments.comparing import Contrast
from segments.models.segment import Method, Segment
from segments.sketching import Sketch

SURE = {"clear segments": "sure", "usable with care": "fairly"}
UNLIKE, SOMEWHAT = 0.8, 0.3  # standardised differences: large, and more than small (Cohen 1988)


@dataclass(frozen=True)
class KeyFigure:
    """One figure: label, value and what stands below it; what it means, and over whom it was counted."""

    name: str
    label: str
    value: str
    note: str
    meaning: str
    counted: str


@dataclass(frozen=True)
class Verdict:
    """How much of a segment it is, in a word and a sentence, and how sure we are."""

    word: str
    sentence: str
    sure: str


def key_figures(segment: Segment, sketch: Sketch) -> list[KeyFigure]:
    """People, share of revenue, chance to order, and how many may be written to."""
    return [_people(sketch), _revenue(segment, sketch), _chance(sketch), _reachable(sketch)]


def _people(sketch: Sketch) -> KeyFigure:
    late = sketch.situation.late
    note = f"{count(late)} of them overdue" if late else f"{percent(sketch.share.of_people)} of customers"
    return KeyFigure(
        "people", "People", count(sketch.share.people), note,
        "How many belong to the segment. Overdue is who ordered on three days or more and has been quiet for more "
        "than twice the usual gap of their own.",
        f"{count(sketch.share.people)} people, {percent(sketch.share.of_people)} of all customers we know.",
    )  # fmt: skip


def _revenue(segment: Segment, sketch: Sketch) -> KeyFigure:
    spent = money(sketch.share.revenue, segment.workspace.currency)
    return KeyFigure(
        "revenue", "Share of revenue", percent(sketch.share.of_revenue), f"{spent} since they are known",
        "What these people spent since they are known, of what all customers spent.",
        f"{count(sketch.share.orders)} orders of {count(sketch.share.people)} people.",
    )  # fmt: skip


def _chance(sketch: Sketch) -> KeyFigure:
    quiet, buyers = sketch.situation.quiet_days, sketch.share.orders > 0
    meaning = (
        "Which part of them will order in the next 90 days, if people do what people like them did in the last 90: "
        "read off by how often somebody had ordered and how long ago."
    )
    if sketch.chance is not None:
        about = f"about {count(sketch.chance * sketch.share.people)} of them"
        counted = "Everybody who had bought 90 days before the data end, and whether they ordered since."
        return KeyFigure("chance", "Chance to order in 90 days", percent(sketch.chance), about, meaning, counted)
    if not buyers or quiet is None:
        return KeyFigure("chance", "Chance to order in 90 days", "Not known", sketch.refusal, meaning, sketch.refusal)
    return KeyFigure(
        "chance", "Days since last order", count(quiet), f"Chance to order: {_lower(sketch.refusal)}",
        "Half of them ordered longer ago, half more recently. It stands here until the chance to order can be told.",
        sketch.refusal,
    )  # fmt: skip


def _lower(sentence: str) -> str:
    return f"{sentence[:1].lower()}{sentence[1:]}"


def _reachable(sketch: Sketch) -> KeyFigure:
    reach, told = sketch.reach, sketch.situation.consent_known
    meaning = "Who has an address, agreed to mail, and is not on the stop list. People of one address count once."
    counted = (
        f"{count(reach['with_address'])} with an address: {count(reach['agreed'])} agreed, "
        f"{count(reach['refused'])} did not, {count(reach['unknown'])} unknown, {count(reach['stopped'])} on the "
        "stop list."
    )
    if not told:
        note = "No file has told us who agreed"
        return KeyFigure("reach", "You may write to", "Not known", note, meaning, counted)
    unknown = f"consent unknown for {count(reach['unknown'])}" if reach["unknown"] else ""
    refused = f"{count(reach['refused'])} did not agree" if reach["refused"] else "everybody with an address agreed"
    return KeyFigure("reach", "You may write to", count(reach["chosen"]), unknown or refused, meaning, counted)


def verdict(
    segment: Segment, cluster: dict[str, Any] | None, contrasts: Sequence[Contrast], *, is_too_small: bool
) -> Verdict:
    """Found segments are as good as they are found again; conditions are exact, and may still divide nobody."""
    if cluster and segment.set:
        judged = str(segment.set.validity.get("verdict", ""))
        again = f"Found again to {percent(cluster['jaccard'])} in redrawn data"
        return Verdict(f"{judged.capitalize()}.", f"{again}, {_unlike(contrasts)}.", SURE.get(judged, "cannot"))
    if is_too_small:
        return Verdict("Too few to say.", f"From 30{NARROW}people on we compare them with everyone.", "cannot")
    if segment.method == Method.FIXED:
        return Verdict("A list by hand.", f"Somebody chose them, {_unlike(contrasts)}.", "sure")
    return Verdict("Exactly these people.", f"The conditions decide, {_unlike(contrasts)}.", "sure")


def _unlike(contrasts: Sequence[Contrast]) -> str:
    largest = max((abs(contrast.effect) for contrast in contrasts), default=0.0)
    if largest >= UNLIKE:
        return "and they buy unlike the others"
    return "and they differ a little from the others" if largest >= SOMEWHAT else "but they hardly differ from everyone"
