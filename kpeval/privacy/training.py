"""How many people were trained for how long, as far as it may be seen? No row about a person leaves here.

Whoever is counted stands in one band of hours, and a band that is shown holds as many people as the threshold asks for,
or none. So no number that is shown gives a smaller one away by subtraction, as far as one day goes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kpeval.columns import Table
from kpeval.evidence import counting
from kpeval.measures.training import training_hours
from kpeval.privacy.rules import rules_of
from kpeval.project import Project
from kpeval.results import TRAINING_BANDS, TRAINING_SUMMARY
from kpeval.timespan import as_day
from kpeval.training import sessions

NEAR = 5.0  # hours short of the threshold at most
STEP = 10.0  # hours that a band spans, before any are put together
FUZZ = 1e-4  # of hours, as in kpeval.training


class Band(NamedTuple):
    """People whose hours that count lie from `low` to below `high`, infinity for the last one above."""

    low: float
    high: float
    people: int


class _Seen(NamedTuple):
    """What is known of a project's people in training, and what of it may be shown."""

    hours: list[float]  # those that count, of each person who has any
    reached: list[bool]
    min_hours: float
    threshold: int
    own: bool  # the number who reached it is the value of an indicator, which is always shown

    @property
    def people(self) -> int:
        return len(self.hours)

    @property
    def sides(self) -> tuple[int, int]:
        """How many did not reach the threshold, and how many did."""
        return self.people - sum(self.reached), sum(self.reached)

    def few(self, count: int) -> bool:
        return 0 < count < self.threshold

    @property
    def near(self) -> int | None:
        """How many are just under the threshold, where their band is shown by itself."""
        bands = self.bands
        if not self.sides[0]:
            return 0
        if bands is None:
            return None
        band = next(band for band in bands if band.high == self.min_hours)
        return band.people if band.low == max(self.min_hours - NEAR, 0.0) else None

    @property
    def bands(self) -> list[Band] | None:
        """None where a side of the threshold holds too few people."""
        if any(map(self.few, self.sides)):
            return None
        low = [hours for hours, reached in zip(self.hours, self.reached, strict=True) if not reached]
        high = [hours for hours, reached in zip(self.hours, self.reached, strict=True) if reached]
        below = _together(_counted(_below(self.min_hours), low)[::-1], self.threshold)[::-1]
        above = _together(_counted(_above(self.min_hours, high), high), self.threshold)
        return [*below, *above[:-1], *(band._replace(high=math.inf) for band in above[-1:])]


def training_summary(project: Project, *, as_of: str | date) -> pd.DataFrame:
    """How many people were trained, how many of them enough, and how complete are their records?

    people = those with any hours of training (`training_hours`); reached = those who reached the threshold; under =
    people - reached; near = of these who are at most 5 hours short. share_complete = complete / reached.

    One row is the project. Columns: project_id, min_hours, rule (programme, project: project.toml, assumed: nobody
    states it, 40 stand in), rule_source, trainings (that anybody attended), people, reached, under, near, hours (of all
    together), median_hours (of those that count, to the hour), complete, incomplete and unstated (of those who reached
    it: what the record says; all missing where it says nothing of anybody), share_complete, suppressed (a number is
    missing because it is not to be seen), threshold (of people, from which on a number is shown). No row without
    attendance at a training.

    A number of people above 0 and below `threshold` is missing, and so is each other that would give it away: people,
    where under is small, or reached and not shown; near, where the band of hours next to the threshold is not shown
    alone; all three parts of the records, where one is small. hours and their median are missing where people, or those
    on one side of the threshold of hours, are few. reached is shown where it is the value of an indicator, as that is.
    Rules: METHOD.md H5, H6.
    """
    now = as_day(as_of)
    known = project.known(now)
    people, attended = _people(known, now)
    if not attended:
        return _frame(TRAINING_SUMMARY, [])
    seen = _seen(known, people, now)
    under, reached = seen.sides
    shown = seen.people >= seen.threshold or not seen.people
    told_apart = shown and not any(map(seen.few, seen.sides))
    parts = _parts(people)
    told, hide = sum(parts[:2]) > 0, any(map(seen.few, parts))
    facts = known.tables["projects"].iloc[0]
    row = {
        "project_id": project.project_id,
        "min_hours": seen.min_hours,
        "rule": facts["rule"],
        "rule_source": facts["rule_source"],
        "trainings": attended,
        "people": seen.people if shown and not seen.few(under) and (seen.own or not seen.few(reached)) else None,
        "reached": reached if seen.own or not seen.few(reached) else None,
        "under": under if shown and not seen.few(under) else None,
        "near": seen.near,
        "hours": float(people["hours"].sum()) if told_apart else math.nan,
        "median_hours": float(np.rint(np.median(seen.hours))) if told_apart and seen.people else math.nan,
        **dict(zip(("complete", "incomplete", "unstated"), parts if told and not hide else [None] * 3, strict=True)),
        "share_complete": parts[0] / reached if told and not hide and reached else math.nan,
        "threshold": seen.threshold,
    }
    row["suppressed"] = any(row[name] is None for name in ("people", "reached", "under", "near")) or (told and hide)
    return _frame(TRAINING_SUMMARY, [row])


