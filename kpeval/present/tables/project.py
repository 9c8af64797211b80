"""What do the tables of a project's frame look like: money, timeline, outputs?"""

from __future__ import annotations

import math

import pandas as pd

from kpeval import results
from kpeval.present import cells
from kpeval.present.cells import Maker
from kpeval.present.chosen import calling, calling_activities
from kpeval.present.display import Cell, Omitted, Table, with_result
from kpeval.present.language import Language, language, money_decimals
from kpeval.present.vocabulary import spoken

ASKED = ("no_record", "partly", "no_due")  # states of an output about which a funder asks, the gravest first


@with_result
def budget_shares(shares: pd.DataFrame, reconciliation: pd.DataFrame | None = None, *, lang: str) -> Table | Omitted:
    """Each source with its stated share, amount and share of the cost, and their sum: never rescaled to 100 %.

    With `reconciliation` the sum is that of the amounts as quoted, of which computed parts may fall short by the
    printed precision; the table then says so.
    """
    words, table = language(lang), results.BUDGET_SHARES
    cells.one_project(shares)
    if shares.empty:
        return Omitted(words.say("No source of funding is stated."))
    shown = cells.each(shares)
    amounts = [row.amount for row in shown]
    of_sum = all(pd.isna(row.share_of_total) for row in shown) and any(pd.notna(row.share_of_sum) for row in shown)
    share = "share_of_sum" if of_sum else "share_of_total"
    complete = not any(pd.isna(amount) for amount in amounts)
    parts = sum(round(amount * 100) for amount in amounts) / 100 if complete else math.nan
    total, covered = parts, shares[share].sum(min_count=1) if complete else math.nan
    if reconciliation is not None:
        total = float(reconciliation["sum_of_sources"].iloc[0])
        covered = covered if of_sum else float(reconciliation["coverage"].iloc[0])
    decimals = money_decimals(amounts, (total,))
    computed = words.say("computed")
    columns: dict[str, Maker] = {
        words.heading(table["source"]): lambda row: Cell(row.source, quoted=True),
        words.heading(table["kind"]): lambda row: Cell(spoken("kind", row.kind, words)),
        words.heading(table["declared_share"]): lambda row: cells.percent(row.declared_share, words, stated=True),
        words.heading(table["amount"]): lambda row: cells.money(
            row.amount, row, words, decimals, computed if cells.holds(row.derived) else "", stated=True
        ),
        words.heading(table[share]): lambda row: cells.percent(getattr(row, share), words),
    }
    rows = cells.rows_of(shown, columns)
    rows += (
        (
            Cell(words.say("Sum of the sources")),
            Cell(""),
            Cell("", number=True),
            cells.money(total, shown[0], words, decimals),
            cells.percent(covered, words),
        ),
    )
    derived = any(cells.holds(row.derived) for row in shown)
    notes = [words.say("Computed: from the shares stated.")] if derived else []
    if abs(total - parts) >= 0.005:
        apart = words.money(abs(total - parts), shown[0].currency, decimals)
        notes.append(
            words.say(
                "The computed parts differ from the amount quoted by {apart}, within the printed precision.",
                apart=apart,
            )
        )
    return Table(
        words.say("Sources of funding and their shares"),
        tuple(columns),
        rows,
        cells.with_notes(rows, notes, words),
        totals=1,
    )


