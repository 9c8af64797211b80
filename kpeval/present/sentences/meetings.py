"""What do the meetings of the groups say in words?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from kpeval.present.cells import Row, each, holds, named
from kpeval.present.display import Sentence
from kpeval.present.groups import OF_MEMBERS, checked, group_name, planned
from kpeval.present.language import Language, language


def meetings(meetings: pd.DataFrame, outputs: pd.DataFrame | None = None, *, lang: str) -> Sentence:
    """How often the groups met, the longest gap, attendance and the three parties, and what was planned.

    `outputs` (the table, or the result of `output_delivery`) tells whether a number of meetings was promised.
    """
    words = language(lang)
    checked(meetings)
    rows = [row for row in each(meetings) if not pd.isna(row.meetings)]
    groups = [row for row in rows if row.kind in OF_MEMBERS]
    parts = list(_held(groups, words)) or [words.say("The documents state no meetings of the groups.")]
    parts += [*_gaps(groups, words), *_attendance(groups, words), *_parties(groups, words), *_public(rows, words)]
    if outputs is not None:
        parts.append(_planned(outputs, words))
    return Sentence((" ".join(parts),), unstated=not rows)


def _held(groups: list[Row], words: Language) -> Iterator[str]:
    met = [row for row in groups if row.meetings > 0]
    if met:
        yield words.count(
            "{count} meeting of the groups was held.",
            "{count} meetings of the groups were held.",
            sum(int(row.meetings) for row in met),
        )
    most, least = (choose(met, key=lambda row: row.meetings, default=None) for choose in (max, min))
    if most is not None and least is not None and most.meetings > least.meetings:
        yield words.say(
            "Most often met: {most} ({often}); least often: {least} ({seldom}).",
            most=_names([row for row in met if row.meetings == most.meetings], words),
            often=words.number(int(most.meetings)),
            least=_names([row for row in met if row.meetings == least.meetings], words),
            seldom=words.number(int(least.meetings)),
        )
    never = [row for row in groups if row.meetings == 0]
    if never:
        yield words.say("No meeting is recorded of: {groups}.", groups=_names(never, words))


def _names(rows: Iterable[Row], words: Language) -> str:
    return "; ".join(group_name(row, words) for row in rows)


def _gaps(groups: list[Row], words: Language) -> Iterator[str]:
    gaps = [row for row in groups if row.longest_gap > 0]
    if gaps:
        longest = max(gaps, key=lambda row: row.longest_gap)
        yield words.count(
            "The longest gap between two meetings of a group was {count} day ({group}).",
            "The longest gap between two meetings of a group was {count} days ({group}).",
            int(longest.longest_gap),
            group=group_name(longest, words),
        )


def _attendance(groups: list[Row], words: Language) -> Iterator[str]:
    rates = [row for row in groups if not pd.isna(row.attendance_rate)]
    if rates:
        low, high = (choose(rates, key=lambda row: row.attendance_rate) for choose in (min, max))
        told = {
            "low": words.percent(low.attendance_rate),
            "high": words.percent(high.attendance_rate),
            "lowest": group_name(low, words),
            "highest": group_name(high, words),
        }
        if told["low"] == told["high"]:
            yield words.say("The attendance of members was {low}.", **told)
        else:
            yield words.say("The attendance of members lies between {low} ({lowest}) and {high} ({highest}).", **told)
    hidden = [row for row in groups if holds(row.suppressed)]
    if hidden:
        yield words.count(
            "The attendance of {count} group is not shown, so that nobody in a small group can be recognised.",
            "The attendance of {count} groups is not shown, so that nobody in a small group can be recognised.",
            len(hidden),
        )
    if any(row.meetings > 0 for row in groups) and not rates and not hidden:
        if any(row.recorded > 0 for row in groups):
            yield words.say("Who the members of the groups are is not stated, so their attendance cannot be computed.")
        else:
            yield words.say("Who was there is not stated.")


def _parties(groups: list[Row], words: Language) -> Iterator[str]:
    """All meetings together: a share of one group's meetings times their number is a number of meetings again."""
    known = [row for row in groups if not pd.isna(row.with_triad)]
    recorded = sum(int(row.recorded) for row in known)
    if recorded:
        together = sum(round(row.with_triad * row.recorded) for row in known)
        yield words.say(
            "Commissioners, providers and users were all there at {share} of the meetings whose attendance is recorded "
            "({together} of {recorded}).",
            share=words.percent(together / recorded),
            together=words.number(together),
            recorded=words.number(recorded),
        )


def _public(rows: list[Row], words: Language) -> Iterator[str]:
    hearings, conferences = (
        sum(int(row.meetings) for row in rows if row.kind == kind) for kind in ("hearing", "conference")
    )
    if hearings:
        yield words.count("{count} public hearing was held.", "{count} public hearings were held.", hearings)
    if conferences:
        yield words.count("{count} conference was held.", "{count} conferences were held.", conferences)


def _planned(outputs: pd.DataFrame, words: Language) -> str:
    promised = planned(outputs)
    if not promised:
        return words.say("No number of meetings was planned, so no percentage is given.")
    told = "; ".join(f"{named(row.output_id, row.title)}: {words.number(row.planned_quantity)}" for row in promised)
    return words.say("Numbers planned are stated as outputs ({outputs}).", outputs=told)
