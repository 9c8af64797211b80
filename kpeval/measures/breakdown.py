"""Who or what makes up what an indicator has reached, by what was known on the day?

The counts as they are: nothing that is shown may take them from here. `kpeval.privacy` says which of them may be seen.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.accumulation import KEY, accumulated, entering, kinds, known_by, values_of
from kpeval.counted import BREAKDOWN_COUNTS, BREAKDOWN_STATES
from kpeval.rows import (
    Flags,
    Numbers,
    Rows,
    chosen,
    joined,
    last_of,
    newest,
    numbered,
    ordered,
    paired,
    picked,
    positive,
    sums,
)
from kpeval.schema import INDICATORS
from kpeval.shapes import shaped
from kpeval.targets import is_rate
from kpeval.timespan import as_day64
from kpeval.values import arrays

DESCRIBED = "code name? unit accumulation direction scale"
WITHIN = ["dimension", "part", "category"]
FUZZ = 1e-9  # what adding fractions may leave


def breakdown_counts(indicators: pd.DataFrame, measurements: pd.DataFrame, *, as_of: str | date) -> pd.DataFrame:
    """Who or what makes up the value that each indicator has reached?

    actual = the values of the category, put together by the indicator's accumulation as its own value is; total = the
    indicator's own value (`actual` of `indicator_fulfilment`); share = actual / total; the rest = total - the sum of
    the categories.

    One row is an indicator, a dimension and a category of it; where the categories do not make up the total, a row of
    `part` rest without a category follows. Columns: project_id, indicator_id, code, name, unit, accumulation,
    dimension, category, part (category, rest), actual, total, share, measured_on (the last day that entered; missing
    for the rest), direction, scale, adds_up (whether they are counts), numerator, denominator (of a ratio: the sums).
    Rows by project, indicator, dimension, category, the rest last.

    - Known by the day, and a value recorded again: as in `indicator_fulfilment`.
    - A row with a dimension and no category belongs to no category, and so to the rest.
    - Only what counts adds up: no rest and no share for ratios, rates, steps, or without a total. No row for a rest of
      0, or below: categories that overlap add up to more than the total.
    - A category all values of which were taken back has no row.

    Raises DataError for a repeated key, and for a person with a value that is not accumulated by persons. Rule:
    METHOD.md B1.
    """
    rows, values = _tables(indicators, measurements)
    count = len(rows["indicator_id"])
    found = _counted(rows, values, {"indicator": np.arange(count), "day": np.full(count, as_day64(as_of))})
    return shaped(BREAKDOWN_COUNTS, ordered(found, [*KEY, *WITHIN]))


def breakdown_states(indicators: pd.DataFrame, measurements: pd.DataFrame, *, as_of: str | date) -> pd.DataFrame:
    """What did `breakdown_counts` give on each day, up to `as_of`, on which something of an indicator became known?

    Between those days nothing changes: whatever a report can have shown is among these states.

    One row is a day of an indicator, and a row of `breakdown_counts` on it. Columns: known_on, then those of
    `breakdown_counts`; rows by day, then as there. Raises DataError as `breakdown_counts` does. Rule: METHOD.md B3.
    """
    rows, values = _tables(indicators, measurements)
    changed = {
        "indicator": np.concatenate([values["indicator"], np.arange(len(rows["indicator_id"]))]),
        "day": np.concatenate([np.fmax(values["measured_on"], values["recorded_on"]), rows["recorded_on"]]),
    }
    changed = ordered(chosen(changed, changed["day"] <= as_day64(as_of)), ["indicator", "day"])
    found = _counted(rows, values, chosen(changed, newest(changed["indicator"], changed["day"])))
    return shaped(BREAKDOWN_STATES, ordered(found, ["known_on", *KEY, *WITHIN]))


def _tables(indicators: pd.DataFrame, measurements: pd.DataFrame) -> tuple[Rows, Rows]:
    rows = ordered(arrays(INDICATORS, indicators, f"indicator_id {DESCRIBED} recorded_on"), KEY)
    return rows, values_of(rows, measurements)


def _counted(rows: Rows, values: Rows, states: Rows) -> Rows:
    """The breakdowns of the indicators on the days that `states` names."""
    owner, row = paired(states["indicator"], values["indicator"])
    day = states["day"][owner]
    then = known_by(chosen(values, row), day) & ~(rows["recorded_on"][states["indicator"][owner]] > day)
    values = chosen(values, row[then]) | {"owner": owner[then]}
    own = chosen(values, pd.isna(values["dimension"]))
    how = kinds(rows)[states["indicator"]]
    total = accumulated(entering(own | {"indicator": own["owner"]}), how)
    parts = _categories(chosen(values, ~pd.isna(values["dimension"]) & ~pd.isna(values["category"])))
    adds_up = _adds_up(rows)
    parts = joined(parts, _rest(parts, total, adds_up))
    at = parts["indicator"]
    parts |= {name: picked(rows[name], at) for name in ("project_id", *DESCRIBED.replace("?", "").split())}
    parts["adds_up"], parts["total"], parts["known_on"] = (
        adds_up[at],
        total[parts["owner"]],
        states["day"][parts["owner"]],
    )
    parts["share"] = np.where(parts["adds_up"], parts["actual"] / positive(parts["total"]), np.nan)
    return parts


def _categories(values: Rows) -> Rows:
    """A row for each day, indicator, dimension and category of which a value is known."""
    keys = numbered(values["owner"], values["dimension"], values["category"])
    _, first, groups = np.unique(keys, return_index=True, return_inverse=True)
    count = len(first)
    names = ("owner", "indicator_id", "indicator", "dimension", "category")
    parts = {name: values[name][first] for name in names} | {"part": np.full(count, "category", dtype=object)}
    entered = entering(values | {"indicator": groups})
    parts["actual"] = accumulated(entered, values["how"][first])
    parts["measured_on"] = picked(entered["measured_on"], last_of(entered["indicator"], count))
    ratio = chosen(entered, entered["how"] == "ratio")
    for name in ("numerator", "denominator"):
        parts[name] = sums(ratio[name], ratio["indicator"], count)
    return chosen(parts, ~np.isnan(parts["actual"]) | ~np.isnan(parts["denominator"]))


def _adds_up(rows: Rows) -> Flags:
    """Whether the categories of an indicator are counts, which add up to its value."""
    counts = pd.isna(rows["scale"]) | (rows["scale"] == "number")
    flags: Flags = counts & (rows["accumulation"] != "ratio") & ~is_rate(rows["unit"])
    return flags


def _rest(parts: Rows, total: Numbers, adds_up: Flags) -> Rows:
    """A row for each day and dimension the categories of which do not make up the total."""
    _, first, groups = np.unique(numbered(parts["owner"], parts["dimension"]), return_index=True, return_inverse=True)
    rest = chosen(parts, first)
    rest["actual"] = total[rest["owner"]] - sums(parts["actual"], groups, len(first))
    rest["category"] = np.full(len(first), np.nan, dtype=object)
    rest["part"] = np.full(len(first), "rest", dtype=object)
    rest["measured_on"] = np.full(len(first), np.datetime64("NaT", "us"))
    return chosen(rest, adds_up[rest["indicator"]] & (rest["actual"] > FUZZ))
