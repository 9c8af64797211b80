"""How do periods look on one axis of time? Bars in lanes, days at their ends, diamonds, and the day of the report."""

from __future__ import annotations

from datetime import date
from itertools import product
from math import floor
from typing import NamedTuple

import pandas as pd

from kpeval.present.charts.figure import (
    ACCENT,
    EDGE,
    LINE,
    MUTED,
    SECOND,
    SHADE,
    SURFACE,
    TRACK,
    WIDTH,
    Chart,
    Told,
)
from kpeval.present.charts.letters import breadth, wrapped
from kpeval.present.language import Language

LANE = 9.0  # a bar
STEP = 12.0  # from one bar of an activity to the next
GAP = 10.0  # between an activity and the next name
NEAR = 0.2  # how far beyond the activities the axis reaches for the day of the report, as a part of their span
AXIS = 18.0
FIRST = date(1970, 1, 1).toordinal()
Period = tuple[pd.Timestamp, pd.Timestamp]


class Lane(NamedTuple):
    """A bar over the days from `first` to `last`, both included, and the two days in words."""

    first: pd.Timestamp
    last: pd.Timestamp
    start: str
    end: str
    goes_on: bool = False


class Diamond(NamedTuple):
    """So many outputs on one day, due or delivered."""

    day: pd.Timestamp
    delivered: bool
    number: int


class Dot(NamedTuple):
    """A step of making a community plan: done, or planned."""

    day: pd.Timestamp
    done: bool


class Row(NamedTuple):
    """An activity, a community plan, or the steps of making one."""

    name: str
    said: str = ""
    late: bool = False
    planned: Lane | None = None
    actual: Lane | None = None
    diamonds: tuple[Diamond, ...] = ()
    plan: bool = False
    dots: tuple[Dot, ...] = ()

    @property
    def lanes(self) -> int:
        return 2 if self.planned and self.actual else 1

    @property
    def lines(self) -> list[str]:
        beside = breadth(self.said, bold=self.late) + 12 if self.said else 0
        return wrapped(self.name, WIDTH - beside, lines=3)


def at(day: date) -> float:
    """The day as a number: whole days since 1970, its beginning."""
    return float(day.toordinal() - FIRST)


def window(rows: list[Row], period: Period | None, now: pd.Timestamp) -> tuple[float, float]:
    """The axis: activities and project; the day of the report where it is near; community plans may go beyond."""
    lanes = [lane for row in rows if not row.plan for lane in (row.planned, row.actual) if lane]
    days = [diamond.day for row in rows for diamond in row.diamonds]
    firsts = [lane.first for lane in lanes] + days + ([period[0]] if period else [])
    lasts = [lane.last for lane in lanes] + days + ([period[1]] if period else [])
    low, high = at(min(firsts)), at(max(lasts)) + 1
    room = NEAR * (high - low)
    day = at(now) + 1
    return (min(low, day) if day >= low - room else low), (max(high, day) if day <= high + room else high)


def lanes(told: Told, rows: list[Row], period: Period | None, now: pd.Timestamp, words: Language) -> Chart:
    """The rows under one another; the project's period shaded, the day of the report as a line through all lanes."""
    span = window(rows, period, now)
    shown = [lane for row in rows for lane in (row.planned, row.actual) if lane]
    left = max(breadth(lane.start) for lane in shown) + 8
    right = max(breadth(lane.end) for lane in shown) + (18 if any(row.diamonds for row in rows) else 8)
    plans = [row for row in rows if row.plan]
    keys = _keys(rows, period, words)
    top = LINE * len(keys) + LINE + 7
    names = [row.lines for row in rows]
    heights = [LINE * len(lines) + STEP * row.lanes + GAP for row, lines in zip(rows, names, strict=True)]
    height = top + sum(heights) + (LINE + 12 if plans else 0) + AXIS
    chart = Chart(told, height, span, left, right)
    for line, items in enumerate(keys):
        _key(chart, LINE * line, items)
    as_of_label(chart, top - 7, now, words)
    y = top
    for row, name, high in zip(rows, names, heights, strict=True):
        if plans and row is plans[0]:
            y += LINE + 12
            chart.write(chart.x(0), y - 5, words.say("Community plans"), colour=MUTED, bold=True)
        _row(chart, y, row, name, period, now)
        y += high
    years(chart, height - AXIS + 1, words)
    if period:  # shaded, and thick on the axis, for a shade alone is hardly seen
        ends = [max(at(period[0]), span[0]), min(at(period[1]) + 1, span[1])]
        chart.line(ends, [height - AXIS + 1] * 2, EDGE, width=3, name="project")
    return chart


