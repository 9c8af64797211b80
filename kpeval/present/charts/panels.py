"""How do many small courses look side by side? Panels, two in a row, with one axis of time, each on its own scale."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from math import ceil
from typing import NamedTuple

import pandas as pd

from kpeval.present.charts.figure import (
    ACCENT,
    EDGE,
    LINE,
    MUTED,
    SECOND,
    TRACK,
    WIDTH,
    Chart,
    Told,
)
from kpeval.present.charts.lanes import FIRST, at
from kpeval.present.charts.letters import breadth
from kpeval.present.language import Language

GUTTER = 22.0  # between two panels in a row
WIDE = (WIDTH - GUTTER) / 2
HIGH = 62.0  # the plot
BELOW = LINE + 16  # the years, and what parts a row of panels from the next
DASH = (4.0, 2.5)
NARROW = 0.5  # values that all lie above this part of the highest have a scale that does not begin at 0

Course = list[tuple[pd.Timestamp, float]]
Box = tuple[float, float, float, float]  # left, top, right, bottom
Line = list[tuple[float, float]]


class Panel(NamedTuple):
    """One indicator: its name in lines, its status, and what is drawn, in its unit."""

    name: list[str]
    said: list[str]  # its status, in lines
    late: bool
    actual: Course  # as known on the days it was measured, and on the day of the report where it adds up
    adds_up: bool  # the value holds until the next one, else it is a reading
    planned: Course
    steps: bool  # nothing is expected between milestones
    target: Course  # each day from which another target is in force
    due: pd.Timestamp | None
    tolerance: float
    last: str  # the last value in words
    aim: str  # the target in words
    before: str  # the target before the last revision, in words
    ticks: list[tuple[float, str]]  # of the scale, in words: what no label says

    @property
    def scale(self) -> tuple[float, float]:
        return scale([*self.actual, *self.planned, *self.target], self.tolerance, self.adds_up)


def scale(course: Course, around: float, adds_up: bool) -> tuple[float, float]:
    """From where to where: from 0, where the values do not all lie far above it."""
    values = [value for _, value in course]
    low, high = min(values) - around, max(values) + around
    if low < 0 or (not adds_up and low > NARROW * high):
        return low - (high - low) / 12, high
    return 0.0, high


def panels(told: Told, shown: list[Panel], now: pd.Timestamp, words: Language) -> Chart:
    """The panels, and above them what the lines are; each names its last value and its target itself."""
    days = [day for panel in shown for course in (panel.actual, panel.planned) for day, _ in course]
    days += [panel.due for panel in shown if panel.due is not None]
    span = at(min(days)) + 1, at(max(days)) + 1
    left = max((breadth(said) for panel in shown for _, said in panel.ticks), default=0) + 5
    pairs = [shown[place : place + 2] for place in range(0, len(shown), 2)]
    heads = [LINE * max(len(panel.name) + len(panel.said) for panel in pair) for pair in pairs]
    y = LINE + 9
    chart = Chart(told, y + sum(heads) + (HIGH + BELOW) * len(pairs) - 8, (0, WIDTH))
    _key(chart, now, span, words)
    for pair, head in zip(pairs, heads, strict=True):
        for place, panel in enumerate(pair):
            x = place * (WIDE + GUTTER)
            for line, name in enumerate(panel.name):
                chart.write(x, y + LINE * (line + 1) - 4, name)
            for line, said in enumerate(reversed(panel.said)):
                chart.write(x, y + head - LINE * line - 4, said, colour=SECOND if panel.late else MUTED, bold=True)
            _plot(chart, panel, (x + left, x + WIDE - 4), y + head + 3, span, now)
            _years(chart, (x + left, x + WIDE - 4), y + head + 3 + HIGH, span, words)
        y += head + HIGH + BELOW
    return chart


def _plot(
    chart: Chart, panel: Panel, across: tuple[float, float], top: float, span: tuple[float, float], now: pd.Timestamp
) -> None:
    left, right = across
    foot, head = panel.scale
    high = HIGH - LINE  # above the highest line there is room for its words

    def x(day: pd.Timestamp) -> float:
        return left + (right - left) * (at(day) + 1 - span[0]) / (span[1] - span[0])

    def y(value: float) -> float:
        return top + HIGH - high * (value - foot) / ((head - foot) or 1)

    end = x(panel.due) if panel.due is not None else right
    target = _levels([(x(day), value) for day, value in panel.target], end)
    if panel.tolerance and target:
        first, last, level = target[-1]
        band = y(level + panel.tolerance), y(level - panel.tolerance)
        chart.bar(first, last, band[0], TRACK, high=band[1] - band[0], name="tolerance")
    for value, said in panel.ticks:
        chart.write(left - 4, y(value) + 3.5 * (value != foot), said, colour=MUTED, align="right")
    lines: list[tuple[Line, int]] = []  # and how much each is in the way of words
    if span[0] <= at(now) + 1 <= span[1]:
        lines.append(([(x(now), top - 2), (x(now), top + HIGH)], 3))
        chart.line(*_apart(lines[0][0]), SECOND, width=0.6, layer=9, name="as of")
    planned = [(x(day), y(value)) for day, value in panel.planned]
    planned = _stepped(planned) if panel.steps else _straight(planned)
    chart.line(*_apart(planned), EDGE, width=1.2, dash=DASH, layer=10, name="planned")
    for first, last, level in target:
        lines.append(([(first, y(level)), (last, y(level))], 2))
    for old, _ in lines[len(lines) - len(target) : -1]:
        chart.line(*_apart(old), SECOND, width=1.4, dash=(2.0, 2.0), name="old target")
    if target:
        chart.line(*_apart(lines[-1][0]), SECOND, width=1.6, name="target")
        chart.line([end] * 2, [lines[-1][0][0][1] - 3.5, lines[-1][0][0][1] + 3.5], SECOND, width=1.6, name="due")
    actual = [(x(day), y(value)) for day, value in panel.actual]
    if panel.adds_up:
        actual = _stepped(actual)
    else:
        chart.dots(actual[:-1], ACCENT, wide=4)
    chart.line(*_apart(actual), ACCENT, width=2, layer=22, name="actual")
    chart.dots(actual[-1:], ACCENT, wide=6, name="last")
    lines += [(planned, 1), (actual, 3)]
    taken: list[Box] = []  # by labels; those of targets, the last one first
    room = (left, top - 1, right + 4, top + HIGH)
    at_x, at_y = actual[-1]
    _label(chart, panel.last, ACCENT, [(at_x, at_y, 5.0)], room, lines, taken)
    for (first, last, level), said in zip(target[::-1], (panel.aim, panel.before), strict=False):
        spots = [(last, y(level), 0.0), (first, y(level), 0.0), ((first + last) / 2, y(level), 0.0)]
        _label(chart, said, SECOND, spots, room, lines, taken)


def _levels(target: Line, end: float) -> list[tuple[float, float, float]]:
    """Each target with the places from which and up to which it was in force."""
    lasts = [*(first for first, _ in target[1:]), end]
    return [(first, max(first, last), level) for (first, level), last in zip(target, lasts, strict=False)]


def _stepped(line: Line) -> Line:
    """The line as steps: each value holds until the next."""
    out = line[:1]
    for (_, before), (x, y) in pairwise(line):
        if y != before:
            out += [(x, before), (x, y)]
    return [*out, line[-1]] if line and out[-1] != line[-1] else out


def _straight(line: Line) -> Line:
    """The line without the places at which it does not bend."""
    out = line[:1]
    for here, (x, y) in pairwise(line[1:]):
        before = out[-1]
        if abs((here[1] - before[1]) * (x - before[0]) - (y - before[1]) * (here[0] - before[0])) > 1e-6:
            out.append(here)
    return out + line[-1:] if len(line) > 1 else out


def _apart(line: Line) -> tuple[list[float], list[float]]:
    return [x for x, _ in line], [y for _, y in line]


def _label(
    chart: Chart,
    text: str,
    colour: str,
    spots: list[tuple[float, float, float]],
    room: Box,
    lines: list[tuple[Line, int]],
    taken: list[Box],
) -> None:
    """The text beside one of the spots (x, y and how far from it), where it crosses least of what is drawn."""
    wide = breadth(text, bold=True)
    choices: list[tuple[float, float, float]] = []
    for x, y, off in spots:
        for dx, align in ((off, "left"), (-off, "right"), (0.0, "center")):
            for baseline in (y - 4, y + LINE - 2, y + 3.5, y + LINE + 3, y + LINE + 9, y - 10):
                begin = x + dx - wide * {"left": 0, "center": 0.5, "right": 1}[align]
                begin = min(max(begin, room[0]), room[2] - wide)  # not beyond the panel
                box = (begin - 1, baseline - 8, begin + wide + 1, baseline + 2)
                crossed = 0.02 * abs(baseline - y) + sum(weight * _crosses(line, box) for line, weight in lines)
                crossed += 9 * sum(_meet(box, other) for other in taken)
                crossed += 9 * (box[1] < room[1] or baseline > room[3])
                choices.append((crossed, begin, baseline))
    _, begin, baseline = min(choices, key=lambda choice: choice[0])
    taken.append((begin - 2, baseline - 9, begin + wide + 2, baseline + 2))
    chart.write(begin, baseline, text, colour=colour, bold=True)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _crosses(line: Line, box: Box) -> bool:
    """Whether a line, whose places go to the right, goes through the box."""
    left, top, right, bottom = box
    for (x, y), (later, after) in zip(line, line[1:] or line, strict=False):
        if later < left or x > right:
            continue
        slope = (after - y) / (later - x) if later > x else 0.0
        ends = [y, after] if later == x else [y + slope * (max(x, left) - x), y + slope * (min(later, right) - x)]
        if min(ends) < bottom and max(ends) > top:
            return True
    return False


def _years(chart: Chart, across: tuple[float, float], y: float, span: tuple[float, float], words: Language) -> None:
    """An axis of years; each that has room is named in the middle of what is seen of it."""
    left, right = across
    scale = (right - left) / (span[1] - span[0])
    chart.line([left, right], [y, y], EDGE, width=0.8)
    first, last = (date.fromordinal(FIRST + int(end)).year for end in span)
    wide = breadth("2000") + 4
    every = ceil(wide / (365 * scale))
    for year in range(first, last + 1, every):
        begins, ends = (at(date(some, 1, 1)) for some in (year, year + every))
        if span[0] < begins < span[1]:
            chart.line([left + (begins - span[0]) * scale] * 2, [y, y + 4], EDGE, width=0.8)
        low, high = (left + (min(max(day, span[0]), span[1]) - span[0]) * scale for day in (begins, ends))
        if high - low >= wide - 4:
            said = words.day(pd.Timestamp(year, 1, 1), "year")
            chart.write((low + high) / 2, y + LINE - 1, said, colour=MUTED, align="center")


def _key(chart: Chart, now: pd.Timestamp, span: tuple[float, float], words: Language) -> None:
    """What the lines are that no panel names; colour is not all that tells them apart."""
    signs = [
        (words.say("reached"), ACCENT, 2.0, ()),
        (words.say("expected"), EDGE, 1.2, DASH),
        (words.say("target"), SECOND, 1.6, ()),
    ]
    x, y = 0.0, LINE - 4
    for said, colour, width, dash in signs:
        chart.line([x, x + 16], [y - 3.5] * 2, colour, width=width, dash=dash)
        chart.write(x + 20, y, said, colour=MUTED)
        x += 20 + breadth(said) + 14
    if span[0] <= at(now) + 1 <= span[1]:
        chart.line([x] * 2, [y - 9, y + 2], SECOND, width=0.6)
        chart.write(x + 5, y, words.say("as of {day}", day=words.day(now)), colour=MUTED)
