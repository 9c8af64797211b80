"""Which part of a project's breakdowns may be seen? The one way from the counts to what is shown.

Counts, state by state (`history`) → some are hidden (`suppression`) → a reader's attempt to compute what is hidden
(`audit`) → a frame in which a hidden number is missing. Presenters take no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from kpeval.measures.breakdown import breakdown_counts
from kpeval.privacy.audit import DisclosureError, Shown, exposed
from kpeval.privacy.history import History, Row, by_dimension, histories
from kpeval.privacy.rules import rules_of
from kpeval.privacy.suppression import REST, Hidden, suppressed
from kpeval.project import Project
from kpeval.results import INDICATOR_BREAKDOWN
from kpeval.timespan import as_day

NOTHING: Hidden = frozenset()


def indicator_breakdown(project: Project, *, as_of: str | date) -> pd.DataFrame:
    """Who or what makes up the value that each indicator has reached, as far as it may be shown?

    actual = the values of the category, put together by the indicator's accumulation; total = the indicator's own
    value; share = actual / total. Where people are counted, small counts are missing, and so are others from which
    they could be computed, on this day or from the reports of other days; an audit by linear programming tries to.

    One row is a category of an indicator's breakdown, or the rest that is not broken down (`part`). Columns:
    project_id, indicator_id, code, name, unit, accumulation, dimension, category, part (category, rest), actual,
    total, share, measured_on, people (whether people are counted), suppressed (actual and share are missing because
    they are not to be seen), withheld (few, no_base: the dimension has this one row, without a category, and is not
    shown at all), threshold (from which number on people are shown; missing where none are counted). Rows by
    indicator, dimension, category, the rest last.

    - What is shown on a day depends on that day and those before it, never on what became known later. Every day on
      which something became known is taken into account, so it does not matter for which days reports are made.
    - Zeros are shown, and so is the indicator's own total.
    - withheld few: even with all numbers hidden they could be computed, as where the total itself is 3; or a ratio
      one of whose categories was ever one of few people; or a small number was ever in a breakdown finer than another.
    - withheld no_base: a rate of people, of which nobody said how many they are.

    Raises DisclosureError where the audit fails: no report may be made then. Rules: METHOD.md B1 to B5.
    """
    rules, now = rules_of(project.settings["privacy"]), as_day(as_of)
    project = project.known(now)  # with the values that are counted from evidence, on this day and those before
    counts = breakdown_counts(project.indicators, project.measurements, as_of=now)
    people = histories(project, counts, rules, now)
    rows: list[Row] = []
    for key, part in by_dimension(counts).items():
        if key not in people:
            rows += _of_things(part)
            continue
        nested = any(owner == key[0] and _finer(people[key], other) for (owner, _), other in people.items())
        rows += _of_people(part, people[key], nested=nested)
    array: Any = pd.array  # its stubs want the type as a literal
    columns = {column.name: column.dtype for column in INDICATOR_BREAKDOWN.columns}
    return pd.DataFrame({name: array([row[name] for row in rows], dtype=dtype) for name, dtype in columns.items()})


def _of_things(rows: list[Row]) -> list[Row]:
    """All of it: nobody is counted here."""
    return [row | {"people": False, "suppressed": False, "withheld": np.nan, "threshold": np.nan} for row in rows]


def _finer(one: History, other: History) -> bool:
    """Whether each category of the one names, among other things, one of the other: women among users, and users."""
    fine, coarse = (
        {name.casefold() for day in part.days for name in day.cells if name != REST} for part in (one, other)
    )
    return len(fine) > len(coarse) > 0 and all(any(name in longer for name in coarse) for longer in fine)


def _of_people(rows: list[Row], history: History, *, nested: bool) -> list[Row]:
    """The rows without the numbers that are not to be seen.

    What a breakdown `nested` in another hides could be computed from the other: nothing of it is shown then.
    """
    small = any(0 < count < day.threshold for day in history.days for count in day.cells.values())
    if nested and small:
        hidden: Hidden = None
        withheld = "few"
    elif not history.adds_up:
        withheld = "no_base" if rows[0]["accumulation"] != "ratio" else "few" if history.small else ""
        hidden = None if withheld else NOTHING
    else:
        hidden, withheld = _hidden(history, rows[0]["indicator_id"]), "few"
    told = {"people": True, "threshold": history.threshold, "withheld": np.nan}
    if hidden is None:
        nobody = {"category": np.nan, "part": "category", "measured_on": pd.NaT}
        return [_silent(rows[0] | told | nobody | {"withheld": withheld})]
    names = [REST if row["part"] == "rest" else row["category"] for row in rows]
    pairs = zip(rows, names, strict=True)
    return [_silent(row | told) if name in hidden else row | told | {"suppressed": False} for row, name in pairs]


def _silent(row: Row) -> Row:
    return row | {"actual": np.nan, "share": np.nan, "suppressed": True}


def _hidden(history: History, indicator: str) -> Hidden:
    """What the last state hides, once the audit has failed to compute it; DisclosureError where it has not."""
    hidden = suppressed(history.days, history.grows)
    if all(none == NOTHING for none in hidden):
        return NOTHING
    if exposed(_seen(history, hidden), history.grows):
        # The bounds that suppression goes by are coarser than what can be computed: it asks for each state, then.
        hidden = suppressed(
            history.days, history.grows, lambda tried: bool(exposed(_seen(history, tried), history.grows))
        )
        count = len(exposed(_seen(history, hidden), history.grows))
        if count:
            raise DisclosureError(f"indicator {indicator}: {count} hidden counts of people could be computed")
    return hidden[-1]


def _seen(history: History, hidden: Sequence[Hidden]) -> list[Shown]:
    """The first states as a reader sees them with these cells hidden."""
    return [
        Shown(
            day.total,
            None if none is None else {name: None if name in none else value for name, value in day.cells.items()},
            day.threshold,
            day.over,
            REST,
        )
        for day, none in zip(history.days, hidden, strict=False)
    ]