def _row(chart: Chart, y: float, row: Row, name: list[str], period: Period | None, now: pd.Timestamp) -> None:
    for line in name:
        y += LINE
        chart.write(chart.x(0), y - 4, line)
    chart.write(chart.x(WIDTH), y - 4, row.said, colour=SECOND if row.late else MUTED, bold=row.late, align="right")
    low, end = chart.span
    day, band = at(now) + 1, (y - 1, STEP * row.lanes + 1)
    if period:
        chart.bar(max(at(period[0]), low), min(at(period[1]) + 1, end), band[0], SHADE, high=band[1])
    if low <= day <= end:
        chart.line([day, day], [band[0], band[0] + band[1]], SECOND, width=1.2, name="as of")
    places = [
        [(at(dot.day) + 0.5, y + 0.5 + LANE / 2) for dot in row.dots if dot.done == done] for done in (True, False)
    ]
    _dots(chart, places[0], done=True)
    _dots(chart, places[1], done=False)
    for place, lane in enumerate(lane for lane in (row.planned, row.actual) if lane):
        # Due outputs stand on the plan, delivered ones on what was done, where there are both.
        diamonds = [mark for mark in row.diamonds if row.lanes == 1 or mark.delivered == (place == 1)]
        actual = lane is row.actual
        _lane(
            chart,
            y + 0.5 + STEP * place,
            lane,
            ACCENT if actual else TRACK,
            day,
            [_taken(chart, mark) for mark in diamonds],
        )
        for mark in diamonds:
            _diamond(chart, y + 0.5 + STEP * place, mark)


def _dots(chart: Chart, places: list[tuple[float, float]], *, done: bool) -> None:
    # Small, for the steps of a procedure are a week or two apart, and that is a few points on an axis of years.
    chart.dots(places, ACCENT, wide=4.5 if done else 6, name="step done" if done else "step planned")
    if not done:
        chart.dots(places, SURFACE, wide=3, name="")


def _diamond(chart: Chart, y: float, mark: Diamond) -> None:
    x = at(mark.day) + 0.5
    chart.diamond(x, y + LANE / 2, filled=mark.delivered, name="output")
    if mark.number > 1:
        chart.write(x + 7 * chart.point, y + LANE - 1.5, f"{mark.number}×")


def _taken(chart: Chart, mark: Diamond) -> tuple[float, float]:
    """The room of a diamond and its number, into which no day is written."""
    number = breadth(f"{mark.number}×") + 2 if mark.number > 1 else 0
    x = at(mark.day) + 0.5
    return x - 7 * chart.point, x + (7 + number) * chart.point


def _lane(chart: Chart, y: float, lane: Lane, colour: str, day: float, taken: list[tuple[float, float]]) -> None:
    """The bar, cut at the ends of the axis and marked where it is cut, and its days beside it."""
    low, high = chart.span
    first, last = at(lane.first), at(lane.last) + 1
    plan = colour == TRACK
    left, right = min(max(first, low), high), min(max(last, low), high)
    if first < high and last > low:
        right = max(right, left + 2 * chart.point)  # a day or two can still be seen
        chart.bar(left, right, y, colour, high=LANE, edge=EDGE if plan else "", name="planned" if plan else "actual")
        if left < day < right:
            chart.line([day, day], [y, y + LANE], SECOND if plan else TRACK, width=1.2)
    for cut, end, way in ((first < low, left, -1), (last > high or lane.goes_on, right, 1)):
        if cut:
            chart.arrow(end, y, way, EDGE if plan else ACCENT, high=LANE)
    _beside(chart, left - (8 if first < low else 4) * chart.point, y, lane.start, -1, taken, day)
    _beside(chart, right + (8 if last > high else 4) * chart.point, y, lane.end, 1, taken, day)


def _beside(
    chart: Chart, x: float, y: float, said: str, way: int, taken: list[tuple[float, float]], day: float
) -> None:
    """A day beside its bar, beyond the diamonds that stand there; the line of the report's day gives way to it."""
    wide, pad = breadth(said) * chart.point, 2.5 * chart.point
    for first, last in sorted(taken, reverse=way < 0):
        if way > 0 and first - pad < x + wide and last + pad > x:
            x = last + pad
        if way < 0 and last + pad > x - wide and first - pad < x:
            x = first - pad
    first, last = (x, x + wide) if way > 0 else (x - wide, x)
    if first - pad < day < last + pad:
        chart.bar(day - pad, day + pad, y - 1.5, SHADE, high=STEP + 1.5, layer=22)
    chart.write(x, y + LANE - 1.5, said, colour=MUTED, align="left" if way > 0 else "right")


