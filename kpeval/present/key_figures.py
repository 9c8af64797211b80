"""Which figures does a reader look for first, and what does each of them mean in a few words?"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

import pandas as pd

from kpeval.present.cells import Row, count, first, percent
from kpeval.present.display import FLOW, SHOWN, Bundle, Cell, bundle, text_of
from kpeval.present.language import NBSP, Language, language, money_decimals
from kpeval.present.vocabulary import spoken

AGREE = 0.0005  # apart by less than what the one decimal of a percentage point shows


class KeyFigure(NamedTuple):
    """A figure, what it is of, how that is to be read, and whether it is wrong or not stated."""

    value: str | Cell
    of: str
    context: str = ""
    state: str = ""

    @property
    def meaning(self) -> str:
        """What it is of, and how it is to be read."""
        return f"{self.of} ({self.context})" if self.context else self.of


@dataclass(frozen=True)
class KeyFigures:
    """The figures at the head of a report, the same ones in every report, in the same order."""

    figures: tuple[KeyFigure, ...]

    def __str__(self) -> str:
        return "\n".join(f"{text_of(figure.value)} {figure.meaning}" for figure in self.figures)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        items = "\n".join(map(_item, self.figures))
        shown, noted = bundle(f'<div class="figures">\n<dl>\n{items}\n</dl>\n</div>', str(self), "figures")
        facts = [[figure.meaning, _told(figure.value)] for figure in self.figures]
        shown[SHOWN] = {"title": "", "notes": [], "facts": facts, "table": None}
        return shown, noted


def key_figures(
    reconciliation: pd.DataFrame,
    three_way: pd.DataFrame,
    fulfilment: pd.DataFrame,
    findings: pd.DataFrame,
    *,
    drawdown: pd.DataFrame | None = None,
    period: pd.DataFrame | None = None,
    lang: str,
) -> KeyFigures:
    """The figures a reader looks for first: sources against cost, money spent, time, indicators, findings.

    Each says in a few words how it is to be read; with `drawdown` the money also says how far it is from the plan, with
    `period` the time how many days have passed. What cannot be right is marked: sources that do not match the cost,
    indicators past due that were not achieved, errors among the findings.
    """
    words, three = language(lang), first(three_way)
    return KeyFigures(
        (
            _sources(first(reconciliation), words),
            _spent(three.money, drawdown, words),
            _share(three.time, words.say("of the time elapsed"), words, _days(period, words)),
            _indicators(fulfilment["status"].tolist(), words),
            _findings(findings["severity"].tolist(), words),
        )
    )


def _sources(sources: Row, words: Language) -> KeyFigure:
    of = words.say("of the cost covered by the sources")
    if sources.state not in ("over", "under"):
        return _share(sources.coverage, of, words, spoken("reconciliation", sources.state, words))
    decimals = money_decimals((sources.surplus, sources.total_cost, sources.tolerance))
    apart = words.money(abs(sources.surplus), sources.currency, decimals)
    over, under = words.say("{apart} more than the cost", apart=apart), words.say("{apart} missing", apart=apart)
    return KeyFigure(percent(sources.coverage, words), of, over if sources.state == "over" else under, "wrong")


def _spent(share: float, drawdown: pd.DataFrame | None, words: Language) -> KeyFigure:
    of = words.say("of the budget spent")
    money = None if drawdown is None else first(drawdown)
    if pd.isna(share) and money is not None and pd.notna(money.spent):
        why = words.say("the budget is not stated") if pd.isna(money.budget) else ""
        return KeyFigure(words.say("cannot be computed"), of, why, "none")
    return _share(share, of, words, _against_plan(drawdown, words))


def _against_plan(drawdown: pd.DataFrame | None, words: Language) -> str:
    gap = float("nan") if drawdown is None else float(first(drawdown).gap)
    if pd.isna(gap):
        return ""
    if abs(gap) < AGREE:
        return words.say("as planned by the day")
    apart = words.say("{number} pp", number=words.number(abs(gap) * 100, 1)).replace(" ", NBSP)
    if gap < 0:
        return words.say("{gap} less than planned", gap=apart)
    return words.say("{gap} more than planned", gap=apart)


def _days(period: pd.DataFrame | None, words: Language) -> str:
    facts = None if period is None else first(period)
    if facts is None or pd.isna(facts.days) or pd.isna(facts.days_elapsed):
        return ""
    passed = words.number(int(facts.days_elapsed))
    return words.count("{passed} of {count} day", "{passed} of {count} days", int(facts.days), passed=passed)


def _indicators(states: list[str], words: Language) -> KeyFigure:
    of = words.say("indicators achieved")
    if not states:
        return KeyFigure(words.say("not stated"), of, state="none")
    achieved = sum(state in ("achieved", "overachieved") for state in states)
    missed, empty = states.count("not_achieved"), states.count("missing")
    behind = sum(state in ("behind", "far_behind") for state in states)
    said = []
    if missed:
        said.append(words.count("{count} missed its target", "{count} missed their targets", missed))
    if empty:
        said.append(words.count("{count} without a value past due", "{count} without a value past due", empty))
    if behind:
        said.append(words.count("{count} is behind", "{count} are behind", behind))
    value = words.say("{achieved} of {all}", achieved=words.number(achieved), all=words.number(len(states)))
    return KeyFigure(value, of, _list(said), "wrong" if missed or empty else "")


def _findings(severities: list[str], words: Language) -> KeyFigure:
    errors, warnings, notes = (severities.count(severity) for severity in ("error", "warning", "info"))
    said = []
    if warnings:
        said.append(words.count("{count} warning", "{count} warnings", warnings))
    if notes:
        said.append(words.count("{count} note", "{count} notes", notes))
    of = words.say("serious findings (errors)")
    return KeyFigure(count(errors, words), of, _list(said), "wrong" if errors else "")


def _list(parts: list[str]) -> str:
    """No line ends between a number and what it counts."""
    return ", ".join(part.replace(" ", NBSP, 1) for part in parts)


def _share(share: Any, of: str, words: Language, context: str) -> KeyFigure:
    if pd.isna(share):
        return KeyFigure(words.say("not stated"), of, state="none")
    return KeyFigure(percent(share, words), of, context)


def _told(value: str | Cell) -> Any:
    return value if isinstance(value, str) else value.told


def _item(figure: KeyFigure) -> str:
    state = f' class="{figure.state}"' if figure.state else ""
    context = f'<dd class="context">{escape(figure.context)}</dd>' if figure.context else ""
    return f"<div{state}{FLOW}><dt>{escape(figure.of)}</dt><dd>{escape(text_of(figure.value))}</dd>{context}</div>"
