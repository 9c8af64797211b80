"""Of which part of the budget is how much spent: by line, chapter, source or activity?"""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd

from kpeval.movements import apart, movements
from kpeval.results import SPENDING
from kpeval.rows import Cells, Rows, chosen, joined, last_of, numbered, ordered, picked, places, positive, sums, worded
from kpeval.schema import ACTIVITIES, BUDGET_LINES, FUNDING, PROJECTS
from kpeval.shapes import shaped
from kpeval.timespan import as_day64
from kpeval.values import arrays

COLUMNS = {"line": "line_id", "chapter": "chapter", "source": "source", "activity": "activity_id"}
DIGITS = re.compile(r"\d+")


def spending(
    budget_lines: pd.DataFrame,
    transactions: pd.DataFrame,
    projects: pd.DataFrame,
    activities: pd.DataFrame | None = None,
    funding: pd.DataFrame | None = None,
    *,
    as_of: str | date,
    by: str = "line",
) -> pd.DataFrame:
    """Of which part of the budget is how much spent by the day, and what belongs to none?

    The budget is divided `by` line, chapter, source or activity. budget = the lines of the part added up (basis:
    lines); of an activity or source without a line the amount that `activities` or `funding` states for it (basis:
    activity, source). spent as in `drawdown`: a movement belongs to the activity and source that it names itself, else
    to those of its line. left = budget - spent; share_spent = spent / budget.

    One row is a part of the budget, in the order of their numbers, and last one without a category: what belongs to
    none. So the rows of a project add up to what `drawdown` says is spent, to the haléř. Columns: project_id, by,
    category, title, basis, budget, spent, left (currency), share_spent (fraction), currency.
    A part that no movement names has spent 0 where the project's spending names others, or there is none yet; where no
    spending names any part, it is missing. ValueError for another `by`. Rules: METHOD.md M7, M10.
    """
    if by not in COLUMNS:
        raise ValueError(f"spending by '{by}' is not known: choose {', '.join(COLUMNS)}")
    now, column = as_day64(as_of), COLUMNS[by]
    owners = ordered(arrays(PROJECTS, projects, "currency?"), ["project_id"])
    lines = _lines(budget_lines, owners, now)
    stated = _stated(activities, funding, owners, by)
    moves = movements(transactions, now, owners, "line_id activity_id source")
    open_books = np.bincount(moves["owner"], minlength=len(owners["project_id"])) > 0
    moves = chosen(moves, moves["spends"])
    of_line = picked(lines[column], places(moves, lines, ["project_id", "line_id"]))
    own = np.full(len(of_line), np.nan, dtype=object) if by == "chapter" else moves[column]
    category = np.where(pd.isna(own), of_line, own)
    parts = joined(
        {"owner": lines["owner"], "category": lines[column]},
        {"owner": stated["owner"], "category": stated["category"]},
    )
    parts = joined(parts, {"owner": moves["owner"], "category": category})
    number, distinct = pd.factorize(numbered(parts["owner"], parts["category"]))
    count, sizes = len(distinct), np.cumsum([len(lines["owner"]), len(stated["owner"])])
    in_lines, in_stated, in_moves = np.split(number, sizes)
    rows = chosen(parts, last_of(number, count))
    rows["budget"] = sums(lines["halers"], in_lines, count) / 100
    from_lines, amount = ~np.isnan(rows["budget"]), picked(stated["amount"], last_of(in_stated, count))
    rows["budget"] = np.where(from_lines, rows["budget"], amount)
    rows["basis"] = worded([(from_lines, "lines"), (~np.isnan(amount), by)], "")
    rows["basis"] = np.where(rows["basis"] == "", np.nan, rows["basis"])
    named = np.bincount(moves["owner"][~pd.isna(category)], minlength=len(open_books)) > 0
    spends = np.bincount(moves["owner"], minlength=len(open_books)) > 0
    nothing = np.where((open_books & (named | ~spends))[rows["owner"]], 0, np.nan)
    spent = sums(moves["halers"], in_moves, count) / 100
    rows["spent"] = np.where(np.isnan(spent), nothing, spent)
    rows["left"] = apart(rows["budget"], rows["spent"])
    rows["share_spent"] = rows["spent"] / positive(rows["budget"])
    titled = lines if by == "line" else stated
    rows["title"] = picked(titled["title"], last_of(in_lines if by == "line" else in_stated, count))
    rows["by"] = np.full(count, by, dtype=object)
    for name in ("project_id", "currency"):
        rows[name] = owners[name][rows["owner"]]
    rows["rank"] = _rank(rows["category"])
    return shaped(SPENDING, ordered(rows, ["owner", "rank"]))


def _lines(budget_lines: pd.DataFrame, owners: Rows, now: np.datetime64) -> Rows:
    """The lines of the budget that are known on the day."""
    rows = arrays(BUDGET_LINES, budget_lines, "line_id chapter title activity_id source amount recorded_on")
    rows["owner"] = places(rows, owners, ["project_id"])
    rows["halers"] = np.rint(rows["amount"] * 100)
    return chosen(rows, (rows["owner"] >= 0) & ~(rows["recorded_on"] > now))


def _stated(activities: pd.DataFrame | None, funding: pd.DataFrame | None, owners: Rows, by: str) -> Rows:
    """The activities, or sources, and the amount that is stated for each as a whole."""
    if by == "activity" and activities is not None:
        rows = arrays(ACTIVITIES, activities, "activity_id title? budget")
        rows |= {"category": rows["activity_id"], "amount": rows["budget"]}
    elif by == "source" and funding is not None:
        rows = arrays(FUNDING, funding, "source declared_amount")
        nothing = np.full(len(rows["source"]), np.nan, dtype=object)
        rows |= {"category": rows["source"], "amount": rows["declared_amount"], "title": nothing}
    else:
        none = np.empty(0, dtype=object)
        rows = {"project_id": none, "category": none, "title": none, "amount": np.empty(0)}
    rows["owner"] = places(rows, owners, ["project_id"])
    return chosen(rows, rows["owner"] >= 0)


def _rank(category: Cells) -> Cells:
    """The place of each part among all, numbers by their value: 1.2 before 1.10; what belongs to none is last."""
    codes, distinct = pd.factorize(category)
    keys = [(DIGITS.sub(lambda found: found[0].zfill(20), text), text) for text in distinct]
    rank = np.empty(len(keys) + 1, dtype=np.intp)
    rank[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
    rank[-1] = len(keys)  # -1: missing
    return rank[codes]
