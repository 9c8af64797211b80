"""Who pays what share of the cost, and do the sources together match it?"""

from __future__ import annotations

from math import nan
from operator import itemgetter
from typing import NamedTuple

import pandas as pd

from kpeval.present.cells import each
from kpeval.present.charts.figure import (
    ACCENT,
    BAR,
    EDGE,
    INK,
    LINE,
    MOST_ROWS,
    MUTED,
    SECOND,
    SURFACE,
    SURPLUS,
    TRACK,
    WIDTH,
    Chart,
    Told,
    currency,
    enough,
    one_project,
    subtitle,
)
from kpeval.present.charts.letters import breadth, wrapped
from kpeval.present.charts.name import with_name
from kpeval.present.display import Omitted
from kpeval.present.language import Language, language, money_decimals
from kpeval.present.svg import legible

SEEN = 0.0005  # a difference that the percentages shown would not tell, where no tolerance is known
GAP = 11.0  # between a bar and the next name
EDGE_ROOM = 1.0  # so that a mark at the very end of the scale is not cut in half
RIGHT = WIDTH - EDGE_ROOM


class Part(NamedTuple):
    """A source as it is drawn: its bar begins where the last one ended."""

    name: str
    first: float
    share: float  # NaN where it is not known
    amount: str
    computed: bool


class Budget(NamedTuple):
    """What the chart tells: the parts, what they come to, and how that compares with the whole."""

    parts: list[Part]
    of_total: bool  # else of the sum of the sources
    whole: str  # what 100 % is, with its amount
    summed: str  # the amount of all sources
    coverage: float  # NaN where a source states no amount
    state: str
    difference: str  # surplus or shortfall
    number: int  # of sources; those that stand together in the last part count each
    largest: str  # the source that gives most, of several the last, as in the sentence; and its share
    most: float

    @property
    def end(self) -> float:
        """Where the last bar ends."""
        return max(part.first + (0 if pd.isna(part.share) else part.share) for part in self.parts)


@with_name
def budget_shares(
    shares: pd.DataFrame,
    reconciliation: pd.DataFrame | None = None,
    *,
    projects: pd.DataFrame | None = None,
    lang: str,
) -> Chart | Omitted:
    """One bar a source, each beginning where the last one ended, and their sum against the total cost.

    Nothing is rescaled: what goes beyond 100 % is seen to go beyond it. `reconciliation` (of the same project) gives
    the total, the surplus and whether it lies within the tolerance; `projects` the project's title.
    """
    words = language(lang)
    one_project(shares)
    amounts, of_whole, of_sum = (shares[name].tolist() for name in ("amount", "share_of_total", "share_of_sum"))
    if all(map(pd.isna, amounts)):
        return Omitted(words.say("No source states an amount, so no share can be drawn."))
    of_total = any(map(pd.notna, of_whole))
    if not of_total and all(map(pd.isna, of_sum)):
        return Omitted(words.say("Neither the total cost nor every amount is stated, so no share can be drawn."))
    budget = _budget(shares, reconciliation, of_total, words)
    only = budget.parts[0]
    if len(budget.parts) == 1 and budget.state not in ("over", "under"):
        share = words.percent(only.share)
        return Omitted(
            words.say("There is one source only, {source}: {share}.", source=only.name, share=share), told=True
        )
    known = [part for part in budget.parts if pd.notna(part.share)]
    if len(known) == 1 < len(budget.parts):
        said, share = known[0].name, words.percent(known[0].share)
        return Omitted(
            words.say("One source only states an amount, {source}: {share}.", source=said, share=share), told=True
        )
    told = _told(budget, projects, words)
    return _drawn(budget, told, words)