@with_result
def reconciliation(reconciliation: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """The sum of the sources against the cost, with the difference and the tolerance it is judged by."""
    words, table = language(lang), results.RECONCILIATION
    if reconciliation.empty:
        return Omitted(words.say("No project is given."))
    names, shown = ("sum_of_sources", "total_cost", "surplus", "tolerance"), cells.each(reconciliation)
    decimals = money_decimals([getattr(row, name) for row in shown for name in names])
    makers: dict[str, Maker] = {
        words.heading(table[name]): cells.money_field(name, words, decimals, stated=name == "total_cost")
        for name in names
    }
    makers[words.heading(table["coverage"])] = lambda row: cells.percent(row.coverage, words)
    makers[words.heading(table["state"])] = lambda row: Cell(spoken("reconciliation", row.state, words))
    return cells.facts_table(words.say("Do the sources match the cost?"), shown, makers, words)


@with_result
def activity_timeline(timeline: pd.DataFrame, *, lang: str, most: int | None = None) -> Table | Omitted:
    """Each activity with its planned and actual period, days, time elapsed, status and days late.

    Of more than `most` activities only those that call for a question (`chosen.calling_activities`), and it says so.
    """
    words, table = language(lang), results.ACTIVITY_TIMELINE
    cells.one_project(timeline)
    if timeline.empty:
        return Omitted(words.say("No activity is stated."))
    total, timeline = len(timeline), calling_activities(timeline, most)
    if timeline.empty:
        none = words.say(
            "None of the {count} activities is late, without a record, outside the project or cancelled; all of them "
            "stand in the report on the timeline.",
            count=words.number(total),
        )
        return Omitted(none, told=True)
    shown, outside = cells.each(timeline), words.say("outside the project")
    columns: dict[str, Maker] = {
        words.heading(table["activity_id"]): lambda row: Cell(cells.named(row.activity_id, row.title), quoted=True),
        words.say("Planned"): lambda row: cells.period(
            row, "planned", words, outside if cells.holds(row.outside_project) else ""
        ),
        words.say("Actual"): lambda row: cells.period(row, "actual", words),
        words.heading(table["days_planned"]): lambda row: cells.count(row.days_planned, words),
        words.heading(table["elapsed"]): lambda row: cells.percent(row.elapsed, words),
        words.heading(table["status"]): lambda row: Cell(spoken("activity_status", row.status, words)),
    }
    if not all(pd.isna(row.days_late_start) and pd.isna(row.days_late_end) for row in shown):
        for name in ("days_late_start", "days_late_end"):
            columns[words.heading(table[name])] = cells.field(name, cells.days_late, words)
    rows, notes = cells.rows_of(shown, columns), []
    if len(timeline) < total:
        notes = [
            words.count(
                "Shown is {count} of {all} activities: what is late, without a record, outside the project or "
                "cancelled. All of them stand in the report on the timeline.",
                "Shown are {count} of {all} activities: what is late, without a record, outside the project or "
                "cancelled. All of them stand in the report on the timeline.",
                len(timeline),
                all=words.number(total),
            )
        ]
    told = cells.with_notes(rows, notes, words)
    return Table(words.say("Activities against their plan"), tuple(columns), rows, told, timeline)


@with_result
def overlaps(overlaps: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """The pairs of activities that share planned days."""
    words, table = language(lang), results.OVERLAPS
    cells.one_project(overlaps)
    shown = [row for row in cells.each(overlaps, "activity_a activity_b days") if pd.notna(row.days) and row.days > 0]
    if not shown:
        return Omitted(words.say("No two activities share a planned day."))
    columns: dict[str, Maker] = {
        words.heading(table["activity_a"]): lambda row: Cell(row.activity_a),
        words.heading(table["activity_b"]): lambda row: Cell(row.activity_b),
        words.heading(table["days"]): lambda row: cells.count(row.days, words),
    }
    rows = cells.rows_of(shown, columns)
    notes = cells.with_notes(rows, [], words)
    return Table(words.say("Activities that run side by side"), tuple(columns), rows, notes)


@with_result
def output_delivery(
    delivery: pd.DataFrame, *, lang: str, full: bool = True, most: int | None = None
) -> Table | Omitted:
    """Each planned output: what was promised, what is delivered and evidenced.

    Without `full` only those about which a funder asks: due and not recorded, in part, late, or due on no stated day;
    of these, in this order, no more than `most`.
    """
    words, table = language(lang), results.OUTPUT_DELIVERY
    cells.one_project(delivery)
    if delivery.empty:
        return Omitted(words.say("No output is stated."))
    if not full:
        delivery = delivery[delivery["status"].isin(ASKED) | (delivery["days_late"] > 0).fillna(False)]
    if delivery.empty:
        return Omitted(words.say("No output is late, in part, without a record though due, or without a due day."))
    total = len(delivery)
    ranks = [ASKED.index(status) if status in ASKED else len(ASKED) for status in delivery["status"].tolist()]
    delivery = calling(delivery, ranks, most)
    shown = cells.each(delivery)
    columns: dict[str, Maker] = {
        words.heading(table["title"]): lambda row: Cell(cells.named(row.output_id, row.title), quoted=True),
        words.heading(table["planned_quantity"]): lambda row: cells.number(row.planned_quantity, words, stated=True),
        words.heading(table["due"]): lambda row: cells.day(row.due, words),
    }
    if not all(pd.isna(row.delivered_on) for row in shown):
        columns |= {
            words.heading(table["delivered_quantity"]): lambda row: cells.number(
                row.delivered_quantity, words, stated=True
            ),
            words.heading(table["delivered_on"]): lambda row: cells.day(row.delivered_on, words),
            words.heading(table["evidence"]): lambda row: (
                Cell(row.evidence, quoted=True) if isinstance(row.evidence, str) else cells.unstated(words)
            ),
        }
        columns[words.heading(table["days_late"])] = cells.field("days_late", cells.days_late, words)
    columns[words.heading(table["status"])] = lambda row: Cell(spoken("output_status", row.status, words))
    rows = cells.rows_of(shown, columns)
    if full:
        caption, notes = words.say("Planned outputs and what is evidenced"), []
    else:
        caption = words.say("Outputs that are late, in part, or not recorded though due, or have no due day")
        notes = [words.say("All planned outputs stand in the report on the timeline.")]
    if len(delivery) < total:
        notes.insert(0, words.say("{count} of {all} shown.", count=len(delivery), all=words.number(total)))
    return Table(caption, tuple(columns), rows, cells.with_notes(rows, notes, words), delivery)


@with_result
def drawdown(drawdown: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """What is planned, spent and left by the day, and where that leads."""
    words, table, shown = language(lang), results.DRAWDOWN, cells.each(drawdown)
    if all(pd.isna(row.spent) and pd.isna(row.planned) for row in shown):
        return Omitted(words.say("Neither a financial plan nor spending is stated."))
    decimals = money_decimals([amount for row in shown for amount in (row.budget, row.planned, row.spent)])
    makers: dict[str, Maker] = {}
    for column in table.columns:
        if column.kind == "money":
            stated = column.name in ("budget", "planned", "spent")
            makers[words.heading(column)] = cells.money_field(column.name, words, decimals, stated=stated)
        elif column.name == "gap":
            makers[words.heading(column)] = lambda row: cells.points(row.gap, words)
        elif column.kind == "share":
            makers[words.heading(column)] = cells.field(column.name, cells.percent, words)
    return cells.facts_table(words.say("Drawdown of the budget"), shown, makers, words)


@with_result
def three_way(three_way: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """Time, money and results side by side, with their differences; no composite score."""
    words, table, shown = language(lang), results.THREE_WAY, cells.each(three_way)
    if all(sum(map(pd.notna, (row.time, row.money, row.results))) < 2 for row in shown):
        return Omitted(words.say("Of time, money and results no two are known, so nothing can be compared."))
    makers: dict[str, Maker] = {
        words.heading(table[name]): cells.field(name, cells.percent if name == "money" else _known, words)
        for name in ("time", "money", "results")  # what was spent may be stated where the budget is not
    }
    for name in ("money_minus_time", "results_minus_time", "results_minus_money"):
        makers[words.heading(table[name])] = cells.field(name, cells.points, words)
    return cells.facts_table(words.say("Time, money and results"), shown, makers, words)


def _known(share: float, words: Language) -> Cell:
    return cells.unknown(words, stated=True) if pd.isna(share) else cells.percent(share, words)
