"""Orders that changed since the last file (money paid back, a cancellation) are counted as they are now.

A shop's export holds every order whole. So an order that a newer export tells differently replaces what an
earlier one told: its old lines are set aside, in a file that is read no more but kept, and come back if the
newer import is undone. An export that ends before what is known changes nothing that is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import batched
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from accounts.jobs import JobFailed
from customers import recording, storage
from customers.models.event import Code, EventFile
from customers.models.source import Import
from customers.recording import NewFile
from customers.schema import Line

AT_ONCE = 500
ABOUT_A_DAY = 26 * 3600 * 1_000_000  # microseconds; an export without zones may be read in another one


@dataclass
class Renewal:
    """What becomes of orders that are known already and look different now."""

    there: Any  # for each staged line whether it is to be left out, as there already
    orders: int = 0  # how many look different
    is_older: bool = False  # the file ends before what is known, so they stay as they are
    files: list[NewFile] = field(default_factory=list)
    replaced: list[EventFile] = field(default_factory=list)


def renewed(import_: Import, source: pq.ParquetFile, there: Any, files: Sequence[EventFile]) -> Renewal:
    """Compare the staged orders with what files of the same shop hold of them.

    `there` says which staged lines are known, each by its key. Raises JobFailed for another shop's export.
    """
    staged = source.read(columns=["order", "line", "happened_at"])
    codes = _codes(import_, staged["order"].filter(pa.array(~there)))
    told = [file for file in files if codes and _is_of(file, import_.options.get("shop"))]
    wanted = pa.array(sorted(codes.values()), pa.uint32())
    found = {code for file in told for code in _orders(file, wanted)}
    if not found:
        return Renewal(there)
    changed = pa.array([order for order, code in codes.items() if code in found], pa.string())
    _insist_on_the_same_shop(staged, told, {order: code for order, code in codes.items() if code in found})
    theirs = pc.is_in(staged["order"], value_set=changed).to_numpy(zero_copy_only=False)
    if _end(staged) < max(_end(_read(file, ["line", "happened_at"])) for file in told):
        return Renewal(there | theirs, len(changed), is_older=True)
    answer = Renewal(there & ~theirs, len(changed))
    for file in told:
        _set_aside(import_, file, pa.array(sorted(found), pa.uint32()), answer)
    return answer


def _insist_on_the_same_shop(staged: pa.Table, told: Sequence[EventFile], codes: dict[str, int]) -> None:
    """An order keeps its day for life. Where most numbers are known with other days, they are another shop's."""
    mine = _days(staged)
    known: dict[int, int] = {}
    for file in told:
        for code, day in _days(_read(file, ["order", "line", "happened_at"])).items():
            known[code] = min(day, known.get(code, day))
    others = [order for order, code in codes.items() if abs(mine[order] - known[code]) > ABOUT_A_DAY]
    if 2 * len(others) > len(codes):
        raise JobFailed(
            f"{len(others):,} orders of this file, such as {others[0]}, have numbers that we know with other dates. "
            "This looks like the export of another shop. Please bring it to a workspace of its own."
        )


def _days(lines: pa.Table) -> dict[Any, int]:
    """When each order was placed, in microseconds."""
    placed = lines.filter(pc.not_equal(lines["line"], Line.RETURN.value))
    moments = pa.table({"order": placed["order"], "at": placed["happened_at"].cast(pa.int64())})
    first = moments.group_by("order").aggregate([("at", "min")])
    return dict(zip(first["order"].to_pylist(), first["at_min"].to_pylist(), strict=True))


def _is_of(file: EventFile, shop: str | None) -> bool:
    return bool(file.made_by and file.made_by.options.get("shop") == shop)


def _codes(import_: Import, orders: pa.ChunkedArray) -> dict[str, int]:
    """Order -> code, for those of the orders that anybody ever told of."""
    rows = Code.objects.in_workspace(import_.workspace).filter(kind=Code.Kind.ORDER)
    found: dict[str, int] = {}
    for some in batched(filter(None, orders.unique().to_pylist()), AT_ONCE):
        found |= dict(rows.filter(value__in=some).values_list("value", "code"))
    return found


def _orders(file: EventFile, wanted: pa.Array) -> list[int]:
    orders = _read(file, ["order"])["order"]
    answer: list[int] = orders.filter(pc.is_in(orders, value_set=wanted)).unique().to_pylist()
    return answer


def _read(file: EventFile, columns: list[str] | None = None) -> pa.Table:
    return pq.read_table(storage.absolute(file.path), columns=columns)


def _end(lines: pa.Table) -> int:
    """When the newest purchase happened, in microseconds."""
    bought = lines.filter(pc.equal(lines["line"], Line.PURCHASE.value))["happened_at"].cast(pa.int64())
    return int(pc.max(bought).as_py() or 0)


def _set_aside(import_: Import, file: EventFile, found: pa.Array, answer: Renewal) -> None:
    """Write the file anew in two: what stays, and the lines of the changed orders, which are set aside."""
    events = _read(file)
    old = pc.is_in(events["order"], value_set=found).to_numpy(zero_copy_only=False)
    if not old.any():
        return
    keys = recording.keys_in(file)
    answer.replaced.append(file)
    for mask, aside in ((~old, None), (old, import_.pk)):
        if mask.any():
            part = recording.write_file(import_.workspace, events.filter(pa.array(mask)), keys[mask])
            answer.files.append(replace(part, made_by_id=file.made_by_id, set_aside_by_id=aside))
