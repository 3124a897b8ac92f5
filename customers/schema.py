"""The columns of an event file: one row per line of an order, or per other event."""

from enum import IntEnum

import pyarrow as pa


class Line(IntEnum):
    """What a line of an order is, by the signs of quantity and price (and by what the file calls it)."""

    OTHER = 0  # not a line of an order: a visit, an opened mail
    PURCHASE = 1  # quantity and price above 0
    RETURN = 2  # goods or money going back; the amount is below 0
    FREE = 3  # price 0
    CORRECTION = 4  # an adjustment without goods, such as a bad debt
    SHIPPING = 5  # the delivery fee of an order; counts no product and no order by itself


class Standing(IntEnum):
    """What an order is worth counting as; null in a file reads as NORMAL."""

    NORMAL = 0
    CANCELLED = 1
    TEST = 2
    STAFF = 3


EVENTS = pa.schema(
    [
        ("number", pa.uint32()),  # the customer; null where nobody is known
        ("happened_at", pa.timestamp("us", tz="UTC")),
        ("received_at", pa.timestamp("us", tz="UTC")),
        ("event", pa.uint32()),  # Code of kind event, such as Order Completed
        ("line", pa.uint8()),  # Line
        ("order", pa.uint32()),  # Code of kind order; null outside commerce
        ("occurrence", pa.uint64()),  # what counts as one: the order's code, or a number of its own
        ("product", pa.uint32()),
        ("category", pa.uint32()),
        ("channel", pa.uint32()),
        ("quantity", pa.float64()),
        ("amount", pa.int64()),  # the line's total in minor units of the workspace's currency
        ("properties", pa.string()),  # JSON, read only by the conditions that need it
        ("tax", pa.int64()),  # the part of the amount that is tax, signed like it; null or 0 where no file says it
        ("standing", pa.uint8()),  # Standing
    ]
)

KEYS = pa.schema([("high", pa.uint64()), ("low", pa.uint64())])  # 128 bits per line, in the events' order
