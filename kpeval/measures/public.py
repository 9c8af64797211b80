"""Which steps did the making of a plan take, and what became of what the public said of the draft?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.codes import PLAN_STEPS as STEPS
from kpeval.codes import SETTLED
from kpeval.deliveries import NO_DAY
from kpeval.results import COMMENT_SETTLEMENT, PLAN_STEPS
from kpeval.rows import Days, Flags, Rows, chosen, medians, ordered, places, positive, worded
from kpeval.schema import COMMENT_PROCEDURES, COMMENTS, PLANS
from kpeval.shapes import shaped
from kpeval.timespan import as_day64, days_between, span_days
from kpeval.values import arrays

RECOMMENDED_DAYS = 14  # METHOD.md U1 says who recommends it
OF_PLAN = {"drafted": "drafted_on", "discussed": "discussed_on", "approved": "approved_on", "published": "published_on"}
OF_PROCEDURE = {
    "comments_opened": "opened",
    "hearing": "hearing_on",
    "comments_closed": "closed",
    "settlement_published": "published_on",
}


def plan_steps(plans: pd.DataFrame, comment_procedures: pd.DataFrame, *, as_of: str | date) -> pd.DataFrame:
    """Which steps of making each community plan are done, which are planned, and of which is no day stated?

    state: done (its day is not after `as_of`), planned (its day lies ahead, and was known by `as_of`), not_stated.

    One row is a step of a plan; those of comments once for each of its procedures, and once without one where it has
    none. Columns: project_id, plan_id, title, procedure_id (missing for the steps of the plan itself), step (drafted,
    comments_opened, hearing, comments_closed, settlement_published, discussed by the bodies of the town, approved,
    published), day (missing where not stated), state. Rows by project, the plan's first day, plan, step and procedure.

    - A day ahead was known if its row was recorded by `as_of`; of comments, closing and hearing are announced when they
      open. Any other day ahead is what became known later: not stated.
    - A plan or procedure that was recorded after `as_of`, and a procedure of no plan, is not there.

    Raises DataError for a repeated plan or procedure. Rule: METHOD.md E3.
    """
    now = as_day64(as_of)
    made = ordered(
        arrays(PLANS, plans, f"plan_id title? period_start recorded_on {' '.join(OF_PLAN.values())}"),
        ["project_id", "period_start", "plan_id"],
    )
    made = chosen(made, ~(made["recorded_on"] > now))
    asked = _procedures(comment_procedures, now)
    asked["plan"] = places(asked, made, ["project_id", "plan_id"])
    asked = chosen(asked, asked["plan"] >= 0)
    count = len(made["plan_id"])
    without = np.flatnonzero(np.bincount(asked["plan"], minlength=count) == 0)
    parts: list[Rows] = []
    for step in STEPS:
        if step in OF_PLAN:
            days = _by_then(made[OF_PLAN[step]], made["recorded_on"], now)
            parts.append(_part(step, np.arange(count), days, np.full(count, np.nan, dtype=object)))
        else:
            days = np.concatenate([asked[OF_PROCEDURE[step]], np.full(len(without), NO_DAY)])
            names = np.concatenate([asked["procedure_id"], np.full(len(without), np.nan, dtype=object)])
            parts.append(_part(step, np.concatenate([asked["plan"], without]), days, names))
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    rows = ordered(rows, ["plan", "place", "procedure_id"])
    for name in ("project_id", "plan_id", "title"):
        rows[name] = made[name][rows["plan"]]
    rows["state"] = worded([(rows["day"] <= now, "done"), (rows["day"] > now, "planned")], "not_stated")
    return shaped(PLAN_STEPS, rows)


def _part(step: str, plan: np.ndarray, days: Days, procedures: np.ndarray) -> Rows:
    several = np.full(len(plan), step, dtype=object)
    return {
        "plan": plan,
        "place": np.full(len(plan), STEPS.index(step)),
        "step": several,
        "day": days,
        "procedure_id": procedures,
    }


def _procedures(comment_procedures: pd.DataFrame, now: np.datetime64) -> Rows:
    """The procedures known on the day, with the days that were known of them."""
    names = "procedure_id plan_id opened closed hearing_on published_on recorded_on"
    rows = ordered(arrays(COMMENT_PROCEDURES, comment_procedures, names), ["project_id", "opened", "procedure_id"])
    recorded = rows["recorded_on"]
    first = rows["opened"]
    for name in ("closed", "hearing_on", "published_on"):  # the first of its days that is stated
        first = np.where(np.isnat(first), rows[name], first)
    since = np.where(np.isnat(recorded), first, recorded)
    rows = chosen(rows, ~(since > now))
    rows["published_on"] = _by_then(rows["published_on"], rows["recorded_on"], now)
    return rows


def _by_then(days: Days, recorded: Days, now: np.datetime64) -> Days:
    """The days as far as they were known: those gone by, and those ahead in a row that was recorded by then."""
    ahead = (days > now) & ~(recorded <= now)
    return np.where(ahead, NO_DAY, days)


def comment_settlement(comment_procedures: pd.DataFrame, comments: pd.DataFrame, *, as_of: str | date) -> pd.DataFrame:
    """How long could the public comment, how much came, and what became of it?

    window_days = closed - opened + 1; enough: at least 14. share_settled = settled / received. share_accepted =
    content_accepted / content_settled, share_partly = content_partly / content_settled: of the comments on the content,
    for formal ones ask for nothing, and of those settled, for the others are not refused yet.
    median_days_to_settle = the median of settled_on - received_on (0: on the same day). share_with_reason = reasons /
    settled.

    One row is a comment procedure. Columns: project_id, procedure_id, plan_id, opened, closed, state (planned, open,
    closed: its last day is over; not_stated), window_days, enough, hearing_on, received, content, formal, unsorted (no
    kind is stated), outside (received before opened or after closed), settled, accepted, partly, rejected, noted,
    unsettled (open, or no settlement known by the day), share_settled, content_settled, content_accepted,
    content_partly, share_accepted, share_partly, median_days_to_settle, reasons (settled, and a reason is given),
    share_with_reason, published_on (the settlement; missing where it was not published by the day). Rows by project,
    first day and procedure.

    - On its last day a procedure counts as closed, for the day of the report counts as passed.
    - A procedure, comment or settlement counts from its day, and none before it was recorded. A procedure of which
      nothing was recorded before it opens is not there. A settlement without a day counts from the day its comment
      does.
    - A rate of no comments is missing, not 0; so is the median where no day is stated.

    Raises DataError for a repeated procedure or comment. Rules: METHOD.md U1 to U4.
    """
    now = as_day64(as_of)
    out = _procedures(comment_procedures, now)
    count = len(out["procedure_id"])
    opened, closed = out["opened"], out["closed"]
    out["window_days"] = days_between(opened, closed)
    out["enough"] = np.where(np.isnan(out["window_days"]), np.nan, out["window_days"] >= RECOMMENDED_DAYS)
    choice = [(opened > now, "planned"), (closed <= now, "closed"), ((opened <= now) & (closed > now), "open")]
    out["state"] = worded(choice, "not_stated")
    out["published_on"] = np.where(out["published_on"] <= now, out["published_on"], NO_DAY)
    rows = _received(comments, out, now)
    group, content = rows["procedure"], rows["kind"] == "content"
    known = np.isin(rows["settlement"], SETTLED) & ~(rows["settled_on"] > now)
    accepted, partly = known & (rows["settlement"] == "accepted"), known & (rows["settlement"] == "partly")
    early, after = rows["received_on"] < opened[group], rows["received_on"] > closed[group]
    counts: dict[str, Flags] = {
        "received": np.ones(len(group), dtype=bool),
        "content": content,
        "formal": rows["kind"] == "formal",
        "unsorted": pd.isna(rows["kind"]),
        "outside": early | after,
        "settled": known,
        "accepted": accepted,
        "partly": partly,
        "rejected": known & (rows["settlement"] == "rejected"),
        "noted": known & (rows["settlement"] == "noted"),
        "unsettled": ~known,
        "content_settled": known & content,
        "content_accepted": accepted & content,
        "content_partly": partly & content,
        "reasons": known & ~pd.isna(rows["reason"]),
    }
    for name, flags in counts.items():
        out[name] = np.bincount(group, weights=flags, minlength=count).astype(np.float64)
    out["share_settled"] = out["settled"] / positive(out["received"])
    out["share_accepted"] = out["content_accepted"] / positive(out["content_settled"])
    out["share_partly"] = out["content_partly"] / positive(out["content_settled"])
    out["share_with_reason"] = out["reasons"] / positive(out["settled"])
    took = np.where(known, span_days(rows["settled_on"] - rows["received_on"]), np.nan)
    out["median_days_to_settle"] = medians(took, group, count)
    return shaped(COMMENT_SETTLEMENT, out)


def _received(comments: pd.DataFrame, procedures: Rows, now: np.datetime64) -> Rows:
    """The comments known on the day; `procedure` is the row their procedure stands in."""
    names = "comment_id procedure_id received_on kind settlement settled_on reason recorded_on"
    rows = arrays(COMMENTS, comments, names)
    rows["procedure"] = places(rows, procedures, ["project_id", "procedure_id"])
    return chosen(rows, (rows["procedure"] >= 0) & ~(rows["received_on"] > now) & ~(rows["recorded_on"] > now))
