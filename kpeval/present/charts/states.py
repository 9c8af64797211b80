"""How does the state of a measure look? By colour and by pattern, so that a print without colours tells it too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kpeval.present.charts.figure import ACCENT, EDGE, LINE, MUTED, SECOND, SURFACE, TRACK, WIDTH, Chart
from kpeval.present.charts.letters import breadth
from kpeval.present.language import Language
from kpeval.present.vocabulary import spoken
from kpeval.schema import MEASURE_STATES

SWATCH = 18.0  # of the key
FILLED = {"continuous": (SURFACE, 0.2), "in_progress": (ACCENT, 0.25), "partial": (ACCENT, 0.55)}  # part of the height
BRICKS = (5.0, 1.4)
BROKEN: dict[str, tuple[str, float, tuple[float, ...]]] = {
    "not_fulfilled": (SECOND, 0.85, BRICKS),
    "postponed": (SECOND, 0.3, BRICKS),
    "cancelled": (EDGE, 0.2, ()),
    "no_info": (EDGE, 0.2, (1.2, 2.4)),
}


def state_bar(chart: Chart, first: float, last: float, y: float, high: float, state: str, rows: int = 1) -> None:
    """A bar that shows a state, or so many `rows` of them without a gap; `high` is the height of one.

    The more is done, the fuller the bar: in progress a thin line on light ground, partly fulfilled a thick one,
    fulfilled all of it, continuously with a light line along. Not fulfilled is broken and of another colour, postponed
    is so and thin. Not due is the light ground alone; cancelled a thin line on no ground, no information a dotted one.
    """
    ground = {"fulfilled": ACCENT, "continuous": ACCENT, "in_progress": TRACK, "partial": TRACK, "not_due": TRACK}
    if state in ground:
        chart.bar(first, last, y, ground[state], high=high * rows, name=state)
    if state in FILLED:
        colour, thick = FILLED[state]
        _along(chart, first, last, y, high, colour, thick * high, rows)
    if state in BROKEN:
        colour, thick, dash = BROKEN[state]
        for row in range(rows):
            middle = y + high * (row + 0.5)
            chart.line([first, last], [middle] * 2, colour, width=thick * high, dash=dash, layer=10, name=state)


def _along(
    chart: Chart, first: float, last: float, y: float, high: float, colour: str, thick: float, rows: int
) -> None:
    """A line along the middle of each row: the dashes of one line across, which says it for all rows at once."""
    top = y + (high - thick) / 2
    bottom = y + high * rows - (high - thick) / 2
    width, dash = (last - first) / chart.point, (thick, high - thick)
    chart.line([(first + last) / 2] * 2, [top, bottom], colour, width=width, dash=dash, layer=10, name="along")


def shares_bar(chart: Chart, first: float, last: float, y: float, high: float, counts: Mapping[str, int]) -> None:
    """The states of several measures as parts of one bar, in the order of the states, with a gap between two."""
    total = sum(counts.values())
    start = first
    for state in MEASURE_STATES:
        if number := counts.get(state, 0):
            end = start + (last - first) * number / total
            gap = min(0.8 * chart.point, (end - start) / 3) if end < last - chart.point / 2 else 0
            state_bar(chart, start, end - gap, y, high, state)
            start = end


def key(chart: Chart, y: float, states: Iterable[str], words: Language) -> None:
    """What each look means, in as many lines as `key_lines` says; `y` is the top."""
    x = 0.0
    for state in states:
        said = spoken("measure_state", state, words)
        wide = SWATCH + 5 + breadth(said) + 12
        if x and x + wide - 12 > WIDTH:
            x, y = 0.0, y + LINE
        state_bar(chart, chart.x(x), chart.x(x + SWATCH), y + 2, 9, state)
        chart.write(chart.x(x + SWATCH + 5), y + 10, said, colour=MUTED)
        x += wide


def key_lines(states: Iterable[str], words: Language) -> int:
    """How many lines the key takes."""
    lines, x = 1, 0.0
    for state in states:
        wide = SWATCH + 5 + breadth(spoken("measure_state", state, words)) + 12
        if x and x + wide - 12 > WIDTH:
            lines, x = lines + 1, 0.0
        x += wide
    return lines
