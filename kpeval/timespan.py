"""How long is it from one day to another? Days are inclusive at both ends; the day of the report counts as passed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpeval import czech

DAY = pd.Timedelta(days=1)
ONE_DAY = np.timedelta64(1, "D")  # the same for arrays, whose days it leaves in their unit
DAYS_A_MONTH = 30.4375


def as_day(value: str | date | datetime | pd.Timestamp) -> pd.Timestamp:
    """The day that `value` (date, timestamp or ISO text) names, at midnight; ValueError where it names none."""
    if isinstance(value, str):
        return pd.Timestamp(czech.day(value)).as_unit("us")
    # Anything else, a number above all, pandas would take for nanoseconds since 1970.
    if not isinstance(value, date | np.datetime64) or pd.isna(value):
        raise ValueError(f"{value!r} is not a day: write it like 2019-10-31")
    return pd.Timestamp(value).tz_localize(None).normalize().as_unit("us")


def earlier_day(since: str | date | datetime | pd.Timestamp, as_of: str | date | datetime) -> pd.Timestamp:
    """`as_day` of `since`, with which the day `as_of` is compared; ValueError where it is not before that day."""
    earlier, day = as_day(since), as_day(as_of)
    if earlier >= day:
        raise ValueError(f"since {earlier:%Y-%m-%d} is not before as_of {day:%Y-%m-%d}: it is the earlier day")
    return earlier


def as_day64(value: str | date | datetime | pd.Timestamp) -> np.datetime64:
    """`as_day` as NumPy compares it with an array of days."""
    return as_day(value).to_datetime64()


def span_days(span: NDArray[Any]) -> NDArray[np.float64]:
    """A difference of days as a number; missing where a day is."""
    days: NDArray[np.float64] = span / ONE_DAY
    return days


def days_between(first: NDArray[np.datetime64], last: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Last - first + 1; missing where a day is missing."""
    return span_days(last - first) + 1


def months_between(first: NDArray[np.datetime64], last: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Whole months where `first` is a first and `last` a last day of a month, else days / 30.4375 (METHOD.md T1)."""
    start, after = first.astype("datetime64[D]"), last.astype("datetime64[D]") + 1
    months = (after.astype("datetime64[M]") - start.astype("datetime64[M]")) / np.timedelta64(1, "M")
    aligned = (start == start.astype("datetime64[M]")) & (after == after.astype("datetime64[M]"))
    return np.where(aligned, months, span_days(after - start) / DAYS_A_MONTH)


def elapsed_share(
    first: NDArray[np.datetime64], last: NDArray[np.datetime64], day: np.datetime64 | NDArray[np.datetime64]
) -> NDArray[np.float64]:
    """(day - first + 1) / days, by definition 0 before the first day and 1 from the last (METHOD.md T2)."""
    with np.errstate(divide="ignore", invalid="ignore"):  # a period that ends on the eve of its start has no days
        share = (span_days(day - first) + 1) / days_between(first, last)
    return np.clip(share, 0, 1)
