"""How well is the plan followed: was each year evaluated, in time, and what was spent on each measure?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.evaluated import Plan, known_plan, last_day, year_of
from kpeval.results.plan import EVALUATION_COVERAGE, MEASURE_MONEY
from kpeval.rows import Cells, Places, Rows, chosen, ordered, paired, picked, places, positive, sums, worded
from kpeval.schema import PLANS, PROJECTS
from kpeval.shapes import shaped
from kpeval.timespan import ONE_DAY, as_day64, span_days
from kpeval.values import arrays

IN_TIME = 183  # days after a year in which its evaluation is not called missing: our choice, no rule is known
NO_DAY = np.datetime64("NaT", "us")


def evaluation_coverage(
    plans: pd.DataFrame, plan_measures: pd.DataFrame, evaluations: pd.DataFrame, *, as_of: str | date
) -> pd.DataFrame:
    """Was each year of each plan evaluated, how much of it, and how soon?

    coverage = evaluated / to_evaluate. To be evaluated in a year are the nodes of the levels that the plan evaluates
    (see `plan_fulfilment`) but those that begin after it; evaluated is what has a state of that year in the town's
    words, whatever it is, but for one that says that nothing is known. days_after_year = evaluated_on - 31 December of
    the year (below 0: before it ended), the median of those that state the day.

    One row is a plan and a year of its period that has begun by the day; a plan without both ends of its period has no
    row. Columns: project_id, plan_id, title, year, to_evaluate, evaluated, coverage (missing where nothing is to be
    evaluated), evaluated_on (the last day stated), days_after_year, state; rows by project, first day of the plan, plan
    and year. state: complete; partly; else, with nothing evaluated, not_yet (the year ended no more than 183 days ago,
    or has not ended), missing, nothing_due (all begin later) or not_stated (no measure of the plan is known).
    DataError as `plan_fulfilment`. Rules: METHOD.md K5.
    """
    now = as_day64(as_of)
    plan = known_plan(plan_measures, evaluations, now)
    stated = arrays(PLANS, plans, "plan_id title? period_start period_end recorded_on")
    stated = ordered(chosen(stated, ~(stated["recorded_on"] > now)), ["project_id", "period_start", "plan_id"])
    owner, year = _years(stated, now)
    rows = {name: stated[name][owner] for name in ("project_id", "plan_id", "title")} | {"year": year}
    rows |= _covered(plan, places(plan.nodes, stated, ["project_id", "plan_id"]), owner, year)
    to_evaluate, evaluated = rows["to_evaluate"], rows["evaluated"]
    rows["coverage"] = evaluated / positive(to_evaluate.astype(float))
    choice = [
        (rows["known"] == 0, "not_stated"),
        (to_evaluate == 0, "nothing_due"),
        (evaluated == to_evaluate, "complete"),
        (evaluated > 0, "partly"),
        (now - last_day(year) <= IN_TIME * ONE_DAY, "not_yet"),
    ]
    rows["state"] = worded(choice, "missing")
    return shaped(EVALUATION_COVERAGE, rows)


def _years(plans: Rows, now: np.datetime64) -> tuple[Places, Cells]:
    """The years of each plan's period that have begun: the row of the plan, and the year."""
    begin, end = plans["period_start"], np.minimum(plans["period_end"], now)  # missing stays
    complete = ~(np.isnat(begin) | np.isnat(end))
    first = np.where(complete, year_of(begin), 1)
    number = np.where(complete & (begin <= end), year_of(end) - first + 1, 0)
    owner = np.repeat(np.arange(len(number)), number)
    return owner, first[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(number) - number, number)


def _covered(plan: Plan, of: Places, owner: Places, year: Cells) -> Rows:
    """For each year of a plan: the nodes known, to be evaluated and evaluated, the last day and the median of days.

    `of` says the plan of each node, `owner` the plan of each year.
    """
    counted = np.flatnonzero(plan.nodes["counted"] & (of >= 0))
    counted = counted[np.argsort(of[counted], kind="stable")]  # plan by plan, as pairs are made
    here, there = paired(owner, of[counted])
    node = counted[there]
    said = chosen(plan.said, plan.said["state"] != "no_info")
    found = places({"node": node, "year": year[here]}, said, ["node", "year"])
    done = found >= 0
    due = done | ~(plan.nodes["starts"][node] > last_day(year[here]))
    size = len(year)
    day = picked(said["evaluated_on"], found)
    dated = here[~np.isnat(day)], day[~np.isnat(day)]
    last = np.full(size, NO_DAY)
    np.fmax.at(last, dated[0], dated[1])
    late = pd.Series(span_days(dated[1] - last_day(year[dated[0]])), dtype="float64").groupby(dated[0]).median()
    return {
        "known": np.bincount(here, minlength=size),
        "to_evaluate": np.bincount(here[due], minlength=size),
        "evaluated": np.bincount(here[done], minlength=size),
        "evaluated_on": last,
        "days_after_year": late.reindex(range(size)).to_numpy(dtype=np.float64),
    }


def measure_money(
    plan_measures: pd.DataFrame,
    evaluations: pd.DataFrame,
    projects: pd.DataFrame | None = None,
    *,
    as_of: str | date,
) -> pd.DataFrame:
    """What was planned and what was spent on each part of a plan?

    spent = sum over the years of what is stated and known by the day, exact to the haléř; of a node and year stated
    several times the one recorded last counts. share_spent = spent / planned_cost, missing where either is, or where
    nothing was to cost anything.

    One row is a node. Columns: project_id, plan_id, node_id, parent_id, level, title, place (in the plan's tree, see
    `measure_states`), planned_cost, spent (missing where no spending is stated, which is not 0), years (with stated
    spending), share_spent, currency (of the project, where `projects` is given); rows by project, plan and place.
    Nothing is added up over nodes: a goal's money may hold that of its measures. DataError as `plan_fulfilment`. Rules:
    METHOD.md K6.
    """
    plan = known_plan(plan_measures, evaluations, as_day64(as_of))
    rows, size = dict(plan.nodes), len(plan.nodes["node_id"])
    stated = chosen(plan.evaluations, ~np.isnan(plan.evaluations["spent"]))
    rows["years"] = np.bincount(stated["node"], minlength=size)
    rows["spent"] = sums(np.rint(stated["spent"] * 100), stated["node"], size) / 100
    rows["share_spent"] = rows["spent"] / positive(rows["planned_cost"])
    rows["currency"] = np.full(size, np.nan, dtype=object)
    if projects is not None:
        owners = arrays(PROJECTS, projects, "currency")
        rows["currency"] = picked(owners["currency"], places(rows, owners, ["project_id"]))
    return shaped(MEASURE_MONEY, rows)
