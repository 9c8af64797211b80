"""What had been reached by the day, in all or in one category: how do an indicator's values become one?

By its accumulation (METHOD.md I0), the same way for its own value and for each category of a breakdown.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from kpeval.faults import DataError, Fault
from kpeval.rows import (
    Cells,
    Days,
    Flags,
    Numbers,
    Places,
    Rows,
    chosen,
    last_of,
    newest,
    ordered,
    picked,
    places,
    positive,
    sums,
)
from kpeval.schema import MEASUREMENTS, RATE_UNIT
from kpeval.values import arrays

KEY = ["project_id", "indicator_id"]


def values_of(indicators: Rows, measurements: pd.DataFrame) -> Rows:
    """The measurements, in the order of their days; `indicator` is the row of theirs, `how` its accumulation.

    Latest is the accumulation where none is stated; values of an indicator that is not there are left out.
    """
    names = "indicator_id measured_on actual numerator denominator dimension category person_id recorded_on"
    values = arrays(MEASUREMENTS, measurements, names)
    values["indicator"] = places(values, indicators, KEY)
    values = chosen(values, values["indicator"] >= 0)
    values = ordered(values, ["indicator", "measured_on", "recorded_on"], missing_first=True)
    how = np.where(pd.isna(indicators["accumulation"]), "latest", indicators["accumulation"])
    values["how"] = how[values["indicator"]]
    return values


def known_by(values: Rows, now: np.datetime64 | Days) -> Flags:
    """Whether each value is about a day up to `now`, and was recorded by then."""
    flags: Flags = (values["measured_on"] <= now) & ~(values["recorded_on"] > now)
    return flags


def reached(values: Rows, groups: Places, count: int) -> Rows:
    """For each of `count` groups of the values, in the order of `values_of`: actual, numerator, denominator, day.

    A value recorded again for the same day (and person) replaces the earlier one. `numerator` and `denominator` are
    the sums of a ratio; `measured_on` is the last day that entered. DataError for rows that look like values and are
    parts: nobody said how they add up.
    """
    values = values | {"group": groups}
    values = chosen(values, newest(values["group"], values["measured_on"], values["person_id"]))
    _refuse_parts(values)
    complete = ~np.isnan(values["numerator"]) & ~np.isnan(values["denominator"])
    values = chosen(values, np.where(values["how"] == "ratio", complete, ~np.isnan(values["actual"])))
    last = last_of(values["group"], count)
    actual: Numbers = picked(values["actual"], last)
    how = picked(values["how"], last)
    for kind, accumulated in ACCUMULATED.items():
        if (how == kind).any():
            actual = np.where(how == kind, accumulated(values, actual), actual)
    ratio = chosen(values, values["how"] == "ratio")
    parts = {name: sums(ratio[name], ratio["group"], count, skip_missing=True) for name in ("numerator", "denominator")}
    days: Days = picked(values["measured_on"], last)
    return {"actual": actual, "measured_on": days, **parts}


def is_rate(units: Cells) -> Flags:
    """Whether a unit is one of a rate, such as %: its values do not add up."""
    codes, distinct = pd.factorize(units)
    return np.array([*(re.match(RATE_UNIT, unit) is not None for unit in distinct), False])[codes]


def _refuse_parts(values: Rows) -> None:
    faults = []
    elsewhere = ~pd.isna(values["person_id"]) & (values["how"] != "persons")
    loose = ~pd.isna(values["category"]) & pd.isna(values["dimension"])
    for stray, column, message in (
        (elsewhere, "person_id", "stands with a value, and the accumulation is not persons"),
        (loose, "category", "stands without the dimension it belongs to"),
    ):
        names = sorted(set(values["indicator_id"][stray]))
        faults += [Fault(MEASUREMENTS.file, None, column, f"indicator {name}: a {column} {message}") for name in names]
    if faults:
        raise DataError(faults, "the measurements")


def _sum(values: Rows, latest: Numbers) -> Numbers:
    return sums(values["actual"], values["group"], len(latest), skip_missing=True)


def _max(values: Rows, latest: Numbers) -> Numbers:
    greatest = np.full(len(latest), np.nan)
    np.fmax.at(greatest, values["group"], values["actual"])
    return greatest


def _ratio(values: Rows, latest: Numbers) -> Numbers:
    whole = ~np.isnan(values["numerator"]) & ~np.isnan(values["denominator"])
    numerator, denominator = (np.where(whole, values[name], np.nan) for name in ("numerator", "denominator"))
    total = sums(denominator, values["group"], len(latest), skip_missing=True)
    return sums(numerator, values["group"], len(latest), skip_missing=True) / positive(total)


def _persons(values: Rows, latest: Numbers) -> Numbers:
    """How many people were reached, each once; where no value is one person's, the latest count."""
    named = chosen(values, ~pd.isna(values["person_id"]))
    by_name = np.bincount(named["group"], minlength=len(latest)) > 0
    counted = chosen(named, named["actual"] > 0)
    once = counted["group"][newest(counted["group"], counted["person_id"])]
    return np.where(by_name, np.bincount(once, minlength=len(latest)), latest)


ACCUMULATED = {"sum": _sum, "max": _max, "ratio": _ratio, "persons": _persons}  # all but the latest
