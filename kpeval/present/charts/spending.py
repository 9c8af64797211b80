"""Of which part of the budget is how much spent, and where is it more than there is?"""

from __future__ import annotations

from datetime import date
from math import inf
from typing import NamedTuple

import pandas as pd

from kpeval.present.cells import Row, each
from kpeval.present.charts.figure import (
    ACCENT,
    BAR,
    EDGE,
    INK,
    LINE,
    MOST_ROWS,
    MUTED,
    SURFACE,
    SURPLUS,
    TRACK,
    WIDTH,
    Chart,
    Told,
    currency,
    enough,
    one_project,
    stood,
    subtitle,
)
from kpeval.present.charts.letters import breadth, wrapped
from kpeval.present.charts.name import with_name
from kpeval.present.display import Omitted
from kpeval.present.language import Language, language, money_decimals
from kpeval.present.svg import legible

GAP = 10.0  # between a bar and the next name
ROOM = 1.0  # so that a mark at the very end is not cut in half


class Part(NamedTuple):
    """A part of the budget as it is drawn; NaN for what is not known."""

    name: str
    budget: float
    spent: float
    said: str
    share: str

    @property
    def end(self) -> float:
        return max((amount for amount in (self.budget, self.spent) if pd.notna(amount)), default=0.0)


@with_name
def spending(
    spending: pd.DataFrame,
    *,
    projects: pd.DataFrame | None = None,
    as_of: str | date | None = None,
    lang: str,
) -> Chart | Omitted:
    """A bar a part of the budget, as long as its budget, filled as far as it is spent; what is beyond it stands out."""
    words = language(lang)
    one_project(spending)
    rows = [row for row in each(spending) if row.budget > 0 or row.spent > 0]
    if not rows or all(pd.isna(row.spent) for row in rows):
        return Omitted(words.say("What was spent on the parts of the budget is not stated, so nothing can be drawn."))
    if len(rows) == 1:
        return Omitted(words.say("The budget has one part only that could be drawn; the table shows it."))
    if len(rows) > MOST_ROWS:
        return Omitted(words.say("The budget has too many parts to be drawn; the table shows them."))
    decimals = money_decimals(amount for row in rows for amount in (row.budget, row.spent))
    parts = [_part(row, decimals, words) for row in rows]
    title = _finding(rows, words)
    said = [f"{part.name}: {part.said}" + (f" ({part.share})" if part.share else "") for part in parts]
    alt = words.say(
        "Bar chart of spending against the budget. {parts}. {finding}.", parts=enough(said, words), finding=title
    )
    measure = words.say("Spent and budgeted, by part of the budget")
    return _drawn(Told(title, subtitle(measure, stood(as_of, words), projects=projects), alt), parts, words)


def _part(row: Row, decimals: int, words: Language) -> Part:
    named = isinstance(row.category, str)
    title = f" {row.title}" if isinstance(row.title, str) else ""
    name = legible(f"{row.category}{title}" if named else words.say("not assigned to any"), 60)
    unit = currency(row)
    amounts = {
        "spent": words.say("not stated") if pd.isna(row.spent) else words.number(row.spent, decimals),
        "budget": "" if pd.isna(row.budget) else words.money(row.budget, unit, decimals),
    }
    said = words.say("{spent} of {budget}", **amounts)
    if pd.isna(row.budget):
        said = words.money(row.spent, unit, decimals)
    share = "" if pd.isna(row.share_spent) else words.percent(row.share_spent, 0)
    return Part(name, float(row.budget), float(row.spent), said, share)


def _finding(rows: list[Row], words: Language) -> str:
    over = [row for row in rows if row.left < 0 and isinstance(row.category, str)]  # what belongs to none is no part
    if over:
        worst = max(over, key=lambda row: row.share_spent if pd.notna(row.share_spent) else inf)  # of a budget of 0
        named = legible(worst.category, 30)
        return words.count(
            "{count} part of the budget is overspent, {name}",
            "{count} parts of the budget are overspent, most of all {name}",
            len(over),
            name=named,
        )
    known = [row for row in rows if pd.notna(row.share_spent) and isinstance(row.category, str)]
    if not known:
        return words.say("What is spent belongs to no part of the budget")
    least, most = (end(known, key=lambda row: row.share_spent) for end in (min, max))
    values = {"least": legible(least.category, 30), "most": legible(most.category, 30)}
    shares = {"low": words.percent(least.share_spent), "high": words.percent(most.share_spent)}
    if least.share_spent == most.share_spent:
        return words.say("Of each part of the budget {high} is spent", **shares)
    return words.say("Least is spent of {least}, {low}, most of {most}, {high}", **values, **shares)


def _drawn(told: Told, parts: list[Part], words: Language) -> Chart:
    column = max(breadth(part.share, bold=True) for part in parts) + 8
    names = [wrapped(part.name, WIDTH - column - breadth(part.said) - 14) for part in parts]
    height = sum(LINE * len(lines) + 1 + BAR + GAP for lines in names) - GAP + 4
    chart = Chart(told, height, (0, max(part.end for part in parts)), right=ROOM)
    y = 2.0
    for part, lines in zip(parts, names, strict=True):
        for line in lines:
            y += LINE
            chart.write(chart.x(0), y - 4, line)
        chart.write(chart.x(WIDTH - column), y - 4, part.said, colour=MUTED, align="right")
        chart.write(chart.x(WIDTH - ROOM), y - 4, part.share, bold=True, align="right")
        _bar(chart, y + 1, part)
        y += 1 + BAR + GAP
    return chart


def _bar(chart: Chart, y: float, part: Part) -> None:
    spent = 0.0 if pd.isna(part.spent) else max(part.spent, 0.0)
    if part.budget > 0:
        chart.bar(0, part.budget, y, TRACK, edge=EDGE, name="budget")
    within = min(spent, part.budget) if part.budget > 0 else 0.0
    if within:
        chart.bar(0, within, y, ACCENT, name="spent")
    if spent > within:
        chart.bar(within, spent, y, SURPLUS, name="over")
        chart.hatch(within, spent, y, SURFACE, step=4)
        chart.bar(within, spent, y, "", edge=INK)
