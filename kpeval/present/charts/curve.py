"""How is the budget being spent, day by day, against the plan?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

import pandas as pd
from numpy import interp

from kpeval.present.charts.drawing import Align
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
    currency,
    one_project,
    stood,
    subtitle,
)
from kpeval.present.charts.lanes import AXIS, as_of_label, at, years
from kpeval.present.charts.letters import breadth
from kpeval.present.charts.name import with_name
from kpeval.present.display import Omitted
from kpeval.present.language import NBSP, Language, language, money_decimals
from kpeval.timespan import as_day

TOP, HIGH = 30.0, 150.0  # above the plot: the day of the report; the plot
BLOCK = 2 * LINE + 3  # a label of two lines
ROOM = (BLOCK + 4) / HIGH  # what the upper label needs above its point
AGREE = 0.0005  # a gap that the percentages shown would not tell


Days = list[tuple[pd.Timestamp, float]]


class Course(NamedTuple):
    """The two lines by day, as shares of the budget (of the largest amount where no budget is stated)."""

    planned: Days
    spent: Days
    whole: float
    budget: bool
    now: pd.Timestamp | None
    currency: str | None
    decimals: int  # of its amounts


class Label(NamedTuple):
    """What stands beside a line at the day of the report."""

    share: float
    said: str
    amount: str
    colour: str


@with_name
def drawdown(
    drawdown: pd.DataFrame,
    curve: pd.DataFrame | None = None,
    *,
    projects: pd.DataFrame | None = None,
    as_of: str | date | None = None,
    lang: str,
) -> Chart | Omitted:
    """What was spent as steps up to the day, the plan as a line to its end, the budget as the ceiling.

    Where `as_of` is not given it is the last day on which `curve` knows of spending.
    """
    words = language(lang)
    one_project(drawdown)
    if curve is None:
        return Omitted(words.say("The course of plan and spending is not given; it comes from kp.drawdown_curve."))
    one_project(curve)
    if drawdown.empty or curve.empty or curve[["planned", "spent"]].isna().all(axis=None):
        return Omitted(words.say("Neither a financial plan nor spending is stated."))
    row, course = drawdown.iloc[0], _course(drawdown.iloc[0], curve, as_of)
    if max(len(course.planned), len(course.spent)) < 2 or course.whole <= 0:
        return Omitted(words.say("What is known of plan and spending is no course that could be drawn."))
    amounts = {share for _, share in course.spent} - {0.0}
    if not course.planned and len(amounts) < 2:
        amount = words.money(sum(amounts) * course.whole, course.currency, course.decimals)
        return Omitted(words.say("Of plan and spending one amount only is known: {amount}.", amount=amount), told=True)
    title = _finding(row, course, words)
    measure = words.say("Money spent and planned, cumulated")
    day = "" if course.now is None else stood(course.now, words)
    labels = _labels(row, course, words)
    told = Told(title, subtitle(measure, day, projects=projects), _alt(labels, course, title, words))
    return _drawn(told, course, labels, words)


def _course(row: pd.Series[Any], curve: pd.DataFrame, as_of: str | date | None) -> Course:
    rows = sorted(zip(*(curve[name].tolist() for name in ("day", "planned", "spent")), strict=True), key=itemgetter(0))
    planned = [(day, float(amount)) for day, amount, _ in rows if pd.notna(amount)]
    spent = [(day, float(amount)) for day, _, amount in rows if pd.notna(amount)]
    budget = bool(row["budget"] > 0)
    whole = float(row["budget"]) if budget else max(amount for _, amount in planned + spent)
    now = as_day(as_of) if as_of is not None else spent[-1][0] if spent else None
    ends = [max(amounts.tolist(), default=0.0) for amounts in (curve["planned"].dropna(), curve["spent"].dropna())]
    decimals = money_decimals(row[["budget", "planned", "spent"]].tolist(), ends)  # as in the table
    return Course(_shares(planned, whole), _shares(spent, whole), whole, budget, now, currency(row), decimals)


def _shares(amounts: Days, whole: float) -> Days:
    return [(day, amount / whole) for day, amount in amounts] if whole else []


def _labels(row: pd.Series[Any], course: Course, words: Language) -> list[Label]:
    """Spent and planned by the day, the lower one first."""
    labels = []
    for name, meaning, colour in (("spent", words.say("spent"), ACCENT), ("planned", words.say("planned"), SECOND)):
        if pd.notna(row[name]) and course.now is not None:
            said = f"{meaning} {words.percent(row[name] / course.whole)}" if course.budget else meaning
            labels.append(
                Label(row[name] / course.whole, said, words.money(row[name], course.currency, course.decimals), colour)
            )
    return sorted(labels, key=lambda label: label.share)


def _finding(row: pd.Series[Any], course: Course, words: Language) -> str:
    spent, planned = row["share_spent"], row["share_planned"]
    if pd.isna(spent) and pd.isna(planned):
        return _amounts(row, course, words)
    if pd.isna(spent):
        return words.say("No spending is recorded; {planned} of the budget was planned", planned=words.percent(planned))
    if pd.isna(planned):
        return words.say("{spent} of the budget is spent; no plan is stated", spent=words.percent(spent))
    gap = words.say("{number} pp", number=words.number(abs(row["gap"]) * 100, 1)).replace(" ", NBSP)
    if abs(row["gap"]) < AGREE:
        return words.say("{spent} of the budget is spent, as planned", spent=words.percent(spent))
    if row["gap"] < 0:
        return words.say("{spent} of the budget is spent, {gap} less than planned", spent=words.percent(spent), gap=gap)
    return words.say("{spent} of the budget is spent, {gap} more than planned", spent=words.percent(spent), gap=gap)


def _amounts(row: pd.Series[Any], course: Course, words: Language) -> str:
    """The finding where no budget is stated, so that there are no shares."""
    unit, decimals = course.currency, course.decimals
    spent, planned = row["spent"], row["planned"]
    if pd.isna(spent):
        amount = words.money(planned, unit, decimals)
        return words.say("No spending is recorded; {planned} was planned by the day", planned=amount)
    said, gap = words.money(spent, unit, decimals), words.money(abs(spent - planned), unit, decimals)
    if pd.isna(planned):
        return words.say("{spent} is spent; neither a budget nor a plan is stated", spent=said)
    if spent == planned:
        return words.say("{spent} is spent, as planned", spent=said)
    if spent < planned:
        return words.say("{spent} is spent, {gap} less than planned", spent=said, gap=gap)
    return words.say("{spent} is spent, {gap} more than planned", spent=said, gap=gap)


def _alt(labels: list[Label], course: Course, title: str, words: Language) -> str:
    parts = [f"{label.said}: {label.amount}" for label in labels]
    if course.budget:
        parts.append(words.say("budget {amount}", amount=words.money(course.whole, course.currency, course.decimals)))
    if course.planned:
        last, most = max(course.planned, key=itemgetter(1))
        end = words.day(last)
        amount = words.money(most * course.whole, course.currency, course.decimals)
        parts.append(words.say("the plan comes to {amount} on {day}", amount=amount, day=end))
    return words.say(
        "Step chart of spending against the plan. {parts}. {finding}.", parts="; ".join(parts), finding=title
    )


def _drawn(told: Told, course: Course, labels: list[Label], words: Language) -> Chart:
    both = course.planned + course.spent
    days = [day for day, _ in both] + ([course.now] if course.now is not None else [])
    low, high = at(min(days)), at(max(days)) + 1
    shares = [share for _, share in both]
    headroom = [] if _ended(course) else [label.share + ROOM for label in labels[1:]]
    bottom, top = min(0.0, *shares), max(1.0, *shares, *headroom)
    ticks = [share for share in (0.0, 0.5, 1.0) if share <= top]
    halves = money_decimals(share * course.whole for share in ticks)  # half of whole crowns may have haléře
    said = [
        words.percent(share, 0) if course.budget else words.number(share * course.whole, max(halves, course.decimals))
        for share in ticks
    ]
    left = max(breadth(tick) for tick in said) + 6
    right = _room(labels, course, left, low, high)
    chart = Chart(told, TOP + HIGH + AXIS + 2, (low, high), left, right)

    def y(share: float) -> float:
        return TOP + HIGH * (top - share) / (top - bottom)

    for share, tick in zip(ticks, said, strict=True):
        chart.write(low - 5 * chart.point, y(share) + 3, tick, colour=MUTED, align="right")
        chart.line([low, high], [y(share)] * 2, TRACK, width=0.8)
    if course.budget:
        chart.line([low, high], [y(1), y(1)], INK, width=1, name="budget")
        amount = words.money(course.whole, course.currency, course.decimals)
        chart.write(low + 3 * chart.point, y(1) - 4, words.say("budget {amount}", amount=amount))
    if course.now is not None:
        as_of_label(chart, LINE, course.now, words)
        chart.line([at(course.now) + 1] * 2, [LINE + 4, y(bottom)], SECOND, width=0.8, name="as of")
    _lines(chart, course, y)
    if labels and course.now is not None:
        _beside(chart, labels, course, at(course.now) + 1, y)
    years(chart, y(bottom), words)
    return chart


def _wide(label: Label) -> float:
    return max(breadth(label.said, bold=True), breadth(label.amount)) + 8


def _room(labels: list[Label], course: Course, left: float, low: float, high: float) -> float:
    """The right margin that the labels need, which stand to the right of the day."""
    if not labels or course.now is None:
        return 2
    part = (at(course.now) + 1 - low) / (high - low)
    return max(2.0, WIDTH - left - (WIDTH - left - max(_wide(label) for label in labels)) / part)


def _lines(chart: Chart, course: Course, y: Callable[[float], float]) -> None:
    chart.line(
        [at(day) + 1 for day, _ in course.planned],
        [y(share) for _, share in course.planned],
        SECOND,
        width=1.4,
        dash=(5.6, 2.8),
        name="planned",
    )
    xs, ys, last = [], [], 0.0
    for day, share in course.spent:
        xs += [at(day) + 1] * 2
        ys += [y(last), y(share)]
        last = share
    chart.line(xs, ys, ACCENT, width=2.4, name="spent")


def _beside(chart: Chart, labels: list[Label], course: Course, day: float, y: Callable[[float], float]) -> None:
    """Labels at their points, where the lines leave room.

    To the right once the plan has ended; else the upper one left above and the lower one right below, for lines rise;
    both above the lines where the day is too early for that.
    """
    for label in labels:
        chart.dots([(day, y(label.share))], label.colour)
    wide = max(_wide(label) for label in labels) * chart.point
    right, floor = day + 6 * chart.point, y(0) - LINE - 2
    tops = [y(label.share) for label in reversed(labels)]  # from above
    places: list[tuple[float, float, Align]]
    if _ended(course):
        first = max(min(tops[0] + 4, floor - BLOCK * (len(tops) - 1)), TOP + 4)
        places = [(right, first, "left")]
        places += [(right, min(max(tops[-1] + LINE, first + BLOCK), floor), "left")] if len(tops) > 1 else []
    elif day - wide < chart.span[0]:
        level = y(_level(course, right + wide)) - 4 - BLOCK * len(tops) + LINE
        places = [(right, level + BLOCK * place, "left") for place in range(len(tops))]
    else:
        above = tops[0] - LINE - 4
        if above - LINE < y(1) < above + LINE + 2 and course.budget:
            above = y(1) - LINE - 4  # not across the line of the budget
        places = [(day - 6 * chart.point, above, "right")]
        places += [(right, min(tops[-1] + LINE, floor), "left")] if len(tops) > 1 else []
    for label, (x, baseline, align) in zip(reversed(labels), places, strict=True):
        chart.write(x, baseline, label.said, colour=label.colour, bold=True, align=align)
        chart.write(x, baseline + LINE - 1, label.amount, colour=MUTED, align=align)


def _ended(course: Course) -> bool:
    """No plan goes on after the day of the report."""
    return not course.planned or (course.now is not None and course.now >= course.planned[-1][0])


def _level(course: Course, x: float) -> float:
    """The highest share that the lines reach up to a place on the axis."""
    planned = interp(x, [at(day) + 1 for day, _ in course.planned], [share for _, share in course.planned])
    return max(float(planned), *(share for _, share in course.spent), 0.0)
