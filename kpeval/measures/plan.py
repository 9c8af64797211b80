"""What became of the community plan: how many of its measures are in which state, and where does each stand?

An evaluation counts from the day it was made and became known; levels of the plan are never mixed (METHOD.md K1 to K6).
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.codes import NOT_EVALUABLE, PLAN_GROUPS
from kpeval.evaluated import Plan, as_last_evaluated, known_plan, one_each, year_by_year
from kpeval.percents import largest_remainder, rounded_sum
from kpeval.results.plan import PLAN_FULFILMENT, STATES_OF_MEASURES
from kpeval.rows import Cells, Rows, numbered, positive
from kpeval.schema import MEASURE_STATES
from kpeval.shapes import shaped
from kpeval.timespan import as_day64
from kpeval.trees import natural

EVALUABLE = np.array([state not in NOT_EVALUABLE for state in MEASURE_STATES])
COLUMN = {"area": "area_id", "group": "group_id", "responsible": "responsible"}


def plan_fulfilment(
    plan_measures: pd.DataFrame, evaluations: pd.DataFrame, *, as_of: str | date, by: str = "year"
) -> pd.DataFrame:
    """How many measures of each plan are in which state, by year, level, area, target group or responsible body?

    share_of_all = measures / all of the category; share_of_evaluable = measures / evaluable, which are all but those
    not due, cancelled or without information: for these three, and where none is evaluable, it is missing.
    percent_shown = share_of_evaluable in whole percent by the largest remainder, so that they add up to 100 (ties: the
    larger count, then the order of the states); rounding = what they would add up to, each rounded on its own.

    One row is a plan, level, category and state; each state has a row, also where no measure is in it. Columns:
    project_id, plan_id, by, level (as the town calls it), category (missing: not stated), status, measures, evaluable,
    share_of_all, share_of_evaluable, percent_shown, rounding; rows by project, plan, depth of the level, category and
    the order of the states.

    Counted are the levels of a plan of which anything was evaluated, of a plan without any evaluation the levels of its
    leaves; each node once in a category. `by` year: the years of which any evaluation of the plan is known (none: no
    row); a node without one is no_info in that year, or not_due if it begins after it. Any other `by`: the state of the
    last year evaluated, else no_info, or not_due if the node begins after `as_of`; by group a node counts in each of
    its groups, so that the groups add up to more. An evaluation is known from evaluated_on, else recorded_on, else the
    last day of its year; one recorded after `as_of` is not; of several of a node and year the one recorded last counts.
    A word that nobody explained is no_info. Frames without `state` are read with the words that kpeval knows.
    ValueError for another `by`; DataError for a repeated row or a circle in a tree. Rules: METHOD.md K1 to K4.
    """
    if by not in PLAN_GROUPS:
        raise ValueError(f"by is one of {', '.join(PLAN_GROUPS)}, not '{by}'")
    now = as_day64(as_of)
    plan = known_plan(plan_measures, evaluations, now)
    node, state, category = _counted(plan, by, now)
    return shaped(PLAN_FULFILMENT, _shares(plan.nodes, node, state, category, by))


def _counted(plan: Plan, by: str, now: np.datetime64) -> tuple[Cells, Cells, Cells]:
    """What is counted: the row of a node, its state, and the category it falls into."""
    if by == "year":
        cells = year_by_year(plan, plan.nodes["counted"])
        return cells["node"], cells["state"], cells["year"].astype(str).astype(object)
    cells = as_last_evaluated(plan, plan.nodes["counted"], now)
    node, state = cells["node"], cells["state"]
    if by == "level":
        return node, state, plan.nodes["level"][node]
    category = plan.nodes[COLUMN[by]][node]
    if by == "group":
        place, category = one_each(category)
        node, state = node[place], state[place]
    return node, state, category


def _shares(nodes: Rows, node: Cells, state: Cells, category: Cells, by: str) -> Rows:
    """The counts of each state by plan, level and category, and the shares that follow from them."""
    level = numbered(nodes["plan"], nodes["level"])
    least = np.full(level.max(initial=-1) + 1, len(nodes["depth"]))
    np.minimum.at(least, level, nodes["depth"])  # a level stands where the first of its nodes does
    keys = [nodes["project_id"][node], nodes["plan_id"][node], least[level[node]], nodes["level"][node]]
    group = numbered(*keys, natural(category), category, in_order=True)
    number, first, group = np.unique(group, return_index=True, return_inverse=True)[:3]
    # A missing category has the least number, and stands last.
    known = numbered(*keys, in_order=True)[first]
    order = np.lexsort((number, pd.isna(category[first]), known))
    states = len(MEASURE_STATES)
    code = pd.Categorical(state, MEASURE_STATES).codes.astype(np.intp)
    flat = np.bincount(group * states + code, minlength=len(number) * states)
    counts = flat.reshape(-1, states)[order].astype(np.int64)
    evaluable = counts[:, EVALUABLE].sum(axis=1)
    percent = np.full(counts.shape, np.nan)
    percent[:, EVALUABLE] = largest_remainder(counts[:, EVALUABLE])
    percent[evaluable == 0] = np.nan
    head = first[order]
    shares = np.where(EVALUABLE, counts / positive(evaluable.astype(float))[:, None], np.nan)
    columns = {
        "project_id": keys[0][head],
        "plan_id": keys[1][head],
        "by": np.full(len(head), by, dtype=object),
        "level": keys[3][head],
        "category": category[head],
        "evaluable": evaluable,
        "rounding": np.where(evaluable > 0, rounded_sum(counts[:, EVALUABLE]), np.nan),
    }
    rows: Rows = {name: np.repeat(cells, states) for name, cells in columns.items()}
    rows["status"] = np.tile(np.array(MEASURE_STATES, dtype=object), len(head))
    rows["measures"] = counts.ravel()
    rows["share_of_all"] = (counts / counts.sum(axis=1, keepdims=True)).ravel()
    rows["share_of_evaluable"] = shares.ravel()
    return rows | {"percent_shown": percent.ravel()}


def measure_states(plan_measures: pd.DataFrame, evaluations: pd.DataFrame, *, as_of: str | date) -> pd.DataFrame:
    """In which state was each part of a plan in each year that was evaluated?

    One row is a node and a year in which anything of its plan was evaluated, as far as it is known by the day; a plan
    of which nothing was evaluated has no row. Columns: project_id, plan_id, node_id, parent_id, level, title, place (1,
    2, … in the plan's tree: each node, then its parts, names in their natural order), area_id, depth (0: a root),
    counted (its level is evaluated), year, status (the town's word), state; rows by project, plan, place and year.
    state is missing where the level is not evaluated; no_info, or not_due before the node begins, where the node was
    not evaluated in that year. Which evaluation counts: see `plan_fulfilment`. DataError for a repeated row or a circle
    in a tree. Rules: METHOD.md K1 to K3.
    """
    plan = known_plan(plan_measures, evaluations, as_day64(as_of))
    nodes = plan.nodes
    cells = year_by_year(plan, np.ones(len(nodes["node_id"]), dtype=bool))
    names = ("project_id", "plan_id", "node_id", "parent_id", "level", "title", "area_id", "depth", "counted", "place")
    rows = {name: nodes[name][cells["node"]] for name in names}
    rows |= {"year": cells["year"], "status": cells["status"]}
    rows["state"] = np.where(rows["counted"], cells["state"], np.nan)
    return shaped(STATES_OF_MEASURES, rows)
