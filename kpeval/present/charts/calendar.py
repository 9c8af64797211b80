"""When did each group meet, and how long was it without a meeting? A calendar: a lane a group, a tick a meeting."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from kpeval.present.cells import each
from kpeval.present.charts.figure import (
    ACCENT,
    EDGE,
    LINE,
    MUTED,
    SECOND,
    SHADE,
    WIDTH,
    Chart,
    Told,
    enough,
    one_project,
    stood,
    subtitle,
)
from kpeval.present.charts.lanes import AXIS, as_of_label, at, years
from kpeval.present.charts.letters import breadth, wrapped
from kpeval.present.charts.name import with_name
from kpeval.present.display import Omitted
from kpeval.present.groups import OF_MEMBERS, checked, group_heading
from kpeval.present.language import Language, language
from kpeval.present.svg import legible
from kpeval.schema import PROJECTS
from kpeval.timespan import as_day
from kpeval.values import take

MOST = 12  # groups that are drawn
LANE, GAP = 12.0, 5.0
EDGES = 4.0  # points left and right of the axis, so that a tick at its end is not cut
Days = list[pd.Timestamp]


class Lane(NamedTuple):
    """A group: its name, the days it met, of which the longest gap of all groups may lie between two."""

    name: str
    days: Days
    of_members: bool
    gap: int = 0


@with_name
def meetings(
    meetings: pd.DataFrame,
    days: pd.DataFrame,
    *,
    projects: pd.DataFrame | None = None,
    as_of: str | date | None = None,
    lang: str,
) -> Chart | Omitted:
    """A lane for each group, a tick for each meeting over the project's period, and the longest gap of all marked.

    `days` are the meetings (`meeting_days`), `meetings` the groups, of which the most frequent twelve are drawn; one
    that never met has an empty lane. `projects` gives the period and the title, `as_of` a line at the day.
    """
    words, now = language(lang), None if as_of is None else as_day(as_of)
    checked(meetings)
    one_project(meetings)
    one_project(days)
    lanes = _lanes(meetings, days, words)
    held = [day for lane in lanes for day in lane.days]
    if not held:
        return Omitted(words.say("No meeting is recorded, so none can be drawn."))
    if len(held) == 1:
        day = words.day(held[0])
        return Omitted(words.say("There is one meeting only, on {day}.", day=day), told=True)
    title, shown = _finding(lanes, words), lanes[:MOST]
    notes = []
    if len(lanes) > MOST:
        more, rest = lanes[MOST:], sum(len(lane.days) for lane in lanes[MOST:])
        notes = [
            words.count(
                "{count} group is not drawn, with {meetings} of the meetings",
                "{count} groups are not drawn, with {meetings} of the meetings",
                len(more),
                meetings=words.number(rest),
            )
        ]
    parts = (words.say("Meetings by group"), stood(as_of, words))
    said = enough([_in_words(lane, words) for lane in shown], words)
    alt = words.say("Calendar of meetings. {parts}. {finding}.", parts=said, finding=title)
    told = Told(title, subtitle(*parts, projects=projects, note="; ".join(notes)), alt)
    return _drawn(told, shown, _span(held, projects, now), now, words)


def _lanes(meetings: pd.DataFrame, days: pd.DataFrame, words: Language) -> list[Lane]:
    """The groups, the most frequent first; of their longest gaps the longest is marked, of several the first."""
    dates: dict[tuple[str, str], Days] = {}
    for row in each(days, "kind working_group date"):
        dates.setdefault((row.kind, row.working_group), []).append(row.date)
    found = [
        Lane(group_heading(row, words), sorted(dates.get((row.kind, row.working_group), [])), row.kind in OF_MEMBERS)
        for row in each(meetings)
    ]
    found.sort(key=lambda lane: (not lane.of_members, -len(lane.days)))
    longest = max((_longest(lane) for lane in found if lane.of_members), default=0)
    place = next((place for place, lane in enumerate(found) if lane.of_members and _longest(lane) == longest > 0), None)
    return [lane._replace(gap=longest) if number == place else lane for number, lane in enumerate(found)]


def _longest(lane: Lane) -> int:
    return max(((later - earlier).days for earlier, later in pairwise(lane.days)), default=0)


def _finding(lanes: list[Lane], words: Language) -> str:
    for lane in lanes:
        if lane.gap:
            return words.count(
                "{group} went {count} day without a meeting, the longest of all",
                "{group} went {count} days without a meeting, the longest of all",
                lane.gap,
                group=legible(lane.name, 40),
            )
    total = sum(len(lane.days) for lane in lanes)
    return words.count("{count} meeting was held", "{count} meetings were held", total)


def _in_words(lane: Lane, words: Language) -> str:
    name = legible(lane.name, 60)
    if not lane.days:
        return words.say("{group}: no meeting", group=name)
    period = words.range(words.day(lane.days[0]), words.day(lane.days[-1]))
    return words.count(
        "{group}: {count} meeting, {period}",
        "{group}: {count} meetings, {period}",
        len(lane.days),
        group=name,
        period=period,
    )


def _span(held: Days, projects: pd.DataFrame | None, now: pd.Timestamp | None) -> tuple[float, float]:
    """The project's period where it is known, and every meeting."""
    known = list(held)
    if projects is not None and not projects.empty:
        one_project(projects)
        row = take(PROJECTS, projects, "start end").iloc[0]
        known += [day for day in (row["start"], row["end"]) if not pd.isna(day)]
    else:
        known += [now] if now is not None else []
    return at(min(known)), at(max(known)) + 1


