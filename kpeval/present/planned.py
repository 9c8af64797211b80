"""Which plan is shown, and what are it and its parts called?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import pandas as pd

from kpeval.present.cells import named
from kpeval.present.language import Language
from kpeval.present.vocabulary import spoken
from kpeval.schema import AREAS, PLANS, TARGET_GROUPS
from kpeval.values import take

DONE = ("fulfilled", "continuous")  # what counts as fulfilled

Names = Mapping[object, str]
Kept = TypeVar("Kept")


def titles(plans: pd.DataFrame | None) -> dict[object, str]:
    """What each plan is called, the plans in the order of their periods; none where they are not given."""
    if plans is None or plans.empty:
        return {}
    rows = take(PLANS, plans, "plan_id title? period_start")
    rows = rows.sort_values(["period_start", "plan_id"], na_position="first", kind="stable")
    return {name: _said(title, name) for name, title in zip(rows["plan_id"], rows["title"], strict=True)}


def labels(
    by: object, areas: pd.DataFrame | None = None, target_groups: pd.DataFrame | None = None
) -> dict[object, str]:
    """What the categories of a breakdown are called: those of areas and target groups, where these are given."""
    if by == "area" and areas is not None and len(areas):
        rows = take(AREAS, areas, "area_id label")
        return {name: named(name, label) for name, label in zip(rows["area_id"], rows["label"], strict=True)}
    if by == "group" and target_groups is not None and len(target_groups):
        rows = take(TARGET_GROUPS, target_groups, "group_id label")
        return {name: _said(label, name) for name, label in zip(rows["group_id"], rows["label"], strict=True)}
    return {}


def last_plan(frame: pd.DataFrame, names: Names, column: str) -> object:
    """The plan to be shown alone: of those of which something stands in `column` the one whose period begins last.

    Something is a number above 0; where it stands nowhere, all the plans of the frame are asked. Without `names`, which
    stand in the order of the periods, it is that of the last row.
    """
    some = frame[(frame[column] > 0).fillna(False)]
    there = (some if len(some) else frame)["plan_id"].tolist()
    known = [name for name in names if name in set(there)]
    return known[-1] if known else there[-1]


def main_level(rows: list[Any]) -> object:
    """The level of a plan of which most parts are evaluated; of several the highest."""
    counts = Counter(row.level for row in rows)
    return max(counts, key=lambda level: counts[level])


def largest_level(rows: list[Any]) -> object:
    """The level that holds most measures; of several the highest."""
    sizes: dict[object, float] = {}
    for row in rows:
        sizes[row.level] = sizes.get(row.level, 0.0) + (0.0 if pd.isna(row.measures) else float(row.measures))
    return max(sizes, key=lambda level: sizes[level])


def of_plan(frame: pd.DataFrame, plan: object) -> pd.DataFrame:
    """The rows of one plan."""
    return frame[frame["plan_id"] == plan] if isinstance(plan, str) else frame[frame["plan_id"].isna()]


def done(continuous: object, words: Language) -> str:
    """What is said of what counts as fulfilled: where some of it is `continuous`, that too."""
    fulfilled = spoken("measure_state", "fulfilled", words)
    if not continuous:
        return fulfilled
    other = spoken("measure_state", "continuous", words)
    return words.say("{state} or {other}", state=fulfilled, other=other)


def in_order(categories: Iterable[Kept], called: Names) -> list[Kept]:
    """Categories in the order in which the project lists them, others behind as they come."""
    listed = {name: place for place, name in enumerate(called)}
    return sorted(categories, key=lambda name: listed.get(name, len(listed)))


def _said(title: object, name: object) -> str:
    return title if isinstance(title, str) else str(name)
