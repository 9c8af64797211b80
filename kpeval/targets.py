"""Which target was in force, and where does the way from the baseline to it stand on a day?"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from kpeval.accumulation import KEY
from kpeval.rows import Cells, Days, Flags, Numbers, Rows, chosen, last_of, newest, ordered, picked, places, positive
from kpeval.schema import INDICATORS, PROJECTS, RATE_UNIT, TARGETS
from kpeval.timespan import ONE_DAY, span_days
from kpeval.values import arrays

FROM_THE_START = pd.Timestamp.min.as_unit("us").to_datetime64()  # before every day that is stated


def described(indicators: pd.DataFrame, now: np.datetime64) -> Rows:
    """The indicators that are known on the day, by project and indicator."""
    names = "indicator_id code name? unit direction accumulation scale baseline baseline_on recorded_on"
    rows = arrays(INDICATORS, indicators, names)
    return ordered(chosen(rows, ~(rows["recorded_on"] > now)), KEY)


def known(rows: Rows, targets: pd.DataFrame, now: np.datetime64) -> Rows:
    """The targets and revisions known on the day, those of one due day in the order in which they came into force."""
    stated = arrays(TARGETS, targets, "indicator_id due target tolerance effective_on recorded_on")
    stated["indicator"] = places(stated, rows, KEY)
    then = ~(stated["effective_on"] > now) & ~(stated["recorded_on"] > now) & (stated["indicator"] >= 0)
    return ordered(chosen(stated, then), ["indicator", "due", "effective_on"], missing_first=True)


def in_force(known: Rows) -> Rows:
    """One target for each due day: the last revision, unless it withdraws the target."""
    return chosen(known, newest(known["indicator"], known["due"]) & ~np.isnan(known["target"]))


def final(goals: Rows, count: int) -> Rows:
    """Target, tolerance and due day of the last due day, for each of `count` indicators; without a day it is last."""
    goals = ordered(goals, ["indicator", "due"])
    last = last_of(goals["indicator"], count)
    return {name: picked(goals[name], last) for name in ("target", "tolerance", "due")}


def original(known: Rows, count: int) -> Numbers:
    """The target that was in force from the start, for the last due day it was given for."""
    # Blank means from the start: it sorts before every day, also before the first revision.
    since = np.where(np.isnat(known["effective_on"]), FROM_THE_START, known["effective_on"])
    earliest = np.full(count, np.datetime64("NaT", "us"))
    np.fmin.at(earliest, known["indicator"], since)
    from_start = since == earliest[known["indicator"]]
    first: Numbers = final(chosen(known, from_start & ~np.isnan(known["target"])), count)["target"]
    return first


def set_out(rows: Rows, goals: Rows, now: np.datetime64) -> None:
    """Adds the target in force with its due day and tolerance, and the baseline from which the way to it starts.

    `falls`: a decrease is wanted; `maintain`: the target is to be kept; `assumed`: the baseline is not given and, for
    a count that should rise, taken to be 0.
    """
    rows.update(final(goals, len(rows["indicator_id"])))
    target = rows["target"]
    given = np.where(rows["baseline_on"] > now, np.nan, rows["baseline"])
    rows["falls"] = falls = (rows["direction"] == "decrease") | (pd.isna(rows["direction"]) & (target < given))
    rows["maintain"] = maintain = rows["direction"] == "maintain"
    rate = (rows["scale"] == "rate") | (rows["accumulation"] == "ratio") | is_rate(rows["unit"])
    rows["assumed"] = np.isnan(given) & ~rate & ~falls & ~maintain & ~np.isnan(target)
    rows["baseline"] = np.where(rows["assumed"], 0.0, given)


def is_rate(units: Cells) -> Flags:
    codes, distinct = pd.factorize(units)
    return np.array([*(re.match(RATE_UNIT, unit) is not None for unit in distinct), False])[codes]


def starts(rows: Rows, projects: pd.DataFrame | None, now: np.datetime64) -> Days:
    """The day at whose end progress starts from the baseline: the baseline's own, else the eve of the project's start.

    The eve, because the first day of the project counts as passed on that day, as in `elapsed`.
    """
    measured = rows["baseline_on"]
    if projects is None:
        return np.where(measured <= now, measured, np.datetime64("NaT", "us"))
    owners = arrays(PROJECTS, projects, "start")
    start = picked(owners["start"], places(rows, owners, ["project_id"]))
    return np.where(measured <= now, measured, start - ONE_DAY)


def planned(rows: Rows, goals: Rows, start: Days, day: np.datetime64 | Days) -> Numbers:
    """The value due by the day: on the line from (start, baseline) through the milestones to (due, target).

    `rows`: an indicator each as `set_out` leaves it, `goals`: the targets in force, `day`: one for all, or one each.
    Before the start it is the baseline, from the last due day on the target. On the scale `step` nothing is expected
    between milestones: the last one passed counts. What is to be maintained is the target at all times. Missing
    without a start (unless a milestone has passed), a due day or a baseline.
    """
    count = len(rows["target"])
    then = np.broadcast_to(np.asarray(day), count)
    by_then = goals["due"] <= then[goals["indicator"]]
    later = goals["due"] > then[goals["indicator"]]
    passed, coming = chosen(goals, by_then), chosen(goals, np.flatnonzero(later)[::-1])
    last, after = last_of(passed["indicator"], count), last_of(coming["indicator"], count)
    last_target, next_due = picked(passed["target"], last), picked(coming["due"], after)
    from_day = np.where(last < 0, start, picked(passed["due"], last))
    from_value = np.where(last < 0, rows["baseline"], last_target)
    waits = (then < from_day) | (rows["scale"] == "step")
    part = np.where(waits, 0.0, span_days(then - from_day) / positive(span_days(next_due - from_day)))
    part = np.where(np.isnat(from_day) & (rows["scale"] != "step"), np.nan, part)
    value = from_value + part * (picked(coming["target"], after) - from_value)
    value = np.where(after < 0, last_target, value)
    return np.where(np.isnat(rows["due"]), np.nan, np.where(rows["maintain"], rows["target"], value))
