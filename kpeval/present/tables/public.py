"""What do the tables of outputs by activity, documents, steps of a plan, comments and communication look like?"""

from __future__ import annotations

import pandas as pd

from kpeval import results
from kpeval.present import cells
from kpeval.present.breakdown import CONFIDENTIAL
from kpeval.present.cells import Maker, Row
from kpeval.present.display import Cell, Omitted, Table, with_result
from kpeval.present.language import Language, language
from kpeval.present.vocabulary import spoken


@with_result
def delivered_outputs(delivered: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """Each activity with its planned outputs: how many are due, delivered, late, not recorded; and all together."""
    words, table = language(lang), results.DELIVERED_OUTPUTS
    cells.one_project(delivered)
    if delivered.empty:
        return Omitted(words.say("No output is stated."))
    shown = cells.each(delivered)
    if not any(cells.holds(row.delivered) or cells.holds(row.partly) for row in shown):
        return Omitted(words.say("Of no output is a delivery recorded by the day."))
    assumed, names = words.say("assumed"), ["delivered", "on_time", "late", "partly", "with_evidence", "no_record"]
    columns: dict[str, Maker] = {
        words.heading(table["activity_id"]): lambda row: _activity(row, words),
        words.heading(table["planned"]): lambda row: cells.count(row.planned, words),
        words.heading(table["due"]): lambda row: cells.count(row.due, words)._replace(
            mark=assumed if cells.holds(row.assumed) else ""
        ),
    }
    for name in names:
        if name not in ("late", "partly") or delivered[name].sum() > 0:
            columns[words.heading(table[name])] = cells.field(name, cells.count, words)
    columns[words.heading(table["share_delivered"])] = lambda row: (
        cells.not_applicable() if pd.isna(row.share_delivered) else cells.percent(row.share_delivered, words)
    )
    summed = cells.rows_of([_together(shown)], columns) if len(shown) > 1 else ()
    rows = cells.rows_of(shown, columns) + summed
    notes, held = [], int(delivered["assumed"].sum())
    if held:
        notes.append(
            words.count(
                "Assumed: {count} output states no due day and is held to the planned end of its activity.",
                "Assumed: {count} outputs state no due day and are held to the planned end of their activities.",
                held,
            )
        )
    if any(pd.isna(row.share_delivered) for row in shown):
        notes.append(words.say("[z]: not applicable; nothing is due, or nothing is recorded of what is."))
    caption = words.say("Outputs delivered, by activity")
    return Table(caption, tuple(columns), rows, cells.with_notes(rows, notes, words), totals=len(summed))


def _activity(row: Row, words: Language) -> Cell:
    if row.activity_id is None:
        return Cell(words.say("all together"))
    if not isinstance(row.activity_id, str):
        return Cell(words.say("of no activity"))
    return Cell(cells.named(row.activity_id, row.title), quoted=True)


def _together(shown: list[Row]) -> Row:
    """The sums of the activities, and the share of them."""
    counts = [column.name for column in results.DELIVERED_OUTPUTS.columns if column.kind == "whole"]
    sums = {name: sum(0 if pd.isna(value := getattr(row, name)) else int(value) for row in shown) for name in counts}
    silent = sums["no_record"] == sums["due"]
    share = float("nan") if silent or not sums["due"] else sums["due_delivered"] / sums["due"]
    return type(shown[0])(activity_id=None, title=None, share_delivered=share, **sums)


@with_result
def documents_counted(documents: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """Each indicator in which outputs count: written, published, both, and what was reported."""
    words, table = language(lang), results.DOCUMENTS_COUNTED
    cells.one_project(documents)
    if documents.empty:
        return Omitted(words.say("Of no output is it stated that it counts in an indicator."))
    shown, computed = cells.each(documents), words.say("computed")
    columns: dict[str, Maker] = {
        words.heading(table["indicator_id"]): lambda row: Cell(
            cells.indicator(row) or cells.named(row.indicator_id, None) or words.say("not stated"), quoted=True
        ),
        words.heading(table["planned"]): lambda row: cells.number(row.planned, words, stated=True),
        words.heading(table["written"]): lambda row: cells.number(row.written, words, stated=True),
        words.heading(table["published"]): lambda row: cells.number(row.published, words, stated=True),
        words.heading(table["counted"]): lambda row: cells.number(
            row.counted, words, stated=True, mark="" if pd.isna(row.counted) else computed
        ),
        words.heading(table["reported"]): lambda row: cells.number(row.reported, words, stated=True),
    }
    if not all(pd.isna(row.difference) for row in shown):
        columns[words.heading(table["difference"])] = lambda row: (
            cells.not_applicable() if pd.isna(row.difference) else cells.number(row.difference, words)
        )
    rows = cells.rows_of(shown, columns)
    notes = [
        words.say("Computed: from the days on which the outputs were written and published; the later one counts.")
    ]
    return Table(
        words.say("Documents written and published"), tuple(columns), rows, cells.with_notes(rows, notes, words)
    )


@with_result
def plan_steps(steps: pd.DataFrame, *, lang: str, full: bool = False) -> Table | Omitted:
    """The steps of making the community plan of which a day is stated; of the others a note says that none is.

    The plan in the making is that of the last day stated; with `full` the earlier ones, too.
    """
    words, table = language(lang), results.PLAN_STEPS
    cells.one_project(steps)
    every = cells.each(steps)
    stated = [row for row in every if pd.notna(row.day)]
    if not stated:
        return Omitted(words.say("The documents state no day of a step of making a community plan."))
    made = max(stated, key=lambda row: row.day)
    shown = stated if full else [row for row in stated if row.plan_id == made.plan_id]
    several = len({row.plan_id for row in shown}) > 1
    asked = len({row.procedure_id for row in shown if isinstance(row.procedure_id, str)}) > 1
    columns: dict[str, Maker] = {words.heading(table["step"]): lambda row: Cell(spoken("plan_step", row.step, words))}
    if several:
        columns[words.heading(table["plan_id"])] = lambda row: _quoted(row.title, words)
    if asked:
        columns[words.heading(table["procedure_id"])] = lambda row: (
            Cell(row.procedure_id, quoted=True) if isinstance(row.procedure_id, str) else cells.not_applicable()
        )
    columns[words.heading(table["day"])] = lambda row: cells.day(row.day, words)
    columns[words.heading(table["state"])] = lambda row: Cell(spoken("plan_step_state", row.state, words))
    rows, notes = cells.rows_of(shown, columns), []
    missing = dict.fromkeys(row.step for row in every if row.plan_id == made.plan_id and pd.isna(row.day))
    plan = str(_quoted(made.title, words).text)
    if missing:
        names = "; ".join(spoken("plan_step", step, words) for step in missing)
        notes.append(words.say("{plan}: not stated: {steps}.", plan=plan, steps=names))
    if silent := dict.fromkeys(
        _quoted(row.title, words).text for row in every if row.plan_id not in {one.plan_id for one in stated}
    ):
        notes.append(words.say("No day of a step is stated for: {plans}.", plans="; ".join(silent)))
    caption = words.say("Steps of making the community plan")
    if not several:
        caption = words.say("Steps of making the plan “{plan}”", plan=plan)
    chosen = steps if full else steps[steps["plan_id"] == made.plan_id]
    return Table(caption, tuple(columns), rows, cells.with_notes(rows, notes, words), chosen)


@with_result
def comment_settlement(settlement: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """Each comment procedure: how long it was open, what came, how it was settled and how fast."""
    words, table = language(lang), results.COMMENT_SETTLEMENT
    cells.one_project(settlement)
    if settlement.empty:
        return Omitted(words.say("No comment procedure is stated."))
    shown = cells.each(settlement)
    figures: dict[str, Maker] = {
        words.heading(table["plan_id"]): lambda row: (
            Cell(row.plan_id, quoted=True) if isinstance(row.plan_id, str) else cells.unstated(words)
        ),
    }
    for name in ("opened", "closed"):
        figures[words.heading(table[name])] = cells.field(name, cells.day, words)
    short = words.say("shorter than recommended")
    figures[words.heading(table["window_days"])] = lambda row: (
        cells.unknown(words, stated=True)
        if pd.isna(row.window_days)
        else cells.count(row.window_days, words)._replace(mark="" if cells.holds(row.enough) else short)
    )
    figures[words.heading(table["state"])] = lambda row: Cell(spoken("procedure_state", row.state, words))
    figures[words.heading(table["hearing_on"])] = cells.field("hearing_on", cells.day, words)
    counts = ("received", "content", "formal", "unsorted", "outside", "settled", "accepted", "partly", "rejected")
    for name in (*counts, "noted", "unsettled"):
        if name not in ("unsorted", "outside", "noted") or settlement[name].sum() > 0:
            figures[words.heading(table[name])] = cells.field(name, cells.count, words)
    for name in ("share_settled", "share_accepted", "share_partly", "share_with_reason"):
        figures[words.heading(table[name])] = cells.field(name, _rate, words)
    figures[words.heading(table["median_days_to_settle"])] = lambda row: (
        cells.not_applicable() if pd.isna(row.median_days_to_settle) else cells.number(row.median_days_to_settle, words)
    )
    figures[words.heading(table["published_on"])] = cells.field("published_on", cells.day, words)
    told = cells.rows_of(shown, figures)  # a procedure a row: turned over, for figures are many and procedures few
    rows = tuple((Cell(heading), *told_of) for heading, told_of in zip(figures, zip(*told, strict=True), strict=True))
    one = len(shown) == 1
    headings = (
        words.say("Figure"),
        *((words.say("Value"),) if one else (_quoted(row.procedure_id, words).text for row in shown)),
    )
    notes = []
    if cells.INAPPLICABLE in {cell.text for row in rows for cell in row}:
        notes.append(words.say("[z]: not applicable; no comment of this kind, or no day of a settlement, is recorded."))
    caption = words.say("Comments of the public and their settlement")
    return Table(caption, headings, rows, cells.with_notes(rows, notes, words))


def _rate(share: float, words: Language) -> Cell:
    return cells.not_applicable() if pd.isna(share) else cells.percent(share, words)


@with_result
def reach_change(reach: pd.DataFrame, *, lang: str, most: int | None = None) -> Table | Omitted:
    """What each channel reached, beside the state before the project; [c] stands for what is confidential.

    `most` shows so many rows only and says how many are left out.
    """
    words, table = language(lang), results.REACH_CHANGE
    cells.one_project(reach)
    if reach.empty:
        return Omitted(words.say("What the communication reached is not stated."))
    every = cells.each(reach)
    shown = every[:most]
    columns: dict[str, Maker] = {
        words.heading(table["channel"]): lambda row: _quoted(row.channel, words),
        words.heading(table["metric"]): lambda row: _quoted(row.metric, words),
    }
    grouped = any(isinstance(row.group_id, str) for row in shown)
    if grouped:
        columns[words.heading(table["group_id"])] = lambda row: (
            Cell(row.label if isinstance(row.label, str) else row.group_id, quoted=True)
            if isinstance(row.group_id, str)
            else Cell(words.say("all"))
        )
    columns[words.say("Period")] = lambda row: (
        cells.unstated(words) if pd.isna(row.period) else Cell(words.day(row.period, row.period_precision))
    )
    for name in ("value", "baseline", "change"):
        columns[words.heading(table[name])] = _figure(name, words)
    if not all(pd.isna(row.relative_change) for row in shown):
        columns[words.heading(table["relative_change"])] = _figure("relative_change", words)
    if grouped:
        columns[words.heading(table["share_of_group"])] = _figure("share_of_group", words)
    rows = cells.rows_of(shown, columns)
    notes = _reach_notes(shown, grouped, words)
    if len(every) > len(shown):
        notes.append(words.count("{count} row is left out.", "{count} rows are left out.", len(every) - len(shown)))
    caption = words.say("What the communication reached")
    return Table(caption, tuple(columns), rows, cells.with_notes(rows, notes, words), reach.head(len(shown)))


def _reach_notes(shown: list[Row], grouped: bool, words: Language) -> list[str]:
    notes = [words.say("Values of different channels and periods are not added: they may be of the same people.")]
    least = sorted({int(row.threshold) for row in shown if cells.holds(row.suppressed)})
    notes += [
        words.count(
            "[c]: confidential, fewer than {count} person, or hidden so that such a number cannot be computed.",
            "[c]: confidential, fewer than {count} people, or hidden so that such a number cannot be computed.",
            number,
        )
        for number in least
    ]
    if any(not cells.holds(row.baseline_stated) or not isinstance(row.group_id, str) for row in shown):
        notes.append(words.say("[z]: not applicable; no value before the project, or no target group, is stated."))
    reasons = dict.fromkeys(row.reason for row in shown if isinstance(row.reason, str)) if grouped else {}
    if reasons:
        why = "; ".join(spoken("no_share_of_group", reason, words) for reason in reasons)
        notes.append(words.say("No share of a target group: {why}.", why=why))
    return notes


def _quoted(text: object, words: Language) -> Cell:
    return Cell(text, quoted=True) if isinstance(text, str) else cells.unstated(words)


def _figure(name: str, words: Language) -> Maker:
    """A figure, [c] where it is hidden; a missing one was not stated, or cannot be computed."""

    def make(row: Row) -> Cell:
        value = getattr(row, name)
        if _hidden(name, row):
            return Cell(CONFIDENTIAL, number=True)
        if name in ("value", "baseline"):
            return cells.number(value, words, stated=True)
        if pd.isna(value):
            return cells.not_applicable()
        return cells.number(value, words) if name == "change" else cells.percent(value, words)

    return make


def _hidden(name: str, row: Row) -> bool:
    """Whether a figure is missing because it is not to be seen."""
    no_value = cells.holds(row.suppressed) and pd.isna(row.value)
    no_baseline = cells.holds(row.baseline_stated) and pd.isna(row.baseline)
    if name in ("change", "relative_change"):
        return cells.holds(row.baseline_stated) and (no_value or no_baseline)
    if name == "share_of_group":
        return no_value and isinstance(row.group_id, str) and not isinstance(row.reason, str)
    return no_value if name == "value" else no_baseline
