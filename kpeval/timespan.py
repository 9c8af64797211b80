"""How long is it from one day to another? Days are inclusive at both ends; the day of the report counts as passed."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpeval import czech

DAY = pd.Timedelta(days=1)
DAYS_A_MONTH = 30.4375


def as_day(value: str | date | datetime | pd.Timestamp) -> pd.Timestamp:
    """The day that `value` (date, timestamp or ISO text) names, at midnight; ValueError where it names none."""
    if isinstance(value, str):
        return pd.Timestamp(czech.day(value)).as_unit("us")
    # Anything else, a number above all, pandas would take for nanoseconds since 1970.
    if not isinstance(value, date | np.datetime64) or pd.isna(value):
        raise ValueError(f"{value!r} is not a day: write it like 2019-10-31")
    return pd.Timestamp(value).tz_localize(None).normalize().as_unit("us")


def _days(span: pd.Series[pd.Timedelta]) -> NDArray[np.float64]:
    days: NDArray[np.float64] = span.to_numpy() / DAY.to_timedelta64()
    return days


def days_between(first: pd.Series[pd.Timestamp], last: pd.Series[pd.Timestamp]) -> pd.Series[int]:
    """Last - first + 1; missing where a day is missing."""
    return pd.Series(_days(last - first) + 1, index=first.index).astype("Int64")


def months_between(first: pd.Series[pd.Timestamp], last: pd.Series[pd.Timestamp]) -> pd.Series[float]:
    """Whole months where `first` is a first and `last` a last day of a month, else days / 30.4375 (METHOD.md T1)."""
    start, after = first.to_numpy().astype("datetime64[D]"), last.to_numpy().astype("datetime64[D]") + 1
    months = (after.astype("datetime64[M]") - start.astype("datetime64[M]")) / np.timedelta64(1, "M")
    aligned = (start == start.astype("datetime64[M]")) & (after == after.astype("datetime64[M]"))
    days = (after - start) / np.timedelta64(1, "D")
    return pd.Series(np.where(aligned, months, days / DAYS_A_MONTH), index=first.index)


def elapsed_share(
    first: pd.Series[pd.Timestamp],
    last: pd.Series[pd.Timestamp],
    day: pd.Timestamp | pd.Series[pd.Timestamp],
) -> pd.Series[float]:
    """(day - first + 1) / days, by definition 0 before the first day and 1 from the last (METHOD.md T2)."""
    with np.errstate(divide="ignore", invalid="ignore"):  # a period that ends on the eve of its start has no days
        share = (_days(day - first) + 1) / (_days(last - first) + 1)
    return pd.Series(np.clip(share, 0, 1), index=first.index)
