"""How far has each indicator come, by what was known on the day?

Two percentages, never mixed up: `of_target` = actual / target (what Czech funders call plnění) and `fulfilment` =
the share of the way from baseline to target. They are equal only where the baseline is 0.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpeval.faults import DataError, Fault
from kpeval.results import INDICATOR_FULFILMENT, shaped
from kpeval.schema import INDICATORS, MEASUREMENTS, PROJECTS, RATE_UNIT, TARGETS
from kpeval.timespan import DAY, as_day
from kpeval.values import picked, places, take

KEY = ["project_id", "indicator_id"]
BANDS = {
    "far_behind": -0.25,
    "behind": -0.10,
    "on_track": 0.10,
}  # fulfilment minus expected, METHOD.md I5
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
    now = as_day(as_of)
    rows = take(
        INDICATORS,
        indicators,
        "indicator_id code name? unit direction accumulation scale baseline baseline_on recorded_on",
    )
    rows = rows[~(rows["recorded_on"] > now)].reset_index(drop=True)
    known = _known_targets(rows, targets, now)
    goals = _in_force(known)
    rows["original_target"] = _original(known, len(rows))
    final = _undated_last(goals)
    last = _last(final["indicator"], len(rows))
    for name in ("target", "tolerance", "due"):
        rows[name] = picked(final[name], last)
    rows["actual"], rows["measured_on"] = _actual(rows, measurements, now)
    rows = _compared(rows, now)
    rows["expected"] = _expected(rows, goals, _starts(rows, projects, now), now)
    rows["status"], rows["reason"] = _status(rows, now)
    return shaped(INDICATOR_FULFILMENT, rows.sort_values(KEY, ignore_index=True))


def _last(indicators: pd.Series[int], count: int) -> NDArray[np.intp]:
    """Of `count` indicators the last row, counted from 0, that is about each; -1 where none is."""
    last = np.full(count, -1)
    last[indicators] = np.arange(len(indicators))  # of several the last one stays
    return last


def _known_targets(rows: pd.DataFrame, targets: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """The targets and revisions known on the day, those of one due day in the order in which they came into force."""
    known = take(TARGETS, targets, "indicator_id due target tolerance effective_on recorded_on")
    known["indicator"] = places(known, rows, KEY)
    known = known[~(known["effective_on"] > now) & ~(known["recorded_on"] > now) & (known["indicator"] >= 0)]
    return known.sort_values(["indicator", "due", "effective_on"], na_position="first", ignore_index=True)


def _in_force(known: pd.DataFrame) -> pd.DataFrame:
    """One target for each due day: the last revision, unless it withdraws the target."""
    return known[~known.duplicated(["indicator", "due"], keep="last") & known["target"].notna()]


def _undated_last(goals: pd.DataFrame) -> pd.DataFrame:
    """The targets, each indicator's in the order in which they are due; one without a due day is the final one."""
    return goals.sort_values(["indicator", "due"], na_position="last")


def _original(known: pd.DataFrame, count: int) -> pd.Series[float]:
    """The target that was in force from the start, for the last due day it was given for."""
    # Blank means from the start: it sorts before every day, also before the first revision.
    since = known["effective_on"].fillna(pd.Timestamp.min.as_unit("us"))
    from_start = since == since.groupby(known["indicator"]).transform("min")
    first = _undated_last(known[from_start & known["target"].notna()])
    return picked(first["target"], _last(first["indicator"], count))


def _actual(
    rows: pd.DataFrame, measurements: pd.DataFrame, now: pd.Timestamp
) -> tuple[pd.Series[float], pd.Series[pd.Timestamp]]:
    """What each indicator had reached by the day, by its accumulation, and the last day that entered."""
    names = "indicator_id measured_on actual numerator denominator dimension category person_id recorded_on"
    values = take(MEASUREMENTS, measurements, names)
    values["indicator"] = places(values, rows, KEY)
    known = (values["measured_on"] <= now) & ~(values["recorded_on"] > now) & (values["indicator"] >= 0)
    values = values[known & values["dimension"].isna()]
    values = values.sort_values(["indicator", "measured_on", "recorded_on"], na_position="first")
    values = values[~values.duplicated(["indicator", "measured_on", "person_id"], keep="last")]
    values["accumulation"] = picked(rows["accumulation"], values["indicator"].to_numpy(), values.index)
    _refuse_parts(values)
    ratio = values["accumulation"].eq("ratio")
    complete = values["numerator"].notna() & values["denominator"].notna()
    values = values[values["actual"].notna().where(~ratio, complete)]
    last = _last(values["indicator"], len(rows))
    actual, how = picked(values["actual"], last), rows["accumulation"].fillna("latest")
    for kind, accumulated in ACCUMULATED.items():
        if how.eq(kind).any():
            actual = actual.mask(how.eq(kind), accumulated(values, actual))
    return actual, picked(values["measured_on"], last)


