"""What do the tables of the community plan look like: states of its measures, coverage of the evaluation, money?"""

from __future__ import annotations

from typing import Any

import pandas as pd

from kpeval import results
from kpeval.codes import NOT_EVALUABLE
from kpeval.present import cells
from kpeval.present.cells import Maker, Row
from kpeval.present.display import Cell, Omitted, Table, with_result
from kpeval.present.language import NBSP, Language, language, money_decimals
from kpeval.present.planned import in_order, labels, largest_level, last_plan, of_plan, titles
from kpeval.present.vocabulary import spoken
from kpeval.schema import MEASURE_STATES

ASKED = ("not_fulfilled", "postponed", "no_info")  # states in the last year about which an evaluator asks
FEW = 4  # so many are named in a note


@with_result
def plan_fulfilment(
    fulfilment: pd.DataFrame,
    plans: pd.DataFrame | None = None,
    areas: pd.DataFrame | None = None,
    target_groups: pd.DataFrame | None = None,
    *,
    lang: str,
    full: bool = True,
) -> Table | Omitted:
    """How many measures are in which state, with percent that add up to 100; without `full` of the last plan only.

    Of its levels only that with most parts then, unless they are what is shown.

    `plans`, `areas` and `target_groups` give the names in place of the ids.
    """
    words, table = language(lang), results.PLAN_FULFILMENT
    cells.one_project(fulfilment)
    if fulfilment.empty:
        return Omitted(words.say("No evaluation of a community plan is stated."))
    names = titles(plans)
    shown = fulfilment if full else of_plan(fulfilment, last_plan(fulfilment, names, "evaluable"))
    held = cells.each(shown)
    by, levels = held[0].by, {row.level for row in held}
    if not full and by != "level":
        main = largest_level(held)
        held = [row for row in held if row.level == main]
        shown = shown[shown["level"] == main]
    called = labels(by, areas, target_groups)
    blocks: dict[tuple[Any, ...], dict[str, Row]] = {}
    for row in held:
        key = tuple(part if isinstance(part, str) else None for part in (row.plan_id, row.level, row.category))
        blocks.setdefault(key, {})[row.status] = row
    blocks = {key: blocks[key] for key in _sorted(blocks, called)}
    present = [state for state in MEASURE_STATES if any(_counted(block.get(state)) for block in blocks.values())]
    heading = spoken("plan_by", by, words) if isinstance(by, str) else words.heading(table["category"])
    columns: dict[str, Maker] = {heading: lambda block: _category(block, called, words)}
    if len({key[0] for key in blocks}) > 1:
        columns[words.heading(table["plan_id"])] = lambda block: _named(_any(block).plan_id, {}, words)
    if by != "level" and len({key[:2] for key in blocks}) > len({key[0] for key in blocks}):
        columns[words.say("Level of the plan")] = lambda block: _named(_any(block).level, {}, words)
    columns[words.say("All")] = lambda block: cells.count(_total(block), words)
    for state in present:
        columns[spoken("measure_state", state, words)] = lambda block, state=state: _of_state(block.get(state), words)  # type: ignore[misc]
    rows = cells.rows_of(list(blocks.values()), columns)
    notes = _notes(list(blocks.values()), by, called, present, words)
    if len(levels) > len({row.level for row in held}):
        notes.insert(0, words.say("Level: {level}.", level=str(held[0].level)))
    if words.heading(table["plan_id"]) in columns:
        there = dict.fromkeys(key[0] for key in blocks)
        called_so = [f"{plan}: {names[plan]}" for plan in there if names.get(plan, plan) != plan]
        notes += [f"{'; '.join(called_so)}."] if called_so else []
    return Table(_caption(by, words), tuple(columns), rows, cells.with_notes(rows, notes, words), shown)


def _sorted(blocks: dict[tuple[Any, ...], dict[str, Row]], called: dict[object, str]) -> list[tuple[Any, ...]]:
    """Plans and levels as they come, their categories as the project lists them."""
    parts: dict[tuple[Any, ...], list[Any]] = {}
    for plan, level, category in blocks:
        parts.setdefault((plan, level), []).append(category)
    return [(*part, category) for part, some in parts.items() for category in in_order(some, called)]


def _any(block: dict[str, Row]) -> Row:
    return next(iter(block.values()))


