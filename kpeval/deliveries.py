"""Which planned outputs were delivered, by what was known on the day?"""

from __future__ import annotations

import numpy as np

from kpeval.rows import Days, Flags, Rows, worded

NO_DAY = np.datetime64("NaT", "us")
WHAT = (("delivered_on", NO_DAY), ("delivered_quantity", np.nan), ("evidence", np.nan))


def seen(rows: Rows, now: np.datetime64) -> Flags:
    """Whether a delivery is known, in whole or in part; what is not known of it is taken out of `rows`."""
    due, recorded, quantity = rows["due"], rows["recorded_on"], rows["delivered_quantity"]
    dated = (rows["delivered_on"] <= now) & ~(quantity <= 0)
    # A quantity without a day is known from the day it was recorded, else from the day it was due.
    since = np.where(np.isnat(recorded), due, recorded)
    undated = np.isnat(rows["delivered_on"]) & (quantity > 0) & ~(since > now)
    known: Flags = (dated | undated) & ~(recorded > now)
    for name, missing in WHAT:
        rows[name] = np.where(known, rows[name], missing)
    return known


def judge(rows: Rows, known: Flags, due: Days, now: np.datetime64) -> None:
    """Adds the status of each output whose delivery is `known` or not, by the day it is due."""
    # What is delivered without a quantity counts as one; where none is planned, any will do.
    short = np.nan_to_num(rows["delivered_quantity"], nan=1) < np.nan_to_num(rows["planned_quantity"], nan=0)
    choice = [(known & ~short, "delivered"), (known, "partly"), (np.isnat(due), "no_due"), (due > now, "not_due")]
    rows["status"] = worded(choice, "no_record")