def _drawn(
    told: Told, lanes: list[Lane], span: tuple[float, float], now: pd.Timestamp | None, words: Language
) -> Chart:
    says = [words.count("{count} meeting", "{count} meetings", len(lane.days)) for lane in lanes]
    gap = next((words.count("{count} day", "{count} days", lane.gap) for lane in lanes if lane.gap), "")
    names = [wrapped(lane.name, WIDTH - breadth(said) - 12, lines=2) for lane, said in zip(lanes, says, strict=True)]
    top = LINE + 7 if now is not None else 2.0
    heights = [LINE * len(name) + LANE + GAP for name in names]
    chart = Chart(told, top + sum(heights) + (LINE if gap else 0) + AXIS, span, EDGES, EDGES)
    if now is not None:
        as_of_label(chart, top - 7, now, words)
    y = top
    for lane, name, said in zip(lanes, names, says, strict=True):
        for line in name:
            y += LINE
            chart.write(chart.x(0), y - 4, line)
        chart.write(chart.x(WIDTH), y - 4, said, colour=MUTED, align="right")
        y = _lane(chart, y, lane, gap, now)
    years(chart, y + 1, words)
    return chart


def _lane(chart: Chart, y: float, lane: Lane, gap: str, now: pd.Timestamp | None) -> float:
    """The lane with its ticks, and under it how long the longest gap is; where the next one begins."""
    low, high = chart.span
    chart.bar(low, high, y - 1, SHADE, high=LANE)
    middle = y - 1 + LANE / 2
    chart.line([low, high], [middle, middle], EDGE, width=0.5, layer=10)
    if now is not None and low <= at(now) + 1 <= high:
        chart.line([at(now) + 1] * 2, [y - 1, y - 1 + LANE], SECOND, width=1.2, name="as of")
    below = 0.0
    if lane.gap:
        first, last = next(two for two in pairwise(lane.days) if (two[1] - two[0]).days == lane.gap)
        ends = [at(first) + 0.5, at(last) + 0.5]
        chart.line(ends, [middle, middle], SECOND, width=3, layer=11, name="longest gap")
        half = breadth(gap, bold=True) / 2 * chart.point
        at_x = min(max(sum(ends) / 2, chart.x(0) + half), chart.x(WIDTH) - half)
        chart.write(at_x, y + LANE + LINE - 5, gap, colour=SECOND, bold=True, align="center")
        below = LINE
    for day in lane.days:  # a tick is narrower than a dot: meetings of two weeks stand apart
        chart.line([at(day) + 0.5] * 2, [y - 1, y - 1 + LANE], ACCENT, width=2.4, layer=30, name="meeting")
    return y + LANE + GAP + below
