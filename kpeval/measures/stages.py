"""How far has the money come on its way from the funder: claimed, approved, received, and step by step?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.movements import apart, movements, steps, summed_to
from kpeval.results import CLAIMS, MONEY_STAGES
from kpeval.rows import (
    Days,
    Flags,
    Numbers,
    Rows,
    chosen,
    last_of,
    numbered,
    ordered,
    picked,
    positive,
    running,
    sums,
    worded,
)
from kpeval.schema import PROJECTS
from kpeval.shapes import shaped
from kpeval.timespan import DAY, ONE_DAY, as_day, as_day64, months_between
from kpeval.values import arrays

STAGES = {  # which movements make up each stage
    "committed": ("commitment",),
    "refunded": ("refund",),
    "claimed": ("claim",),
    "approved": ("approved",),
    "advance": ("advance",),
    "paid": ("paid",),
    "received": ("advance", "paid"),
}
DIFFERENCES = {
    "unclaimed": ("spent", "claimed"),
    "unapproved": ("claimed", "approved"),
    "outstanding": ("approved", "received"),
    "on_hand": ("received", "spent"),
}
WINDOW = pd.DateOffset(months=6)


def money_stages(transactions: pd.DataFrame, projects: pd.DataFrame, *, as_of: str | date) -> pd.DataFrame:
    """How much is committed, spent, claimed, approved and received by the day, and what lies between?

    Each amount is the sum of the movements of its type dated and recorded by `as_of`, with their signs; spent as in
    `drawdown`; refunded = refunds without sign, which spent has taken off already; received = advance + paid, where
    either is known. unclaimed = spent - claimed; unapproved = claimed - approved; outstanding = approved - received
    (below 0: an advance that is not settled yet); on_hand = received - spent (below 0: the project pays in advance).
    recent_rate = spent in the last six months / months, within the project's period.

    One row is a project of `projects`. Columns: project_id, budget, committed, spent, refunded, claimed, approved,
    advance, paid, received, unclaimed, unapproved, outstanding, on_hand (currency), share_claimed, share_approved,
    share_received (fractions of the total cost), recent_rate (currency a month), currency.
    A stage of which no movement is known is missing, not 0, and so are its differences. Sums are exact to the haléř.
    Rules: METHOD.md M9, M11.
    """
    now = as_day64(as_of)
    rows = ordered(arrays(PROJECTS, projects, "start end total_cost currency?"), ["project_id"])
    rows["budget"], count = rows["total_cost"], len(rows["total_cost"])
    moves = movements(transactions, now, rows)
    rows["spent"] = sums(moves["halers"], moves["owner"], count) / 100
    for name, kinds in STAGES.items():
        of_kind = chosen(moves, np.isin(moves["type"].astype(str), kinds))
        moved = np.abs(of_kind["moved"]) if name == "refunded" else of_kind["moved"]
        rows[name] = sums(moved, of_kind["owner"], count) / 100
    for name, (one, other) in DIFFERENCES.items():
        rows[name] = apart(rows[one], rows[other])
    for name in ("claimed", "approved", "received"):
        rows[f"share_{name}"] = rows[name] / positive(rows["budget"])
    opened = (as_day(as_of) + DAY - WINDOW).to_datetime64()
    first, last = np.maximum(rows["start"], opened), np.minimum(rows["end"], now)
    within = (moves["date"] >= first[moves["owner"]]) & (moves["date"] <= last[moves["owner"]])
    recent = sums(np.where(within, moves["halers"], 0), moves["owner"], count) / 100
    rows["recent_rate"] = recent / positive(months_between(first, last))
    return shaped(MONEY_STAGES, rows)


def claims(
    finance_plan: pd.DataFrame, transactions: pd.DataFrame, projects: pd.DataFrame, *, as_of: str | date
) -> pd.DataFrame:
    """How does each step of the financial plan compare with what was spent, claimed, approved and received?

    ESF money comes by claims, so spending is compared step by step, with a plan whose steps count whole at their end.
    planned = what the step plans, all its sources and activities; spent, claimed, approved, received (advances
    included) = movements dated in the step, up to `as_of`: a claim counts in the step in which it is filed, which as a
    rule follows the one it is for. …_total = all up to the end of the step. gap = spent_total - planned_total,
    share_spent = spent_total / planned_total, both of a step that has ended.

    One row is a step (a period), in their order. Columns: project_id, period_start, period_end, state (ended, running,
    to_come), planned, spent, claimed, approved, received, planned_total, spent_total, claimed_total, received_total,
    gap (currency), share_spent (fraction), currency. A step without a first day begins after the step before, and the
    first one with the first movement. A type of movement of which none is known is missing, not 0; so is everything of
    a step to come but its plan. A step recorded again later replaces the earlier one. Rules: METHOD.md M8, M11.
    """
    now = as_day64(as_of)
    owners = ordered(arrays(PROJECTS, projects, "currency?"), ["project_id"])
    rows = _periods(steps(finance_plan, now, owners))
    owner, end, count = rows["owner"], rows["period_end"], len(rows["owner"])
    first = np.where(np.isnat(rows["period_start"]), _after_the_one_before(rows), rows["period_start"])
    moves = movements(transactions, now, owners)
    projects_count = len(owners["project_id"])
    opened = np.full(projects_count, np.datetime64("NaT", "us"))
    np.fmin.at(opened, moves["owner"], moves["date"])
    begins = np.where(np.isnat(first), opened[owner], first)
    waits = np.isnat(begins) | (begins > now)
    rows["state"] = worded([(end <= now, "ended"), (waits, "to_come")], "running")
    eve: Days = np.asarray(first - ONE_DAY, dtype=first.dtype)
    begun, ended = rows["state"] != "to_come", rows["state"] == "ended"
    for name in ("spent", "claimed", "approved", "received"):
        of_kind = np.isin(moves["type"].astype(str), STAGES.get(name, ()))
        halers = moves["halers"] if name == "spent" else np.where(of_kind, moves["moved"], 0)
        counted = np.ones(len(of_kind), dtype=bool) if name == "spent" else of_kind
        known = np.bincount(moves["owner"][counted], minlength=projects_count)[owner] > 0
        upto = _summed(moves, halers, owner, end)
        before = _summed(moves, halers, owner, eve)
        rows[name] = np.where(known & begun, (upto - before) / 100, np.nan)
        rows[f"{name}_total"] = np.where(known & begun, upto / 100, np.nan)
    day, _ = pd.factorize(numbered(owner, end))
    rows["planned_total"] = running(rows["halers"], owner)[last_of(day, count)[day]] / 100
    rows["planned"] = rows["halers"] / 100
    rows["gap"] = np.where(ended, apart(rows["spent_total"], rows["planned_total"]), np.nan)
    rows["share_spent"] = np.where(ended, rows["spent_total"] / positive(rows["planned_total"]), np.nan)
    rows["project_id"], rows["currency"] = (picked(owners[name], owner) for name in ("project_id", "currency"))
    precisions = [name for name in rows if name.endswith("_precision")]
    return shaped(CLAIMS, rows, *precisions)


def _periods(planned: Rows) -> Rows:
    """A row for each period of the plan, in haléře; all its sources and activities together."""
    number, distinct = pd.factorize(numbered(planned["owner"], planned["period_start"], planned["period_end"]))
    count = len(distinct)
    rows = chosen(planned, last_of(number, count))
    rows["halers"] = sums(np.rint(planned["amount"] * 100), number, count)
    return ordered(rows, ["owner", "period_end", "period_start"])


def _after_the_one_before(rows: Rows) -> Days:
    """The day after the last earlier end of a step; missing for the first of a project."""
    owner, end = rows["owner"], rows["period_end"]
    new = np.ones(len(end), dtype=bool)
    new[1:] = (owner[1:] != owner[:-1]) | (end[1:] != end[:-1])
    ends, of = end[new], owner[new]
    before = np.full(len(ends), np.datetime64("NaT", "us"))
    before[1:] = np.where(of[1:] == of[:-1], ends[:-1], before[1:])
    after: Days = before[np.cumsum(new) - 1] + ONE_DAY
    return after


def _summed(moves: Rows, halers: Numbers, owner: np.ndarray, day: Days) -> Numbers:
    """What the movements come to by each day; nothing by a day that is missing, which lies before all of them."""
    stated: Flags = ~np.isnat(day)
    found = np.zeros(len(day))
    found[stated] = summed_to(moves["owner"], moves["date"], halers, owner[stated], day[stated])
    return found
