"""What became of the parts of a plan in the next one, as bands from their last state to what became of them?

All parts of one kind are one band, so that a hundred parts are as readable as ten: as wide as there are parts in it,
with their number as text where it begins.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pandas as pd

from kpeval.codes import GOES_ON, UNFULFILLED
from kpeval.present.charts.drawing import CLOSE, DRAW, MOVE, Align, Look, Mark
from kpeval.present.charts.figure import (
    ACCENT,
    EDGE,
    LINE,
    MUTED,
    SURFACE,
    TRACK,
    WIDTH,
    Chart,
    Told,
    enough,
    stood,
    subtitle,
)
from kpeval.present.charts.letters import wrapped
from kpeval.present.charts.name import with_name
from kpeval.present.display import Omitted
from kpeval.present.language import Language, language
from kpeval.present.successions import Flows, flows
from kpeval.present.svg import legible
from kpeval.present.vocabulary import spoken

ALL = 170.0  # points that all parts of the old plan together are high
GAP = 7.0  # between two states, and between two relations
BLOCK = 7.0  # the width of the bars at both sides
LABEL = 104.0  # the room of the words beside them
COUNT = 24.0  # the room of the numbers where bands begin
TOP = LINE + 6


# What is alike is one bar; the table has each on its own. What ends stands above what goes on, and beside what was
# fulfilled: so few bands cross.
LEFT = (
    *(("fulfilled", "continuous"), ("in_progress", "partial"), ("not_fulfilled", "postponed")),
    ("cancelled", "not_due", "no_info"),
)
RIGHT = (("dropped",), ("unlinked",), ("modified", "merged", "split"), ("carried_over",))

Kinds = tuple[str, ...]


class Band(NamedTuple):
    """The parts with alike states that became alike."""

    states: Kinds
    relations: Kinds
    number: int


@with_name
def plan_successions(
    successions: pd.DataFrame,
    *,
    plan: str | None = None,
    level: str | None = None,
    projects: pd.DataFrame | None = None,
    as_of: str | date | None = None,
    lang: str,
) -> Chart | Omitted:
    """From the states of the old plan's parts, left, to what became of them in the plan that follows, right.

    What was not fulfilled and goes on is dark. Bars are filled where something was fulfilled or goes on, else hollow;
    what is new in the plan that follows stands below, and no band leads there. Of the last two plans of which links
    speak, and the level of which they say most, unless `plan` and `level` say others.
    """
    words = language(lang)
    found = flows(successions, plan, level)
    if found is None or not found.became or found.relations() == ["unlinked"]:
        return Omitted(words.say("What became of the measures of one plan in the next is not stated."))
    bands = [
        Band(states, relations, number)
        for states in LEFT
        for relations in RIGHT
        if (number := found.of(states=states, relations=relations))
    ]
    if len(bands) == 1 and not found.came["new"]:
        return Omitted(_alone(bands[0], found, words), told=True)  # one number is no picture
    title = _finding(found, words)
    old, new = legible(found.old, 24), legible(found.new, 24)
    shown = words.say("{old} → {new}, {level}", old=old, new=new, level=legible(found.level, 40))
    rest = words.count("{count} part on other levels", "{count} parts on other levels", found.elsewhere)
    told = Told(
        title,
        subtitle(shown, stood(as_of, words), rest if found.elsewhere else "", projects=projects),
        _alt(bands, found, title, words),
    )
    return _drawn(told, bands, found, words)


def _finding(found: Flows, words: Language) -> str:
    going, dropped = found.of(relations=GOES_ON), found.of(relations=("dropped",))
    plans = {"old": legible(found.old, 24), "new": legible(found.new, 24)}
    said = words.count(
        "{count} of {all} parts of {old} goes on in {new}",
        "{count} of {all} parts of {old} go on in {new}",
        going,
        all=words.number(found.of()),
        **plans,
    )
    unfulfilled, carried = found.unfulfilled
    if unfulfilled:
        more = words.count(
            "{count} of {all} unfulfilled does",
            "{count} of {all} unfulfilled do",
            carried,
            all=words.number(unfulfilled),
        )
    elif dropped:
        more = words.count("{count} is dropped", "{count} are dropped", dropped)
    else:
        return said
    return f"{said}; {more}"


def _alone(band: Band, found: Flows, words: Language) -> str:
    return words.count(
        "{count} part of {old}: {state}; in {new}: {relation}.",
        "{count} parts of {old}: {state}; in {new}: {relation}.",
        band.number,
        old=found.old,
        new=found.new,
        state=_states(band.states, found, words),
        relation=_relations(band.relations, found, words),
    )


def _states(kinds: Kinds, found: Flows, words: Language) -> str:
    """Those of the alike states that occur, in words."""
    return ", ".join(spoken("measure_state", kind, words) for kind in kinds if found.of(states=(kind,)))


def _relations(kinds: Kinds, found: Flows, words: Language) -> str:
    return ", ".join(spoken("relation", kind, words) for kind in kinds if found.of(relations=(kind,)))


def _alt(bands: list[Band], found: Flows, title: str, words: Language) -> str:
    parts = [
        f"{_states(band.states, found, words)} → {_relations(band.relations, found, words)}: "
        f"{words.number(band.number)}"
        for band in sorted(bands, key=lambda band: -band.number)
    ]
    if found.came["new"]:
        parts.insert(0, f"{spoken('relation', 'new', words)}: {words.number(found.came['new'])}")
    return words.say(
        "Bands from the state in the old plan to what became of it. {parts}. {finding}.",
        parts=enough(parts, words),
        finding=title,
    )


class Slot(NamedTuple):
    """A stretch of a side: what stands there, how many, where it begins and ends, and the lines beside it."""

    kinds: Kinds
    number: int
    top: float
    bottom: float
    said: list[str]

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def _drawn(told: Told, bands: list[Band], found: Flows, words: Language) -> Chart:
    unit = ALL / found.of()
    left = _left(bands, found, unit, words)
    right = _right(found, unit, words)
    chart = Chart(told, max(left[-1].bottom, right[-1].bottom) + 5, (0, WIDTH))
    chart.write(LABEL + BLOCK, LINE - 2, legible(found.old, 24), colour=MUTED, bold=True, align="right")
    chart.write(WIDTH - LABEL - BLOCK, LINE - 2, legible(found.new, 24), colour=MUTED, bold=True)
    begins, arrives = _begins(bands, left, unit), _arrives(bands, right, unit)
    wide_first = sorted(range(len(bands)), key=lambda place: -bands[place].number)
    for layer, place in enumerate(wide_first):  # what is narrow lies above what is wide
        _band(chart, bands[place], begins[place], arrives[place], bands[place].number * unit, layer)
        middle = begins[place] + bands[place].number * unit / 2
        chart.write(LABEL + BLOCK + COUNT - 4, middle + 4, words.number(bands[place].number), align="right")
    for slot in left:
        _beside(chart, slot, LABEL, slot.kinds == LEFT[0], LABEL - 5, "right")
    for slot in right:
        _beside(chart, slot, WIDTH - LABEL - BLOCK, slot.kinds[0] in (*GOES_ON, "new"), WIDTH - LABEL + 5, "left")
    return chart


def _left(bands: list[Band], found: Flows, unit: float, words: Language) -> list[Slot]:
    """A slot for alike states, with a line of room at least for each band that begins there."""
    y, slots = TOP, []
    for states in LEFT:
        here = [band for band in bands if band.states == states]
        if not here:
            continue
        number = sum(band.number for band in here)
        said = _said(_states(states, found, words), number, words)
        high = max(sum(_high(band, unit) for band in here), LINE * len(said))
        slots.append(Slot(states, number, y, y + high, said))
        y += high + GAP
    return slots


def _right(found: Flows, unit: float, words: Language) -> list[Slot]:
    """A slot for each of what became of them, and below what is new in the plan that follows."""
    became = [(kinds, found.of(relations=kinds), _relations(kinds, found, words)) for kinds in RIGHT]
    plan = legible(found.new, 24)
    unsaid = words.say("in {plan}, from where not stated", plan=plan)
    came = [
        (("new",), found.came["new"], words.say("new in {plan}", plan=plan)),
        (("unlinked", "unlinked"), found.came["unlinked"], unsaid),  # no band arrives there
    ]
    y, slots = TOP, []
    for kinds, number, name in (slot for slot in (*became, *came) if slot[1]):
        y += GAP if kinds == ("new",) or (kinds == came[1][0] and not came[0][1]) else 0
        said = _said(name, number, words)
        high = max(number * unit, LINE * len(said))
        slots.append(Slot(kinds, number, y, y + high, said))
        y += high + GAP
    return slots


def _said(name: str, count: int, words: Language) -> list[str]:
    return wrapped(f"{name} {words.number(count)}", LABEL - 6, lines=3)


def _high(band: Band, unit: float) -> float:
    return max(band.number * unit, LINE)


def _begins(bands: list[Band], left: list[Slot], unit: float) -> list[float]:
    """Where each band begins, in the middle of its own stretch."""
    tops = []
    for slot in left:
        here = [band for band in bands if band.states == slot.kinds]
        y = slot.middle - sum(_high(band, unit) for band in here) / 2
        for band in here:
            tops.append(y + (_high(band, unit) - band.number * unit) / 2)
            y += _high(band, unit)
    return tops


def _arrives(bands: list[Band], right: list[Slot], unit: float) -> list[float]:
    """Where each band arrives: one below the other, in the order of their states."""
    tops = {slot.kinds: slot.middle - slot.number * unit / 2 for slot in right}
    arrives = []
    for band in bands:
        arrives.append(tops[band.relations])
        tops[band.relations] += band.number * unit
    return arrives


def _band(chart: Chart, band: Band, begin: float, arrive: float, high: float, layer: int) -> None:
    stays = band.states[0] in UNFULFILLED and band.relations[0] in GOES_ON
    start, end = LABEL + BLOCK + COUNT, WIDTH - LABEL - BLOCK
    corners = [(start, begin), (end, arrive), (end, arrive + high), (start, begin + high)]
    look = Look(ACCENT, ACCENT, 0.8) if stays else Look(TRACK, EDGE, 0.8)
    codes = [MOVE, DRAW, DRAW, DRAW, CLOSE]
    chart.drawing.marks.append(Mark([*corners, corners[0]], codes, look, layer, "band"))


def _beside(chart: Chart, slot: Slot, x: float, filled: bool, at: float, align: Align) -> None:
    """A bar over the slot, filled or hollow, and its lines beside it."""
    high = slot.bottom - slot.top
    chart.bar(
        x, x + BLOCK, slot.top, ACCENT if filled else SURFACE, high=high, edge=ACCENT, layer=40, name=slot.kinds[0]
    )
    y = slot.middle - LINE * len(slot.said) / 2 + LINE - 3
    for line in slot.said:
        chart.write(at, y, line, align=align)
        y += LINE
