"""R1, R2: published results of RFM that ours must equal."""

from collections import Counter
from itertools import product

import numpy as np
import pandas as pd
import pytest

from customers.science import rfm
from tests.conftest import SHARED_DATA

ORDERS = SHARED_DATA / "rfm-orders" / "rfm_data_orders.csv"
PUBLISHED = [7, 8, 24, 7, 16, 8, 8, 22, 8, 11, 6]


def test_r2_the_map_is_a_partition_of_all_125_codes() -> None:
    codes = Counter(code for codes in rfm.CODES.values() for code in codes)
    assert set(codes) == {100 * r + 10 * f + m for r, f, m in product(range(1, 6), repeat=3)}
    assert set(codes.values()) == {1}
    assert [len(codes) for codes in rfm.CODES.values()] == PUBLISHED


def test_r2_every_group_is_nested_in_one_main_segment() -> None:
    nested = [name for groups in rfm.MAIN_SEGMENTS.values() for name in groups]
    assert sorted(nested) == sorted(rfm.GROUPS)
    assert len(rfm.MAIN_SEGMENTS) == 6


@pytest.mark.skipif(not ORDERS.exists(), reason="the CRAN rfm orders (rfm_data_orders) are not on this machine")
def test_r1_scores_equal_the_cran_package() -> None:
    orders = pd.read_csv(ORDERS)
    people = orders.groupby("customer_id").agg(last=("order_date", "max"), f=("revenue", "size"), m=("revenue", "sum"))
    recency = (pd.Timestamp("2006-12-31") - pd.to_datetime(people["last"])).dt.days
    r = rfm.score(recency, rfm.cut_points(recency, whole=True), falling=True)
    f = rfm.score(people["f"], rfm.cut_points(people["f"], whole=True))
    m = rfm.score(people["m"], rfm.cut_points(people["m"], whole=True))
    champions = np.logical_and.reduce([scores >= 4 for scores in (r, f, m)])
    assert (r[0], r[1]) == (3, 4)
    assert champions.sum() == 158
    assert (people["f"][champions].sum(), people["m"][champions].sum()) == (1234, 120178)