def _budget(shares: pd.DataFrame, checked: pd.DataFrame | None, of_total: bool, words: Language) -> Budget:
    column = "share_of_total" if of_total else "share_of_sum"
    unit = currency(shares.iloc[0])
    checks = () if checked is None or checked.empty else checked[["total_cost", "surplus"]].iloc[0].tolist()
    decimals = money_decimals(shares["amount"], checks)
    parts = _parts(shares, column, unit, decimals, words)
    summed = words.money(_exact(shares["amount"]), unit, decimals)
    coverage = float(shares[column].to_numpy("float64", na_value=nan).sum())
    known = [
        (source, float(share))
        for source, share in zip(shares["source"], shares[column], strict=True)
        if pd.notna(share)
    ]
    counts = (len(shares), *max(reversed(known), key=itemgetter(1), default=("", nan)))
    if not of_total:
        return Budget(parts, False, words.say("sum of the sources"), summed, coverage, "unknown", "", *counts)
    state = "over" if coverage > 1 + SEEN else "under" if coverage < 1 - SEEN else "unknown"
    whole, difference = words.say("total cost"), "" if pd.isna(coverage) else words.percent(abs(coverage - 1))
    if checked is not None and len(checked):
        row = checked.iloc[0]
        state = row["state"]
        if pd.notna(row["total_cost"]):
            whole = words.say("total cost {amount}", amount=words.money(row["total_cost"], unit, decimals))
        if pd.notna(row["surplus"]):
            difference = words.money(abs(row["surplus"]), unit, decimals)
    return Budget(parts, True, whole, summed, coverage, state, difference, *counts)


def _parts(shares: pd.DataFrame, column: str, unit: str | None, decimals: int, words: Language) -> list[Part]:
    """The sources one after the other; those beyond the most that fit a page stand together in the last one."""
    rows = [
        (
            legible(row.source),
            float(getattr(row, column)),
            float(row.amount),
            pd.notna(row.derived) and bool(row.derived),
        )
        for row in each(shares)
    ]
    if len(rows) > MOST_ROWS:
        rest = shares.iloc[MOST_ROWS - 1 :]
        further = words.count("{count} further source", "{count} further sources", len(rest))
        rows = [*rows[: MOST_ROWS - 1], (further, float(rest[column].sum()), _exact(rest["amount"]), False)]
    parts, end = [], 0.0
    for name, share, amount, computed in rows:
        said = words.say("not stated") if pd.isna(amount) else words.money(amount, unit, decimals)
        parts.append(Part(name, end, share, said, computed))
        end += 0 if pd.isna(share) else share
    return parts


def _exact(amounts: pd.Series[float]) -> float:
    known = (float(amount) for amount in amounts.tolist() if pd.notna(amount))
    return sum(round(amount * 100) for amount in known) / 100  # whole haléře, so that nothing is lost


def _told(budget: Budget, projects: pd.DataFrame | None, words: Language) -> Told:
    measure = (
        words.say("Sources as shares of the total cost")
        if budget.of_total
        else words.say("Sources as shares of their sum")
    )
    title = _finding(budget, words)
    parts = [_said(part, words) for part in budget.parts]
    alt = words.say(
        "Bar chart. {measure}: {parts}. {finding}.", measure=measure, parts=enough(parts, words), finding=title
    )
    return Told(title, subtitle(measure, projects=projects), alt)


def _said(part: Part, words: Language) -> str:
    if pd.isna(part.share):
        return f"{legible(part.name, 60)}: {part.amount}"
    facts = [words.percent(part.share), part.amount, *([words.say("computed")] if part.computed else [])]
    return f"{legible(part.name, 60)}: {', '.join(facts)}"


def _finding(budget: Budget, words: Language) -> str:
    known = [part for part in budget.parts if pd.notna(part.share)]
    source, share = legible(budget.largest, 40), words.percent(budget.most)
    coverage = words.percent(budget.end)
    if len(known) < len(budget.parts):
        unknown = len(budget.parts) - len(known)
        return words.count(
            "The amounts stated come to {coverage} of the cost; {count} source states none",
            "The amounts stated come to {coverage} of the cost; {count} sources state none",
            unknown,
            coverage=coverage,
        )
    if budget.state == "over":
        return words.count(
            "The only source promises {coverage} of the cost: a surplus of {surplus}",
            "{count} sources together promise {coverage} of the cost: a surplus of {surplus}",
            budget.number,
            coverage=coverage,
            surplus=budget.difference,
        )
    if budget.state == "under":
        return words.count(
            "The only source covers {coverage} of the cost: {shortfall} is missing",
            "{count} sources together cover only {coverage} of the cost: {shortfall} is missing",
            budget.number,
            coverage=coverage,
            shortfall=budget.difference,
        )
    if budget.of_total:
        return words.say("The sources add up to the total cost; {source} gives {share}", source=source, share=share)
    return words.say("Of the sources {source} gives the largest part, {share}", source=source, share=share)


