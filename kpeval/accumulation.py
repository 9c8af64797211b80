"""What had each indicator reached, by what was known on the day?

`known` chooses the values that enter; `accumulated` makes one of those of each indicator, or of each indicator up to
each of several days.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kpeval.faults import DataError, Fault
from kpeval.rows import (
    Cells,
    Days,
    Flags,
    Numbers,
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
from kpeval.schema import MEASUREMENTS
from kpeval.values import arrays

KEY = ["project_id", "indicator_id"]


def kinds(rows: Rows) -> Cells:
    """How the values of each indicator accumulate: by the latest one, where it is not said."""
    return np.where(pd.isna(rows["accumulation"]), "latest", rows["accumulation"])


def known(rows: Rows, measurements: pd.DataFrame, now: np.datetime64) -> Rows:
    """The values of the indicators `rows` that are known on the day, each indicator's in the order of their days.

    `indicator` is the row an indicator stands in, `how` its accumulation. Of a value recorded again for the same day
    the later one; no row of a breakdown; DataError for a part that nobody said how to add up.
    """
    values = values_of(rows, measurements)
    return entering(chosen(values, known_by(values, now) & pd.isna(values["dimension"])))


def values_of(rows: Rows, measurements: pd.DataFrame) -> Rows:
    """All values of the indicators `rows`, those of breakdowns too, each indicator's in the order of their days."""
    names = "indicator_id measured_on actual numerator denominator dimension category person_id recorded_on"
    values = arrays(MEASUREMENTS, measurements, names)
    values["indicator"] = places(values, rows, KEY)
    values = chosen(values, values["indicator"] >= 0)
    values = ordered(values, ["indicator", "measured_on", "recorded_on"], missing_first=True)
    values["how"] = kinds(rows)[values["indicator"]]
    return values


def known_by(values: Rows, now: np.datetime64 | Days) -> Flags:
    """Whether each value is about a day up to `now`, and was recorded by then."""
    flags: Flags = (values["measured_on"] <= now) & ~(values["recorded_on"] > now)
    return flags


def entering(values: Rows) -> Rows:
    """The values that count in each group, which `indicator` numbers, of those known: the last recorded of a day."""
    values = chosen(values, newest(values["indicator"], values["measured_on"], values["person_id"]))
    _refuse_parts(values)
    complete = ~np.isnan(values["numerator"]) & ~np.isnan(values["denominator"])
    return chosen(values, np.where(values["how"] == "ratio", complete, ~np.isnan(values["actual"])))


def accumulated(values: Rows, how: Cells) -> Numbers:
    """What the values of each group come to; `indicator` counts the groups, `how` says how each accumulates."""
    actual: Numbers = picked(values["actual"], last_of(values["indicator"], len(how)))
    for kind, together in TOGETHER.items():
        if (how == kind).any():
            actual = np.where(how == kind, together(values, actual), actual)
    return actual


def _sum(values: Rows, latest: Numbers) -> Numbers:
    return sums(values["actual"], values["indicator"], len(latest), skip_missing=True)


def _max(values: Rows, latest: Numbers) -> Numbers:
    greatest = np.full(len(latest), np.nan)
    np.fmax.at(greatest, values["indicator"], values["actual"])
    return greatest


def _ratio(values: Rows, latest: Numbers) -> Numbers:
    whole = ~np.isnan(values["numerator"]) & ~np.isnan(values["denominator"])
    numerator, denominator = (np.where(whole, values[name], np.nan) for name in ("numerator", "denominator"))
    total = sums(denominator, values["indicator"], len(latest), skip_missing=True)
    return sums(numerator, values["indicator"], len(latest), skip_missing=True) / positive(total)


def _persons(values: Rows, latest: Numbers) -> Numbers:
    """How many people were reached, each once; where no value is one person's, the latest count."""
    named = chosen(values, ~pd.isna(values["person_id"]))
    by_name = np.bincount(named["indicator"], minlength=len(latest)) > 0
    reached = chosen(named, named["actual"] > 0)
    once = reached["indicator"][newest(reached["indicator"], reached["person_id"])]
    return np.where(by_name, np.bincount(once, minlength=len(latest)), latest)


TOGETHER = {"sum": _sum, "max": _max, "ratio": _ratio, "persons": _persons}  # all but the latest


def _refuse_parts(values: Rows) -> None:
    """DataError for rows that look like values and are parts: nobody said how they add up."""
    faults = []
    loose = ~pd.isna(values["category"]) & pd.isna(values["dimension"])
    elsewhere = ~pd.isna(values["person_id"]) & (values["how"] != "persons")
    for stray, column, message in (
        (elsewhere, "person_id", "stands with a value, and the accumulation is not persons"),
        (loose, "category", "stands without the dimension it belongs to"),
    ):
        names = sorted(set(values["indicator_id"][stray]))
        faults += [Fault(MEASUREMENTS.file, None, column, f"indicator {name}: a {column} {message}") for name in names]
    if faults:
        raise DataError(faults, "the measurements")
