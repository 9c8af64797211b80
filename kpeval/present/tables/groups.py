"""What do the tables of target groups look like: their usual names, and whom the measures of a plan name or forget?"""

from __future__ import annotations

import pandas as pd

from kpeval import results
from kpeval.present import cells
from kpeval.present.cells import Maker, Row
from kpeval.present.display import Cell, Omitted, Table, with_result
from kpeval.present.grouped import called, counted_plan, nothing_told, plan_called
from kpeval.present.language import Language, language
from kpeval.present.planned import in_order, labels, of_plan, titles
from kpeval.present.vocabulary import spoken

MOST_AREAS = 12


@with_result
def canonical_groups(groups: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """Each target group, and each area, with the usual name of whom it speaks of; what kpeval suggests is marked.

    Those that are called by their usual name are counted in a note.
    """
    words, table = language(lang), results.CANONICAL_GROUPS
    cells.one_project(groups)
    if groups.empty:
        return Omitted(words.say("No target group is stated."))
    suggested = words.say("suggested")

    def canonical(row: Row) -> Cell:
        if not isinstance(row.canonical, str):
            return Cell(words.say("not known"), unknown=True)
        return Cell(row.canonical, mark=suggested if row.how == "suggested" else "", quoted=True)

    def label(row: Row) -> Cell:
        return Cell(row.label, quoted=True) if isinstance(row.label, str) else cells.unstated(words)

    columns: dict[str, Maker] = {words.heading(table["label"]): label}
    if len(set(groups["kind"].tolist())) > 1:
        columns[words.heading(table["kind"])] = lambda row: Cell(spoken("named_kind", row.kind, words))
    columns[words.heading(table["canonical"])] = canonical
    every = cells.each(groups)
    apart = [row for row in every if not _usual(row)]
    if not apart:
        return Omitted(words.say("Every target group and area is called by its usual name."))
    rows = cells.rows_of(apart, columns)
    notes = []
    if usual := len(every) - len(apart):
        notes.append(
            words.count(
                "{count} called by its usual name is not listed.",
                "{count} called by their usual names are not listed.",
                usual,
            )
        )
    if (groups["how"] == "suggested").any():
        notes.append(words.say("Suggested: by kpeval, from the words of the label; the documents do not say it."))
    told = cells.with_notes(rows, notes, words)
    return Table(words.say("Target groups by their usual names"), tuple(columns), rows, told)


def _usual(row: Row) -> bool:
    """Whether it is called by its usual name, be that in capitals."""
    said = (row.label, row.canonical)
    return all(isinstance(name, str) for name in said) and row.label.casefold() == row.canonical.casefold()


@with_result
def group_coverage(
    coverage: pd.DataFrame, plans: pd.DataFrame | None = None, *, lang: str, full: bool = False
) -> Table | Omitted:
    """In how many measures each target group is named: in the last plan, or with `full` in each; 0 is marked.

    `plans` gives the names in place of the ids.
    """
    words, table = language(lang), results.GROUP_COVERAGE
    cells.one_project(coverage)
    if reason := nothing_told(coverage, words):
        return Omitted(reason)
    names = titles(plans)
    if full and len(set(coverage["plan_id"].tolist())) > 1:
        return _plan_by_plan(coverage, names, words)
    shown = of_plan(coverage, counted_plan(coverage, names))
    columns: dict[str, Maker] = {
        words.heading(table["group_id"]): lambda row: Cell(called(row, words), quoted=True),
        words.heading(table["measures"]): lambda row: _measures(row, words),
        words.heading(table["share_of_measures"]): lambda row: cells.percent(row.share_of_measures, words),
    }
    rows = cells.rows_of(cells.each(shown), columns)
    silent = shown["without_group"].iloc[0]
    notes = [_each_counts(words)]
    if cells.holds(silent > 0):
        notes.append(
            words.count(
                "{count} of {all} measures names no group.",
                "{count} of {all} measures name no group.",
                int(silent),
                all=words.number(int(shown["all_measures"].iloc[0])),
            )
        )
    plan = shown["plan_id"].iloc[0]
    caption = words.say("Target groups in the measures of the plan: {plan}", plan=plan_called(plan, names, words))
    return Table(caption, tuple(columns), rows, cells.with_notes(rows, notes, words), shown)


def _plan_by_plan(coverage: pd.DataFrame, names: dict[object, str], words: Language) -> Table:
    there = set(coverage["plan_id"].tolist())
    plans = [plan for plan in names if plan in there] + [plan for plan in sorted(there) if plan not in names]
    held = cells.each(coverage)
    cell = {(row.group_id, row.plan_id): row for row in held}
    groups = {row.group_id: row for row in held}
    columns: dict[str, Maker] = {
        words.heading(results.GROUP_COVERAGE["group_id"]): lambda row: Cell(called(row, words), quoted=True)
    }
    for plan in plans:
        columns[plan_called(plan, names, words)] = lambda row, plan=plan: _measures(  # type: ignore[misc]
            cell.get((row.group_id, plan)), words
        )
    rows = cells.rows_of([*groups.values()], columns)
    notes = [_each_counts(words)]
    if coverage["measures"].isna().any():
        notes.append(words.say("[z]: not applicable; no measure of the plan names a target group."))
    caption = words.say("Measures that name each target group, plan by plan")
    return Table(caption, tuple(columns), rows, cells.with_notes(rows, notes, words))


def _measures(row: Row | None, words: Language) -> Cell:
    if row is None or pd.isna(row.measures):
        return cells.not_applicable()
    forgotten = cells.holds(row.forgotten)
    return cells.count(row.measures, words)._replace(mark=words.say("in no measure") if forgotten else "")


def _each_counts(words: Language) -> str:
    return words.say("A measure counts in each of the groups that it names.")


@with_result
def group_areas(
    matrix: pd.DataFrame, plans: pd.DataFrame | None = None, areas: pd.DataFrame | None = None, *, lang: str
) -> Table | Omitted:
    """In how many measures of each area each target group is named, in the last plan; of many areas the first 12."""
    words, table = language(lang), results.GROUP_AREAS
    cells.one_project(matrix)
    if matrix.empty:
        return Omitted(words.say("No measure of a community plan names a target group."))
    names = titles(plans)
    shown = of_plan(matrix, counted_plan(matrix, names))
    held = cells.each(shown)
    known = labels("area", areas)
    found = in_order(dict.fromkeys(row.area_id if isinstance(row.area_id, str) else None for row in held), known)
    cell = {(row.group_id, row.area_id if isinstance(row.area_id, str) else None): row.measures for row in held}
    groups = {row.group_id: row for row in held}
    columns: dict[str, Maker] = {words.heading(table["group_id"]): lambda row: Cell(called(row, words), quoted=True)}
    for area in found[:MOST_AREAS]:
        heading = area if area is not None else words.say("no area")
        columns[heading] = lambda row, area=area: cells.count(cell[row.group_id, area], words)  # type: ignore[misc]
    rows = cells.rows_of([*groups.values()], columns)
    notes = [_each_counts(words)]
    if told := [known[area] for area in found[:MOST_AREAS] if area in known]:
        notes.append(words.say("Areas: {areas}.", areas="; ".join(told)))
    if (left := len(found) - MOST_AREAS) > 0:
        notes.append(words.count("{count} more area is not shown.", "{count} more areas are not shown.", left))
    plan = held[0].plan_id
    caption = words.say(
        "Target groups and areas in the measures of the plan: {plan}", plan=plan_called(plan, names, words)
    )
    return Table(caption, tuple(columns), rows, cells.with_notes(rows, notes, words), shown)
