"""Which target groups do the measures of a plan name, and which do they forget? Groups as rows, a dot where named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from kpeval.present.cells import each
from kpeval.present.charts.figure import (
    ACCENT,
    INK,
    LINE,
    MUTED,
    SECOND,
    TRACK,
    WIDTH,
    Chart,
    Told,
    enough,
    one_project,
    stood,
    subtitle,
)
from kpeval.present.charts.letters import breadth, wrapped
from kpeval.present.charts.name import with_name
from kpeval.present.display import Omitted
from kpeval.present.grouped import called, counted_plan, nothing_told, plan_called
from kpeval.present.language import NBSP, Language, language
from kpeval.present.planned import in_order, labels, of_plan, titles
from kpeval.present.svg import legible
from kpeval.schema import PLANS
from kpeval.values import take

LABEL = 165.0  # the names of the groups
SIZES = ((1, 4.0), (3, 7.0), (10, 11.0))  # from so many measures on a dot is so wide
NOTHING = float("nan")
MOST_GROUPS, MOST_COLUMNS = 24, 14


class Group(NamedTuple):
    """A target group: what it is called, the measures that name it, column by column, and whether it is forgotten."""

    name: str
    counts: tuple[float, ...]
    forgotten: bool


class Matrix(NamedTuple):
    """The groups, each with a count for each column, missing where it cannot be told; what the columns are called."""

    groups: list[Group]
    columns: Sequence[str]


@with_name
def group_coverage(
    coverage: pd.DataFrame, *, plans: pd.DataFrame | None = None, as_of: str | date | None = None, lang: str
) -> Chart | Omitted:
    """Groups and plans: the larger a dot, the more measures name the group; whom the last plan forgets is marked."""
    words = language(lang)
    one_project(coverage)
    if reason := nothing_told(coverage, words):
        return Omitted(reason)
    names, years = titles(plans), _years(plans)
    there = set(coverage["plan_id"].tolist())
    order = [plan for plan in names if plan in there] + [plan for plan in sorted(there) if plan not in names]
    if len(order) < 2:
        return Omitted(words.say("There is one plan only: the table shows in how many measures each group is named."))
    rows = each(coverage)
    cell = {(row.group_id, row.plan_id): float(row.measures) for row in rows}
    groups = {row.group_id: called(row, words) for row in rows}
    last = counted_plan(coverage, names)
    held = [
        Group(name, tuple(cell.get((id_, plan), NOTHING) for plan in order), cell.get((id_, last)) == 0)
        for id_, name in groups.items()
    ]
    found = Matrix(held, [years.get(plan, str(plan)) for plan in order])
    return _drawn(
        _told(found, words, as_of, words.say("Measures that name the group, by plan and its first year")), found, words
    )


@with_name
def group_areas(
    matrix: pd.DataFrame,
    *,
    plans: pd.DataFrame | None = None,
    areas: pd.DataFrame | None = None,
    as_of: str | date | None = None,
    lang: str,
) -> Chart | Omitted:
    """Groups and areas of the last plan: the larger a dot, the more measures of the area name the group."""
    words = language(lang)
    one_project(matrix)
    if matrix.empty:
        return Omitted(words.say("No measure of a community plan names a target group."))
    names = titles(plans)
    plan = counted_plan(matrix, names)
    rows = each(of_plan(matrix, plan))
    known = labels("area", areas)
    order = in_order(dict.fromkeys(row.area_id if isinstance(row.area_id, str) else "" for row in rows), known)
    cell = {(row.group_id, row.area_id if isinstance(row.area_id, str) else ""): float(row.measures) for row in rows}
    groups = {row.group_id: called(row, words) for row in rows}
    counts = {id_: tuple(cell[id_, area] for area in order) for id_ in groups}
    held = [Group(name, counts[id_], not sum(counts[id_])) for id_, name in groups.items()]
    found = Matrix(held, [area or words.say("no area") for area in order])
    single = sum(sum(count > 0 for count in group.counts) == 1 for group in held)
    title = words.count(
        "{count} of {all} target groups is named in one area only",
        "{count} of {all} target groups are named in one area only",
        single,
        all=words.number(len(held)),
    )
    measure = words.say("Measures that name the group, by area")
    if told_areas := [known[area] for area in order if area in known]:
        measure = f"{measure}: {'; '.join(told_areas)}"
    told = _told(found, words, as_of, plan_called(plan, names, words), measure, title=title if single else "")
    return _drawn(told, found, words)


def _told(found: Matrix, words: Language, as_of: str | date | None, *parts: str, title: str = "") -> Told:
    """Who is forgotten; where nobody is, `title` if there is one."""
    total, forgotten = len(found.groups), [group.name for group in found.groups if group.forgotten]
    if forgotten:
        title = words.count(
            "{count} of {all} target groups is named in no measure of the plan",
            "{count} of {all} target groups are named in no measure of the plan",
            len(forgotten),
            all=words.number(total),
        )
    else:
        title = title or words.say("Each target group is named in a measure of the plan")
    none = [words.say("{group}: none", group=name) for name in forgotten]
    said = [f"{group.name}: {_in_words(group, found.columns, words)}" for group in found.groups if not group.forgotten]
    alt = words.say(
        "Dots of target groups and measures. {parts}. {finding}.", parts=enough(none + said, words), finding=title
    )
    return Told(title, subtitle(*parts, stood(as_of, words)), alt)


def _in_words(group: Group, columns: Sequence[str], words: Language) -> str:
    """The columns in which the group is named, each with how many measures do."""
    counts = zip(columns, group.counts, strict=True)
    return ", ".join(f"{column}{NBSP}{words.number(count)}" for column, count in counts if count > 0)


def _drawn(told: Told, found: Matrix, words: Language) -> Chart:
    order = sorted(range(len(found.groups)), key=lambda place: not found.groups[place].forgotten)
    shown = [found.groups[place] for place in sorted(order[:MOST_GROUPS])]  # whoever is forgotten is shown
    columns = [legible(column, 10) for column in found.columns[-MOST_COLUMNS:]]
    lines = [wrapped(group.name, LABEL, lines=2, bold=group.forgotten) for group in shown]
    top = 2 * LINE + 10
    high = top + sum(LINE * len(some) + 7 for some in lines)
    chart = Chart(told, high, (0, WIDTH))
    _key(chart, words)
    step = (WIDTH - LABEL - 10) / len(columns)
    every = -(-int(max(breadth(column) for column in columns) + 6) // max(int(step), 1))
    places = [float(round(LABEL + 10 + step * (place + 0.5))) for place in range(len(columns))]
    for place, (x, column) in enumerate(zip(places, columns, strict=True)):
        if (len(columns) - 1 - place) % every == 0:
            chart.write(x, 2 * LINE + 2, column, colour=MUTED, align="center")
    y = top
    dots: dict[float, list[tuple[float, float]]] = {}
    for group, some in zip(shown, lines, strict=True):
        size = LINE * len(some)
        middle = y + size / 2
        for place, line in enumerate(some):
            chart.write(0, y + 10 + LINE * place, line, colour=SECOND if group.forgotten else INK, bold=group.forgotten)
        chart.line([places[0] - step / 2, WIDTH], [middle] * 2, TRACK, width=0.8)
        for x, count in zip(places, group.counts[-MOST_COLUMNS:], strict=True):
            wide = max((wide for least, wide in SIZES if count >= least), default=0.0)
            if wide:
                dots.setdefault(wide, []).append((x, middle))
        y += size + 7
    for wide, places_of in sorted(dots.items()):
        chart.dots(places_of, ACCENT, wide=wide, name="named")
    return chart


def _key(chart: Chart, words: Language) -> None:
    x = 0.0
    for place, (least, wide) in enumerate(SIZES):
        beyond = SIZES[place + 1][0] - 1 if place + 1 < len(SIZES) else None
        said = words.say("{number} or more", number=words.number(least))
        if beyond is not None:
            said = words.range(words.number(least), words.number(beyond))
        chart.dots([(x + 6, 6)], ACCENT, wide=wide, name="key")
        chart.write(x + 15, 9, said, colour=MUTED)
        x += 15 + breadth(said) + 16
    chart.write(x, 9, words.say("measures"), colour=MUTED)


def _years(plans: pd.DataFrame | None) -> dict[Any, str]:
    """The year in which each plan begins, as far as it is stated."""
    if plans is None or plans.empty:
        return {}
    rows = take(PLANS, plans, "plan_id period_start")
    begun = zip(rows["plan_id"], rows["period_start"], strict=True)
    return {plan: str(first.year) for plan, first in begun if pd.notna(first)}
