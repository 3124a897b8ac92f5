"""A world's order lines as the file that a shop would export: one line per row, who bought repeated on each."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc

from icp.science.wares import CHANNELS, CODES, PRODUCTS
from icp.science.world import READER, World

# The columns of the file, and what each of them is to an import.
COLUMNS = {
    "Order": "order_id",
    "Created at": "date",
    "Customer": "customer_id",
    "Email": "email",
    "Name": "name",
    "Company": "trait",
    "Country": "country",
    "Age": "trait",
    "Gender": "trait",
    "Accepts marketing": "trait",
    "SKU": "product_id",
    "Product": "product_name",
    "Category": "category",
    "Quantity": "quantity",
    "Price": "unit_price",
    "Channel": "channel",
    "Discount code": "order_detail",
}
OPTIONS = {"date": "iso", "decimal": ".", "header": "yes"}
SAMPLE = ("SMP-001", "Free sample with the newsletter", "Samples")


def csv_of(world: World, lines: pd.DataFrame) -> bytes:
    """These lines of the world as a CSV file in UTF-8."""
    return written(rows_of(world, lines))


def rows_of(world: World, lines: pd.DataFrame) -> pd.DataFrame:
    """One row for each line, all of them text as a spreadsheet would show it."""
    wares = pd.DataFrame(PRODUCTS).iloc[lines["product"]]
    rows = _who(world, lines["person"])
    rows["Order"] = "FK" + lines["order"].astype(str).to_numpy()
    rows["Created at"] = _moments(world, lines)
    rows["SKU"], rows["Product"], rows["Category"] = (wares[name].to_numpy() for name in ("sku", "name", "category"))
    rows["Quantity"] = lines["quantity"].to_numpy()
    rows["Price"] = [f"{cents / 100:.2f}" for cents in lines["cents"]]
    rows["Channel"] = np.array(CHANNELS)[lines["channel"]]
    rows["Discount code"] = np.array(["", *CODES])[lines["code"]]
    return rows[list(COLUMNS)]


def readers(world: World) -> pd.DataFrame:
    """Those who read and never bought: their newsletter came with a free sample, an order of nothing."""
    people = np.flatnonzero(world.people["kind"] == READER)
    rows = _who(world, people)
    days = 20 + (np.arange(len(people)) * 37) % 600
    rows["Order"] = [f"FS{person}" for person in people]
    rows["Created at"] = _moments(world, pd.DataFrame({"day": days, "minute": 600 + people % 600}))
    rows["SKU"], rows["Product"], rows["Category"] = SAMPLE
    rows["Quantity"], rows["Price"], rows["Channel"], rows["Discount code"] = 1, "0.00", CHANNELS[0], ""
    return rows[list(COLUMNS)]


def undated(rows: pd.DataFrame, many: int) -> pd.DataFrame:
    """Lines as a shop's export spoils them: orders of their own, and no date."""
    spoilt = rows.iloc[np.linspace(0, len(rows) - 1, many).astype(int)].copy()
    spoilt["Order"], spoilt["Created at"] = [f"FX{place}" for place in range(many)], ""
    return spoilt


def written(rows: pd.DataFrame) -> bytes:
    out = BytesIO()
    pc.write_csv(pa.Table.from_pandas(rows, preserve_index=False), out)
    return out.getvalue()


def _who(world: World, person: Any) -> pd.DataFrame:
    people = world.people.iloc[np.asarray(person)].reset_index(drop=True)
    names = {"customer": "Customer", "email": "Email", "name": "Name", "company": "Company", "country": "Country"}
    names |= {"age": "Age", "gender": "Gender", "agreed": "Accepts marketing"}
    return people.rename(columns=names)[list(names.values())].copy()


def _moments(world: World, lines: pd.DataFrame) -> list[str]:
    days = {day: (world.start + timedelta(days=int(day))).isoformat() for day in set(lines["day"])}
    pairs = zip(lines["day"], lines["minute"], strict=True)
    return [f"{days[day]} {minute // 60:02d}:{minute % 60:02d}" for day, minute in pairs]