def _drawn(budget: Budget, told: Told, words: Language) -> Chart:
    column = max(
        [breadth(words.percent(part.share), bold=True) for part in budget.parts if pd.notna(part.share)], default=0
    )
    column = max(column, breadth(words.percent(budget.end), bold=True)) + 10
    names = [_name(part.name, _amount(part, words), column) for part in budget.parts]
    height = sum(LINE * len(lines) + 1 + BAR + GAP for lines in names) + 4 + LINE + 1 + BAR + LINE + 6
    height += LINE if budget.state in ("over", "under") else 0
    chart = Chart(told, height, (0, max(1.0, budget.end)), right=EDGE_ROOM)
    y = 0.0
    for part, lines in zip(budget.parts, names, strict=True):
        y = _row(
            chart, y, lines, _amount(part, words), words.percent(part.share) if pd.notna(part.share) else "", column
        )
        _bar(chart, y, part)
        y += BAR + GAP
    complete = pd.notna(budget.coverage)
    together = words.say("Sources together") if complete else words.say("Amounts stated, together")
    y = _row(chart, y + 4, [together], budget.summed, words.percent(budget.end), column, bold=True)
    _total(chart, y, budget, words)
    return chart


def _amount(part: Part, words: Language) -> str:
    return f"{part.amount} ({words.say('computed')})" if part.computed else part.amount


def _name(name: str, amount: str, column: float) -> list[str]:
    return wrapped(name, RIGHT - column - breadth(amount) - 14, lines=3)


def _row(
    chart: Chart, y: float, lines: list[str], amount: str, share: str, column: float, *, bold: bool = False
) -> float:
    """Name, amount and share above a bar; returns where the bar's top is."""
    for line in lines:
        y += LINE
        chart.write(chart.x(0), y - 4, line, bold=bold)
    chart.write(chart.x(RIGHT - column), y - 4, amount, colour=MUTED, align="right")
    chart.write(chart.x(RIGHT), y - 4, share, bold=True, align="right")
    return y + 1


def _bar(chart: Chart, y: float, part: Part) -> None:
    chart.bar(0, 1, y, TRACK)
    if pd.notna(part.share):
        chart.bar(part.first, part.first + part.share, y, ACCENT, name="source")
        if part.computed:
            chart.hatch(part.first, part.first + part.share, y, SURFACE)
    chart.tick(1, y, INK, width=1.2, over=1)


def _total(chart: Chart, y: float, budget: Budget, words: Language) -> None:
    """The bars end to end against the line of 100 %; what lies beyond it, or is missing to it, outlined and named."""
    chart.bar(0, 1, y, TRACK)
    chart.bar(0, min(budget.end, 1), y, ACCENT, name="total")
    for part in budget.parts[1:]:
        if 0 < part.first < min(budget.end, 1):
            chart.line([part.first, part.first], [y, y + BAR], SURFACE, width=1)
    first, last = min(budget.end, 1), max(budget.end, 1)
    note = ""
    if budget.state == "over":
        chart.bar(first, last, y, SURPLUS, name="surplus")
        chart.hatch(first, last, y, SURFACE, step=4)
        chart.bar(first, last, y, "", edge=INK)
        note = words.say("surplus {amount}", amount=budget.difference)
    elif budget.state == "under":
        chart.bar(first, last, y, SURFACE, edge=EDGE, name="shortfall")
        note = words.say("missing {amount}", amount=budget.difference)
    chart.tick(1, y, INK, over=2, name="whole")
    label = words.say("{share} = {whole}", share=words.percent(1, 0), whole=budget.whole)
    chart.write(1, y + BAR + LINE + 2, label, colour=MUTED, align="right")
    if note:
        chart.write(chart.x(RIGHT), y + BAR + 2 * LINE + 2, note, colour=SECOND, bold=True, align="right")
