"""Which rows of a long table does a short report show? Those that call for a question; where all stand is said."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

ASKED_INDICATORS = ("not_achieved", "missing", "far_behind", "behind", "overachieved")  # statuses, the gravest first


def calling(frame: pd.DataFrame, ranks: Sequence[int | None], most: int | None) -> pd.DataFrame:
    """The frame itself where it has no more than `most` rows; else those that call for a question, in their order.

    A row calls where it has a rank. Of more than `most` that do, those of the lowest ranks are taken.
    """
    if most is None or len(frame) <= most:
        return frame
    order = [(rank, place) for place, rank in enumerate(ranks) if rank is not None]
    return frame.iloc[sorted(place for _, place in sorted(order)[:most])]


def calling_indicators(fulfilment: pd.DataFrame, most: int | None) -> pd.DataFrame:
    """Of more than `most` indicators those that missed their target or passed it by far, are behind or lack a value."""
    ranks = [
        ASKED_INDICATORS.index(status) if status in ASKED_INDICATORS else None
        for status in fulfilment["status"].tolist()
    ]
    return calling(fulfilment, ranks, most)


def calling_activities(timeline: pd.DataFrame, most: int | None) -> pd.DataFrame:
    """Of more than `most` activities those that end late, have no record, began late, leave the period or were dropped.

    Those furthest behind their end come first.
    """
    return calling(timeline, activity_ranks(timeline), most)


def activity_ranks(timeline: pd.DataFrame) -> list[int | None]:
    """How much each activity calls for a question: 0 most; None where it does not."""
    late_end, late_start = (timeline[f"days_late_{end}"].fillna(0).tolist() for end in ("end", "start"))
    outside = timeline["outside_project"].fillna(False).tolist()
    longest = int(max(late_end, default=0))
    return [
        longest - int(end)
        if end > 0
        else longest + 1
        if status == "no_record"
        else longest + 2
        if start > 0
        else longest + 3
        if away or status == "cancelled"
        else None
        for status, end, start, away in zip(timeline["status"].tolist(), late_end, late_start, outside, strict=True)
    ]
