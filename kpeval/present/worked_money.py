"""How were the figures of money computed: shares, sums, differences, rates?"""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from kpeval import results
from kpeval.present import cells
from kpeval.present.cells import Row, each, first
from kpeval.present.display import Omitted
from kpeval.present.formula import (
    Arithmetic,
    Line,
    Rule,
    Say,
    Term,
    Workings,
    amount,
    difference,
    formula,
    plain,
    product,
    ratio,
    share,
    total,
)
from kpeval.present.language import Language, language, money_decimals
from kpeval.present.working import made, of_budget, time_elapsed
from kpeval.timespan import DAYS_A_MONTH


def key_figures(
    reconciliation: pd.DataFrame, drawdown: pd.DataFrame, period: pd.DataFrame, *, lang: str
) -> Workings | Omitted:
    """The key figures: sources against cost, money spent, time elapsed; the others are counts."""
    words = language(lang)
    sources, money, time = first(reconciliation), first(drawdown), first(period)
    lines = []
    if pd.notna(sources.coverage):
        lines.append(Line(words.say("Cost covered by the sources"), _coverage(sources, words), ("coverage",)))
    if pd.notna(money.share_spent):
        lines.append(Line(words.say("Budget spent"), of_budget(money, "spent", words), ("share_spent",)))
    if pd.notna(time.elapsed):
        lines.append(Line(words.say("Time elapsed"), time_elapsed(time, words), ("elapsed",)))
    counted = words.say("Indicators achieved and findings are counted in the tables below.")
    return made(words, [Rule(counted, ("status", "severity"))], lines)


def budget_shares(shares: pd.DataFrame, reconciliation: pd.DataFrame, *, lang: str) -> Workings | Omitted:
    """The share of each source, amounts computed from stated shares, and the sources against the cost."""
    words, sources = language(lang), first(reconciliation)
    rows = each(shares)
    known = [row for row in rows if pd.notna(row.amount)]
    decimals = money_decimals((row.amount for row in known), (sources.sum_of_sources, sources.total_cost))

    def money(value: float) -> Term:
        return amount(value, decimals, words)

    def said(value: float) -> str:
        return words.money(value, sources.currency, decimals)

    lines = []
    for row in known:
        if cells.holds(row.derived) and pd.notna(row.declared_share) and pd.notna(sources.total_cost):
            terms = (_stated(row.declared_share, words), money(sources.total_cost))
            text = formula("{} × {}", product, terms, row.amount, said)
            lines.append(Line(row.source, text, ("amount",), quoted=True))
        if pd.notna(row.share_of_total):
            terms = (money(row.amount), money(sources.total_cost))
            text = formula("{} / {}", ratio, terms, row.share_of_total, words.percent)
            lines.append(Line(row.source, text, ("share_of_total",), quoted=True))
    table = results.RECONCILIATION
    if pd.notna(sources.sum_of_sources) and len(known) == len(rows) > 1:
        parts = [money(row.amount) for row in known]
        text = formula(" + ".join(["{}"] * len(parts)), total, parts, sources.sum_of_sources, said)
        if abs(sum(round(row.amount * 100) for row in known) - round(sources.sum_of_sources * 100)) < 1:
            lines.append(Line(words.heading(table["sum_of_sources"]), text, ("sum_of_sources",)))
    if pd.notna(sources.surplus):
        text = formula(
            "{} − {}", difference, (money(sources.sum_of_sources), money(sources.total_cost)), sources.surplus, said
        )
        lines.append(Line(words.heading(table["surplus"]), text, ("surplus",)))
    if pd.notna(sources.coverage):
        lines.append(Line(words.heading(table["coverage"]), _coverage(sources, words), ("coverage",)))
    rules = [
        Rule(words.say("The sum counts amounts as quoted, a group quoted as one amount once."), ("sum_of_sources",)),
        Rule(
            words.say("The tolerance is one unit of the last printed digit of each amount, the total included."),
            ("tolerance",),
        ),
        Rule(
            words.say("They match where the difference is within it."), ("state", "total_cost", "surplus", "coverage")
        ),
    ]
    return made(words, rules, lines)


