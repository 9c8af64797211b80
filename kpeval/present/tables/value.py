"""What do the tables of the value for money look like: costs of units, value earned?"""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pandas as pd

from kpeval import results
from kpeval.codes import NO_UNIT_COST
from kpeval.present import cells
from kpeval.present.cells import Maker, Row
from kpeval.present.display import Cell, Omitted, Table, with_result
from kpeval.present.language import Language, language, money_decimals
from kpeval.present.vocabulary import spoken

LEAST = ("earned_value", "cost_variance", "schedule_variance", "cost_index", "schedule_index")
MOST = ("estimate", "index_to_go")  # not told while something is under way: they would be far too high


@with_result
def unit_costs(costs: pd.DataFrame, *, lang: str, full: bool = False) -> Table | Omitted:
    """What a unit cost, whose cost is divided and into what; without `full` no quantity of one, which is that cost."""
    words, table = language(lang), results.UNIT_COSTS
    cells.one_project(costs)
    shown = told(cells.each(costs), full=full)
    if not shown:
        return Omitted(words.say("No cost per unit can be told: quantities and what was spent on them are not stated."))
    decimals = money_decimals(row.cost for row in shown)
    columns: dict[str, Maker] = {
        words.heading(table["kind"]): lambda row: Cell(counted(row, words), quoted=isinstance(row.title, str)),
        words.heading(table["basis"]): lambda row: basis(row, words),
        words.heading(table["cost"]): cells.money_field("cost", words, decimals),
        words.heading(table["quantity"]): lambda row: cells.number(row.quantity, words),
        words.heading(table["unit_cost"]): lambda row: _per_unit(row, words),
    }
    rows = cells.rows_of(shown, columns)
    notes = [words.say("The whole cost of the activity or project is divided, whatever else it bought.")]
    missing = Counter(row.reason for row in cells.each(costs) if isinstance(row.reason, str))
    if missing:
        reasons = (f"{spoken('no_unit_cost', code, words)} {missing[code]}" for code in NO_UNIT_COST if missing[code])
        notes.append(words.say("Without a cost per unit: {reasons}.", reasons="; ".join(reasons)))
    if left := int(costs["unit_cost"].notna().sum()) - len(shown):
        notes.append(
            words.count(
                "{count} quantity of one is left out: its cost is that of the activity.",
                "{count} quantities of one are left out: their cost is that of the activity.",
                left,
            )
        )
    caption = words.say("Cost per unit, by whose cost is divided")
    return Table(caption, tuple(columns), rows, cells.with_notes(rows, notes, words))


def told(costs: list[Row], *, full: bool = False) -> list[Row]:
    """The costs per unit that are shown: a quantity of one says no more than the cost itself."""
    return [row for row in costs if pd.notna(row.unit_cost) and (full or row.quantity != 1)]


def counted(row: Row, words: Language) -> str:
    """What is counted: an output or indicator by its own words, events by what they are."""
    if isinstance(row.title, str):
        return cells.indicator(SimpleNamespace(code=None, name=row.title, unit=row.unit))
    return spoken("counted_kind", row.kind, words)


def basis(row: Row, words: Language) -> Cell:
    """Whose whole cost is divided, and among how many things it was divided as well."""
    whole = row.basis == "project" or not isinstance(row.activity_id, str)
    said = words.say("the whole project") if whole else row.activity_id
    others = 0 if pd.isna(row.others) else int(row.others)
    mark = (
        words.count("divided by {count} more quantity", "divided by {count} more quantities", others) if others else ""
    )
    return Cell(said, mark=mark)


def _per_unit(row: Row, words: Language) -> Cell:
    said, unit = words.money(row.unit_cost, row.currency, 2), words.currency(row.currency)
    return Cell(said, True, value=float(row.unit_cost), kind="number", unit=unit)


@with_result
def earned_value(earned: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """Value planned and earned against the cost, with the indices; where they are only bounds they say so."""
    words, table = language(lang), results.EARNED_VALUE
    cells.one_project(earned)
    row = cells.first(earned) if len(earned) else None
    if row is None or isinstance(row.reason, str) or pd.isna(row.budget):
        reason = row.reason if row is not None and isinstance(row.reason, str) else "no_activities"
        return Omitted(spoken("no_earned_value", reason, words))
    names = [column.name for column in table.columns if column.kind == "money" and pd.notna(getattr(row, column.name))]
    decimals = money_decimals(getattr(row, name) for name in names if name != "estimate")
    running, least = pd.notna(row.running) and row.running > 0, words.say("at least")
    rows = []
    for column in table.columns:
        name, value = column.name, getattr(row, column.name)
        if column.kind not in ("money", "number") or name in (MOST if running else ("earned_most",)):
            continue
        mark = least if running and name in LEAST and pd.notna(value) else ""
        if column.kind == "money":
            cell = cells.money(value, row, words, 0 if name == "estimate" else decimals, mark)
        elif pd.isna(value):
            cell = cells.unknown(words, stated=False)
        else:
            cell = Cell(words.number(value, 2), True, mark, value=float(value), kind="number")
        rows.append((Cell(words.heading(column)), cell))
    notes = [words.say("0/100 rule: an activity earns its budget when it is finished, and nothing before.")]
    notes.append(words.say("Cancelled activities do not count."))
    if running:
        notes.append(
            words.say(
                "What is under way has a cost and no value yet: so far the figures are the least that they can be, and "
                "no estimate at completion is made."
            )
        )
    headings = (words.say("Figure"), words.say("Value"))
    return Table(words.say("Earned value"), headings, tuple(rows), cells.with_notes(rows, notes, words))
