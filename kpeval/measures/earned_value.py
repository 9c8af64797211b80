"""Is the work done worth what it cost, and what should be done by now? Earned value, where budgets allow it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kpeval.movements import apart, by_activity
from kpeval.results import ACTIVITY_TIMELINE, EARNED_VALUE
from kpeval.rows import Flags, Numbers, Rows, chosen, last_of, picked, places, positive, sums, worded
from kpeval.shapes import shaped
from kpeval.values import arrays


def earned_value(timeline: pd.DataFrame, spending: pd.DataFrame) -> pd.DataFrame:
    """Is the work done worth what it cost, and what should be done by now, where budgets allow to say so?

    Over the activities of `timeline` that are not cancelled, with their budgets and costs in `spending` (by activity,
    of the same day): planned_value = budget × planned time elapsed, added up; earned_value = the budgets of the
    activities that are finished (0/100 rule: an activity earns nothing before it is finished, and then its whole
    budget); actual_cost = what is spent on them. cost_variance = earned - actual, schedule_variance = earned - planned;
    cost_index (CPI) = earned / actual, schedule_index (SPI) = earned / planned, estimate (EAC) = budget / CPI,
    index_to_go (TCPI) = (budget - earned) / (budget - actual). What is under way has a cost and no value yet, so while
    any is (`running`) both indices are the least that they can be, and the estimate the most; earned_most counts it as
    done.

    One row is a project. Columns: project_id, activities, running, budget, planned_value, earned_value, earned_most,
    actual_cost, outside (spent on cancelled activities and on none), cost_variance, schedule_variance (currency),
    cost_index, schedule_index, estimate (currency), index_to_go, reason, currency. Missing where a divisor is 0 or
    below, and all of it where there is a reason: no_activities; no_budgets (an activity states none, nor lines);
    no_plan (no planned days); no_record (due to start and nothing is recorded); no_spending; not_assigned (more is
    spent on no activity than the budget has outside them). ValueError for spending by anything but activity. Rules:
    METHOD.md M13.
    """
    money, work = by_activity(spending), arrays(ACTIVITY_TIMELINE, timeline, "activity_id status elapsed")
    named = {*work["project_id"].tolist(), *money["project_id"].tolist()}
    rows: Rows = {"project_id": np.array(sorted(named), dtype=object)}
    count = len(named)
    work = chosen(work, work["status"] != "cancelled")
    owner = places(work, rows, ["project_id"])
    assigned = chosen(money, ~pd.isna(money["activity_id"]))
    place = places(work, assigned, ["project_id", "activity_id"])
    budget, spent = (np.rint(picked(assigned[name], place) * 100) for name in ("budget", "spent"))
    done, runs = work["status"] == "finished", work["status"] == "under_way"
    rows["activities"] = np.bincount(owner, minlength=count)
    rows["running"] = np.bincount(owner[runs], minlength=count)
    every = places(money, rows, ["project_id"])
    known = ~np.isnan(money["spent"])
    in_all = sums(np.rint(money["spent"] * 100)[known], every[known], count)
    none = chosen(money | {"owner": every}, pd.isna(money["activity_id"]))
    beside = last_of(none["owner"], count)
    more = picked(none["spent"], beside) > np.nan_to_num(picked(none["budget"], beside), nan=0)

    def lacking(which: Flags) -> Flags:
        found: Flags = np.bincount(owner[which], minlength=count) > 0
        return found

    reason = worded(
        [
            (rows["activities"] == 0, "no_activities"),
            (lacking(~(budget > 0)), "no_budgets"),
            (lacking(np.isnan(work["elapsed"])), "no_plan"),
            (lacking(work["status"] == "no_record"), "no_record"),
            (np.isnan(in_all), "no_spending"),
            (lacking(np.isnan(spent)) | more, "not_assigned"),
        ],
        "",
    )
    allowed = reason == ""

    def added(halers: Numbers) -> Numbers:
        return np.where(allowed, sums(halers, owner, count) / 100, np.nan)

    rows["budget"], rows["actual_cost"] = added(budget), added(spent)
    rows["planned_value"] = np.rint(added(budget * work["elapsed"]) * 100) / 100
    rows["earned_value"], rows["earned_most"] = added(budget * done), added(budget * (done | runs))
    rows["outside"] = apart(in_all / 100, rows["actual_cost"])
    rows["cost_variance"] = apart(rows["earned_value"], rows["actual_cost"])
    rows["schedule_variance"] = apart(rows["earned_value"], rows["planned_value"])
    rows["cost_index"] = rows["earned_value"] / positive(rows["actual_cost"])
    rows["schedule_index"] = rows["earned_value"] / positive(rows["planned_value"])
    rows["estimate"] = rows["budget"] / positive(rows["cost_index"])
    to_go = apart(rows["budget"], rows["earned_value"])
    rows["index_to_go"] = to_go / positive(apart(rows["budget"], rows["actual_cost"]))
    rows["reason"] = np.where(allowed, np.nan, reason)
    rows["currency"] = picked(money["currency"], last_of(every, count))
    return shaped(EARNED_VALUE, rows)
