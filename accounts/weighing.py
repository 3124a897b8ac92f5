"""What the answers suggest about the importance of scorecard questions. Nobody's scorecard changes by itself."""

from accounts.intake.question import Choice
from accounts.intake.weights import LESS, MORE, counts
from accounts.templatetags.words import listed


def weights(chosen: list[Choice]) -> dict[str, float]:
    """Scorecard question -> 0.5 or 2. What is not named counts as much as the others."""
    found: dict[str, float] = {}
    for name, factor, _ in _said(chosen):
        found[name] = found.get(name, 1.0) * factor
    return {name: min(MORE, max(LESS, factor)) for name, factor in found.items() if factor != 1}


def weighing(chosen: list[Choice]) -> dict[str, str]:
    """Scorecard question -> why: You want fewer people to leave: Loyalty counts more."""
    whys: dict[str, str] = {}
    for name, factor in weights(chosen).items():
        reasons = [because for said, one, because in _said(chosen) if said == name and (one > 1) == (factor > 1)]
        why = listed(list(dict.fromkeys(reasons)))
        whys[name] = f"{why[:1].upper()}{why[1:]}: {counts(name, factor)}."
    return whys


def _said(chosen: list[Choice]) -> list[tuple[str, float, str]]:
    return [(name, factor, choice.because) for choice in chosen for name, factor in choice.weighs]