def _sum(values: pd.DataFrame, latest: pd.Series[float]) -> pd.Series[float]:
    return values.groupby("indicator")["actual"].sum().reindex(latest.index)


def _max(values: pd.DataFrame, latest: pd.Series[float]) -> pd.Series[float]:
    return values.groupby("indicator")["actual"].max().reindex(latest.index)


def _ratio(values: pd.DataFrame, latest: pd.Series[float]) -> pd.Series[float]:
    sums = values.groupby("indicator")[["numerator", "denominator"]].sum().reindex(latest.index)
    return sums["numerator"] / sums["denominator"].where(sums["denominator"] > 0)


def _persons(values: pd.DataFrame, latest: pd.Series[float]) -> pd.Series[float]:
    """How many people were reached, each once; where no value is one person's, the latest count."""
    named = values[values["person_id"].notna()]
    by_name = np.bincount(named["indicator"], minlength=len(latest)) > 0
    once = named[named["actual"] > 0].drop_duplicates(["indicator", "person_id"])["indicator"]
    people = np.bincount(once, minlength=len(latest)).astype("float64")
    return pd.Series(np.where(by_name, people, latest), index=latest.index)


ACCUMULATED = {"sum": _sum, "max": _max, "ratio": _ratio, "persons": _persons}  # all but the latest


def _refuse_parts(values: pd.DataFrame) -> None:
    """DataError for rows that look like values and are parts: nobody said how they add up."""
    elsewhere = values["person_id"].notna() & values["accumulation"].ne("persons").fillna(True)
    faults = []
    for stray, column, message in (
        (elsewhere, "person_id", "stands with a value, and the accumulation is not persons"),
        (values["category"].notna(), "category", "stands without the dimension it belongs to"),
    ):
        names = sorted(set(values.loc[stray, "indicator_id"]))
        faults += [Fault(MEASUREMENTS.file, None, column, f"indicator {name}: a {column} {message}") for name in names]
    if faults:
        raise DataError(faults, "the measurements")


