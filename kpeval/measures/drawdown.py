"""How is the money being spent, against the plan, the time that has passed and the results reached?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.movements import first_day, movements, part_by, steps
from kpeval.results import DRAWDOWN, DRAWDOWN_CURVE, THREE_WAY
from kpeval.rows import (
    Numbers,
    Rows,
    chosen,
    last_of,
    means,
    newest,
    ordered,
    paired,
    picked,
    places,
    positive,
    running,
    sums,
)
from kpeval.schema import PROJECTS
from kpeval.shapes import shaped
from kpeval.timespan import ONE_DAY, as_day64, elapsed_share, months_between
from kpeval.values import arrays

EARLIEST_PROJECTION = 0.10  # before a tenth of the time has passed a projection says nothing (METHOD.md M9)


def drawdown(
    finance_plan: pd.DataFrame, transactions: pd.DataFrame, projects: pd.DataFrame, *, as_of: str | date
) -> pd.DataFrame:
    """How much of the budget had been spent by the day, and how much was planned to be?

    budget = total cost; spent = expenditures and corrections (signed) minus refunds, dated and recorded by `as_of`;
    planned = the steps of the finance plan ended by the day, and of a running one the part of its days that has
    passed (a step without a first day is due at once on its last); share_spent, share_planned = spent, planned /
    budget; gap = share_spent - share_planned; burn_rate = spent / months passed; required_rate = (budget - spent) /
    months left; projected_total = spent / time elapsed, from a tenth of the time on.

    One row is a project of `projects`. Columns: project_id, budget, planned, spent (currency), share_spent,
    share_planned, gap (fractions), burn_rate, required_rate (currency a month), projected_total (currency),
    elapsed, currency.
    Nothing planned, or no movement of money known by the day: missing, not 0. A step recorded again later replaces the
    earlier one. Sums are exact to the haléř. Rules: METHOD.md M7 to M9.
    """
    now = as_day64(as_of)
    rows = ordered(arrays(PROJECTS, projects, "start end total_cost currency?"), ["project_id"])
    budget = rows["budget"] = rows["total_cost"]
    spendings = movements(transactions, now, rows)
    rows["spent"] = spent = sums(spendings["halers"], spendings["owner"], len(budget), skip_missing=True) / 100
    planned = steps(finance_plan, now, rows)
    halers = np.rint(part_by(planned, now) * 100)
    rows["planned"] = sums(halers, planned["owner"], len(budget), skip_missing=True) / 100
    rows["share_spent"] = spent / positive(budget)
    rows["share_planned"] = rows["planned"] / positive(budget)
    rows["gap"] = rows["share_spent"] - rows["share_planned"]
    rows["elapsed"] = elapsed = elapsed_share(rows["start"], rows["end"], now)
    months = months_between(rows["start"], rows["end"])
    rows["burn_rate"] = spent / positive(months * elapsed)
    rows["required_rate"] = (budget - spent) / positive(months * (1 - elapsed))
    rows["projected_total"] = spent / np.where(elapsed >= EARLIEST_PROJECTION, elapsed, np.nan)
    return shaped(DRAWDOWN, rows)


def drawdown_curve(
    finance_plan: pd.DataFrame, transactions: pd.DataFrame, projects: pd.DataFrame, *, as_of: str | date
) -> pd.DataFrame:
    """How did the plan and the spending grow, day by day on which either moves?

    planned and spent as in `drawdown`, cumulated. The plan goes on to its end as known on the day; what is spent stops
    at `as_of` (missing after it). Between two days the plan runs straight and the spending stays level.

    One row is a day on which plan or spending moves. Columns: project_id, day, planned, spent, currency.
    """
    now = as_day64(as_of)
    owners = ordered(arrays(PROJECTS, projects, "currency?"), ["project_id"])
    plan, spendings = steps(finance_plan, now, owners), movements(transactions, now, owners)
    spends = np.unique(spendings["owner"])
    moves = {
        "owner": np.concatenate([plan["owner"], plan["owner"], spendings["owner"], spends]),
        "day": np.concatenate(
            [first_day(plan) - ONE_DAY, plan["period_end"], spendings["date"], np.full(len(spends), now)]
        ),
    }
    days = ordered(chosen(moves, newest(moves["owner"], moves["day"])), ["owner", "day"])
    owner, day, count = days["owner"], days["day"], len(days["day"])
    which, step = paired(owner, plan["owner"])
    part = part_by(chosen(plan, step), day[which])
    days["planned"] = np.rint(sums(part, which, count, skip_missing=True) * 100) / 100
    place = places(spendings | {"day": spendings["date"]}, days, ["owner", "day"])
    halers = np.nan_to_num(sums(spendings["halers"], place, count, skip_missing=True), nan=0)
    spent = running(halers, owner) / 100
    days["spent"] = np.where((day <= now) & np.isin(owner, spends), spent, np.nan)
    days["project_id"], days["currency"] = owners["project_id"][owner], owners["currency"][owner]
    return shaped(DRAWDOWN_CURVE, days)


def three_way(timeline: pd.DataFrame, drawdown: pd.DataFrame, fulfilment: pd.DataFrame) -> pd.DataFrame:
    """Do time, money and results keep step?

    time = elapsed of the project's period (of the drawdown, else of the timeline); money = share_spent;
    results = mean of the indicators' fulfilment, each counted as 1 at most, so that one that is overachieved cannot
    hide one that fails; the gaps are plain differences. No composite score is made of the three.

    One row is a project of any of the three. Columns: project_id, time, money, results (fractions), money_minus_time,
    results_minus_time, results_minus_money, indicators (number of them), indicators_counted (with a known fulfilment).
    A part that is not known is missing, and so are its gaps. Rule: METHOD.md I6.
    """
    parts = [frame["project_id"].to_numpy() for frame in (timeline, drawdown, fulfilment) if "project_id" in frame]
    rows: Rows = {"project_id": np.array(sorted(set(np.concatenate(parts).tolist())), dtype=object)}
    count = len(rows["project_id"])
    rows["time"] = np.full(count, np.nan)
    for source, column in ((drawdown, "elapsed"), (timeline, "project_elapsed")):
        if column in source and len(source):
            rows["time"] = np.where(np.isnan(rows["time"]), _first_known(source, column, rows), rows["time"])
    rows["money"] = picked(_numbers(drawdown, "share_spent"), places(rows, drawdown, ["project_id"]))
    reached, owner = np.minimum(_numbers(fulfilment, "fulfilment"), 1), places(fulfilment, rows, ["project_id"])
    rows["results"] = means(reached, owner, count)
    rows["indicators"] = np.bincount(owner, minlength=count)
    rows["indicators_counted"] = np.bincount(owner[~np.isnan(reached)], minlength=count)
    rows["money_minus_time"] = rows["money"] - rows["time"]
    rows["results_minus_time"] = rows["results"] - rows["time"]
    rows["results_minus_money"] = rows["results"] - rows["money"]
    return shaped(THREE_WAY, rows)


def _numbers(frame: pd.DataFrame, column: str) -> Numbers:
    return frame[column].to_numpy("float64", na_value=np.nan)


def _first_known(frame: pd.DataFrame, column: str, rows: Rows) -> Numbers:
    """For each project of `rows` the first of its cells in the frame that is not missing."""
    cells, owner = _numbers(frame, column)[::-1], places(frame, rows, ["project_id"])[::-1]
    known = ~np.isnan(cells)
    first: Numbers = picked(cells[known], last_of(owner[known], len(rows["project_id"])))
    return first
