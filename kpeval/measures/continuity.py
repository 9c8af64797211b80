"""Do the community plans follow one another without a gap, and was each approved before it began?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.results import PLAN_CONTINUITY
from kpeval.rows import picked, places, worded
from kpeval.schema import PROJECTS
from kpeval.shapes import shaped
from kpeval.succession import known_plans
from kpeval.timespan import as_day64, days_between, span_days
from kpeval.values import arrays

NO_DAY = np.datetime64("NaT", "us")


def plan_continuity(plans: pd.DataFrame, projects: pd.DataFrame | None = None, *, as_of: str | date) -> pd.DataFrame:
    """Do the plans follow one another without a gap, was each approved in time, and how much of the project lies in it?

    days = period_end - period_start + 1; gap_days = period_start - end of the preceding plan - 1: 0 where the one
    follows the other at once, below 0 where they overlap; approval_lag = approved_on - period_start in days: 0 on the
    plan's first day, above 0 approved late, below 0 in time; project_days = max(0, earlier end - later start + 1) of
    the plan's and the project's period. state: past, running (its first and last day included), to_come.

    One row is a plan. Columns: project_id, plan_id, title, period_start, period_end, days, predecessor, gap_days,
    approved_on, approval_lag, project_days, state, derived, assumed and the two precisions; rows by project, first day
    and plan. What needs a day that is not stated is missing; so is gap_days of a plan whose predecessor is not stated,
    not known on the day, or itself; project_days without `projects`; and an approval after `as_of`, which is not known
    yet. Raises DataError for a repeated plan. Worked examples: Ústí's three plans have gaps of 0 days, and 181 days of
    the project lie in the third. Rules: METHOD.md R1 and R2.
    """
    now = as_day64(as_of)
    rows = known_plans(plans, now)
    first, last = rows["period_start"], rows["period_end"]
    rows["days"] = days_between(first, last)
    rows["gap_days"] = span_days(first - picked(last, rows["before"])) - 1
    rows["approved_on"] = np.where(rows["approved_on"] <= now, rows["approved_on"], NO_DAY)
    rows["approval_lag"] = span_days(rows["approved_on"] - first)
    rows["project_days"] = np.full(len(first), np.nan)
    if projects is not None:
        owners = arrays(PROJECTS, projects, "start end")
        owner = places(rows, owners, ["project_id"])
        start, end = picked(owners["start"], owner), picked(owners["end"], owner)
        common = days_between(np.maximum(first, start), np.minimum(last, end))  # missing stays
        rows["project_days"] = np.maximum(common, 0)
    running = (first <= now) & (now <= last)
    state = worded([(first > now, "to_come"), (last < now, "past"), (running, "running")], "")
    rows["state"] = np.where(state == "", np.nan, state)
    for flag in ("derived", "assumed"):
        rows[flag] = pd.array(rows[flag], dtype="boolean").to_numpy("float64", na_value=np.nan)
    return shaped(PLAN_CONTINUITY, rows, "period_start_precision", "period_end_precision")
