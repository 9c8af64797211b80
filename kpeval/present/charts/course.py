"""How did the indicators move over time, against the way to their targets, and which targets were revised?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from kpeval.present.cells import each, quantity
from kpeval.present.charts.figure import MOST_ROWS, Chart, Told, enough, one_project, stood, subtitle
from kpeval.present.charts.indicators import LATE, named
from kpeval.present.charts.letters import wrapped
from kpeval.present.charts.name import with_name
from kpeval.present.charts.panels import WIDE, Panel, panels, scale
from kpeval.present.display import Omitted
from kpeval.present.language import Language, language
from kpeval.present.vocabulary import spoken
from kpeval.timespan import as_day

ADD_UP = ("sum", "max", "persons")  # a value holds until the next one; the others are readings on their days
BEHIND = ("not_achieved", "far_behind", "behind")  # the worst first
REACHES = ("on_track", "ahead", "achieved", "overachieved")


@with_name
def indicator_course(
    course: pd.DataFrame,
    fulfilment: pd.DataFrame,
    *,
    projects: pd.DataFrame | None = None,
    as_of: str | date,
    most: int = MOST_ROWS,
    lang: str,
) -> Chart | Omitted:
    """A small panel for each indicator that was measured: its values by day, the way expected, the target in force.

    What adds up is drawn as steps, a reading as a point; the target as a level, the one before a revision dashed.
    Beyond `most` panels those that are behind come first, then those whose target was revised.
    """
    words, now = language(lang), as_day(as_of)
    for frame in (course, fulfilment):
        one_project(frame)
    found = {str(row.indicator_id): row for row in each(fulfilment)}
    days: dict[str, list[Any]] = {}
    for day in each(course):
        days.setdefault(str(day.indicator_id), []).append(day)
    readings = sum(bool(day.measured) for some in days.values() for day in some)
    shown = {name: row for name, row in found.items() if any(pd.notna(day.actual) for day in days.get(name, ()))}
    if readings == 0 or not shown:
        return Omitted(words.say("No indicator has been measured by the day, so there is no course to draw."))
    if readings == 1:
        row = next(iter(shown.values()))
        said = quantity(row.actual, row, words).text
        return Omitted(
            words.say("One value only has been measured, {indicator}: {value}.", indicator=named(row), value=said),
            told=True,
        )
    revised = {name for name in shown if _revised(days[name], now)}
    chosen = _chosen(shown, revised, most)
    title = _finding([row.status for row in shown.values()], len(revised), words)
    pictures = [_panel(row, days[str(row.indicator_id)], now, words) for row in chosen]
    notes = []
    if len(chosen) < len(shown):
        all_ = words.number(len(shown))
        notes.append(
            words.count(
                "{count} of {all} shown, what is behind first",
                "{count} of {all} shown, what is behind first",
                len(chosen),
                all=all_,
            )
        )
    if unmeasured := [named(row, 40) for name, row in found.items() if name not in shown]:
        notes.append(words.say("without a value: {indicators}", indicators=words.list(unmeasured)))
    measure = words.say("Indicators by day, each on its own scale")
    told = Told(
        title,
        subtitle(measure, stood(now, words), projects=projects, note="; ".join(notes)),
        _alt(chosen, revised, title, words),
    )
    return panels(told, pictures, now, words)


def _chosen(shown: dict[str, Any], revised: set[str], most: int) -> list[Any]:
    """All in their order; of more than `most` those that are behind, then those with a revised target."""
    rows = list(shown.values())
    if len(rows) <= most:
        return rows

    def rank(row: Any) -> int:
        if row.status in BEHIND:
            return BEHIND.index(row.status)
        return len(BEHIND) + (str(row.indicator_id) not in revised)

    return sorted(rows, key=rank)[:most]


def _panel(row: Any, days: list[Any], now: pd.Timestamp, words: Language) -> Panel:
    adds_up = row.accumulation in ADD_UP
    known = [day for day in days if pd.notna(day.actual)]
    actual = [(day.day, float(day.actual)) for day in known if day.measured or (adds_up and day.day <= now)]
    begins = next((place for place, day in enumerate(days) if pd.notna(day.planned)), len(days))
    planned = [(day.day, float(day.planned)) for day in days[begins:] if pd.notna(day.planned)]
    target: list[tuple[pd.Timestamp, float]] = []
    for day in days:
        if day.day <= now and pd.notna(day.target) and (not target or target[-1][1] != day.target):
            target.append((day.day, float(day.target)))
    tolerance = next((float(day.tolerance) for day in reversed(days) if pd.notna(day.tolerance)), 0.0)
    due = row.due if pd.notna(row.due) else None
    keeps = row.direction == "maintain"  # the way is the target itself
    planned = [] if keeps else [place for place in planned if due is None or place[0] <= due]
    around = tolerance if keeps else 0.0

    def said(value: float) -> str:
        return quantity(value, row, words).text

    courses = [*actual, *planned, *target]
    values = [value for _, value in courses]
    if scale(courses, around, adds_up)[0] == 0:
        ticks = [(0.0, said(0))]
    else:
        named_by_labels = {actual[-1][1], *(value for _, value in target[-2:])}
        ticks = [(value, said(value)) for value in sorted({min(values), max(values)} - named_by_labels)]
    return Panel(
        wrapped(named(row, 200), WIDE, lines=2),
        wrapped(spoken("indicator_status", row.status, words), WIDE, lines=2, bold=True),
        row.status in LATE,
        actual,
        adds_up,
        planned,
        row.scale == "step",
        target,
        due,
        around,
        said(row.actual),
        words.say("target {value}", value=said(row.target)) if target else "",
        words.say("{value}, revised", value=said(target[-2][1])) if len(target) > 1 else "",
        ticks,
    )


def _finding(statuses: list[str], revised: int, words: Language) -> str:
    behind = sum(status in BEHIND for status in statuses)
    compared = behind + sum(status in REACHES for status in statuses)
    if not compared:
        first = words.count(
            "{count} indicator has values, and no way to a target to compare them with",
            "{count} indicators have values, and no way to a target to compare them with",
            len(statuses),
        )
    elif behind == compared == 2:
        first = words.say("Both indicators are behind what was expected")
    elif behind == compared:
        first = words.count(
            "The indicator is behind what was expected", "All {count} indicators are behind what was expected", compared
        )
    elif behind:
        first = words.count(
            "{count} of {all} indicators is behind what was expected",
            "{count} of {all} indicators are behind what was expected",
            behind,
            all=words.number(compared),
        )
    elif compared == 2:
        first = words.say("Both indicators are where they were expected, or further")
    else:
        first = words.count(
            "The indicator is where it was expected, or further",
            "All {count} indicators are where they were expected, or further",
            compared,
        )
    if not revised:
        return first
    return f"{first}; " + words.count("{count} target was revised", "{count} targets were revised", revised)


def _alt(chosen: list[Any], revised: set[str], title: str, words: Language) -> str:
    parts = []
    for row in chosen:
        facts = [quantity(row.actual, row, words).text]
        if pd.notna(row.target):
            facts.append(words.say("target {value}", value=quantity(row.target, row, words).text))
        if str(row.indicator_id) in revised:
            facts.append(words.say("revised"))
        facts.append(spoken("indicator_status", row.status, words))
        parts.append(f"{named(row, 40)}: {', '.join(facts)}")
    return words.say(
        "Small line charts, one an indicator: values by day, way expected and target. {parts}. {finding}.",
        parts=enough(parts, words),
        finding=title,
    )


def _revised(days: list[Any], now: pd.Timestamp) -> bool:
    return len({day.target for day in days if day.day <= now and pd.notna(day.target)}) > 1
