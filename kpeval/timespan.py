"""How long is it from one day to another? Days are inclusive at both ends; the day of the report counts as passed."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd

from kpeval import czech

DAY = pd.Timedelta(days=1)
DAYS_A_MONTH = 30.4375


def as_day(value: str | date | datetime | pd.Timestamp) -> pd.Timestamp:
    """The day that `value` (date, timestamp or ISO text) names, at midnight; ValueError where it names none."""
    if isinstance(value, str):
        period = czech.period(value)
        if period.precision != "day":
            raise ValueError(f"'{value}' is a {period.precision}, not a day")
        return pd.Timestamp(period.start).as_unit("us")
    # Anything else, a number above all, pandas would take for nanoseconds since 1970.
    if not isinstance(value, date | np.datetime64) or pd.isna(value):
        raise ValueError(f"{value!r} is not a day: write it like 2019-10-31")
    return pd.Timestamp(value).tz_localize(None).normalize().as_unit("us")


def days_between(first: pd.Series[pd.Timestamp], last: pd.Series[pd.Timestamp]) -> pd.Series[int]:
    """Last - first + 1; missing where a day is missing."""
    return ((last - first).dt.days + 1).astype("Int64")


def months_between(first: pd.Series[pd.Timestamp], last: pd.Series[pd.Timestamp]) -> pd.Series[float]:
    """Whole months where `first` is a first and `last` a last day of a month, else days / 30.4375 (METHOD.md T1)."""
    whole = (last.dt.year - first.dt.year) * 12 + last.dt.month - first.dt.month + 1
    aligned = first.dt.is_month_start & last.dt.is_month_end
    days = ((last - first).dt.days + 1).astype("float64")
    return whole.astype("float64").where(aligned, days / DAYS_A_MONTH)


def elapsed_share(
    first: pd.Series[pd.Timestamp],
    last: pd.Series[pd.Timestamp],
    day: pd.Timestamp | pd.Series[pd.Timestamp],
) -> pd.Series[float]:
    """(day - first + 1) / days, by definition 0 before the first day and 1 from the last (METHOD.md T2)."""
    return ((day + DAY - first) / (last + DAY - first)).clip(0, 1)
