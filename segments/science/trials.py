"""How much a trial with people held back could show, before it starts.

Two shares are compared (two-proportion z); the formulas are those of R's `power.prop.test`, here also
for arms of unequal size.
"""

from math import ceil, inf, sqrt

from scipy.special import ndtr, ndtri

SHARES = (0.1, 0.2, 0.3, 0.5)  # of a list, that may be held back
PLAUSIBLE = 0.10  # a move that changes more than this is a miracle
SMALLEST = 0.02


def power(p: float, other_p: float, n: int, other_n: int, *, alpha: float = 0.05) -> float:
    """How likely a true difference between the two shares is to be seen (two-sided, 0 to 1)."""
    pooled = (p * n + other_p * other_n) / (n + other_n)
    null = sqrt(pooled * (1 - pooled) * (1 / n + 1 / other_n))
    own = sqrt(p * (1 - p) / n + other_p * (1 - other_p) / other_n)
    reach = abs(p - other_p) - float(ndtri(1 - alpha / 2)) * null
    return float(ndtr(reach / own)) if own else float(reach > 0)


def smallest_difference(base: float, n: int, held: int, *, wanted: float = 0.8) -> float:
    """The smallest rise over `base` that would show with the wanted power; infinite if none would."""
    if min(n, held) < 2:
        return inf
    highest = 1 - base - 1e-9
    if highest <= 0 or power(base + highest, base, n, held) < wanted:
        return inf
    low, high = 0.0, highest  # power rises with the difference, so halving finds it
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if power(base + middle, base, n, held) < wanted else (low, middle)
    return high


def people_needed(p: float, other_p: float, *, wanted: float = 0.8, alpha: float = 0.05) -> float:
    """People in each of two equal arms, so that the difference would show with the wanted power."""
    if p == other_p:
        return inf
    mean, z = (p + other_p) / 2, float(ndtri(1 - alpha / 2))
    spread = z * sqrt(2 * mean * (1 - mean)) + float(ndtri(wanted)) * sqrt(p * (1 - p) + other_p * (1 - other_p))
    return (spread / (p - other_p)) ** 2


def plausible(base: float) -> float:
    """The largest rise that a move may be hoped to bring: twice as many orders, and never above ten points."""
    return min(PLAUSIBLE, max(base, SMALLEST))


def share_to_hold_back(base: float, people: int) -> float:
    """The smallest share with which a plausible rise would show; 0 if none would.

    >>> share_to_hold_back(0.31, 1192), share_to_hold_back(0.31, 100_000), share_to_hold_back(0.02, 300)
    (0.2, 0.1, 0.0)
    """
    for share in SHARES:
        held = round(share * people)
        if smallest_difference(base, people - held, held) <= plausible(base):
            return share
    return 0.0


def in_points(difference: float) -> int:
    """A difference that would show, in whole points, never promised smaller than it is."""
    return ceil(100 * difference - 1e-9)