def as_of_label(chart: Chart, y: float, now: pd.Timestamp, words: Language) -> None:
    low, high = chart.span
    day, said = at(now) + 1, words.say("as of {day}", day=words.day(now))
    if not low <= day <= high:
        return
    half = breadth(said, bold=True) / 2 * chart.point
    middle = min(max(day, chart.x(0) + half), chart.x(WIDTH) - half)
    chart.write(middle, y - 3, said, colour=SECOND, bold=True, align="center")
    chart.line([day, day], [y + 0.5, y + 5], SECOND, width=1.2)


def years(chart: Chart, y: float, words: Language) -> None:
    """An axis of years, each named in the middle of what is seen of it, with a tick at each quarter."""
    low, high = chart.span
    chart.line([low, high], [y, y], EDGE, width=0.8)
    first, last = (date.fromordinal(FIRST + floor(end)).year for end in (low, high))
    wide = 1.3 * breadth(words.day(pd.Timestamp(first, 1, 1), "year")) * chart.point
    every = int(wide // 366) + 1
    for year, month in product(range(first, last + 1), (1, 4, 7, 10) if last - first < 8 else ()):
        if low < (quarter := at(date(year, month, 1))) < high:
            chart.line([quarter] * 2, [y, y + 2.5], EDGE, width=0.8)
    for year in range(first, last + 1):
        begins, ends = at(date(year, 1, 1)), at(date(year + every, 1, 1))
        if (year - first) % every == 0 or every == 1:
            if low < begins < high:
                chart.line([begins] * 2, [y, y + 10], EDGE, width=0.8)
            seen = (max(begins, low), min(ends, high))
            if seen[1] - seen[0] >= wide:
                said = words.day(pd.Timestamp(year, 1, 1), "year")
                chart.write((seen[0] + seen[1]) / 2, y + 12, said, colour=MUTED, align="center")


def _keys(rows: list[Row], period: Period | None, words: Language) -> list[list[tuple[str, str]]]:
    """What bars and diamonds mean, only those that are there, in as many lines as they need."""
    diamonds = [diamond for row in rows for diamond in row.diamonds]
    wanted = [
        ("planned", words.say("planned"), any(row.planned for row in rows)),
        ("actual", words.say("actual"), any(row.actual for row in rows)),
        ("due", words.say("output due"), any(not diamond.delivered for diamond in diamonds)),
        ("delivered", words.say("output delivered"), any(diamond.delivered for diamond in diamonds)),
        ("step done", words.say("step done"), any(dot.done for row in rows for dot in row.dots)),
        ("step planned", words.say("step planned"), any(not dot.done for row in rows for dot in row.dots)),
        ("project", words.say("period of the project"), period is not None),
    ]
    out: list[list[tuple[str, str]]] = [[]]
    at_point = 0.0
    for sign, said, there in wanted:
        if not there:
            continue
        wide = 18 + breadth(said) + 14
        if at_point + wide - 14 > WIDTH:
            out.append([])
            at_point = 0
        out[-1].append((sign, said))
        at_point += wide
    return out


def _key(chart: Chart, y: float, items: list[tuple[str, str]]) -> None:
    points = 0.0
    for sign, said in items:
        first, last = chart.x(points), chart.x(points + 14)
        match sign:
            case "planned":
                chart.bar(first, last, y + 1, TRACK, high=LANE, edge=EDGE)
            case "actual":
                chart.bar(first, last, y + 1, ACCENT, high=LANE)
            case "project":
                chart.bar(first, last, y + 1, SHADE, high=LANE)
                chart.line([first, last], [y + 1 + LANE] * 2, EDGE, width=3)
            case "step done" | "step planned":
                _dots(chart, [(chart.x(points + 7), y + 1 + LANE / 2)], done=sign == "step done")
            case _:
                chart.diamond(chart.x(points + 7), y + 1 + LANE / 2, filled=sign == "delivered")
        chart.write(chart.x(points + 18), y + LANE - 0.5, said, colour=MUTED)
        points += 18 + breadth(said) + 14
