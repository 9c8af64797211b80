"""Which formulas do several tables share: the time elapsed, the share of the budget?"""

from __future__ import annotations

from kpeval.present.cells import Row
from kpeval.present.formula import Line, Rule, Workings, amount, formula, plain, ratio
from kpeval.present.language import Language, money_decimals


def made(words: Language, rules: list[Rule], lines: list[Line]) -> Workings:
    """The workings of a table under their heading."""
    return Workings(words.say("How this was computed"), tuple(rules), tuple(lines))


def of_budget(row: Row, which: str, words: Language) -> str:
    """What is spent, or planned, of the budget."""
    decimals = money_decimals((row.budget, row.planned, row.spent))
    terms = [amount(value, decimals, words) for value in (getattr(row, which), row.budget)]
    return formula("{} / {}", ratio, terms, getattr(row, f"share_{which}"), words.percent)


def time_elapsed(row: Row, words: Language, of: float | None = None) -> str:
    """Days passed of the days of a period, or `of` as many."""
    terms = (plain(row.days_elapsed, words), plain(row.days if of is None else of, words))
    return formula("{} / {}", ratio, terms, row.elapsed, words.percent)
