"""What do the tables of the money in detail look like: parts of the budget, stages, steps, other money?"""

from __future__ import annotations

import math
from types import SimpleNamespace

import pandas as pd

from kpeval import results
from kpeval.present import cells
from kpeval.present.cells import Maker, Row
from kpeval.present.display import Cell, Omitted, Table, with_result
from kpeval.present.language import Language, language, money_decimals
from kpeval.present.vocabulary import spoken

STAGES = ("committed", "spent", "refunded", "claimed", "approved", "advance", "paid", "received")
BETWEEN = ("unclaimed", "unapproved", "outstanding", "on_hand")
SHARES = {name: f"share_{name}" for name in ("claimed", "approved", "received")}


@with_result
def spending(spending: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """Each part of the budget with what is spent and left, what belongs to none, and all together."""
    words, table = language(lang), results.SPENDING
    cells.one_project(spending)
    shown = cells.each(spending)
    if all(pd.isna(row.budget) and pd.isna(row.spent) for row in shown):
        return Omitted(words.say("Neither a budget in parts nor what was spent is stated."))
    by = one_division(spending)
    if by == "source" and all(pd.isna(row.spent) for row in shown):
        return Omitted(words.say("What was spent of the sources is not stated."))  # their amounts have a table
    total = _in_all(shown)
    decimals = money_decimals(*((row.budget, row.spent) for row in [*shown, total]))
    apart, differ = words.say("as stated for the whole"), len({row.basis for row in shown if _text(row.basis)}) > 1
    columns: dict[str, Maker] = {
        spoken("spending_by", by, words): lambda row: part_name(row, words),
        words.heading(table["budget"]): lambda row: cells.money(
            row.budget, row, words, decimals, apart if differ and row.basis != "lines" else "", stated=True
        ),
        words.heading(table["spent"]): cells.money_field("spent", words, decimals, stated=True),
        words.heading(table["left"]): cells.money_field("left", words, decimals),
        words.heading(table["share_spent"]): cells.field("share_spent", cells.percent, words),
    }
    rows = cells.rows_of([*shown, total], columns)
    rows = (*rows[:-1], (Cell(words.say("In all")), *rows[-1][1:]))
    caption = spoken("spending_caption", by, words)
    return Table(caption, tuple(columns), rows, cells.with_notes(rows, [], words), totals=1)


def one_division(spending: pd.DataFrame) -> str:
    """By what the budget is divided; ValueError where it is divided twice, for then it would be added twice."""
    named = {by for by in spending["by"].tolist() if isinstance(by, str)}
    if len(named) > 1:
        raise ValueError(f"a table divides the budget once, and here it is divided by {', '.join(sorted(named))}")
    return named.pop() if named else "line"


def part_name(row: Row, words: Language) -> Cell:
    """A part of the budget by its number and title; what belongs to none says so."""
    if not _text(row.category):
        return Cell(words.say("not assigned to any"), unknown=True)
    return Cell(cells.named(row.category, row.title), quoted=True)


def _text(value: object) -> bool:
    return isinstance(value, str)


def _in_all(shown: list[Row]) -> Row:
    """All rows together, in whole haléře; a budget only where all of it comes from lines, which do not overlap."""
    spent = [round(row.spent * 100) for row in shown if pd.notna(row.spent)]
    budgets = [round(row.budget * 100) for row in shown if pd.notna(row.budget)]
    of_lines = all(row.basis == "lines" for row in shown if pd.notna(row.budget))
    total = SimpleNamespace(**vars(shown[0]))
    total.basis, total.title, total.category = "lines", None, None
    total.spent = sum(spent) / 100 if spent else math.nan
    total.budget = sum(budgets) / 100 if budgets and of_lines else math.nan
    both = pd.notna(total.spent) and pd.notna(total.budget)
    total.left = (sum(budgets) - sum(spent)) / 100 if both else math.nan
    total.share_spent = total.spent / total.budget if both and total.budget > 0 else math.nan
    return total


@with_result
def money_stages(money_stages: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """The stages of which a movement is known, with their shares of the budget, and what lies between them."""
    words, table = language(lang), results.MONEY_STAGES
    cells.one_project(money_stages)
    row = cells.first(money_stages) if len(money_stages) else None
    if row is None or all(pd.isna(getattr(row, name)) for name in STAGES):
        return Omitted(words.say("No movement of money is stated."))
    known = [name for name in (*STAGES, *BETWEEN, "recent_rate") if pd.notna(getattr(row, name))]
    decimals = money_decimals(getattr(row, name) for name in known if name != "recent_rate")
    rows = tuple((Cell(words.heading(table[name])), _stage(row, name, words, decimals)) for name in known)
    silent = [words.heading(table[name]) for name in STAGES if name not in known]
    notes = [words.say("Not stated: {stages}.", stages="; ".join(silent))] if silent else []
    if row.outstanding < 0:
        notes.append(words.say("Below 0: an advance that approved claims have not settled yet."))
    headings = (words.say("Stage"), words.say("Amount"))
    return Table(words.say("The way of the money"), headings, rows, cells.with_notes(rows, notes, words))


def _stage(row: Row, name: str, words: Language, decimals: int) -> Cell:
    """The amount of a stage, with its share of the budget where it has one."""
    share = getattr(row, SHARES[name]) if name in SHARES else math.nan
    mark = "" if pd.isna(share) else words.say("{share} of the budget", share=words.percent(share))
    return cells.money(getattr(row, name), row, words, decimals, mark)


@with_result
def claims(claims: pd.DataFrame, *, lang: str, full: bool = False) -> Table | Omitted:
    """Each step of the financial plan with what was spent, claimed and received in it; `full` adds the sums so far."""
    words, table = language(lang), results.CLAIMS
    cells.one_project(claims)
    if claims.empty:
        return Omitted(words.say("No financial plan in steps is stated."))
    shown = cells.each(claims)
    names = ["planned", "spent", "claimed", *(["approved"] if full else []), "received"]
    names += ["planned_total", "spent_total", "claimed_total", "received_total"] if full else []
    names = [name for name in (*names, "gap") if any(pd.notna(getattr(row, name)) for row in shown)]
    decimals = money_decimals(*((getattr(row, name) for row in shown) for name in names))
    columns: dict[str, Maker] = {words.say("Step"): lambda row: _step(row, words)}
    for name in names:
        columns[words.heading(table[name])] = _of_step(name, words, decimals)
    rows = cells.rows_of(shown, columns)
    notes = [words.say("[z]: the step has not begun; a step is compared with the plan once it has ended.")]
    if "claimed" in names:
        notes.append(words.say("A claim stands in the step in which it was filed, as a rule the one after it is for."))
    told = [note for note in notes if not note.startswith("[z]") or cells.INAPPLICABLE in _texts(rows)]
    return Table(words.say("Steps of the financial plan"), tuple(columns), rows, cells.with_notes(rows, told, words))


def _texts(rows: tuple[tuple[Cell, ...], ...]) -> set[str]:
    return {cell.text for row in rows for cell in row}


def _step(row: Row, words: Language) -> Cell:
    mark = spoken("step_state", row.state, words) if row.state == "running" else ""
    if pd.isna(row.period_end):
        return cells.unstated(words)
    if pd.isna(row.period_start):
        return Cell(words.say("by {day}", day=words.day(row.period_end)), mark=mark)
    given = vars(row)
    ends = {f"step_{end}": given[f"period_{end}"] for end in ("start", "end")}
    ends |= {f"step_{end}_precision": given.get(f"period_{end}_precision") for end in ("start", "end")}
    return cells.period(SimpleNamespace(**ends), "step", words, mark)


def _of_step(name: str, words: Language, decimals: int) -> Maker:
    """An amount of a step; what a step to come cannot have yet, and a running one no gap to, is not applicable."""

    def made(row: Row) -> Cell:
        early = row.state == "to_come" or (name == "gap" and row.state == "running")
        if early and pd.isna(getattr(row, name)):
            return cells.not_applicable()
        return cells.money(getattr(row, name), row, words, decimals, stated=name not in ("gap", "planned_total"))

    return made


@with_result
def converted_amounts(converted: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """What was spent each year in another currency, and in the prices of one year, with who published the rates."""
    words, table = language(lang), results.CONVERTED_AMOUNTS
    cells.one_project(converted)
    shown = cells.each(converted)
    exchanged = any(pd.notna(row.converted) for row in shown)
    deflated = any(pd.notna(row.constant) for row in shown)
    if not exchanged and not deflated:
        return Omitted(words.say("No rate of exchange and no price index is stated, so no amount is converted."))
    decimals = money_decimals(row.spent for row in shown)
    columns: dict[str, Maker] = {
        words.heading(table["year"]): lambda row: _year(row, words),
        words.heading(table["spent"]): cells.money_field("spent", words, decimals),
    }
    notes = [words.say("Each amount by the rate of its own period; no rate is taken from another one.")]
    if exchanged:
        foreign = words.say("Spent, in {currency}", currency=shown[0].foreign)
        columns[words.heading(table["rate"])] = cells.field("rate", _rate, words)
        columns[foreign] = lambda row: _other(row.converted, row.foreign, words)
        notes += _published(words.heading(table["rate_by"]), shown, "rate_by")
    if deflated:
        base = words.say("Spent, in prices of {year}", year=next(str(int(row.base)) for row in shown))
        columns[words.heading(table["price_index"])] = cells.field("price_index", _rate, words)
        columns[base] = lambda row: _other(row.constant, row.currency, words)
        notes += _published(words.heading(table["index_by"]), shown, "index_by")
    rows = cells.rows_of(shown, columns)
    caption = words.say("Spending by year, converted")
    return Table(caption, tuple(columns), rows, cells.with_notes(rows, notes, words), totals=1)


def _year(row: Row, words: Language) -> Cell:
    return Cell(words.say("In all") if pd.isna(row.year) else str(int(row.year)))


def _published(heading: str, shown: list[Row], name: str) -> list[str]:
    """Who published the rates, each once."""
    named = dict.fromkeys(getattr(row, name) for row in shown if isinstance(getattr(row, name), str))
    return [f"{heading}: {'; '.join(named)}."] if named else []


def _rate(value: float, words: Language) -> Cell:
    return cells.number(value, words) if pd.notna(value) else cells.not_applicable()


def _other(value: float, currency: str, words: Language) -> Cell:
    if pd.isna(value):
        return Cell(words.say("no rate published"), number=True, unknown=True)
    said = words.money(value, currency, 2)
    return Cell(said, True, value=float(value), kind="number", unit=words.currency(currency))
