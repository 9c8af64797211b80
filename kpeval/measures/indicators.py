"""How far has each indicator come, by what was known on the day?

Two percentages, never mixed up: `of_target` = actual / target (what Czech funders call plnění) and `fulfilment` =
the share of the way from baseline to target. They are equal only where the baseline is 0.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval import accumulation
from kpeval import targets as targeted
from kpeval.results import INDICATOR_COURSE, INDICATOR_FULFILMENT
from kpeval.rows import (
    Cells,
    Days,
    Numbers,
    Places,
    Rows,
    chosen,
    last_of,
    newest,
    ordered,
    paired,
    picked,
    positive,
    worded,
)
from kpeval.shapes import shaped
from kpeval.timespan import as_day64

BANDS = {"far_behind": -0.25, "behind": -0.10, "on_track": 0.10}  # fulfilment minus expected, METHOD.md I5
OVERACHIEVED = 1.2
FUZZ = 1e-9  # what binary fractions may add to a figure that lies on the edge of a band


def indicator_fulfilment(
    indicators: pd.DataFrame,
    targets: pd.DataFrame,
    measurements: pd.DataFrame,
    projects: pd.DataFrame | None = None,
    *,
    as_of: str | date,
) -> pd.DataFrame:
    """How far has each indicator come from its baseline to its target, and is that enough by the day?

    of_target = actual / target; fulfilment = (actual - baseline) / (target - baseline), which may pass 1 or fall below
    0; gap = target - actual (actual - target where a decrease is wanted; the distance outside the band for maintain);
    expected = the fulfilment due by the day on the line from baseline through the milestones to the target.

    One row is an indicator. Columns: project_id, indicator_id, code, name, unit, direction, accumulation, scale,
    baseline, assumed, target, original_target, due, actual, measured_on, of_target, fulfilment, gap, expected,
    status, reason; values in the indicator's unit, shares as fractions; rows by project and indicator.

    - Known by the day: what was measured on or before `as_of` and recorded on or before it (blank: recorded on the day
      it is about). A value recorded again for the same day replaces the earlier one. Rows of a breakdown never enter.
    - actual by accumulation: latest (also where blank): the last day's value; sum; max; ratio: sum of numerators over
      sum of denominators; persons: each person_id once, else the latest count reported.
    - target and due: the last due day among the targets in force; of several revisions of one due day the one with
      the latest `effective_on` by the day; a revision without a target withdraws it. Earlier due days are milestones.
    - A baseline that is not given is assumed 0 for counts that rise (`assumed`), and leaves fulfilment missing for
      rates (scale rate, accumulation ratio, or a unit such as %) and where a decrease is wanted.
    - Target zero: met (1.0) or not (0.0) for decrease and maintain, missing for increase. Target below zero: of_target
      missing. Target equal to baseline: fulfilment only for maintain, 1.0 within the tolerance, else 0.0.
    - status before the due day: not_due (nothing measured, or nothing to compare with), achieved, or far_behind,
      behind, on_track, ahead by fulfilment - expected at -0.25, -0.10, +0.10; from the due day: missing, not_achieved,
      achieved, overachieved (fulfilment above 1.2). `reason` says why a figure is missing.

    Raises DataError for a repeated key. Rules: METHOD.md I0 to I8.
    """
    now = as_day64(as_of)
    rows = targeted.described(indicators, now)
    known = targeted.known(rows, targets, now)
    goals = targeted.in_force(known)
    count = len(rows["indicator_id"])
    rows["original_target"] = targeted.original(known, count)
    targeted.set_out(rows, goals, now)
    values = accumulation.known(rows, measurements, now)
    rows["actual"] = accumulation.accumulated(values, accumulation.kinds(rows))
    rows["measured_on"] = picked(values["measured_on"], last_of(values["indicator"], count))
    _compare(rows)
    planned = targeted.planned(rows, goals, targeted.starts(rows, projects, now), now)
    # As a share of the way, like an actual value; what is to be maintained is expected whole.
    whole = np.where(np.isnat(rows["due"]), np.nan, 1.0)
    rows["expected"] = np.where(rows["maintain"], whole, (planned - rows["baseline"]) / _way(rows))
    rows["status"], rows["reason"] = _status(rows, now)
    return shaped(INDICATOR_FULFILMENT, rows)


def indicator_course(
    indicators: pd.DataFrame,
    targets: pd.DataFrame,
    measurements: pd.DataFrame,
    projects: pd.DataFrame | None = None,
    *,
    as_of: str | date,
) -> pd.DataFrame:
    """How did each indicator move over time, against the way to its target and the targets in force?

    actual = the value accumulated up to the day, as in `indicator_fulfilment`; planned = the value on the line from
    the baseline through the milestones to the target, as known on `as_of` (what is to be maintained: the target);
    target = the final target that was in force on the day, so that it moves where a revision came into force.

    One row is an indicator on a day on which something about it moves: its start, a measurement, a due day (also one
    still to come), the day a target came into force, and `as_of`. Columns: project_id, indicator_id, code, name, unit,
    accumulation, day, measured (whether a value was measured on that very day), actual, planned, target, tolerance (of
    that target); values in the indicator's unit; rows by project, indicator and day.

    - Only what was known on `as_of` enters. actual is missing before the first measurement and after `as_of`; on
      `as_of` actual and target are those of `indicator_fulfilment`, and planned is where its `expected` stands.
    - A value or target that changed its mind (recorded again) shows as last recorded; a revision of a target shows as
      a step, for it is in force from a day of its own.
    - planned is missing without a baseline, a due day or a start; target while none is in force. Days on which all
      three are missing are left out, and so is an indicator of which nothing is known.

    Raises DataError for a repeated key. Rule: METHOD.md I9.
    """
    now = as_day64(as_of)
    rows = targeted.described(indicators, now)
    known = targeted.known(rows, targets, now)
    goals = targeted.in_force(known)
    targeted.set_out(rows, goals, now)
    start = targeted.starts(rows, projects, now)
    values = accumulation.known(rows, measurements, now)
    days = _days(len(start), start, now, values, goals, known)
    owner, day = days["indicator"], days["day"]
    out = chosen(rows, owner) | {"day": day}
    which, value = paired(owner, values["indicator"])
    by_then = values["measured_on"][value] <= day[which]
    actual = accumulation.accumulated(_of(values, value[by_then], which[by_then]), accumulation.kinds(out))
    out["actual"] = np.where(day <= now, actual, np.nan)
    that_day = which[values["measured_on"][value] == day[which]]
    out["measured"] = np.bincount(that_day, minlength=len(owner)) > 0
    which, goal = paired(owner, goals["indicator"])
    out["planned"] = targeted.planned(out, _of(goals, goal, which), start[owner], day)
    which, step = paired(owner, known["indicator"])
    by_then = ~(known["effective_on"][step] > day[which])
    standing = targeted.in_force(_of(known, step[by_then], which[by_then]))
    out.update(targeted.final(standing, len(owner)) | {"due": out["due"]})
    told = [~np.isnan(out[name]) for name in ("actual", "planned", "target")]
    return shaped(INDICATOR_COURSE, chosen(out, told[0] | told[1] | told[2]))


def _days(count: int, start: Days, now: np.datetime64, values: Rows, goals: Rows, known: Rows) -> Rows:
    """The days on which something about an indicator moves, each once, indicator by indicator."""
    every = np.arange(count)
    found = {
        "indicator": np.concatenate([every, every, values["indicator"], goals["indicator"], known["indicator"]]),
        "day": np.concatenate([start, np.full(count, now), values["measured_on"], goals["due"], known["effective_on"]]),
    }
    found = chosen(found, ~np.isnat(found["day"]))
    return ordered(chosen(found, newest(found["indicator"], found["day"])), ["indicator", "day"])


def _of(rows: Rows, which: Places, group: Places) -> Rows:
    """These rows, each counted to the group that it is looked at for."""
    return chosen(rows, which) | {"indicator": group}


def _compare(rows: Rows) -> None:
    """Adds of_target, fulfilment and gap."""
    target, actual, tolerance = rows["target"], rows["actual"], np.nan_to_num(rows["tolerance"], nan=0)
    baseline, falls, maintain = rows["baseline"], rows["falls"], rows["maintain"]
    met = np.where(falls, actual <= 0, np.abs(actual) <= tolerance + FUZZ)
    met_at_zero = np.where(falls | maintain, met, np.nan)
    rows["of_target"] = np.where((target == 0) & ~np.isnan(actual), met_at_zero, actual / positive(target))
    outside = np.maximum(np.abs(actual - target) - tolerance, 0)
    kept = np.where(np.isnan(outside), np.nan, outside <= FUZZ)
    rows["fulfilment"] = np.where(maintain, kept, (actual - baseline) / _way(rows))
    rows["gap"] = np.where(maintain, outside, np.where(falls, actual - target, target - actual))


def _way(rows: Rows) -> Numbers:
    """From the baseline to the target; missing where there is none to go."""
    way = rows["target"] - rows["baseline"]
    return np.where(way == 0, np.nan, way)


def _status(rows: Rows, now: np.datetime64) -> tuple[Cells, Cells]:
    no_actual, fulfilment, baseline = np.isnan(rows["actual"]), rows["fulfilment"], rows["baseline"]
    qualitative, no_target, maintain = rows["scale"] == "qualitative", np.isnan(rows["target"]), rows["maintain"]
    due = rows["due"] <= now
    ahead = fulfilment - rows["expected"]
    reached = (fulfilment >= 1 - FUZZ) | (np.isnan(fulfilment) & (rows["gap"] <= FUZZ))
    choice = [
        (qualitative, "qualitative"),
        (no_target, "no_target"),
        (due & no_actual, "missing"),
        (due & (fulfilment > OVERACHIEVED + FUZZ), "overachieved"),
        (due & reached, "achieved"),
        (due, "not_achieved"),
        (no_actual | np.isnan(ahead), "not_due"),
        (fulfilment >= 1 - FUZZ, "achieved"),
        (ahead < BANDS["far_behind"] - FUZZ, "far_behind"),
        (ahead < BANDS["behind"] - FUZZ, "behind"),
        (ahead <= BANDS["on_track"] + FUZZ, "on_track"),
    ]
    why = [
        (qualitative, "qualitative"),
        (no_target, "no_target"),
        (no_actual & ~np.isnat(rows["measured_on"]), "zero_denominator"),
        (no_actual & due, "missing"),
        (no_actual, "not_due"),
        (np.isnan(rows["of_target"]) & (rows["target"] == 0), "target_zero"),
        ((baseline == rows["target"]) & ~maintain, "target_equals_baseline"),
        (np.isnan(baseline) & ~maintain, "no_baseline"),
        (~due & np.isnat(rows["due"]), "no_due"),
        (~due & np.isnan(rows["expected"]), "no_start"),
    ]
    reason = worded(why, "")
    return worded(choice, "ahead"), np.where(reason == "", np.nan, reason)
