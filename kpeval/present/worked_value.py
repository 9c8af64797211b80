"""How were the figures of the value for money computed: costs of units, value earned?"""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from kpeval import results
from kpeval.present.cells import each, first
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
    ratio,
)
from kpeval.present.language import language, money_decimals
from kpeval.present.tables.value import MOST, counted, told
from kpeval.present.vocabulary import spoken
from kpeval.present.working import made


def unit_costs(costs: pd.DataFrame, *, lang: str) -> Workings | Omitted:
    """Each cost per unit that the table shows: the whole cost by the quantity."""
    words = language(lang)
    shown = told(each(costs))
    if not shown:
        return Omitted(words.say("No cost per unit can be told: quantities and what was spent on them are not stated."))
    decimals = money_decimals(row.cost for row in shown)
    lines = []
    for row in shown:
        terms = (amount(row.cost, decimals, words), plain(row.quantity, words))
        unit = row.currency

        def said(value: float, unit: str = unit) -> str:
            return words.money(value, unit, 2)

        text = formula("{} / {}", ratio, terms, row.unit_cost, said)
        lines.append(Line(counted(row, words), text, ("unit_cost",), quoted=isinstance(row.title, str)))
    rules = [
        Rule(
            words.say("Cost: all that is spent on the activity, or on the whole project where that is named."),
            ("cost",),
        ),
        Rule(
            words.say(
                "Quantity: what was delivered, reached or held by the day; hours of training are not times people."
            ),
            ("quantity",),
        ),
    ]
    return made(words, rules, lines)


def earned_value(earned: pd.DataFrame, *, lang: str) -> Workings | Omitted:
    """The variances and indices of the earned value; the estimate once nothing is under way."""
    words, table = language(lang), results.EARNED_VALUE
    row = first(earned) if len(earned) else None
    if row is None or isinstance(row.reason, str) or pd.isna(row.budget):
        reason = row.reason if row is not None and isinstance(row.reason, str) else "no_activities"
        return Omitted(spoken("no_earned_value", reason, words))
    decimals = money_decimals((row.budget, row.planned_value, row.earned_value, row.actual_cost))
    budget, planned, value, cost = (
        amount(getattr(row, name), decimals, words)
        for name in ("budget", "planned_value", "earned_value", "actual_cost")
    )

    def money(value: float) -> str:
        return words.money(value, row.currency, decimals)

    def index(value: float) -> str:
        return words.number(value, 2)

    ways: list[tuple[str, str, Arithmetic, tuple[Term, ...], Say]] = [
        ("cost_variance", "{} − {}", difference, (value, cost), money),
        ("schedule_variance", "{} − {}", difference, (value, planned), money),
        ("cost_index", "{} / {}", ratio, (value, cost), index),
        ("schedule_index", "{} / {}", ratio, (value, planned), index),
        (
            "estimate",
            "{} × {} / {}",
            _estimate,
            (budget, cost, value),
            lambda value: words.money(value, row.currency, 0),
        ),
        ("index_to_go", "({} − {}) / ({} − {})", _to_go, (budget, value, budget, cost), index),
    ]
    lines = [
        Line(words.heading(table[name]), formula(pattern, how, terms, getattr(row, name), say), (name,))
        for name, pattern, how, terms, say in ways
        if pd.notna(getattr(row, name)) and not (row.running > 0 and name in MOST)
    ]
    rules = [
        Rule(
            words.say("Planned value: of each activity's budget the part of its planned days that has passed."),
            ("planned_value", "budget"),
        ),
        Rule(
            words.say("0/100 rule: an activity earns its budget when it is finished, and nothing before."),
            ("earned_value", "earned_most"),
        ),
        Rule(
            words.say("Actual cost: what is spent on these activities; what belongs to none stays outside."),
            ("actual_cost", "outside"),
        ),
    ]
    return made(words, rules, lines)


def _estimate(budget: Decimal, cost: Decimal, value: Decimal) -> Decimal:
    """Budget by the cost index."""
    return budget * cost / value


def _to_go(budget: Decimal, value: Decimal, again: Decimal, cost: Decimal) -> Decimal:
    return (budget - value) / (again - cost)
