"""In which state was each measure of a plan in each year? The plan's tree as rows, its years as columns."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

import pandas as pd

from kpeval.present.cells import each, holds, named
from kpeval.present.charts.figure import LINE, MUTED, SURFACE, WIDTH, Chart, Told, enough, one_project, stood, subtitle
from kpeval.present.charts.letters import breadth, wrapped
from kpeval.present.charts.name import with_name
from kpeval.present.charts.states import key, key_lines, shares_bar, state_bar
from kpeval.present.display import Omitted
from kpeval.present.language import Language, language
from kpeval.present.planned import done, labels, last_plan, main_level, of_plan, titles
from kpeval.present.vocabulary import spoken
from kpeval.schema import MEASURE_STATES

ROW, GAP, BETWEEN = 6.0, 7.0, 3.0  # of a measure; from group to group; from year to year
LABEL = 150.0  # the names of the groups
MOST_MEASURES = 120  # more are drawn as shares of their groups
MOST_GROUPS = 16  # more are drawn by what they are part of
MOST_ROOTS = 40  # of a plan with more parts at its top the others are put together


class Group(NamedTuple):
    """A part of the plan with the courses of the measures under it, a state a year each."""

    name: str
    courses: list[tuple[str, ...]]


@with_name
def measure_states(
    states: pd.DataFrame,
    *,
    plans: pd.DataFrame | None = None,
    areas: pd.DataFrame | None = None,
    as_of: str | date | None = None,
    lang: str,
) -> Chart | Omitted:
    """The last plan's measures as rows under what they are part of, best first, their states in each year as columns.

    More than 120 measures are drawn as shares, a bar a group and year. Of several levels that are evaluated the one
    with most parts is drawn. `plans` and `areas` give the names; areas group the measures of a plan that has no tree.
    """
    words = language(lang)
    one_project(states)
    if states.empty:
        return Omitted(words.say("No evaluation of a community plan is stated."))
    names = titles(plans)
    plan = last_plan(states, names, "year")
    rows = each(of_plan(states, plan))
    years = sorted({int(row.year) for row in rows})
    nodes = {row.node_id: row for row in rows}
    counted = [row for row in nodes.values() if holds(row.counted)]
    level = main_level(counted)
    drawn = {row.node_id for row in counted if row.level == level}
    courses: dict[str, dict[int, str]] = {}
    for row in rows:
        if row.node_id in drawn:
            courses.setdefault(row.node_id, {})[int(row.year)] = row.state
    found = _not_too_many(_grouped(nodes, courses, years, labels("area", areas)), words)
    several = len({row.level for row in counted}) > 1
    under = subtitle(
        words.say("State of each measure by year"),
        str(names.get(plan, plan)),
        words.say("level “{level}”", level=level) if several else "",
        stood(as_of, words),
    )
    title = _finding(found, years, words)
    present = [state for state in MEASURE_STATES if any(state in one for group in found for one in group.courses)]
    parts = [f"{year}: {_in_words(found, place, words)}" for place, year in enumerate(years)]
    alt = words.say(
        "Map of the states of measures by year. {parts}. {finding}.", parts=enough(parts, words), finding=title
    )
    return _drawn(Told(title, under, alt), found, years, present, words)


def _grouped(
    nodes: dict[Any, Any], courses: dict[str, dict[int, str]], years: list[int], areas: dict[object, str]
) -> list[Group]:
    """The measures under the lowest part of the plan of which there are not too many, in the order of the plan."""

    def above(node: Any, steps: int) -> Any:
        """What stands so many steps above, or the root; nothing above a root."""
        found = node
        for _ in range(steps):
            if nodes[found].parent_id not in nodes:
                break
            found = nodes[found].parent_id
        return found if found != node else None

    steps = 1
    while True:
        owner = {node: above(node, steps) for node in courses}
        higher = {node: above(node, steps + 1) for node in courses}
        if len(set(owner.values())) <= MOST_GROUPS or higher == owner:
            break
        steps += 1
    if set(owner.values()) == {None}:
        by_area = {node: nodes[node].area_id for node in courses}
        said = {area: areas.get(area, area) if isinstance(area, str) else "" for area in by_area.values()}
        owner = {node: said[area] for node, area in by_area.items()}
        called = {name: name for name in owner.values()}
    else:
        called = {name: named(name, nodes[name].title) if name else "" for name in owner.values()}
    held: dict[Any, list[tuple[str, ...]]] = {}
    for node, course in courses.items():
        held.setdefault(owner[node], []).append(tuple(course[year] for year in years))
    return [Group(called[name], sorted(some, key=_best_first)) for name, some in held.items()]


def _not_too_many(groups: list[Group], words: Language) -> list[Group]:
    """The groups; of very many the last ones together."""
    if len(groups) <= MOST_ROOTS:
        return groups
    kept, rest = groups[: MOST_ROOTS - 1], groups[MOST_ROOTS - 1 :]
    name = words.count("{count} more part of the plan", "{count} more parts of the plan", len(rest))
    return [*kept, Group(name, sorted((one for group in rest for one in group.courses), key=_best_first))]


def _best_first(course: tuple[str, ...]) -> tuple[int, ...]:
    """By the state of the last year, then of the one before."""
    return tuple(MEASURE_STATES.index(state) for state in reversed(course))


def _drawn(told: Told, found: list[Group], years: list[int], present: list[str], words: Language) -> Chart:
    shares = sum(len(group.courses) for group in found) > MOST_MEASURES
    named = any(group.name for group in found)
    left = LABEL + 8 if named else 0.0
    wide = (WIDTH - left - BETWEEN * (len(years) - 1)) // len(years)  # whole, or the page would carry the decimals
    left = WIDTH - wide * len(years) - BETWEEN * (len(years) - 1)
    blocks = []
    for group in found:
        rows = LINE if shares else ROW * len(group.courses)
        lines = wrapped(group.name, LABEL, lines=max(1, min(3, int(rows // LINE)))) if group.name else []
        blocks.append((group, lines, rows, max(rows, LINE * max(len(lines), 1) if named else rows)))
    top = LINE * key_lines(present, words) + LINE + 8
    chart = Chart(told, top + sum(high + GAP for *_, high in blocks), (0, WIDTH))
    key(chart, 0, present, words)
    columns = [left + place * (wide + BETWEEN) for place in range(len(years))]
    step = -(-int(breadth("2000") + 6) // max(int(wide + BETWEEN), 1))  # every so many years has room for its number
    for place, (x, year) in enumerate(zip(columns, years, strict=True)):
        if (len(years) - 1 - place) % step == 0:
            chart.write(x + wide / 2, top - 5, str(year), colour=MUTED, align="center")
    y = top
    for group, lines, rows, high in blocks:
        for place, line in enumerate(lines):
            chart.write(0, y + 10 + LINE * place, line)
        for place, x in enumerate(columns):
            column = [course[place] for course in group.courses]
            if shares:
                shares_bar(chart, x, x + wide, y + 1, LINE - 2, Counter(column))
            else:
                _column(chart, x, x + wide, y, column)
        if not shares and len(group.courses) > 1:  # a gap between two measures: the dashes of one broad line
            middle, across = (columns[0] + WIDTH) / 2, WIDTH - columns[0]
            chart.line([middle] * 2, [y, y + rows], SURFACE, width=across, dash=(0.8, ROW - 0.8), layer=40)
        y += high + GAP
    return chart


def _column(chart: Chart, first: float, last: float, y: float, column: list[str]) -> None:
    """The states of one year from above, what is alike and adjacent drawn as one."""
    for state, alike in groupby(column):
        number = len(list(alike))
        state_bar(chart, first, last, y, ROW, state, number)
        y += ROW * number


def _finding(found: list[Group], years: list[int], words: Language) -> str:
    last = Counter(course[-1] for group in found for course in group.courses)
    values = {
        "count": words.number(last["fulfilled"] + last["continuous"]),
        "done": done(last["continuous"], words),
        "all": words.number(last.total()),
        "not": words.number(last["not_fulfilled"]),
        "year": str(years[-1]),
    }
    if last["not_fulfilled"]:
        return words.say("{count} of {all} measures were {done} in {year}, {not} were not", **values)
    return words.say("{count} of {all} measures were {done} in {year}", **values)


def _in_words(found: list[Group], place: int, words: Language) -> str:
    counts = Counter(course[place] for group in found for course in group.courses)
    parts = [
        f"{spoken('measure_state', state, words)} {words.number(counts[state])}"
        for state in MEASURE_STATES
        if counts[state]
    ]
    return ", ".join(parts)
