"""Which figures of a channel of communication may be seen? Not few people, nor what gives their number away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from kpeval.measures.reach import reach_values
from kpeval.privacy.rules import Rules, rules_of
from kpeval.project import Project
from kpeval.results import REACH_CHANGE
from kpeval.timespan import as_day

Row = dict[str, Any]
FIGURES = ("value", "baseline", "earlier")
FOLLOW = {"change": ("value", "baseline"), "relative_change": ("value", "baseline"), "share_of_group": ("value",)}


def reach_change(project: Project, *, as_of: str | date) -> pd.DataFrame:
    """What did each channel of communication reach by the day, against the state before the project?

    change = value - baseline; relative_change = change / baseline; share_of_group = value / estimated_size of the
    target group. Nothing is added, neither over metrics nor over periods nor over groups: who was reached twice may be
    the same person. Where people are counted, numbers below the threshold are missing.

    One row is a channel, a metric and a target group (missing where the value is of no group). Columns: project_id,
    channel, metric, group_id, label (of the group), period (the last that was over by the day: its last day, stated as
    `period_precision` says), value, baseline (the one last stated), change, relative_change, earlier_period and earlier
    (the value before), estimated_size, share_of_group, reason (why a group has no share: no_size, lower_bound),
    baseline_stated (a missing baseline then is hidden), people (whether people are counted), suppressed (a figure is
    missing because it is not to be seen), threshold (from which number on people are shown; missing where none are
    counted). Rows by project, channel, metric and group, what is of no group first.

    - Small: above 0 and below the threshold. With a value or baseline goes what follows from it.
    - Where a channel states a value of no group beside those of groups, and a number of a group, or what the groups
      leave of it, is small, all numbers of its groups but zeros are hidden: the difference would tell.
    - share_of_group is missing where the size is not stated or a lower bound; relative_change where the baseline is 0.

    Rules: METHOD.md W1 to W3.
    """
    rules = rules_of(project.settings["privacy"])
    values = reach_values(project.reach, project.target_groups, as_of=as_day(as_of))
    names = [str(name) for name in values.columns]
    rows: list[Row] = [dict(zip(names, row, strict=True)) for row in values.to_numpy(object).tolist()]
    together: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        row |= {"suppressed": False, "baseline_stated": not pd.isna(row["baseline"])} | _counted(row, rules)
        together.setdefault((row["channel"], row["metric"]), []).append(row)
    for part in together.values():
        _hide(part)
    array: Any = pd.array  # its stubs want the type as a literal
    columns = {column.name: column.dtype for column in REACH_CHANGE.columns} | {"period_precision": "str"}
    return pd.DataFrame({name: array([row[name] for row in rows], dtype=dtype) for name, dtype in columns.items()})


def _counted(row: Row, rules: Rules) -> Row:
    """Whether people are counted, and from which number on they are shown."""
    group = " ".join(text for text in (row["label"], row["canonical"]) if isinstance(text, str))
    people = rules.counts_people(row["metric"], None, "")
    return {"people": people, "threshold": rules.least(row["metric"], [group]) if people else np.nan}


def _hide(rows: list[Row]) -> None:
    """Takes out of the rows of one channel and metric what is not to be seen."""
    whole = [row for row in rows if not isinstance(row["group_id"], str)]
    groups = [row for row in rows if isinstance(row["group_id"], str)]
    told = any(row["people"] and _small(row[name], row) for row in groups for name in FIGURES)
    told |= any(row["people"] and _small(rest, row) for row in whole for rest in _rests(row, groups))
    for row in rows:
        all_of_it = told and bool(whole) and row in groups
        hidden = {name for name in FIGURES if _small(row[name], row) or (all_of_it and row[name] != 0)}
        hidden = {name for name in hidden if row["people"] and not pd.isna(row[name])}
        hidden |= {name for name, sources in FOLLOW.items() if hidden & {*sources} and not pd.isna(row[name])}
        row |= dict.fromkeys(hidden, np.nan) | {"suppressed": bool(hidden)}


def _small(count: float, row: Row) -> bool:
    return bool(0 < count < row["threshold"])


def _rests(whole: Row, groups: list[Row]) -> Iterator[float]:
    """What the groups leave of the value of no group, for each period that both tell of, and of the baseline."""
    for day, name in (("period", "value"), ("earlier_period", "earlier")):
        same = [
            row[figure]
            for row in groups
            for when, figure in (("period", "value"), ("earlier_period", "earlier"))
            if row[when] == whole[day]
        ]
        if same:
            yield whole[name] - sum(same)
    baselines = [row["baseline"] for row in groups if not pd.isna(row["baseline"])]
    if baselines:
        yield whole["baseline"] - sum(baselines)
