"""How far has each indicator come, by what was known on the day?

Two percentages, never mixed up: `of_target` = actual / target (what Czech funders call plnění) and `fulfilment` =
the share of the way from baseline to target. They are equal only where the baseline is 0.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.accumulation import KEY, is_rate, known_by, reached, values_of
from kpeval.results import INDICATOR_FULFILMENT, shaped
from kpeval.rows import (
    Cells,
    Days,
    Numbers,
    Rows,
    chosen,
    last_of,
    newest,
    ordered,
    picked,
    places,
    positive,
    worded,
)
from kpeval.schema import INDICATORS, PROJECTS, TARGETS
from kpeval.timespan import ONE_DAY, as_day64, span_days
from kpeval.values import arrays

BANDS = {"far_behind": -0.25, "behind": -0.10, "on_track": 0.10}  # fulfilment minus expected, METHOD.md I5
OVERACHIEVED = 1.2
FUZZ = 1e-9  # what binary fractions may add to a figure that lies on the edge of a band
FROM_THE_START = pd.Timestamp.min.as_unit("us").to_datetime64()  # before every day that is stated


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
    names = "indicator_id code name? unit direction accumulation scale baseline baseline_on recorded_on"
    rows = arrays(INDICATORS, indicators, names)
    rows = ordered(chosen(rows, ~(rows["recorded_on"] > now)), KEY)
    known = _known_targets(rows, targets, now)
    goals = _in_force(known)
    count = len(rows["indicator_id"])
    rows["original_target"] = _original(known, count)
    final = _undated_last(goals)
    last = last_of(final["indicator"], count)
    for name in ("target", "tolerance", "due"):
        rows[name] = picked(final[name], last)
    rows["actual"], rows["measured_on"] = _actual(rows, measurements, now)
    _compare(rows, now)
    rows["expected"] = _expected(rows, goals, _starts(rows, projects, now), now)
    rows["status"], rows["reason"] = _status(rows, now)
    return shaped(INDICATOR_FULFILMENT, rows)


def _known_targets(rows: Rows, targets: pd.DataFrame, now: np.datetime64) -> Rows:
    """The targets and revisions known on the day, those of one due day in the order in which they came into force."""
    known = arrays(TARGETS, targets, "indicator_id due target tolerance effective_on recorded_on")
    known["indicator"] = places(known, rows, KEY)
    then = ~(known["effective_on"] > now) & ~(known["recorded_on"] > now) & (known["indicator"] >= 0)
    return ordered(chosen(known, then), ["indicator", "due", "effective_on"], missing_first=True)


def _in_force(known: Rows) -> Rows:
    """One target for each due day: the last revision, unless it withdraws the target."""
    return chosen(known, newest(known["indicator"], known["due"]) & ~np.isnan(known["target"]))


def _undated_last(goals: Rows) -> Rows:
    """The targets, each indicator's in the order in which they are due; one without a due day is the final one."""
    return ordered(goals, ["indicator", "due"])


def _original(known: Rows, count: int) -> Numbers:
    """The target that was in force from the start, for the last due day it was given for."""
    # Blank means from the start: it sorts before every day, also before the first revision.
    since = np.where(np.isnat(known["effective_on"]), FROM_THE_START, known["effective_on"])
    earliest = np.full(count, np.datetime64("NaT", "us"))
    np.fmin.at(earliest, known["indicator"], since)
    from_start = since == earliest[known["indicator"]]
    first = _undated_last(chosen(known, from_start & ~np.isnan(known["target"])))
    original: Numbers = picked(first["target"], last_of(first["indicator"], count))
    return original


def _actual(rows: Rows, measurements: pd.DataFrame, now: np.datetime64) -> tuple[Numbers, Days]:
    """What each indicator had reached by the day, by its accumulation, and the last day that entered."""
    values = values_of(rows, measurements)
    values = chosen(values, known_by(values, now) & pd.isna(values["dimension"]))  # those of a breakdown never enter
    found = reached(values, values["indicator"], len(rows["indicator_id"]))
    return found["actual"], found["measured_on"]


def _compare(rows: Rows, now: np.datetime64) -> None:
    """Adds of_target, fulfilment and gap, with the baseline that was used and whether it was assumed."""
    target, actual, tolerance = rows["target"], rows["actual"], np.nan_to_num(rows["tolerance"], nan=0)
    given = np.where(rows["baseline_on"] > now, np.nan, rows["baseline"])
    falls = (rows["direction"] == "decrease") | (pd.isna(rows["direction"]) & (target < given))
    rows["maintain"] = maintain = rows["direction"] == "maintain"
    rate = (rows["scale"] == "rate") | (rows["accumulation"] == "ratio") | is_rate(rows["unit"])
    rows["assumed"] = np.isnan(given) & ~rate & ~falls & ~maintain & ~np.isnan(target)
    rows["baseline"] = baseline = np.where(rows["assumed"], 0.0, given)
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


def _starts(rows: Rows, projects: pd.DataFrame | None, now: np.datetime64) -> Days:
    """The day at whose end progress starts from the baseline: the baseline's own, else the eve of the project's start.

    The eve, because the first day of the project counts as passed on that day, as in `elapsed`.
    """
    measured = rows["baseline_on"]
    if projects is None:
        return np.where(measured <= now, measured, np.datetime64("NaT", "us"))
    owners = arrays(PROJECTS, projects, "start")
    start = picked(owners["start"], places(rows, owners, ["project_id"]))
    return np.where(measured <= now, measured, start - ONE_DAY)


def _expected(rows: Rows, goals: Rows, start: Days, now: np.datetime64) -> Numbers:
    """The fulfilment due by the day: on the line from (start, baseline) through the milestones to (due, target).

    `rows`: an indicator each, with baseline, target, due, scale, maintain; `goals`: the targets in force. The value on
    the line is turned into fulfilment like an actual value. Before the start it is that of the baseline, from the last
    due day on 1. On the scale `step` nothing is expected between milestones: the last one passed counts. What is to be
    maintained is expected whole at all times. Missing without a start (unless a milestone has passed), a due day,
    a baseline, or where target equals baseline.
    """
    count, baseline = len(rows["target"]), rows["baseline"]
    passed, coming = chosen(goals, goals["due"] <= now), chosen(goals, np.flatnonzero(goals["due"] > now)[::-1])
    last, after = last_of(passed["indicator"], count), last_of(coming["indicator"], count)
    last_target, next_due = picked(passed["target"], last), picked(coming["due"], after)
    from_day = np.where(last < 0, start, picked(passed["due"], last))
    from_value = np.where(last < 0, baseline, last_target)
    waits = (now < from_day) | (rows["scale"] == "step")
    part = np.where(waits, 0.0, span_days(now - from_day) / positive(span_days(next_due - from_day)))
    part = np.where(np.isnat(from_day) & (rows["scale"] != "step"), np.nan, part)
    value = from_value + part * (picked(coming["target"], after) - from_value)
    value = np.where(after < 0, last_target, value)
    expected = np.where(rows["maintain"], 1.0, (value - baseline) / _way(rows))
    return np.where(np.isnat(rows["due"]), np.nan, expected)


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
