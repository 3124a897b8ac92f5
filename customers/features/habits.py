"""Buying habits: the scores r, f, m by stored cut points, and the groups that they name.

The same bins as customers/science/rfm.py, as SQL; tests hold the two together.
"""

from collections.abc import Callable
from itertools import product

from customers.features.feature import Feature, Type
from customers.science.rfm import NEVER, Fit, group, main_segment

BOUGHT = "orders > 0"


def habits(fit: Fit | None) -> list[Feature]:
    """The five figures of buying habits. Without a fit nobody has scores."""
    return [
        _score("r", "Score for days since last order", "recency_days", _falling(fit, "recency_days")),
        _score("f", "Score for orders", "orders", _rising(fit, "f", "orders")),
        _score("m", "Score for spent", "revenue", _rising(fit, "m", "revenue")),
        _group(fit),
        _main(fit),
    ]


def _score(name: str, label: str, of: str, definition: str) -> Feature:
    best = "5 is best, 1 is worst; 3 is best below 50 buyers."
    return Feature(
        name, label, Type.NUMBER, f"{label}, by kept limits. {best}", family="habits", whole=True, definition=definition
    )


def _falling(fit: Fit | None, of: str) -> str:
    cuts = fit.r.cuts if fit else ()
    steps = " ".join(f"WHEN {of} < {cut!r} THEN {len(cuts) + 1 - i}" for i, cut in enumerate(cuts))
    return f"CASE WHEN orders = 0 THEN NULL {steps} ELSE 1 END" if fit else "CAST(NULL AS BIGINT)"


def _rising(fit: Fit | None, axis: str, of: str) -> str:
    cuts = getattr(fit, axis).cuts if fit else ()
    steps = " ".join(f"WHEN {of} < {cut!r} THEN {i + 1}" for i, cut in enumerate(cuts))
    return f"CASE WHEN orders = 0 THEN NULL {steps} ELSE {len(cuts) + 1} END" if fit else "CAST(NULL AS BIGINT)"


def _group(fit: Fit | None) -> Feature:
    return Feature(
        "rfm_group", "Buying habits", Type.TEXT,
        "One of eleven groups by days since last order, orders and spent; or never bought.",
        family="habits", definition=_named(fit, group),
    )  # fmt: skip


def _main(fit: Fit | None) -> Feature:
    def named(r: int, f: int, m: int, *, levels: int) -> str:
        return main_segment(group(r, f, m, levels=levels))

    return Feature(
        "main_segment", "Main segment", Type.TEXT, "The main segment of somebody, by buying habits.",
        family="habits", definition=_named(fit, named),
    )  # fmt: skip


def _named(fit: Fit | None, name_of: Callable[..., str]) -> str:
    """One look into a list of every combination: each score occurs once, so that the engine can take it apart."""
    if fit is None:
        return f"'{NEVER}'"
    n = fit.levels
    scores = product(range(1, n + 1), repeat=3)
    names = ", ".join(f"'{name_of(*combination, levels=n)}'" for combination in scores)
    place = f"{n * n} * r + {n} * f + m - {n * n + n}"
    return f"CASE WHEN orders = 0 THEN '{NEVER}' ELSE ([{names}])[{place}] END"