def drawdown(drawdown: pd.DataFrame, period: pd.DataFrame, *, lang: str) -> Workings | Omitted:
    """Shares of the budget, the gap to the plan, rates by month and where they lead."""
    words, row, time, table = language(lang), first(drawdown), first(period), results.DRAWDOWN
    if pd.isna(row.spent) and pd.isna(row.planned):
        return Omitted(words.say("Neither a financial plan nor spending is stated."))
    decimals = money_decimals((row.budget, row.planned, row.spent))

    def said(value: float) -> str:
        return words.money(value, row.currency, decimals)

    spent, budget = (amount(value, decimals, words) for value in (row.spent, row.budget))
    days = (plain(time.days_elapsed, words), plain(time.days, words))
    whole = pd.isna(time.months) or float(time.months).is_integer()
    months = (plain(time.months, words),) if whole else (days[1], plain(DAYS_A_MONTH, words))
    length = "{}" if whole else "{} / {}"
    lines = [
        Line(words.heading(table[f"share_{which}"]), of_budget(row, which, words), (f"share_{which}",))
        for which in ("spent", "planned")
        if pd.notna(getattr(row, f"share_{which}"))
    ]
    shares = (share(row.share_spent, words), share(row.share_planned, words))
    ways: list[tuple[str, str, Arithmetic, tuple[Term, ...], Say]] = [
        ("gap", "{} − {}", difference, shares, words.points),
        ("burn_rate", f"{{}} / ({{}} / {{}} × {length})", _rate, (spent, *days, *months), said),
        (
            "required_rate",
            f"({{}} − {{}}) / ((1 − {{}} / {{}}) × {length})",
            _needed,
            (budget, spent, *days, *months),
            said,
        ),
        ("projected_total", "{} / ({} / {})", _projected, (spent, *days), said),
        ("elapsed", "{} / {}", ratio, days, words.percent),
    ]
    lines += [
        Line(words.heading(table[name]), formula(pattern, how, terms, getattr(row, name), say), (name,))
        for name, pattern, how, terms, say in ways
        if pd.notna(getattr(row, name)) and (name == "gap" or pd.notna(time.days))
    ]
    rules = [
        Rule(words.say("Spent: expenditures and corrections minus refunds."), ("spent",)),
        Rule(
            words.say("Planned: the steps that have ended, and of a running one the part of its days that has passed."),
            ("planned",),
        ),
        Rule(
            words.say("Per month: days passed, or left, as a share of all days, times the months of the project."),
            ("burn_rate", "required_rate"),
        ),
        Rule(
            words.say("The projected total assumes that spending goes on at the rate so far."),
            ("projected_total", "budget", "share_spent", "share_planned", "gap", "elapsed"),
        ),
    ]
    return made(words, rules, lines)


def _rate(spent: Decimal, passed: Decimal, days: Decimal, *months: Decimal) -> Decimal:
    return spent / (passed / days * _months(*months))


def _needed(budget: Decimal, spent: Decimal, passed: Decimal, days: Decimal, *months: Decimal) -> Decimal:
    return (budget - spent) / ((1 - passed / days) * _months(*months))


def _months(months: Decimal, of: Decimal | int = 1) -> Decimal:
    """Whole months, or days by the days that a month has on average."""
    return months / of


def _projected(spent: Decimal, passed: Decimal, days: Decimal) -> Decimal:
    return spent / (passed / days)


def _coverage(row: Row, words: Language) -> str:
    decimals = money_decimals((row.sum_of_sources, row.total_cost, row.surplus, row.tolerance))  # as in the table
    terms = [amount(value, decimals, words) for value in (row.sum_of_sources, row.total_cost)]
    return formula("{} / {}", ratio, terms, row.coverage, words.percent)


def _stated(value: float, words: Language) -> Term:
    """A share as it is stated: neither rounded nor filled up."""
    term = share(value, words)
    return Term(lambda more: (words.percent(value, None), term.printed(9)[1]))