def training_bands(project: Project, *, as_of: str | date) -> pd.DataFrame:
    """How are the hours of training spread over the people, on both sides of the threshold?

    Bands of 10 hours from the threshold up and down (of 5 next below it), neighbours put together, from the threshold
    on, until each holds at least `threshold` people or none; no band lies across the threshold of hours, and the last
    one above it has no end, which would tell of the person with most hours.

    One row is a band; or a single one without people, where nothing is shown (`withheld`: few). Columns:
    project_id, from_hours, to_hours (to less than; missing: and more), people, reached (whether the band lies
    above), min_hours, withheld, threshold; hours as they count. Rows by hours. Withheld where people on either side
    are fewer than the threshold, and more than none. No row where nobody has any hours of training. Rules:
    METHOD.md H5, H6.
    """
    now = as_day(as_of)
    known = project.known(now)
    seen = _seen(known, _people(known, now)[0], now)
    if not seen.people:
        return _frame(TRAINING_BANDS, [])
    about = {"project_id": project.project_id, "min_hours": seen.min_hours, "threshold": seen.threshold}
    if seen.bands is None:
        return _frame(TRAINING_BANDS, [about | {"withheld": "few"}])
    rows = [
        about
        | {
            "from_hours": band.low,
            "to_hours": band.high if math.isfinite(band.high) else None,
            "people": band.people,
            "reached": band.low >= seen.min_hours,
        }
        for band in seen.bands
    ]
    return _frame(TRAINING_BANDS, rows)


def _people(known: Project, now: pd.Timestamp) -> tuple[pd.DataFrame, int]:
    """The people with any hours of training, and how many trainings anybody attended."""
    tables = known.people, known.events, known.attendance, known.projects
    people = training_hours(*tables, as_of=now)
    return people[people["hours"] > 0], _attended(known, now) if people["first_day"].notna().any() else 0


def _attended(known: Project, now: pd.Timestamp) -> int:
    held = sessions(known.events, known.attendance)
    return len(set(held["event"][held["known_on"] <= now.to_datetime64()].tolist()))


def _seen(known: Project, people: pd.DataFrame, now: pd.Timestamp) -> _Seen:
    rules = rules_of(known.settings["privacy"])
    stated = known.tables["projects"]["min_hours"].iloc[0]
    own = pd.notna(stated) and len(counting(known.indicators, known.projects, now.to_datetime64())["indicator_id"]) > 0
    hours, reached = people["hours_counted"].tolist(), people["reached"].tolist()
    return _Seen(hours, reached, 40.0 if pd.isna(stated) else float(stated), rules.threshold, own)


def _parts(people: pd.DataFrame) -> list[int]:
    """Of those who reached the threshold: how many records are complete, are not, and of how many nothing is said."""
    flags = people.loc[people["reached"].astype(bool), "complete"]
    return [int((flags == one).fillna(False).sum()) for one in (True, False)] + [int(flags.isna().sum())]


def _below(min_hours: float) -> list[float]:
    """The limits of the bands below the threshold, upwards."""
    steps = np.arange(min_hours - STEP, 0, -STEP).tolist()
    return sorted({0.0, *steps, max(min_hours - NEAR, 0.0), min_hours})


def _above(min_hours: float, hours: Sequence[float]) -> list[float]:
    if not hours:
        return []
    count = math.floor((max(hours) - min_hours + FUZZ) / STEP) + 1
    return [min_hours + STEP * place for place in range(count + 1)]


def _counted(limits: Sequence[float], hours: Sequence[float]) -> list[Band]:
    """How many lie in each band; the first and the last take what lies a hair outside."""
    if len(limits) < 2 or not hours:
        return []
    places = np.clip(np.searchsorted(limits, np.array(hours) + FUZZ, side="right") - 1, 0, len(limits) - 2)
    counts = np.bincount(places, minlength=len(limits) - 1).tolist()
    return [Band(low, high, count) for (low, high), count in zip(pairwise(limits), counts, strict=True)]


def _together(bands: Sequence[Band], least: int) -> list[Band]:
    """Neighbours put together, in this order, until each holds as many people as is needed, or none."""
    found: list[Band] = []
    waiting: Band | None = None
    for band in bands:
        waiting = band if waiting is None else _joined(waiting, band)
        if not waiting.people or waiting.people >= least:
            found.append(waiting)
            waiting = None
    while waiting is not None and found:  # too few are left over: they go to those before them
        waiting = _joined(found.pop(), waiting)
        if waiting.people >= least:
            found.append(waiting)
            waiting = None
    return found


def _joined(one: Band, other: Band) -> Band:
    return Band(min(one.low, other.low), max(one.high, other.high), one.people + other.people)


def _frame(declared: Table, rows: list[dict[str, Any]]) -> pd.DataFrame:
    array: Any = pd.array  # its stubs want the type as a literal
    cells = {column.name: [row.get(column.name) for row in rows] for column in declared.columns}
    return pd.DataFrame({column.name: array(cells[column.name], dtype=column.dtype) for column in declared.columns})
