"""Which two plans, and which level, does a picture of the revision show, and what became what there?"""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import pandas as pd

from kpeval.codes import BECAME, GOES_ON, UNFULFILLED
from kpeval.present.cells import each, one_project
from kpeval.schema import MEASURE_STATES

COLUMNS = "predecessor plan_id side node_id title level state relation others reason"


class Flows(NamedTuple):
    """What became of the parts of one level of an old plan, by state, and what is new in the plan that follows."""

    old: str
    new: str
    level: str
    rows: list[Any]
    became: Counter[tuple[str, str]]  # by state and relation
    came: Counter[str]  # parts of the new plan by relation
    elsewhere: int  # parts of the two plans on other levels

    def states(self) -> list[str]:
        """The states of the old plan, in the order of the list."""
        known = {state for state, _ in self.became}
        return [state for state in MEASURE_STATES if state in known]

    def relations(self) -> list[str]:
        """What became of any of them, in the order of the list."""
        known = {relation for _, relation in self.became}
        return [relation for relation in BECAME if relation in known]

    def of(self, *, states: tuple[str, ...] = MEASURE_STATES, relations: tuple[str, ...] = BECAME) -> int:
        """How many parts of the old plan had one of the states and became one of these."""
        return sum(n for (state, became), n in self.became.items() if state in states and became in relations)

    @property
    def unfulfilled(self) -> tuple[int, int]:
        """How many were not fulfilled, and how many of these go on."""
        return self.of(states=UNFULFILLED), self.of(states=UNFULFILLED, relations=GOES_ON)


def flows(successions: pd.DataFrame, plan: str | None = None, level: str | None = None) -> Flows | None:
    """Those of `plan`, the one that follows, and of `level`; None where there is no part of any.

    Unless they are named: of several plans the last of which any link speaks, of several levels the one with most
    parts that have a link. ValueError for a plan or level of which there is no row.
    """
    one_project(successions)
    if successions.empty:
        return None
    rows = each(successions, COLUMNS)
    rows = _of_plan(rows, plan)
    levels = list(dict.fromkeys(row.level for row in rows))
    said = Counter(row.level for row in rows if row.relation != "unlinked")
    size = Counter(row.level for row in rows)
    chosen = level or max(levels, key=lambda one: (said[one], size[one]))
    shown = [row for row in rows if row.level == chosen]
    if not shown:
        raise ValueError(f"no part stands on the level {level!r}: there are {', '.join(levels)}")
    became = Counter((row.state, row.relation) for row in shown if row.side == "old")
    came = Counter(row.relation for row in shown if row.side == "new")
    first = shown[0]
    return Flows(first.predecessor, first.plan_id, chosen, shown, became, came, len(rows) - len(shown))


def _of_plan(rows: list[Any], plan: str | None) -> list[Any]:
    plans = list(dict.fromkeys((row.predecessor, row.plan_id) for row in rows))
    spoken = {(row.predecessor, row.plan_id) for row in rows if row.relation != "unlinked"}
    named = [pair for pair in plans if plan in (None, pair[1])]
    if not named:
        raise ValueError(f"no plan {plan!r} follows another: there are {', '.join(new for _, new in plans)}")
    last = [pair for pair in named if pair in spoken] or named
    return [row for row in rows if (row.predecessor, row.plan_id) == last[-1]]
