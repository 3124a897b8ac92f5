"""The rows of an export, gathered into orders: in one pass, with bounded memory.

Rows of an order usually stand together. Where they do not, a look ahead has told which orders are scattered;
only their rows are held back until the file ends.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from customers.reading import Unreadable

HELD = 10_000  # rows of scattered orders that are kept in memory


@dataclass(slots=True)
class Row:
    """A row of the file: its line, its cells, how many they were, and whether they hold rubbish."""

    line: int
    cells: list[str]
    width: int
    flawed: bool


type Key = Callable[[list[str]], str]
type Rows = Iterable[tuple[int, list[str], bool]]


def scattered(rows: Rows, key: Key) -> set[str]:
    """The orders whose rows do not stand together. A hash per order is remembered, nothing else."""
    ended, found = set[int](), set[str]()
    current = ""
    for _, cells, _ in rows:
        order = key(cells) or current
        if order != current:
            ended.add(hash(current))
            if hash(order) in ended:
                found.add(order)
            current = order
    return found


def orders(rows: Rows, key: Key, apart: set[str]) -> Iterator[list[Row]]:
    """The rows of each order together; a row without an order number belongs to the order above it.

    Raises Unreadable where more rows are scattered than may be held.
    """
    held: dict[str, list[Row]] = {}
    together: list[Row] = []
    current, waiting = "", 0
    for line, cells, flawed in rows:
        row, order = Row(line, cells, len(cells), flawed), key(cells) or current
        if order in apart:
            held.setdefault(order, []).append(row)
            waiting += 1
            _insist_on_room(waiting, len(held))
        elif order == current and together:
            together.append(row)
        else:
            if together:
                yield together
            together = [row]
        current = order
    if together:
        yield together
    yield from held.values()


def _insist_on_room(waiting: int, orders: int) -> None:
    if waiting > HELD:
        raise Unreadable(
            f"The lines of more than {orders:,} orders are scattered over the file, so we cannot put the orders "
            "together. Please sort the file by order number and bring it again."
        )
