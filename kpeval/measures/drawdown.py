"""How is the money being spent, against the plan, the time that has passed and the results reached?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.results import DRAWDOWN, DRAWDOWN_CURVE, THREE_WAY, shaped
from kpeval.schema import FINANCE_PLAN, PROJECTS, TRANSACTIONS
from kpeval.timespan import DAY, as_day, elapsed_share, months_between
from kpeval.values import take

EARLIEST_PROJECTION = 0.10  # before a tenth of the time has passed a projection says nothing (METHOD.md M9)
STEP = ["project_id", "period_start", "period_end", "source", "activity_id"]


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
    now = as_day(as_of)
    rows = take(PROJECTS, projects, "start end total_cost currency?").rename(columns={"total_cost": "budget"})
    rows = rows.set_index("project_id")
    rows["spent"] = _by_project(_spendings(transactions, now)).reindex(rows.index)
    rows["planned"] = _by_project(_planned_by(_steps(finance_plan, now), now)).reindex(rows.index)
    budget = rows["budget"].where(rows["budget"] > 0)
    rows["share_spent"] = rows["spent"] / budget
    rows["share_planned"] = rows["planned"] / budget
    rows["gap"] = rows["share_spent"] - rows["share_planned"]
    rows["elapsed"] = elapsed_share(rows["start"], rows["end"], now)
    months = months_between(rows["start"], rows["end"])
    passed, left = months * rows["elapsed"], months * (1 - rows["elapsed"])
    rows["burn_rate"] = rows["spent"] / passed.where(passed > 0)
    rows["required_rate"] = (rows["budget"] - rows["spent"]) / left.where(left > 0)
    rows["projected_total"] = rows["spent"] / rows["elapsed"].where(rows["elapsed"] >= EARLIEST_PROJECTION)
    return shaped(DRAWDOWN, rows.reset_index().sort_values("project_id", ignore_index=True))


def drawdown_curve(
    finance_plan: pd.DataFrame, transactions: pd.DataFrame, projects: pd.DataFrame, *, as_of: str | date
) -> pd.DataFrame:
    """How did the plan and the spending grow, day by day on which either moves?

    planned and spent as in `drawdown`, cumulated. The plan goes on to its end as known on the day; what is spent stops
    at `as_of` (missing after it). Between two days the plan runs straight and the spending stays level.

    One row is a day on which plan or spending moves. Columns: project_id, day, planned, spent, currency.
    """
    now = as_day(as_of)
    owners = take(PROJECTS, projects, "currency?").set_index("project_id")
    steps, spendings = _steps(finance_plan, now), _spendings(transactions, now)
    opens = steps["period_start"].where(steps["period_start"].notna(), steps["period_end"]) - DAY
    ends = pd.DataFrame({"project_id": steps["project_id"], "day": steps["period_end"]})
    moves = [steps[["project_id"]].assign(day=opens), ends, spendings[["project_id", "day"]]]
    moves.append(spendings[["project_id"]].drop_duplicates().assign(day=now))
    days = pd.concat(moves).drop_duplicates()
    days = days[days["project_id"].isin(owners.index)].sort_values(["project_id", "day"], ignore_index=True)
    pairs = days.merge(steps, on="project_id")
    planned = _part(pairs, pairs["day"]).groupby([pairs["project_id"], pairs["day"]]).sum()
    halers = (spendings["amount"] * 100).round().groupby([spendings["project_id"], spendings["day"]]).sum()
    keys = pd.MultiIndex.from_frame(days)
    days["planned"] = (planned.reindex(keys) * 100).round().to_numpy() / 100
    daily = pd.Series(halers.reindex(keys).fillna(0).to_numpy(), index=days.index)
    spent = daily.groupby(days["project_id"]).cumsum() / 100
    days["spent"] = spent.where((days["day"] <= now) & days["project_id"].isin(spendings["project_id"]))
    days["currency"] = owners["currency"].reindex(days["project_id"]).to_numpy()
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
    names = pd.concat([frame["project_id"] for frame in (timeline, drawdown, fulfilment) if "project_id" in frame])
    rows = pd.DataFrame({"project_id": pd.Series(sorted(names.unique()), dtype="str")}).set_index("project_id")
    rows["time"] = np.nan
    for source, column in ((drawdown, "elapsed"), (timeline, "project_elapsed")):
        if column in source and len(source):
            rows["time"] = rows["time"].fillna(source.groupby("project_id")[column].first().reindex(rows.index))
    rows["money"] = drawdown.set_index("project_id")["share_spent"].reindex(rows.index)
    reached = fulfilment["fulfilment"].clip(upper=1).groupby(fulfilment["project_id"])
    rows["results"] = reached.mean().reindex(rows.index)
    rows["indicators"] = reached.size().reindex(rows.index).fillna(0).astype("Int64")
    rows["indicators_counted"] = reached.count().reindex(rows.index).fillna(0).astype("Int64")
    rows["money_minus_time"] = rows["money"] - rows["time"]
    rows["results_minus_time"] = rows["results"] - rows["time"]
    rows["results_minus_money"] = rows["results"] - rows["money"]
    return shaped(THREE_WAY, rows.reset_index())


def _spendings(transactions: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """What each movement adds to the money spent; 0 where it adds nothing: the books are open, nothing is spent."""
    rows = take(TRANSACTIONS, transactions, "transaction_id date type amount recorded_on")
    rows = rows[(rows["date"] <= now) & ~(rows["recorded_on"] > now)]
    spends = rows["type"].isin(["expenditure", "correction"])
    refund = rows["type"].eq("refund")
    amount = rows["amount"].where(spends, 0.0).mask(refund, -rows["amount"].abs())
    return pd.DataFrame({"project_id": rows["project_id"], "day": rows["date"], "amount": amount})


def _steps(finance_plan: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """The planned steps as known on the day: of a step recorded twice the later one."""
    rows = take(FINANCE_PLAN, finance_plan, "period_start period_end amount source activity_id recorded_on")
    rows = rows[~(rows["recorded_on"] > now)].sort_values([*STEP, "recorded_on"], na_position="first")
    return rows.drop_duplicates(STEP, keep="last")


def _part(steps: pd.DataFrame, day: pd.Timestamp | pd.Series[pd.Timestamp]) -> pd.Series[float]:
    """What each step adds to the plan by the day: all once it has ended, its days' part while it runs."""
    first = steps["period_start"].where(steps["period_start"].notna(), steps["period_end"])
    return steps["amount"] * elapsed_share(first, steps["period_end"], day)


def _planned_by(steps: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    return steps.assign(amount=_part(steps, now))


def _by_project(rows: pd.DataFrame) -> pd.Series[float]:
    halers = (rows["amount"] * 100).round()
    return halers.groupby(rows["project_id"]).sum() / 100
