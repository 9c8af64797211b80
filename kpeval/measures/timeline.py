"""How far along is the time, and which activities run when, late or together?

Days are inclusive at both ends and the day of `as_of` counts as passed (see tests/worked_examples/timeline.csv).
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.results import ACTIVITY_TIMELINE, OUTPUT_DELIVERY, OVERLAPS, PROJECT_PERIOD, shaped
from kpeval.schema import ACTIVITIES, OUTPUTS, PROJECTS
from kpeval.timespan import as_day, days_between, elapsed_share, months_between
from kpeval.values import picked, places, take


def project_period(projects: pd.DataFrame, *, as_of: str | date) -> pd.DataFrame:
    """How long does each project last, and how much of that had passed on the day?

    days = end - start + 1; elapsed = (as_of - start + 1) / days, 0 before the start and 1 after the end;
    months = whole months where start is a first and end a last day of a month, else days / 30.4375.

    One row is a project. Columns: project_id, start, end, days, months, days_elapsed, elapsed, start_precision,
    end_precision. A period stated in months runs from the first day of the first to the last day of the last month
    (Ústí: March 2006 to June 2007, 487 days, 16 months). Missing start or end: all but the days missing.
    """
    rows = take(PROJECTS, projects, "start end")
    rows["days"] = days_between(rows["start"], rows["end"])
    rows["months"] = months_between(rows["start"], rows["end"])
    rows["elapsed"] = elapsed_share(rows["start"], rows["end"], as_day(as_of))
    rows["days_elapsed"] = (rows["elapsed"] * rows["days"].astype("float64")).round().astype("Int64")
    return shaped(PROJECT_PERIOD, rows.sort_values("project_id", ignore_index=True), "start_precision", "end_precision")


def activity_timeline(
    activities: pd.DataFrame, projects: pd.DataFrame | None = None, *, as_of: str | date
) -> pd.DataFrame:
    """Where does each activity stand on the day, against its plan?

    days_planned = planned_end - planned_start + 1; elapsed = (as_of - planned_start + 1) / days_planned, 0 before the
    start and 1 after the end. status, from what was recorded by the day: cancelled; finished (an actual end);
    under_way (an actual start); not_started; no_record where the start is due and nothing is recorded, for then no
    day late can be claimed. An actual day after `as_of`, or in a row recorded after it, is not known yet.
    days_late_start = actual - planned start (below 0: early), or the days so far where it is recorded as not started;
    days_late_end = actual - planned end, or the days so far where it still runs past its end; else, and
    where it was cancelled, missing.
    outside_project: the planned period does not lie within the project's. project_elapsed: time elapsed of the
    project, or of the span of its activities where no `projects` is given.

    One row is an activity. Columns: project_id, activity_id, title, planned_start, planned_end, actual_start,
    actual_end, days_planned, elapsed, status, days_late_start, days_late_end, outside_project, project_elapsed and
    the four precisions; rows by project, planned start and activity. Raises DataError for a repeated activity.
    """
    now = as_day(as_of)
    names = "activity_id title? planned_start planned_end actual_start actual_end status recorded_on"
    rows = take(ACTIVITIES, activities, names)
    known = ~(rows["recorded_on"] > now)
    later = (rows["actual_start"] > now) | (rows["actual_end"] > now)
    for name in ("actual_start", "actual_end"):
        seen = known & (rows[name] <= now)
        rows[name] = rows[name].where(seen)
        rows[f"{name}_precision"] = rows[f"{name}_precision"].where(seen)
    # A word without a day of its own belongs to the row's actual days: while one of them lies ahead, so does the word.
    recorded = rows["status"].where(known & (~later | rows["recorded_on"].notna()), "").fillna("")
    rows["status"] = _status(rows, recorded, now)
    rows["days_planned"] = days_between(rows["planned_start"], rows["planned_end"])
    rows["elapsed"] = elapsed_share(rows["planned_start"], rows["planned_end"], now)
    waits = rows["status"].eq("not_started") & (rows["planned_start"] < now)
    late_start = rows["actual_start"].where(~waits, now) - rows["planned_start"]
    runs_over = rows["status"].isin(["under_way", "not_started"]) & (rows["planned_end"] < now)
    late_end = rows["actual_end"].where(~runs_over, now) - rows["planned_end"].where(rows["status"] != "cancelled")
    rows["days_late_start"] = late_start.dt.days.astype("Int64")
    rows["days_late_end"] = late_end.dt.days.astype("Int64")
    rows = _against_project(rows, projects, now)
    precisions = [str(name) for name in rows.columns if str(name).endswith("_precision")]
    ordered = rows.sort_values(["project_id", "planned_start", "activity_id"], ignore_index=True)
    timeline = shaped(ACTIVITY_TIMELINE, ordered, *precisions)
    timeline.attrs["as_of"] = f"{now:%Y-%m-%d}"  # for the chart's line; no measure reads it
    return timeline


def overlaps(activities: pd.DataFrame) -> pd.DataFrame:
    """How many planned days do two activities of a project have in common?

    days = max(0, earlier end - later start + 1); missing where a planned day is missing.

    One row is a pair of activities of one project, each pair once (activity_a before activity_b in the alphabet).
    Columns: project_id, activity_a, activity_b, days. Worked example: Ostrava's KA2 and KA3 run 214 days side by side.
    """
    rows = take(ACTIVITIES, activities, "activity_id planned_start planned_end")
    pairs = rows.merge(rows, on="project_id", suffixes=("_a", "_b"))
    pairs = pairs[pairs["activity_id_a"] < pairs["activity_id_b"]]
    first = np.maximum(pairs["planned_start_a"].to_numpy(), pairs["planned_start_b"].to_numpy())  # missing stays
    last = np.minimum(pairs["planned_end_a"].to_numpy(), pairs["planned_end_b"].to_numpy())
    pairs["days"] = days_between(pd.Series(first), pd.Series(last)).clip(lower=0).array
    pairs = pairs.rename(columns={"activity_id_a": "activity_a", "activity_id_b": "activity_b"})
    return shaped(OVERLAPS, pairs.sort_values(["project_id", "activity_a", "activity_b"], ignore_index=True))


def output_delivery(outputs: pd.DataFrame, *, as_of: str | date) -> pd.DataFrame:
    """Which planned outputs were delivered by the day, and how late?

    status: delivered (all of the planned quantity, or any where none is planned); partly; no_record where the due day
    has passed and nothing is recorded ("due, nothing recorded" is not "failed"); not_due; no_due where no day is
    stated.
    days_late = delivered_on - due (below 0: early), missing where either is.

    One row is an output. Columns: project_id, output_id, activity_id, title, planned_quantity, due,
    delivered_quantity, delivered_on, evidence, status, days_late; rows by project, activity and output. A delivery
    dated or recorded after `as_of` is not known yet; one without a day is known once recorded, or due. A quantity of 0
    and mere words of evidence are no delivery. Raises DataError for a repeated output. Rules:
    METHOD.md O1 to O3.
    """
    now = as_day(as_of)
    names = "output_id activity_id title? planned_quantity due delivered_quantity delivered_on evidence recorded_on"
    rows = take(OUTPUTS, outputs, names)
    dated = (rows["delivered_on"] <= now) & ~(rows["delivered_quantity"] <= 0)
    # A quantity without a day is known from the day it was recorded, else from the day it was due.
    since = rows["recorded_on"].fillna(rows["due"])
    undated = rows["delivered_on"].isna() & (rows["delivered_quantity"] > 0) & ~(since > now)
    known = (dated | undated) & ~(rows["recorded_on"] > now)
    for name in ("delivered_on", "delivered_quantity", "evidence"):
        rows[name] = rows[name].where(known)
    short = rows["delivered_quantity"].fillna(1) < rows["planned_quantity"].fillna(0)
    choice = [
        (known & ~short, "delivered"),
        (known, "partly"),
        (rows["due"].isna(), "no_due"),
        (rows["due"] > now, "not_due"),
    ]
    status = np.select([case for case, _ in choice], [word for _, word in choice], "no_record")
    rows["status"] = pd.Series(status, index=rows.index, dtype="str")
    rows["days_late"] = (rows["delivered_on"] - rows["due"]).dt.days.astype("Int64")
    return shaped(OUTPUT_DELIVERY, rows.sort_values(["project_id", "activity_id", "output_id"], ignore_index=True))


def _status(rows: pd.DataFrame, recorded: pd.Series[str], now: pd.Timestamp) -> pd.Series[str]:
    choice = [
        (recorded == "cancelled", "cancelled"),
        (rows["actual_end"].notna() | recorded.eq("finished"), "finished"),
        (rows["actual_start"].notna(), "under_way"),
        (recorded.ne(""), ""),
        (rows["planned_start"] > now, "not_started"),
    ]
    status = np.select([case for case, _ in choice], [word for _, word in choice], "no_record")
    said = pd.Series(status, index=rows.index, dtype="str")
    return said.where(said.ne(""), recorded)


def _against_project(rows: pd.DataFrame, projects: pd.DataFrame | None, now: pd.Timestamp) -> pd.DataFrame:
    if projects is None:
        spans = rows.groupby("project_id")
        start = spans["planned_start"].transform("min")
        end = spans["planned_end"].transform("max")
        rows["outside_project"] = pd.Series(pd.NA, index=rows.index, dtype="boolean")
    else:
        owners = take(PROJECTS, projects, "start end")
        owner = places(rows, owners, ["project_id"])
        start, end = picked(owners["start"], owner), picked(owners["end"], owner)
        outside = (rows["planned_start"] < start) | (rows["planned_end"] > end)
        complete = start.notna() & end.notna() & rows["planned_start"].notna() & rows["planned_end"].notna()
        rows["outside_project"] = outside.astype("boolean").where(outside | complete)
    rows["project_elapsed"] = elapsed_share(start, end, now)
    return rows
