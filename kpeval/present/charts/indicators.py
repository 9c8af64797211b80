"""How far have the indicators come from their baseline to their target, and is that enough by the day?"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pandas as pd

from kpeval.present.cells import each, indicator, quantity
from kpeval.present.charts.bullets import NOTHING, Bullet, bullets
from kpeval.present.charts.figure import (
    MOST_ROWS,
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
from kpeval.present.display import Omitted
from kpeval.present.language import Language, language
from kpeval.present.svg import legible
from kpeval.present.vocabulary import spoken
from kpeval.results import INDICATOR_FULFILMENT

WORST = ("not_achieved", "missing", "far_behind", "behind")  # which come first where not all can be shown or told
LATE = ("far_behind", "behind", "missing", "not_achieved")
REACHED = ("achieved", "overachieved")
SILENT = ("not_due", "missing", "no_target", "qualitative")  # reasons that say no more than the status


@with_name
def indicator_fulfilment(
    fulfilment: pd.DataFrame,
    *,
    projects: pd.DataFrame | None = None,
    as_of: str | date | None = None,
    most: int = MOST_ROWS,
    lang: str,
) -> Chart | Omitted:
    """A bar an indicator from its baseline to what was reached, with the target as a mark.

    Before the due day a thin mark shows where the plan expects it to be. What has no progress keeps an empty track
    with its status, and the reason, in words. Of more than `most` indicators those that are missed, without a value or
    behind come first.
    """
    words = language(lang)
    one_project(fulfilment)
    if fulfilment.empty:
        return Omitted(words.say("No indicator is stated."))
    if fulfilment["fulfilment"].isna().all():
        return Omitted(
            words.say(
                "No indicator has a progress that could be drawn: {reasons}.", reasons=_counted(fulfilment, words)
            )
        )
    if len(fulfilment) == 1 and not _expected(fulfilment.iloc[0]) < 1:
        share = words.percent(fulfilment["fulfilment"].iloc[0])
        return Omitted(words.say("There is one indicator only; its progress is {share}.", share=share), told=True)
    known = fulfilment.loc[fulfilment["fulfilment"].notna()]
    if len(known) == 1 and not _expected(known.iloc[0]) < 1:
        share = words.percent(known["fulfilment"].iloc[0])
        return Omitted(
            words.say(
                "Of the indicators one only has a known progress, {indicator}: {share}.",
                indicator=named(known.iloc[0]),
                share=share,
            ),
            told=True,
        )
    shown = fulfilment
    worst = _worst_first(fulfilment)
    if len(fulfilment) > most:
        shown = worst.head(most)
        if shown["fulfilment"].isna().all():  # a scale needs one that stands on it
            shown = pd.concat([shown.iloc[:-1], worst.loc[worst["fulfilment"].notna()].head(1)])
    rows = [_bullet(row, words) for row in each(shown)]
    told_first = [_bullet(row, words) for row in each(_worst_first(shown))]
    title = _finding(fulfilment, words)
    measure = words.heading(INDICATOR_FULFILMENT["fulfilment"])
    first = words.count(
        "{count} of {all} shown", "{count} of {all} shown", len(shown), all=words.number(len(fulfilment))
    )
    parts = [measure, first if len(shown) < len(fulfilment) else "", stood(as_of, words)]
    told = Told(title, subtitle(*parts, projects=projects), _alt(told_first, title, measure, words))
    return bullets(told, rows, words.say("expected by the day"), words)


def _worst_first(fulfilment: pd.DataFrame) -> pd.DataFrame:
    """What the title counts as missed, without a value or behind first; then what has a progress; else as they came."""
    rank = [
        WORST.index(status) if status in WORST else len(WORST) + pd.isna(share)
        for status, share in zip(fulfilment["status"].tolist(), fulfilment["fulfilment"].tolist(), strict=True)
    ]
    return fulfilment.iloc[sorted(range(len(rank)), key=rank.__getitem__)]


def _expected(row: Any) -> float:
    return float(row.expected) if pd.notna(row.expected) else NOTHING


def _counted(fulfilment: pd.DataFrame, words: Language) -> str:
    """Which status how often, in the order of the frame."""
    counts = fulfilment["status"].value_counts(sort=False)
    return words.list(
        f"{spoken('indicator_status', status, words)} ({words.number(n)})" for status, n in counts.items()
    )


def _bullet(row: Any, words: Language) -> Bullet:
    share, expected = float(row.fulfilment), _expected(row)
    status = spoken("indicator_status", row.status, words)
    said = status
    if pd.isna(share) and isinstance(row.reason, str) and row.reason not in SILENT:
        reason = spoken("reason", row.reason, words)
        said = reason if row.status == "not_due" else f"{status}, {reason}"
    beside = _values(row, words)
    name = indicator(row) or str(row.indicator_id)
    lines = wrapped(name, WIDTH - (breadth(beside) + 14 if beside else 0))
    if row.status in (*REACHED, "not_achieved") or not expected < 1:
        expected = NOTHING  # from the due day on it is the target itself
    return Bullet(lines, share, said, beside, 1.0, expected, row.status in LATE)


def named(row: Any, longest: int = 60) -> str:
    """What an indicator is called in a sentence; its id where it has neither code nor name."""
    return legible(indicator(row) or row.indicator_id, longest)


def _values(row: Any, words: Language) -> str:
    """What was reached and what is to be reached, in the indicator's unit."""
    actual, target = (quantity(value, row, words).text for value in (row.actual, row.target))
    if pd.isna(row.target):
        return "" if pd.isna(row.actual) else actual
    target = words.say("target {value}", value=target)
    return target if pd.isna(row.actual) else f"{actual}, {target}"