def _compared(rows: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """Adds of_target, fulfilment and gap, with the baseline that was used and whether it was assumed."""
    target, actual = rows["target"], rows["actual"]
    given = rows["baseline"].where(~(rows["baseline_on"] > now))
    falls = rows["direction"].eq("decrease") | (rows["direction"].isna() & (target < given))
    maintain = rows["direction"].eq("maintain")
    rate = rows["scale"].eq("rate") | rows["accumulation"].eq("ratio") | rows["unit"].fillna("").str.match(RATE_UNIT)
    assumed = given.isna() & ~rate & ~falls & ~maintain & target.notna()
    rows["assumed"] = assumed.astype("boolean")
    rows["baseline"] = given.mask(assumed, 0.0)
    zero = target.eq(0) & actual.notna()
    met = actual.le(0).where(falls, actual.abs() <= rows["tolerance"].fillna(0) + FUZZ)
    met_at_zero = met.astype("float64").where(falls | maintain)
    rows["of_target"] = (actual / target.where(target > 0)).mask(zero, met_at_zero)
    outside = ((actual - target).abs() - rows["tolerance"].fillna(0)).clip(lower=0)
    way = target - rows["baseline"]
    kept = (outside <= FUZZ).astype("float64").where(actual.notna() & target.notna())
    rows["fulfilment"] = ((actual - rows["baseline"]) / way.where(way != 0)).mask(maintain, kept)
    rows["gap"] = (target - actual).mask(falls, actual - target).mask(maintain, outside)
    return rows.assign(maintain=maintain)


def _starts(rows: pd.DataFrame, projects: pd.DataFrame | None, now: pd.Timestamp) -> pd.Series[pd.Timestamp]:
    """The day at whose end progress starts from the baseline: the baseline's own, else the eve of the project's start.

    The eve, because the first day of the project counts as passed on that day, as in `elapsed`.
    """
    known = rows["baseline_on"].where(rows["baseline_on"] <= now)
    if projects is None:
        return known
    owners = take(PROJECTS, projects, "start")
    return known.fillna(picked(owners["start"], places(rows, owners, ["project_id"])) - DAY)


def _expected(
    rows: pd.DataFrame, goals: pd.DataFrame, start: pd.Series[pd.Timestamp], now: pd.Timestamp
) -> pd.Series[float]:
    """The fulfilment due by the day: on the line from (start, baseline) through the milestones to (due, target).

    `rows`: an indicator each, with baseline, target, due, scale, maintain; `goals`: the targets in force. The value on
    the line is turned into fulfilment like an actual value. Before the start it is that of the baseline, from the last
    due day on 1. On the scale `step` nothing is expected between milestones: the last one passed counts. What is to be
    maintained is expected whole at all times. Missing without a start (unless a milestone has passed), a due day,
    a baseline, or where target equals baseline.
    """
    passed = goals[goals["due"] <= now]
    coming = goals[goals["due"] > now].iloc[::-1]
    last, after = _last(passed["indicator"], len(rows)), _last(coming["indicator"], len(rows))
    last_target, next_due = picked(passed["target"], last), picked(coming["due"], after)
    from_day = picked(passed["due"], last).fillna(start)
    from_value = last_target.fillna(rows["baseline"])
    part = ((now - from_day) / (next_due - from_day)).where(now >= from_day, 0.0)
    part = part.where(from_day.notna()).mask(rows["scale"].eq("step"), 0.0)
    value = from_value + part * (picked(coming["target"], after) - from_value)
    value = value.mask(next_due.isna(), last_target)
    way = rows["target"] - rows["baseline"]
    expected = (value - rows["baseline"]) / way.where(way != 0)
    return pd.Series(np.where(rows["maintain"], 1.0, expected), index=rows.index).where(rows["due"].notna())


def _status(rows: pd.DataFrame, now: pd.Timestamp) -> tuple[pd.Series[str], pd.Series[str]]:
    no_actual, fulfilment = rows["actual"].isna(), rows["fulfilment"]
    due = rows["due"] <= now
    ahead = fulfilment - rows["expected"]
    reached = (fulfilment >= 1 - FUZZ) | (fulfilment.isna() & (rows["gap"] <= FUZZ))
    choice = [
        (rows["scale"].eq("qualitative"), "qualitative"),
        (rows["target"].isna(), "no_target"),
        (due & no_actual, "missing"),
        (due & (fulfilment > OVERACHIEVED + FUZZ), "overachieved"),
        (due & reached, "achieved"),
        (due, "not_achieved"),
        (no_actual | ahead.isna(), "not_due"),
        (fulfilment >= 1 - FUZZ, "achieved"),
        (ahead < BANDS["far_behind"] - FUZZ, "far_behind"),
        (ahead < BANDS["behind"] - FUZZ, "behind"),
        (ahead <= BANDS["on_track"] + FUZZ, "on_track"),
    ]
    no_way = rows["baseline"].eq(rows["target"]) & ~rows["maintain"]
    why = [
        (rows["scale"].eq("qualitative"), "qualitative"),
        (rows["target"].isna(), "no_target"),
        (no_actual & rows["measured_on"].notna(), "zero_denominator"),
        (no_actual & due, "missing"),
        (no_actual, "not_due"),
        (rows["of_target"].isna() & rows["target"].eq(0), "target_zero"),
        (no_way, "target_equals_baseline"),
        (rows["baseline"].isna() & ~rows["maintain"], "no_baseline"),
        (~due & rows["due"].isna(), "no_due"),
        (~due & rows["expected"].isna(), "no_start"),
    ]
    status = np.select([case for case, _ in choice], [word for _, word in choice], "ahead")
    reason = np.select([case for case, _ in why], [word for _, word in why], "")
    reasons = pd.Series(reason, index=rows.index, dtype="str")
    return pd.Series(status, index=rows.index, dtype="str"), reasons.where(reasons.ne(""))
