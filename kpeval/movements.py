"""Which movements of money and which planned steps are known on the day, and what does each add to what is spent?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kpeval.results import SPENDING
from kpeval.rows import Days, Numbers, Places, Rows, chosen, newest, ordered, places
from kpeval.schema import FINANCE_PLAN, TRANSACTIONS
from kpeval.timespan import elapsed_share, span_days
from kpeval.values import arrays

STEP = ["owner", "period_start", "period_end", "source", "activity_id"]


def movements(transactions: pd.DataFrame, now: np.datetime64, owners: Rows, named: str = "") -> Rows:
    """The movements of money of `owners` dated and recorded by the day, in haléře, and what each adds to the spending.

    Expenditures and corrections add what they say, refunds take away; the others (`halers` 0) add nothing: the books
    are open, nothing is spent. `spends` says which kind a movement is of. `named`: further columns that are wanted.
    """
    rows = arrays(TRANSACTIONS, transactions, f"transaction_id date type amount recorded_on {named}")
    rows["owner"] = places(rows, owners, ["project_id"])
    rows = chosen(rows, (rows["owner"] >= 0) & (rows["date"] <= now) & ~(rows["recorded_on"] > now))
    kind, rows["moved"] = rows["type"], np.rint(rows["amount"] * 100)
    pays, back = (kind == "expenditure") | (kind == "correction"), kind == "refund"
    rows["spends"] = pays | back
    rows["halers"] = np.where(pays, rows["moved"], np.where(back, -np.abs(rows["moved"]), 0))
    return rows


def steps(finance_plan: pd.DataFrame, now: np.datetime64, owners: Rows) -> Rows:
    """The planned steps as known on the day, project by project: of a step recorded twice the later one."""
    rows = arrays(FINANCE_PLAN, finance_plan, "period_start period_end amount source activity_id recorded_on")
    rows["owner"] = places(rows, owners, ["project_id"])
    rows = chosen(rows, (rows["owner"] >= 0) & ~(rows["recorded_on"] > now))
    rows = ordered(rows, [*STEP, "recorded_on"], missing_first=True)
    return chosen(rows, newest(*(rows[name] for name in STEP)))


def first_day(planned: Rows) -> Days:
    """The day on which each step begins: of one that is due at once, its last."""
    return np.where(np.isnat(planned["period_start"]), planned["period_end"], planned["period_start"])


def part_by(planned: Rows, day: np.datetime64 | Days) -> Numbers:
    """What each step adds to the plan by the day: all once it has ended, its days' part while it runs."""
    return planned["amount"] * elapsed_share(first_day(planned), planned["period_end"], day)


def summed_to(owners: Places, dates: Days, halers: Numbers, owner: Places, day: Days) -> Numbers:
    """For each `owner` and `day` the sum of what that owner's movements, given in haléře, come to by the day.

    One sort for all: the sums run on over all owners as whole numbers, of which differences are exact.
    """
    moments = np.concatenate([dates, day])
    if not len(moments):
        return np.zeros(0)
    first = moments.min()
    span = int(span_days(moments - first).max()) + 2
    moved = owners * span + span_days(dates - first).astype(np.int64) + 1
    order = np.argsort(moved, kind="stable")
    total = np.concatenate([[0], np.cumsum(np.rint(halers[order]).astype(np.int64))])
    asked = owner * span + span_days(day - first).astype(np.int64) + 1
    upto, before = (np.searchsorted(moved[order], place, side="right") for place in (asked, owner * span))
    found: Numbers = (total[upto] - total[before]).astype(np.float64)
    return found


def apart(one: Numbers, other: Numbers) -> Numbers:
    """The difference of two amounts, exact to the haléř."""
    difference: Numbers = (np.rint(one * 100) - np.rint(other * 100)) / 100
    return difference


def by_activity(spending: pd.DataFrame) -> Rows:
    """What each activity has in the budget and has spent, as `spending` hands it back; ValueError for another `by`."""
    rows = arrays(SPENDING, spending, "by category budget spent currency?")
    if (rows["by"] != "activity").any():
        raise ValueError("this needs what activities cost: take kp.spending(…, by='activity')")
    return rows | {"activity_id": rows["category"]}
