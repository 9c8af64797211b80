"""How does a share look in its track? Rows of bars on one scale, with marks for what should be; numbers at the end."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from kpeval.present.charts.drawing import Align
from kpeval.present.charts.figure import ACCENT, BAR, INK, LINE, MUTED, SECOND, TRACK, WIDTH, Chart, Told
from kpeval.present.charts.letters import breadth
from kpeval.present.language import Language

LOWEST, HIGHEST = -0.25, 1.5  # what lies beyond is cut, marked so, and its number true
GAP = 12.0  # between a bar and the next name
KEY = LINE + 5  # the line that says what the marks are
NOTHING = float("nan")


class Bullet(NamedTuple):
    """One row: its name in lines, and NaN for a share or mark that there is not."""

    name: list[str]
    share: float
    said: str  # stands behind the share, or in the empty track where there is no share
    beside: str = ""  # the values behind the share
    target: float = NOTHING
    expected: float = NOTHING
    late: bool = False


def bullets(told: Told, rows: list[Bullet], expected: str, words: Language) -> Chart:
    """The rows on one scale from 0 to 100 %, further where a share goes further; at least one share is known.

    `expected` says what the thin mark stands for.
    """
    known = [row for row in rows if pd.notna(row.share)]
    number = max(breadth(words.percent(row.share), bold=True) for row in known)
    status = max(breadth(row.said, bold=row.late) + 8 if row.said else 0 for row in known)
    lowest, highest = min(row.share for row in known), max(row.share for row in known)
    low, high = (LOWEST if lowest < 0 else 0.0), min(max(1.0, highest), HIGHEST)
    height = KEY + sum(LINE * len(row.name) + 1 + BAR + GAP for row in rows) + LINE - 2
    left = 7.0 if lowest < LOWEST else 0.0  # room for the mark of a bar that is cut
    chart = Chart(told, height, (low, high), left=left, right=number + status + (18 if highest > HIGHEST else 12))
    _key(chart, known, expected, words)
    y = KEY
    for row in rows:
        for line in row.name:
            y += LINE
            chart.write(chart.x(0), y - 4, line)
        chart.write(chart.x(WIDTH), y - 4, row.beside, colour=MUTED, align="right")
        _track(chart, y + 1, row, WIDTH - status, words)
        y += 1 + BAR + GAP
    for share in (0.0, 0.5, 1.0, 1.5):
        if share <= high:
            align: Align = "left" if share == low else "center"
            chart.write(share, y + LINE - 7, words.percent(share, 0), colour=MUTED, align=align)
    return chart


def _track(chart: Chart, y: float, row: Bullet, column: float, words: Language) -> None:
    low, high = chart.span
    chart.bar(low, high, y, TRACK, name="track")
    if pd.isna(row.share):
        chart.write(low + 6 * chart.point, y + BAR - 2.5, row.said, colour=MUTED)
        return
    end = min(max(row.share, low), high)
    chart.bar(min(0.0, end), max(0.0, end), y, ACCENT, name="reached")
    if end != row.share:
        chart.arrow(end, y, 1 if row.share > 0 else -1, ACCENT)
    if pd.notna(row.expected):
        chart.tick(row.expected, y, INK, width=1, over=0, name="expected")
    if pd.notna(row.target):
        chart.tick(row.target, y, SECOND, width=2.5, over=2, name="target")
    chart.write(chart.x(column), y + BAR - 2, words.percent(row.share), bold=True, align="right")
    chart.write(chart.x(column + 8), y + BAR - 2, row.said, colour=SECOND if row.late else INK, bold=row.late)


def _key(chart: Chart, rows: list[Bullet], expected: str, words: Language) -> None:
    """What the marks are, in one line above the first row."""
    marks = [(SECOND, 2.5, words.say("target"))] if any(pd.notna(row.target) for row in rows) else []
    marks += [(INK, 1.0, expected)] if any(pd.notna(row.expected) for row in rows) else []
    at = 2.0
    for colour, width, meaning in marks:
        chart.line([chart.x(at)] * 2, [0, LINE - 2], colour, width=width)
        chart.write(chart.x(at + 5), LINE - 4, meaning, colour=MUTED)
        at += breadth(meaning) + 24