def _counted(row: Row | None) -> bool:
    return row is not None and (pd.isna(row.measures) or row.measures > 0)


def _total(block: dict[str, Row]) -> float:
    counts = [row.measures for row in block.values()]
    return float("nan") if any(pd.isna(count) for count in counts) else sum(counts)


def _named(name: object, names: dict[object, str], words: Language) -> Cell:
    return Cell(names.get(name, name), quoted=True) if isinstance(name, str) else cells.unstated(words)


def _category(block: dict[str, Row], called: dict[object, str], words: Language) -> Cell:
    row = _any(block)
    if row.by == "year" and isinstance(row.category, str):
        return Cell(row.category)
    return _named(row.category, called, words)


def _of_state(row: Row | None, words: Language) -> Cell:
    """The count, with the percent as shown beside it."""
    count = cells.count(float("nan") if row is None else row.measures, words)
    if row is None or pd.isna(row.percent_shown) or pd.isna(row.measures) or not row.measures:
        return count
    said = words.with_symbol(words.number(int(row.percent_shown)), "%")
    share = cells.share(row.share_of_evaluable, said)
    return count._replace(text=f"{count.text}{NBSP}({said})", parts=(("", count), (words.say("percent"), share)))


def _caption(by: object, words: Language) -> str:
    return {
        "year": words.say("States of the plan's measures by year"),
        "level": words.say("States of the plan's measures by level"),
        "area": words.say("States of the plan's measures by area"),
        "group": words.say("States of the plan's measures by target group"),
        "responsible": words.say("States of the plan's measures by responsible body"),
    }.get(str(by), words.say("States of the plan's measures"))


def _notes(
    blocks: list[dict[str, Row]], by: object, called: dict[object, str], present: list[str], words: Language
) -> list[str]:
    notes = []
    if by != "year":
        notes.append(words.say("Each measure with the state of the last year in which it was evaluated."))
    if any(state in NOT_EVALUABLE for state in present):
        notes.append(
            words.say(
                "Percent of the measures that could be evaluated: without those not yet due, cancelled or unknown."
            )
        )
    off = [(block, _any(block).rounding) for block in blocks if pd.notna(_any(block).rounding)]
    apart = [f"{_category(block, called, words).text} ({int(total)})" for block, total in off if total != 100]
    if len(apart) > FEW:
        apart = [*apart[:FEW], words.count("{count} more", "{count} more", len(apart) - FEW)]
    if apart:
        notes.append(
            words.say(
                "Percentages are whole and made to add up to 100 (largest remainder); each rounded on its own, they "
                "would not: {apart}.",
                apart=words.list(apart),
            )
        )
    if by == "group":
        notes.append(words.say("A measure counts in each of its target groups, so the groups add up to more than all."))
    return notes


