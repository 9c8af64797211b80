"""What is known on a day of a plan's parts, and of how the town evaluated them? METHOD.md K1 and K2 say the rules."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpeval.columns import listed
from kpeval.faults import DataError, Fault
from kpeval.rows import Cells, Flags, Places, Rows, chosen, last_of, newest, numbered, ordered, paired, picked, places
from kpeval.rules.states import states_of
from kpeval.schema import EVALUATIONS, PLAN_MEASURES
from kpeval.timespan import ONE_DAY
from kpeval.trees import depth_first, depths, parents
from kpeval.values import arrays

NODES = "node_id plan_id parent_id level title? area_id group_id responsible starts planned_cost recorded_on"
LATEST_YEAR = 9999  # beyond it there is no day to compare with


class Plan(NamedTuple):
    """The nodes known on the day, plan by plan in the order of their trees, and the evaluations known of them.

    Of a node: `plan` (a number for each plan), `place` in it, `parent` (the row, or -1), `depth`, `counted` (whether
    its level is evaluated). Of an evaluation: `node` (the row), `year`, `status` (the town's word), `state` (missing
    where nobody explained the word), `said` (whether it says a state at all, or tells of money only), `spent`,
    `evaluated_on`.
    """

    nodes: Rows
    evaluations: Rows

    @property
    def said(self) -> Rows:
        """The evaluations that say a state."""
        return chosen(self.evaluations, self.evaluations["said"])


def known_plan(plan_measures: pd.DataFrame, evaluations: pd.DataFrame, now: np.datetime64) -> Plan:
    """What stood in the plans and was evaluated by the day; DataError for a repeated row, or a circle in a tree."""
    nodes = _nodes(plan_measures, now)
    known = _evaluations(evaluations, nodes, now)
    nodes["counted"] = _counted(nodes, known["node"][known["said"]])
    return Plan(nodes, known)


def last_day(year: Cells) -> Cells:
    """31 December of each year."""
    following = np.clip(year, 1, LATEST_YEAR).astype(np.int64) - 1970 + 1
    eve: Cells = (following.astype("datetime64[Y]").astype("datetime64[D]") - ONE_DAY).astype("datetime64[us]")
    return eve


def year_of(days: Cells) -> NDArray[np.int64]:
    """The year of each day; of a missing one the least of all numbers."""
    return days.astype("datetime64[Y]").astype(np.int64) + 1970


def _nodes(plan_measures: pd.DataFrame, now: np.datetime64) -> Rows:
    nodes = arrays(PLAN_MEASURES, plan_measures, NODES)
    nodes["row"] = np.arange(len(nodes["node_id"]))
    nodes = chosen(nodes, ~(nodes["recorded_on"] > now))
    parent = parents(nodes)
    depth = depths(parent)
    if (circle := depth < 0).any():
        told = [Fault(PLAN_MEASURES.file, int(row), "parent_id", "hangs in a circle") for row in nodes["row"][circle]]
        raise DataError(told, f"the table {PLAN_MEASURES.name}")
    order = depth_first(nodes, parent, depth)
    nodes = chosen(nodes | {"depth": depth}, order)
    nodes["parent"] = parents(nodes)
    nodes["plan"] = numbered(nodes["project_id"], nodes["plan_id"])
    first = np.flatnonzero(newest(nodes["plan"][::-1])[::-1])  # plans stand one after another
    nodes["place"] = np.arange(1, len(nodes["plan"]) + 1) - np.repeat(first, np.diff(first, append=len(nodes["plan"])))
    return nodes


def _evaluations(evaluations: pd.DataFrame, nodes: Rows, now: np.datetime64) -> Rows:
    rows = arrays(EVALUATIONS, evaluations, "node_id year status state spent evaluated_on recorded_on")
    rows["year"] = rows["year"].astype(np.int64)
    recorded = rows["recorded_on"]
    since = np.where(np.isnat(recorded), last_day(rows["year"]), recorded)
    since = np.where(np.isnat(rows["evaluated_on"]), since, rows["evaluated_on"])
    rows["node"] = places(rows, nodes, ["project_id", "node_id"])
    rows["told"] = np.where(np.isnat(recorded), since, recorded)  # what is not dated was told when it was known
    rows = chosen(rows, (rows["node"] >= 0) & (since <= now) & ~(recorded > now))
    rows = ordered(rows, ["node", "year", "told", "recorded_on"], missing_first=True)
    rows = chosen(rows, newest(rows["node"], rows["year"]))
    stated = pd.isna(rows["state"])
    rows["said"] = ~(pd.isna(rows["status"]) & stated)
    rows["state"] = np.where(stated, states_of(rows["status"]), rows["state"])
    return rows


def _counted(nodes: Rows, evaluated: Places) -> Flags:
    """The levels of a plan that are evaluated; of a plan without any evaluation, those of its leaves (K2)."""
    level = numbered(nodes["plan"], nodes["level"])
    plan = nodes["plan"]
    leaf = np.ones(len(plan), dtype=bool)
    leaf[nodes["parent"][nodes["parent"] >= 0]] = False
    of_plan, of_level = np.zeros((2, max(plan.max(initial=-1), level.max(initial=-1)) + 1), dtype=bool)
    of_plan[plan[evaluated]] = True
    of_level[level[evaluated]] = True
    of_level[level[leaf & ~of_plan[plan]]] = True
    counted: Flags = of_level[level]
    return counted


def year_by_year(plan: Plan, which: Flags) -> Rows:
    """Each of these nodes with each year in which anything of its plan was evaluated: node, year, status, state.

    Where the node was not evaluated in that year: not_due if it begins later, else no_info.
    """
    said = plan.said
    years = {"plan": plan.nodes["plan"][said["node"]], "year": said["year"]}
    years = ordered(chosen(years, newest(years["plan"], years["year"])), ["plan", "year"])
    rows = np.flatnonzero(which)
    here, there = paired(plan.nodes["plan"][rows], years["plan"])
    cells: Rows = {"node": rows[here], "year": years["year"][there]}
    found = places(cells, said, ["node", "year"])
    late = plan.nodes["starts"][cells["node"]] > last_day(cells["year"])
    return cells | {"status": picked(said["status"], found), "state": _state(said, found, late)}


def as_last_evaluated(plan: Plan, which: Flags, now: np.datetime64) -> Rows:
    """Each of these nodes with the state of the last year of which an evaluation is known: node, state."""
    said = plan.said  # by node and year already
    rows = np.flatnonzero(which)
    found = last_of(said["node"], len(which))[rows]
    return {"node": rows, "state": _state(said, found, plan.nodes["starts"][rows] > now)}


def _state(said: Rows, found: Places, late: Flags) -> Cells:
    state = picked(said["state"], found)
    nothing = np.where((found < 0) & late, "not_due", "no_info").astype(object)
    return np.where(pd.isna(state), nothing, state)


def one_each(cells: Cells) -> tuple[Places, Cells]:
    """The rows of a column of several values, each as often as it holds one, and the values; missing where none."""
    codes, distinct = pd.factorize(cells)  # -1: missing, which takes the last
    lists: list[Any] = [listed(cell) or [np.nan] for cell in distinct]
    held = pd.Series([*lists, [np.nan]], dtype=object)
    single = pd.Series(held.to_numpy()[codes]).explode()
    return single.index.to_numpy(), single.to_numpy(dtype=object)
