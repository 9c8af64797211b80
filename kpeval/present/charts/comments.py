"""What became of the comments of the public: how many came, were settled, with a reason, and accepted?"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from kpeval.present.cells import each, holds
from kpeval.present.charts.figure import (
    ACCENT,
    BAR,
    EDGE,
    LINE,
    MUTED,
    SURFACE,
    TRACK,
    WIDTH,
    Chart,
    Told,
    one_project,
    stood,
    subtitle,
)
from kpeval.present.charts.letters import breadth, wrapped
from kpeval.present.charts.name import with_name
from kpeval.present.display import Omitted
from kpeval.present.language import Language, language
from kpeval.present.svg import legible

GAP = 10.0  # between a bar and the next name


class Step(NamedTuple):
    """A row of the funnel: its name, so many comments, and behind them those of another kind, hatched."""

    name: str
    number: int
    more: int = 0


@with_name
def comment_settlement(
    settlement: pd.DataFrame,
    *,
    as_of: str | date | None = None,
    projects: pd.DataFrame | None = None,
    lang: str,
) -> Chart | Omitted:
    """Comments received, settled, settled with a reason, and accepted in whole or in part, as bars on one scale.

    Of several procedures the last one to which a comment came; the table has them all.
    """
    words = language(lang)
    one_project(settlement)
    shown = [row for row in each(settlement) if holds(row.received)]
    if settlement.empty:
        return Omitted(words.say("No comment procedure is stated."))
    if not shown:
        return Omitted(words.say("No comment of the public is recorded."))
    row = shown[-1]
    accepted = words.say("Accepted in whole, and in part (hatched)") if row.partly else words.say("Accepted")
    steps = [
        Step(words.say("Received"), int(row.received)),
        Step(words.say("Settled"), int(row.settled)),
        Step(words.say("Settled with a reason"), int(row.reasons)),
        Step(accepted, int(row.accepted), int(row.partly)),
    ]
    title, beside = _finding(row, words), "" if len(settlement) == 1 else legible(str(row.procedure_id), 30)
    parts = [f"{step.name}: {_said(step, words)}" for step in steps]
    alt = words.say("Bar chart of comments. {parts}. {finding}.", parts="; ".join(parts), finding=title)
    measure = words.say("Comments of the public")
    if row.formal or row.unsorted:  # the sentence counts those on the content alone
        measure = words.say("Comments of the public, of every kind")
    told = Told(title, subtitle(measure, beside, stood(as_of, words), projects=projects), alt)
    return _drawn(told, steps, words)


def _finding(row: Any, words: Language) -> str:
    received, settled, accepted = int(row.received), int(row.settled), int(row.accepted) + int(row.partly)
    if not settled:
        return words.count(
            "{count} comment was received, none is settled", "{count} comments were received, none is settled", received
        )
    values = {"settled": words.number(settled), "accepted": words.number(accepted)}
    if settled == received:
        return words.count(
            "The comment received is settled; accepted in whole or in part: {accepted}",
            "All {count} comments are settled; accepted in whole or in part: {accepted}",
            received,
            **values,
        )
    return words.count(
        "Of {count} comment {settled} is settled; accepted in whole or in part: {accepted}",
        "Of {count} comments {settled} are settled; accepted in whole or in part: {accepted}",
        received,
        **values,
    )


def _said(step: Step, words: Language) -> str:
    return " + ".join(words.number(number) for number in ([step.number, step.more] if step.more else [step.number]))


def _drawn(told: Told, steps: list[Step], words: Language) -> Chart:
    said = [_said(step, words) for step in steps]
    names = [wrapped(step.name, WIDTH) for step in steps]
    right = max(breadth(text, bold=True) for text in said) + 8
    height = sum(LINE * len(lines) + BAR + GAP for lines in names)
    whole = float(steps[0].number)
    chart = Chart(told, height, (0.0, whole), right=right)
    y = 0.0
    for step, text, lines in zip(steps, said, names, strict=True):
        for line in lines:
            y += LINE
            chart.write(chart.x(0), y - 4, line, colour=MUTED)
        end, far = float(step.number), float(step.number + step.more)
        chart.bar(0.0, whole, y, TRACK, name="track")
        if end:
            chart.bar(0.0, end, y, ACCENT, name="comments")
        if step.more:
            chart.bar(end, far, y, SURFACE, edge=EDGE, name="in part")
            chart.hatch(end, far, y, ACCENT)
        chart.write(chart.x(WIDTH), y + BAR - 2, text, bold=True, align="right")
        y += BAR + GAP
    return chart
