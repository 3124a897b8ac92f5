"""Amounts of a whole order, shared among its lines so that not a cent is lost."""

from collections.abc import Sequence


def shared(amount: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers in proportion to the weights (0 or more) that add up to `amount`: largest remainders first.

    Without any weight all share alike.

    >>> shared(100, [1, 1, 1]), shared(-5, [3, 2]), shared(7, [0, 0])
    ([34, 33, 33], [-3, -2], [4, 3])
    """
    if not weights:
        return []
    total = sum(weights)
    if not total:
        weights, total = [1] * len(weights), len(weights)
    sign, left = (-1, -amount) if amount < 0 else (1, amount)
    parts = [left * weight // total for weight in weights]
    remainders = [left * weight % total for weight in weights]
    first = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
    for i in first[: left - sum(parts)]:
        parts[i] += 1
    return [sign * part for part in parts]
