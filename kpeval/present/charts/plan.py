"""How many of a plan's measures are in which state, year by year, area by area?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from kpeval.codes import NOT_EVALUABLE
from kpeval.present.cells import each
from kpeval.present.charts.figure import (
    INK,
    LINE,
    MOST_ROWS,
    MUTED,
    WIDTH,
    Chart,
    Told,
    enough,
    one_project,
    stood,
    subtitle,
)
from kpeval.present.charts.letters import breadth, wrapped
from kpeval.present.charts.name import with_name
from kpeval.present.charts.states import key, key_lines, shares_bar
from kpeval.present.display import Omitted
from kpeval.present.language import Language, language
from kpeval.present.planned import DONE, done, in_order, labels, largest_level, last_plan, of_plan, titles
from kpeval.present.vocabulary import spoken
from kpeval.schema import MEASURE_STATES

HIGH, GAP = 12.0, 5.0  # of a bar, and from it to the next row
YEAR = 34.0  # beside the bars
MOST_NAMED = 3  # in a title
Counts = dict[str, int]


@with_name
def plan_fulfilment(
    fulfilment: pd.DataFrame,
    *,
    plans: pd.DataFrame | None = None,
    areas: pd.DataFrame | None = None,
    target_groups: pd.DataFrame | None = None,
    as_of: str | date | None = None,
    lang: str,
) -> Chart | Omitted:
    """A bar for each year (or area, group …) of the last plan, made of the states of its measures.

    Of several levels that are evaluated the one with most parts is drawn. `plans`, `areas` and `target_groups` give the
    names.
    """
    words = language(lang)
    one_project(fulfilment)
    if fulfilment.empty:
        return Omitted(words.say("No evaluation of a community plan is stated."))
    names = titles(plans)
    plan = last_plan(fulfilment, names, "evaluable")
    rows = each(of_plan(fulfilment, plan))
    levels = list(dict.fromkeys(row.level for row in rows))
    main = largest_level(rows)
    by, called = rows[0].by, labels(rows[0].by, areas, target_groups)
    found: dict[object, Counts] = {}
    for row in (row for row in rows if row.level == main):
        name = row.category if isinstance(row.category, str) else None
        found.setdefault(name, {})[row.status] = int(row.measures)
    bars = {name: found[name] for name in in_order(found, called)}
    said = {name: called.get(name, name) if name else words.say("not stated") for name in bars}
    title = _finding(bars, said, by, words)
    present = [state for state in MEASURE_STATES if any(counts.get(state) for counts in bars.values())]
    level = "" if len(levels) == 1 else words.say("level “{level}”", level=str(main))
    parts = [f"{said[name]}: {_in_words(counts, words)}" for name, counts in bars.items()]
    alt = words.say(
        "Stacked bars of states of measures. {parts}. {finding}.", parts=enough(parts, words), finding=title
    )
    under = subtitle(
        words.say(
            "States of the plan's measures; in percent, what is fulfilled, continuously included, of those that could "
            "be evaluated"
        ),
        str(names.get(plan, plan)),
        level,
        stood(as_of, words),
    )
    return _drawn(Told(title, under, alt), dict(list(bars.items())[-MOST_ROWS:]), said, present, by == "year", words)


def _drawn(
    told: Told, bars: dict[object, Counts], said: dict[object, Any], present: list[str], years: bool, words: Language
) -> Chart:
    top = LINE * key_lines(present, words) + 10
    high = HIGH + GAP + (0 if years else LINE)
    chart = Chart(told, top + high * len(bars) + 2, (0, WIDTH))
    key(chart, 0, present, words)
    y = top
    for name, counts in bars.items():
        share = _percent(counts, words)
        if years:
            chart.write(0, y + 10, str(said[name]), colour=INK)
            chart.write(WIDTH, y + 10, share, colour=MUTED, align="right")
            shares_bar(chart, YEAR, WIDTH - breadth("100.0 %") - 12, y, HIGH, counts)
        else:
            room = WIDTH - breadth(share) - 12
            chart.write(0, y + 9, wrapped(said[name], room, lines=1)[0])
            chart.write(WIDTH, y + 9, share, colour=MUTED, align="right")
            shares_bar(chart, 0, WIDTH, y + LINE, HIGH, counts)
        y += high
    return chart


def _in_words(counts: Counts, words: Language) -> str:
    parts = [
        f"{spoken('measure_state', state, words)} {words.number(counts[state])}"
        for state in MEASURE_STATES
        if counts.get(state)
    ]
    return ", ".join(parts)


def _share(counts: Counts) -> float:
    """What is fulfilled of the measures that could be evaluated; NaN where there are none."""
    evaluable = sum(number for state, number in counts.items() if state not in NOT_EVALUABLE)
    return sum(counts.get(state, 0) for state in DONE) / evaluable if evaluable else float("nan")


def _percent(counts: Counts, words: Language) -> str:
    share = _share(counts)
    return words.percent(share) if share == share else "–"


def _finding(bars: dict[object, Counts], said: dict[object, Any], by: str, words: Language) -> str:
    known = [name for name, counts in bars.items() if _share(counts) == _share(counts)]
    if not known:
        return words.say("No measure could be evaluated")
    said_done = done(any(counts.get("continuous") for counts in bars.values()), words)
    if by == "year":
        first, last = known[0], known[-1]
        values = {"share": _percent(bars[last], words), "year": said[last], "done": said_done}
        if first == last:
            return words.say("{share} of measures evaluated were {done} in {year}", **values)
        return words.say(
            "{share} of measures evaluated were {done} in {year}, after {before} in {first}",
            before=_percent(bars[first], words),
            first=said[first],
            **values,
        )
    known = [name for name in known if name] or known  # what names no category is not the worst one
    fewest = min(_share(bars[name]) for name in known)
    least = [" ".join(str(said[name]).split()[:6]) for name in known if _share(bars[name]) == fewest]
    return words.say(
        "Least {done}: {names}, {share}", done=said_done, names=_few(least, words), share=words.percent(fewest)
    )


def _few(names: list[str], words: Language) -> str:
    """So many names as a title has room for, and how many more there are."""
    if len(names) <= MOST_NAMED:
        return words.list(names)
    rest = words.count("{count} more", "{count} more", len(names) - MOST_NAMED + 1)
    return words.list([*names[: MOST_NAMED - 1], rest])