def _finding(fulfilment: pd.DataFrame, words: Language) -> str:
    often, total = Counter(fulfilment["status"].tolist()), len(fulfilment)
    reached = sum(often[status] for status in REACHED)
    on_time = often["on_track"] + often["ahead"]
    if reached == total == 2:
        first = words.say("Both indicators have reached their targets")
    elif reached == total:
        first = words.count(
            "The indicator has reached its target", "All {count} indicators have reached their targets", total
        )
    elif on_time == total == 2:
        first = words.say("Both indicators are on track or ahead")
    elif on_time == total:
        first = words.count("The indicator is on track or ahead", "All {count} indicators are on track or ahead", total)
    elif reached:
        first = words.count(
            "{count} of {all} indicators has reached its target",
            "{count} of {all} indicators have reached their targets",
            reached,
            all=words.number(total),
        )
    elif on_time:
        first = words.count(
            "{count} of {all} indicators is on track or ahead",
            "{count} of {all} indicators are on track or ahead",
            on_time,
            all=words.number(total),
        )
    else:
        first = words.say("No indicator has reached its target")
    missed, behind, missing = often["not_achieved"], often["behind"] + often["far_behind"], often["missing"]
    if missed and reached:
        second = words.count("{count} has missed it", "{count} have missed theirs", missed)
    elif missed and on_time:
        second = words.count("{count} has missed its target", "{count} have missed their targets", missed)
    elif behind:
        second = words.count("{count} is behind", "{count} are behind", behind)
    elif missing:
        second = words.count("{count} has no value", "{count} have no value", missing)
    else:
        return first
    return f"{first}; {second}"


def _alt(rows: list[Bullet], title: str, measure: str, words: Language) -> str:
    said = [
        f"{legible(' '.join(row.name), 60)}: "
        + (row.said if pd.isna(row.share) else f"{words.percent(row.share)}, {row.said}")
        for row in rows
    ]
    return words.say(
        "Bullet chart. {measure}: {parts}. {finding}.", measure=measure, parts=enough(said, words), finding=title
    )
