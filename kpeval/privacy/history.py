"""Which states has each breakdown of people had, up to the day: all that any report can have shown of it?

A report of a day shows the state that was known on it, and a state changes only on a day on which something became
known. So the days for which reports are made, or will be, need not be listed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from kpeval.measures.breakdown import breakdown_states
from kpeval.privacy.rules import Rules
from kpeval.privacy.suppression import REST, Counts
from kpeval.project import Project

Key = tuple[str, str]  # an indicator and a dimension
Row = dict[str, Any]
LEVELS = ("step", "qualitative")  # scales that count nothing


@dataclass
class History:
    """A breakdown of people: whether its counts only grow, its states in their order, the least count shown last."""

    grows: bool
    adds_up: bool
    days: list[Counts] = field(default_factory=list)
    small: bool = False  # of a ratio: whether it was ever one of few people
    threshold: int = 0

    def add(self, rows: list[Row], threshold: int) -> None:
        """Another state: the rows of the breakdown as they were known then."""
        self.threshold = threshold
        if not self.adds_up:
            self.small |= any(0 < number < threshold for row in rows for number in _people(row))
            return
        cells = {REST if row["part"] == "rest" else row["category"]: float(row["actual"]) for row in rows}
        state = Counts(float(rows[0]["total"]), cells, threshold)
        if not self.days or repr(state) != repr(self.days[-1]):  # not ==: a missing total is the same as a missing one
            self.days.append(state)


def histories(project: Project, counts: pd.DataFrame, rules: Rules, now: pd.Timestamp) -> dict[Key, History]:
    """The breakdowns of people among `counts`, with every state that was known on some day up to `now`."""
    found: dict[Key, History] = {}
    for row in _rows(counts):
        counted = row["scale"] not in LEVELS
        if counted and rules.counts_people(row["unit"], row["accumulation"], row["dimension"]):
            grows = row["accumulation"] in ("sum", "max", "persons") or row["direction"] not in ("decrease", "maintain")
            found.setdefault((row["indicator_id"], row["dimension"]), History(grows, bool(row["adds_up"])))
    if found:
        described, values = project.indicators, project.measurements
        broken_down = {indicator for indicator, _ in found}
        described = described[described["indicator_id"].isin(broken_down)]
        values = values[values["indicator_id"].isin(broken_down)]
        _add_states(found, breakdown_states(described, values, as_of=now), rules)
    return found


def _add_states(found: dict[Key, History], states: pd.DataFrame, rules: Rules) -> None:
    known: dict[Key, set[str]] = {key: set() for key in found}
    together: dict[Any, list[Row]] = {}
    for row in _rows(states):
        together.setdefault((row["known_on"], row["indicator_id"], row["dimension"]), []).append(row)
    for (_, *key), rows in together.items():  # in the order of their days
        owner = key[0], key[1]
        if owner in found:
            known[owner] |= {row["category"] for row in rows if row["part"] == "category"}
            found[owner].add(rows, rules.least(owner[1], known[owner]))


def by_dimension(counts: pd.DataFrame) -> dict[Key, list[Row]]:
    """The rows of each indicator and dimension."""
    rows: dict[Key, list[Row]] = {}
    for row in _rows(counts):
        rows.setdefault((row["indicator_id"], row["dimension"]), []).append(row)
    return rows


def _rows(frame: pd.DataFrame) -> list[Row]:
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in frame.to_numpy(object).tolist()]


def _people(row: Row) -> tuple[float, float, float]:
    """How many people a share speaks of: those it counts, all of them, the others."""
    return row["numerator"], row["denominator"], row["denominator"] - row["numerator"]