@with_result
def evaluation_coverage(coverage: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """Each year of each plan: what was to be evaluated, what was, and how soon."""
    words, table = language(lang), results.EVALUATION_COVERAGE
    cells.one_project(coverage)
    shown = [row for row in cells.each(coverage) if row.state != "not_stated"]
    if not shown:
        return Omitted(
            words.say(
                "The measures of the community plan are not stated, so nothing is said of their yearly evaluation."
            )
        )
    columns: dict[str, Maker] = {
        words.heading(table["year"]): lambda row: _year(row.year, words),
        words.heading(table["plan_id"]): lambda row: _named(row.plan_id, {}, words),
    }
    for name in ("to_evaluate", "evaluated"):
        columns[words.heading(table[name])] = cells.field(name, cells.count, words)
    columns[words.heading(table["coverage"])] = cells.field("coverage", cells.percent, words)
    if any(pd.notna(row.evaluated_on) for row in shown):
        columns[words.heading(table["evaluated_on"])] = cells.field("evaluated_on", cells.day, words)
        columns[words.heading(table["days_after_year"])] = lambda row: (
            cells.not_applicable() if pd.isna(row.days_after_year) else cells.number(row.days_after_year, words)
        )
    columns[words.heading(table["state"])] = lambda row: Cell(spoken("coverage_state", row.state, words))
    rows = cells.rows_of(shown, columns)
    return Table(words.say("Yearly evaluation of the plan"), tuple(columns), rows, cells.with_notes(rows, [], words))


def _year(year: Any, words: Language) -> Cell:
    """A year, which is no number of anything: without signs between its digits."""
    return cells.unstated(words) if pd.isna(year) else Cell(str(int(year)))


@with_result
def measure_states(
    states: pd.DataFrame, plans: pd.DataFrame | None = None, *, lang: str, full: bool = False, most: int = 10
) -> Table | Omitted:
    """The last plan's measures with their state in each year: without `full` those that call for a question.

    That are measures not fulfilled, postponed or without information in the last year, `most` of them.
    """
    words, table = language(lang), results.STATES_OF_MEASURES
    cells.one_project(states)
    if states.empty:
        return Omitted(words.say("No evaluation of a community plan is stated."))
    rows: dict[object, dict[object, Row]] = {}
    for row in cells.each(of_plan(states, last_plan(states, titles(plans), "year"))):
        if cells.holds(row.counted) or pd.isna(row.counted):
            rows.setdefault(row.node_id, {})[_year(row.year, words).text] = row
    years = sorted({str(year) for node in rows.values() for year in node})
    nodes = list(rows.values())
    if not full:
        nodes = [node for node in nodes if years[-1] in node and node[years[-1]].state in ASKED]
    if not nodes:
        return Omitted(
            words.say("No measure was left unfulfilled, postponed or unevaluated in {year}.", year=years[-1])
        )
    left = 0 if full else max(len(nodes) - most, 0)
    columns: dict[str, Maker] = {
        words.heading(table["node_id"]): lambda node: Cell(
            cells.named(_any(node).node_id, _any(node).title) or words.say("not stated"), quoted=True
        )
    }
    for year in years:
        columns[year] = lambda node, year=year: _state(node.get(year), words)  # type: ignore[misc]
    body = cells.rows_of(nodes[: len(nodes) - left], columns)
    notes = []
    if left:
        notes.append(words.count("{count} more is not shown here.", "{count} more are not shown here.", left))
    if full:
        caption = words.say("States of the measures year by year")
    else:
        caption = words.say("Measures not fulfilled, postponed or not evaluated in {year}", year=years[-1])
    return Table(caption, tuple(columns), body, cells.with_notes(body, notes, words), states)


def _state(row: Row | None, words: Language) -> Cell:
    return cells.not_applicable() if row is None else Cell(spoken("measure_state", row.state, words))


@with_result
def measure_money(
    money: pd.DataFrame, plans: pd.DataFrame | None = None, *, lang: str, most: int = 10
) -> Table | Omitted:
    """The last plan's parts with what they were planned to cost and what was spent: the `most` costly ones."""
    words, table = language(lang), results.MEASURE_MONEY
    cells.one_project(money)
    stated = money[money["planned_cost"].notna() | money["spent"].notna()]
    if stated.empty:
        return Omitted(words.say("Neither planned costs nor spending on the plan's measures are stated."))
    shown = cells.each(of_plan(stated, last_plan(stated, titles(plans), "spent")))
    decimals = money_decimals([amount for row in shown for amount in (row.planned_cost, row.spent)])
    largest = sorted(
        shown,
        key=lambda row: (
            -max(row.spent if pd.notna(row.spent) else 0, row.planned_cost if pd.notna(row.planned_cost) else 0)
        ),
    )
    columns: dict[str, Maker] = {
        words.heading(table["node_id"]): lambda row: Cell(cells.named(row.node_id, row.title), quoted=True)
    }
    if len({str(row.level) for row in shown}) > 1:
        columns[words.say("Level of the plan")] = lambda row: _named(row.level, {}, words)
    for name in ("planned_cost", "spent"):
        columns[words.heading(table[name])] = cells.money_field(name, words, decimals, stated=True)
    columns[words.heading(table["share_spent"])] = cells.field("share_spent", cells.percent, words)
    rows = cells.rows_of(largest[:most], columns)
    notes = []
    if len(shown) > most:
        notes.append(
            words.count(
                "{count} more with an amount is not shown here.",
                "{count} more with an amount are not shown here.",
                len(shown) - most,
            )
        )
    return Table(
        words.say("Money by measure, the largest amounts first"),
        tuple(columns),
        rows,
        cells.with_notes(rows, notes, words),
        stated[stated["node_id"].isin([row.node_id for row in largest[:most]])],
    )
