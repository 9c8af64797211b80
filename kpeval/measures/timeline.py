"""How far along is the time, and which activities run when, late or together?

Days are inclusive at both ends and the day of `as_of` counts as passed (see tests/worked_examples/timeline.csv).
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.deliveries import NO_DAY, judge, seen
from kpeval.results import ACTIVITY_TIMELINE, OUTPUT_DELIVERY, OVERLAPS, PROJECT_PERIOD
from kpeval.rows import Cells, Rows, numbered, ordered, paired, picked, places, worded
from kpeval.schema import ACTIVITIES, OUTPUTS, PROJECTS
from kpeval.shapes import shaped
from kpeval.timespan import as_day64, days_between, elapsed_share, months_between, span_days
from kpeval.values import arrays


def project_period(projects: pd.DataFrame, *, as_of: str | date) -> pd.DataFrame:
    """How long does each project last, and how much of that had passed on the day?

    days = end - start + 1; elapsed = (as_of - start + 1) / days, 0 before the start and 1 after the end;
    months = whole months where start is a first and end a last day of a month, else days / 30.4375.

    One row is a project. Columns: project_id, start, end, days, months, days_elapsed, elapsed, start_precision,
    end_precision. A period stated in months runs from the first day of the first to the last day of the last month
    (Ústí: March 2006 to June 2007, 487 days, 16 months). Missing start or end: all but the days missing.
    """
    rows = ordered(arrays(PROJECTS, projects, "start end"), ["project_id"])
    rows["days"] = days_between(rows["start"], rows["end"])
    rows["months"] = months_between(rows["start"], rows["end"])
    rows["elapsed"] = elapsed_share(rows["start"], rows["end"], as_day64(as_of))
    rows["days_elapsed"] = np.rint(rows["elapsed"] * rows["days"])
    return shaped(PROJECT_PERIOD, rows, "start_precision", "end_precision")


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
    actual_end, days_planned, days_elapsed (of these), elapsed, status, days_late_start, days_late_end,
    outside_project, project_elapsed and the four precisions; rows by project, planned start and activity. Raises
    DataError for a repeated activity.
    """
    now = as_day64(as_of)
    names = "activity_id title? planned_start planned_end actual_start actual_end status recorded_on"
    rows = ordered(arrays(ACTIVITIES, activities, names), ["project_id", "planned_start", "activity_id"])
    known = ~(rows["recorded_on"] > now)
    later = (rows["actual_start"] > now) | (rows["actual_end"] > now)
    for name in ("actual_start", "actual_end"):
        seen = known & (rows[name] <= now)
        rows[name] = np.where(seen, rows[name], NO_DAY)
        rows[f"{name}_precision"] = np.where(seen, rows[f"{name}_precision"], np.nan)
    # A word without a day of its own belongs to the row's actual days: while one of them lies ahead, so does the word.
    said = known & (~later | ~np.isnat(rows["recorded_on"])) & ~pd.isna(rows["status"])
    rows["status"] = status = _status(rows, np.where(said, rows["status"], ""), now)
    rows["days_planned"] = days_between(rows["planned_start"], rows["planned_end"])
    rows["elapsed"] = elapsed_share(rows["planned_start"], rows["planned_end"], now)
    rows["days_elapsed"] = np.rint(rows["elapsed"] * rows["days_planned"])
    waits, runs = status == "not_started", status == "under_way"
    started = np.where(waits & (rows["planned_start"] < now), now, rows["actual_start"])
    ended = np.where((waits | runs) & (rows["planned_end"] < now), now, rows["actual_end"])
    rows["days_late_start"] = span_days(started - rows["planned_start"])
    rows["days_late_end"] = np.where(status == "cancelled", np.nan, span_days(ended - rows["planned_end"]))
    _against_project(rows, projects, now)
    timeline = shaped(ACTIVITY_TIMELINE, rows, *(name for name in rows if name.endswith("_precision")))
    timeline.attrs["as_of"] = str(now.astype("datetime64[D]"))  # for the chart's line; no measure reads it
    return timeline


def overlaps(activities: pd.DataFrame) -> pd.DataFrame:
    """How many planned days do two activities of a project have in common?

    days = max(0, earlier end - later start + 1); missing where a planned day is missing.

    One row is a pair of activities of one project, each pair once (activity_a before activity_b in the alphabet).
    Columns: project_id, activity_a, activity_b, days. Worked example: Ostrava's KA2 and KA3 run 214 days side by side.
    """
    names = "activity_id planned_start planned_end"
    rows = ordered(arrays(ACTIVITIES, activities, names), ["project_id", "activity_id"])
    project = numbered(rows["project_id"])
    a, b = paired(project, project)
    a, b = a[a < b], b[a < b]  # rows stand in the order of the alphabet
    first = np.maximum(rows["planned_start"][a], rows["planned_start"][b])  # missing stays
    last = np.minimum(rows["planned_end"][a], rows["planned_end"][b])
    pairs = {"project_id": rows["project_id"][a], "days": np.maximum(days_between(first, last), 0)}
    return shaped(OVERLAPS, pairs | {"activity_a": rows["activity_id"][a], "activity_b": rows["activity_id"][b]})


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
    now = as_day64(as_of)
    names = "output_id activity_id title? planned_quantity due delivered_quantity delivered_on evidence recorded_on"
    rows = ordered(arrays(OUTPUTS, outputs, names), ["project_id", "activity_id", "output_id"])
    judge(rows, seen(rows, now), rows["due"], now)
    rows["days_late"] = span_days(rows["delivered_on"] - rows["due"])
    return shaped(OUTPUT_DELIVERY, rows)


def _status(rows: Rows, recorded: Cells, now: np.datetime64) -> Cells:
    choice = [
        (recorded == "cancelled", "cancelled"),
        (~np.isnat(rows["actual_end"]) | (recorded == "finished"), "finished"),
        (~np.isnat(rows["actual_start"]), "under_way"),
        (recorded != "", ""),
        (rows["planned_start"] > now, "not_started"),
    ]
    status = worded(choice, "no_record")
    return np.where(status == "", recorded, status)


def _against_project(rows: Rows, projects: pd.DataFrame | None, now: np.datetime64) -> None:
    """Adds outside_project and project_elapsed."""
    first, last = rows["planned_start"], rows["planned_end"]
    if projects is None:
        project = numbered(rows["project_id"])
        starts, ends = np.full((2, project.max(initial=-1) + 1), NO_DAY)
        np.fmin.at(starts, project, first)
        np.fmax.at(ends, project, last)
        start, end = starts[project], ends[project]
        outside, complete = np.zeros((2, len(project)), dtype=bool)
    else:
        owners = arrays(PROJECTS, projects, "start end")
        owner = places(rows, owners, ["project_id"])
        start, end = picked(owners["start"], owner), picked(owners["end"], owner)
        outside = (first < start) | (last > end)
        complete = ~(np.isnat(start) | np.isnat(end) | np.isnat(first) | np.isnat(last))
    rows["outside_project"] = np.where(outside | complete, outside, np.nan)
    rows["project_elapsed"] = elapsed_share(start, end, now)
