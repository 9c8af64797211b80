"""When is each activity planned, when did it run, and where does the day of the report stand?"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from kpeval.present.cells import each
from kpeval.present.charts.figure import MOST_ROWS, Chart, Told, enough, one_project, stood, subtitle
from kpeval.present.charts.lanes import Diamond, Lane, Period, Row, lanes, window
from kpeval.present.charts.name import with_name
from kpeval.present.charts.steps import step_rows
from kpeval.present.chosen import activity_ranks
from kpeval.present.display import Omitted
from kpeval.present.language import Language, language
from kpeval.present.svg import legible
from kpeval.present.vocabulary import spoken
from kpeval.schema import OUTPUTS, PLANS, PROJECTS
from kpeval.timespan import as_day
from kpeval.values import take


class Outputs(NamedTuple):
    """The outputs by activity, and how many have no day to stand at."""

    marks: dict[str, tuple[Diamond, ...]]
    undated: int


@with_name
def activity_timeline(
    timeline: pd.DataFrame,
    *,
    as_of: str | date | None = None,
    outputs: pd.DataFrame | None = None,
    plans: pd.DataFrame | None = None,
    projects: pd.DataFrame | None = None,
    steps: pd.DataFrame | None = None,
    most: int = MOST_ROWS,
    lang: str,
) -> Chart | Omitted:
    """Planned bars light, actual ones dark, each with its days at its ends, and the day of the report across them.

    `outputs` (the table or the result of `output_delivery`) stand as diamonds: hollow at the day they are due, filled
    at the day they were delivered; one without a day is counted in the subtitle. `plans` are community plans, cut where
    they go beyond the axis; `steps` (the result of `plan_steps`) stand as dots under them. `projects` gives the
    project's period and title. `as_of` is the day that the timeline was measured on, if not given; ValueError where the
    frame has lost it.
    Of more than `most` activities those are drawn that call for a question, and the first others as far as there is
    room.
    """
    words, now = language(lang), as_day(as_of or str(timeline.attrs.get("as_of", "")))
    one_project(timeline)
    shown = _shown(timeline, most)
    found = _outputs(outputs, timeline, now)
    rows = [_row(row, found.marks.get(str(row.activity_id), ()), now, words) for row in each(shown)]
    if not any(row.planned or row.actual for row in rows):
        return Omitted(words.say("No activity with a stated period can be drawn."))
    if len(rows) == 1 and plans is None:
        return Omitted(
            words.say("There is one activity only. {activity}.", activity=_in_words(rows[0], words)), told=True
        )
    title = _finding(timeline, words)
    told = Told(title, _subtitle(len(timeline), len(shown), found, now, projects, words), _alt(rows, title, now, words))
    period = _period(projects)
    making = step_rows(steps, window(rows, period, now), words)
    return lanes(told, [*rows, *_plan_rows(plans, making, words), *making.values()], period, now, words)


def _shown(timeline: pd.DataFrame, most: int) -> pd.DataFrame:
    if len(timeline) <= most:
        return timeline
    order = [(rank is None, rank or 0, place) for place, rank in enumerate(activity_ranks(timeline))]
    return timeline.iloc[sorted(place for _, _, place in sorted(order)[:most])]


def _outputs(outputs: pd.DataFrame | None, timeline: pd.DataFrame, now: pd.Timestamp) -> Outputs:
    if outputs is None or outputs.empty:
        return Outputs({}, 0)
    one_project(outputs)
    rows = take(OUTPUTS, outputs, "output_id activity_id due delivered_on recorded_on")
    activities = set(timeline["activity_id"].tolist())
    same_day: Counter[tuple[str, pd.Timestamp, bool]] = Counter()
    for row in each(rows):
        delivered = row.delivered_on <= now and not row.recorded_on > now  # what became known later is not there
        day = row.delivered_on if delivered else row.due
        if row.activity_id in activities and not pd.isna(day):
            same_day[row.activity_id, day, delivered] += 1
    marks: dict[str, tuple[Diamond, ...]] = {}
    for (activity, day, delivered), number in sorted(same_day.items()):
        marks[activity] = (*marks.get(activity, ()), Diamond(day, delivered, number))
    return Outputs(marks, len(rows) - same_day.total())


def _row(row: Any, outputs: tuple[Diamond, ...], now: pd.Timestamp, words: Language) -> Row:
    name = " ".join(text for text in (row.activity_id, row.title) if isinstance(text, str))
    said = spoken("activity_status", row.status, words)
    late_end, late_start = (0 if pd.isna(days) else int(days) for days in (row.days_late_end, row.days_late_start))
    if late_end:
        said += ", " + _days(late_end, words)
    elif late_start > 0:
        said += ", " + words.count("started {count} day late", "started {count} days late", late_start)
    running = row.status == "under_way"
    actual_end = now if running else row.actual_end
    planned = _lane(row.planned_start, row.planned_end, row, "planned", words)
    actual = _lane(row.actual_start, actual_end, row, "actual", words, running)
    return Row(name, said, late_end > 0, planned, actual, outputs)


def _days(late: int, words: Language) -> str:
    if late > 0:
        return words.count("{count} day late", "{count} days late", late)
    return words.count("{count} day early", "{count} days early", -late)


def _lane(first: Any, last: Any, row: Any, which: str, words: Language, goes_on: bool = False) -> Lane | None:
    if pd.isna(first) or pd.isna(last):
        return None
    start = words.day(first, getattr(row, f"{which}_start_precision", "day"))
    end = "" if goes_on else words.day(last, getattr(row, f"{which}_end_precision", "day"))
    return Lane(first, last, start, end, goes_on)


def _plan_rows(plans: pd.DataFrame | None, making: dict[str, Row], words: Language) -> list[Row]:
    """The plans, each followed by the steps of making it, which are taken out of `making`."""
    if plans is None or plans.empty:
        return []
    one_project(plans)
    rows = each(take(PLANS, plans, "plan_id title? period_start period_end"))
    rows.sort(key=lambda row: (pd.isna(row.period_start), row.period_start, row.plan_id))
    drawn = []
    for row in rows[:MOST_ROWS]:
        lane = _lane(row.period_start, row.period_end, row, "period", words)
        drawn.append(Row(row.title, "" if lane else words.say("not stated"), planned=lane, plan=True))
        drawn += [making.pop(row.plan_id)] if row.plan_id in making else []
    return drawn


def _period(projects: pd.DataFrame | None) -> Period | None:
    if projects is None or projects.empty:
        return None
    one_project(projects)
    row = take(PROJECTS, projects, "start end").iloc[0]
    return None if pd.isna(row["start"]) or pd.isna(row["end"]) else (row["start"], row["end"])


def _finding(timeline: pd.DataFrame, words: Language) -> str:
    status, total = timeline["status"].tolist(), len(timeline)
    late = [0 if pd.isna(days) else int(days) for days in timeline["days_late_end"].tolist()]
    worst = max(late)
    if worst > 0:
        number = sum(days > 0 for days in late)
        ended = sum(days > 0 and state == "finished" for days, state in zip(late, status, strict=True))
        if total == 1:
            return _one_late(worst, bool(ended), words)
        last = max(place for place, days in enumerate(late) if days == worst)  # of several the last, as in the sentence
        values = {
            "all": words.number(total),
            "activity": legible(timeline["activity_id"].tolist()[last], 30),
            "days": words.count("{count} day", "{count} days", worst),
        }
        if ended == number:
            return words.count(
                "{count} of {all} activities ended late, {activity} by {days}",
                "{count} of {all} activities ended late, {activity} most, by {days}",
                number,
                **values,
            )
        if ended:
            return words.count(
                "{count} of {all} activities is late at its end, {activity} by {days}",
                "{count} of {all} activities are late at their end, {activity} most, by {days}",
                number,
                **values,
            )
        return words.count(
            "{count} of {all} activities is past its planned end, {activity} by {days}",
            "{count} of {all} activities are past their planned end, {activity} most, by {days}",
            number,
            **values,
        )
    unknown = status.count("no_record")
    if unknown == total:
        return words.count(
            "{count} activity is planned; when it ran is not recorded",
            "{count} activities are planned; when they ran is not recorded",
            total,
        )
    if unknown:
        return words.count(
            "When {count} of {all} activities ran is not recorded",
            "When {count} of {all} activities ran is not recorded",
            unknown,
            all=words.number(total),
        )
    finished = status.count("finished")
    if finished == total == 2:
        return words.say("Both activities are finished, neither later than planned")
    if finished == total:
        return words.count(
            "The activity is finished, no later than planned",
            "All {count} activities are finished, none later than planned",
            total,
        )
    begun = status.count("under_way") + finished
    if not begun:
        return words.count(
            "{count} activity is planned, none has begun", "{count} activities are planned, none has begun", total
        )
    if begun == total == 2:
        return words.say("Both activities have begun, neither is behind its planned end")
    if begun == total:
        return words.count(
            "The activity has begun and is not behind its planned end",
            "All {count} activities have begun, none is behind its planned end",
            total,
        )
    return words.count(
        "{count} of {all} activities has begun, none is behind its planned end",
        "{count} of {all} activities have begun, none is behind its planned end",
        begun,
        all=words.number(total),
    )


def _one_late(late: int, ended: bool, words: Language) -> str:
    if ended:
        return words.count("The activity ended {count} day late", "The activity ended {count} days late", late)
    return words.count(
        "The activity is {count} day past its planned end", "The activity is {count} days past its planned end", late
    )


def _subtitle(
    total: int, shown: int, found: Outputs, now: pd.Timestamp, projects: pd.DataFrame | None, words: Language
) -> str:
    notes = []
    if shown < total:
        all_ = words.number(total)
        notes.append(words.count("{count} of {all} shown", "{count} of {all} shown", shown, all=all_))
    if found.undated:
        notes.append(
            words.count(
                "{count} output without a day is not drawn",
                "{count} outputs without a day are not drawn",
                found.undated,
            )
        )
    parts = (words.say("Activities, planned and actual"), stood(now, words))
    return subtitle(*parts, projects=projects, note="; ".join(notes))


def _alt(rows: list[Row], title: str, now: pd.Timestamp, words: Language) -> str:
    parts = enough([_in_words(row, words) for row in rows], words)
    return words.say("Timeline, {day}. {parts}. {finding}.", day=stood(now, words), parts=parts, finding=title)


def _in_words(row: Row, words: Language) -> str:
    said = [legible(row.name, 60)]
    if row.planned:
        said.append(words.say("planned {period}", period=words.range(row.planned.start, row.planned.end)))
    if row.actual:
        end = row.actual.end or "…"
        said.append(words.say("actual {period}", period=words.range(row.actual.start, end)))
    return ", ".join([*said, row.said])
