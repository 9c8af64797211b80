"""How are the hours of training spread, and how many people reached the threshold?"""

from __future__ import annotations

from datetime import date
from math import ceil, inf, isinf
from typing import NamedTuple

import pandas as pd

from kpeval.present.cells import each
from kpeval.present.charts.figure import (
    ACCENT,
    EDGE,
    INK,
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
from kpeval.present.charts.letters import breadth
from kpeval.present.charts.name import with_name
from kpeval.present.display import Omitted
from kpeval.present.language import Language, language
from kpeval.present.tables.training import span, unshown

DOT, APART = 6.0, 8.0  # points: a dot, and from one to the next
ROOM = 6.0  # at both ends of the strip
LEAST = 34.0  # a band is no narrower: its number of people stands above it
OPEN = 10.0  # hours that a band without an end is drawn for
MOST_ROWS = 12  # of dots in a band; where there are more people a dot stands for several


class _Band(NamedTuple):
    low: float
    high: float  # infinity: and more
    people: int
    reached: bool


@with_name
def training_bands(
    bands: pd.DataFrame,
    *,
    projects: pd.DataFrame | None = None,
    as_of: str | date | None = None,
    lang: str,
) -> Chart | Omitted:
    """The people as dots in their bands of hours, evenly spread in each, and the threshold as a line between them."""
    words = language(lang)
    one_project(bands)
    if nothing := unshown(bands, words):
        return Omitted(nothing)
    shown = [
        _Band(row.from_hours, inf if pd.isna(row.to_hours) else row.to_hours, int(row.people), bool(row.reached))
        for row in each(bands)
    ]
    min_hours = float(bands["min_hours"].iloc[0])
    told, each_dot = _told(shown, min_hours, words), _people_a_dot(shown)
    measure = words.say("Hours of training that count")
    told = told._replace(
        subtitle=subtitle(measure, _dots(each_dot, words), stood(as_of, words), projects=projects), alt=told.alt
    )
    return _strip(told, shown, min_hours, each_dot, words)


def _told(shown: list[_Band], min_hours: float, words: Language) -> Told:
    reached, people = sum(band.people for band in shown if band.reached), sum(band.people for band in shown)
    hours = words.count("{count} hour", "{count} hours", min_hours)
    title = words.count(
        "{reached} of {count} person trained reached {hours}",
        "{reached} of {count} people trained reached {hours}",
        people,
        reached=words.number(reached),
        hours=hours,
    )
    parts = [
        words.count(
            "{range} hours: {count} person", "{range} hours: {count} people", band.people, range=_range(band, words)
        )
        for band in shown
    ]
    alt = words.say("People in bands of hours. {parts}. {finding}.", parts=enough(parts, words), finding=title)
    return Told(title, "", alt)


def _range(band: _Band, words: Language) -> str:
    return span(band.low, band.high, words)


def _dots(each_dot: int, words: Language) -> str:
    if each_dot == 1:
        return words.say("a dot is a person, spread evenly in each band, not at their hours")
    return words.count(
        "a dot is up to {count} person, spread evenly in each band",
        "a dot is up to {count} people, spread evenly in each band",
        each_dot,
    )


def _people_a_dot(shown: list[_Band]) -> int:
    """1, unless a band would grow too high."""
    places = _places(shown)
    need = (
        ceil(band.people / (MOST_ROWS * _across(left, right)))
        for band, (left, right) in zip(shown, places, strict=True)
    )
    return max(1, *need)


def _places(shown: list[_Band]) -> list[tuple[float, float]]:
    """From where to where each band reaches on the strip, in points: as wide as its hours, but never too narrow."""
    room = WIDTH - 2 * ROOM
    hours = [OPEN if isinf(band.high) else band.high - band.low for band in shown]
    wide = [max(room * one / sum(hours), LEAST) for one in hours]
    over = sum(wide) - room
    loose = sum(one - LEAST for one in wide) or 1.0
    wide = [one - over * (one - LEAST) / loose for one in wide]
    ends, x = [], ROOM
    for one in wide:
        ends.append((x, x + one))
        x += one
    return ends


def _across(left: float, right: float) -> int:
    """How many dots have room beside each other."""
    return max(1, int((right - left - APART) / APART) + 1) if right - left > APART else 1


def _strip(told: Told, shown: list[_Band], min_hours: float, each_dot: int, words: Language) -> Chart:
    places = _places(shown)
    dots = [ceil(band.people / each_dot) for band in shown]
    rows = [ceil(count / _across(*place)) for count, place in zip(dots, places, strict=True)]
    top = 2 * LINE + 4
    foot = top + max(rows) * APART + 4
    chart = Chart(told, foot + LINE + 6, (0, WIDTH))
    for band, (left, right), count in zip(shown, places, dots, strict=True):
        if band.reached:
            chart.bar(left, right, top - 3, SHADE, high=foot - top + 3, name="reached")
        across = _across(left, right)
        lines = max(1, ceil(count / across))
        spots = []
        for line in range(lines):  # as many in each line as in the next, from below
            here = count // lines + (line < count % lines)
            step = (right - left) / max(here, 1)
            spots += [(left + step * (place + 0.5), foot - APART * (line + 0.5) - 1) for place in range(here)]
        chart.dots(spots, ACCENT if band.reached else EDGE, wide=DOT)
        chart.write((left + right) / 2, top - 7, words.number(band.people), bold=True, align="center")
    ends = [places[0][0], *(right for _, right in places)]
    chart.line([ends[0], ends[-1]], [foot, foot], EDGE, width=0.8)
    limits = [shown[0].low, *(band.high for band in shown)]
    for x, limit in zip(ends, limits, strict=True):
        if isinf(limit):
            continue  # who has most hours is not told
        at_threshold = abs(limit - min_hours) < 1e-9
        chart.line([x, x], [foot, foot + 4], EDGE, width=0.8)
        said = words.number(limit)
        shift = min(max(x, breadth(said) / 2), WIDTH - breadth(said) / 2)
        chart.write(
            shift, foot + LINE + 2, said, colour=INK if at_threshold else MUTED, bold=at_threshold, align="center"
        )
        if at_threshold:
            chart.line([x, x], [LINE, foot], SECOND, width=1.6, name="threshold")
            label = words.count("{count} hour", "{count} hours", min_hours)
            wide = breadth(label, bold=True)
            begin = min(max(x - wide / 2, 0), WIDTH - wide)
            chart.write(begin, LINE - 4, label, colour=SECOND, bold=True)
    return chart
