"""What did each channel of communication reach, against the state before the project?

The figures as they are: nothing that is shown may take them from here. `kpeval.privacy` says which may be seen.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.counted import REACH_VALUES
from kpeval.rows import Rows, chosen, last_of, newest, ordered, picked, places, positive, stretches, worded
from kpeval.schema import REACH, TARGET_GROUPS
from kpeval.shapes import shaped
from kpeval.timespan import as_day64
from kpeval.values import arrays

SERIES = ["project_id", "channel", "metric", "group_id"]


def reach_values(reach: pd.DataFrame, target_groups: pd.DataFrame | None = None, *, as_of: str | date) -> pd.DataFrame:
    """What had each channel last reached, how far is that from the state before the project, and from the whole group?

    change = value - baseline; relative_change = change / baseline; share_of_group = value / estimated_size. Nothing is
    added, neither over metrics nor over periods: who was reached twice may be the same person.

    One row is a channel, a metric and a target group (missing where the value is of no group). Columns: project_id,
    channel, metric, group_id, label and canonical (of the group), period (its last day; `period_precision` says how it
    is stated), value, baseline, change, relative_change, earlier_period and earlier (the value before), estimated_size,
    share_of_group, reason (why a group has no share: no_size, lower_bound). Rows by project, channel, metric and group,
    what is of no group first.

    - A period counts once its last day has come. Of a period recorded again the last record; one without a value takes
      the earlier back. The baseline is the one last stated.
    - relative_change is missing where the baseline is 0. share_of_group may pass 1: a metric may count visits.

    Raises DataError for a repeated key. Rules: METHOD.md W1, W2.
    """
    now = as_day64(as_of)
    rows = arrays(REACH, reach, "channel metric period value baseline group_id recorded_on")
    rows = chosen(rows, (rows["period"] <= now) & ~(rows["recorded_on"] > now))
    rows = ordered(rows, [*SERIES, "period", "recorded_on"], missing_first=True)
    rows = chosen(rows, newest(*(rows[name] for name in SERIES), rows["period"]) & ~np.isnan(rows["value"]))
    group = stretches(*(rows[name] for name in SERIES))
    count = group.max(initial=-1) + 1
    last = last_of(group, count)
    before = np.where(np.isin(last - 1, last), -1, last - 1)  # -1 too where the first series has one row
    out = chosen(rows, last)
    with_baseline = np.flatnonzero(~np.isnan(rows["baseline"]))
    out["baseline"] = picked(rows["baseline"][with_baseline], last_of(group[with_baseline], count))
    out["change"] = out["value"] - out["baseline"]
    out["relative_change"] = out["change"] / positive(out["baseline"])
    out["earlier_period"], out["earlier"] = picked(rows["period"], before), picked(rows["value"], before)
    _against_group(out, target_groups, now)
    return shaped(REACH_VALUES, out, "period_precision")


def _against_group(out: Rows, target_groups: pd.DataFrame | None, now: np.datetime64) -> None:
    """Adds what is known of the target group, and the share of it that the value is."""
    names = "group_id label? canonical estimated_size lower_bound recorded_on"
    groups = arrays(TARGET_GROUPS, pd.DataFrame() if target_groups is None else target_groups, names)
    groups = chosen(groups, ~(groups["recorded_on"] > now))
    place = places(out, groups, ["project_id", "group_id"])
    for name in ("label", "canonical"):
        out[name] = picked(groups[name], place)
    size = pd.array(groups["estimated_size"], dtype="Int64").to_numpy("float64", na_value=np.nan)
    atleast = picked(pd.array(groups["lower_bound"], dtype="boolean").to_numpy(bool, na_value=False) * 1.0, place) == 1
    out["estimated_size"] = picked(size, place)
    named = ~pd.isna(out["group_id"])
    unknown = ~(out["estimated_size"] > 0)
    out["share_of_group"] = np.where(atleast, np.nan, out["value"] / positive(out["estimated_size"]))
    out["reason"] = np.where(named, worded([(unknown, "no_size"), (atleast, "lower_bound")], ""), "")
    out["reason"] = np.where(out["reason"] == "", np.nan, out["reason"])
