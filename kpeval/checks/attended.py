"""What does not add up in who attended what, when, and for how long? No finding names a person: it names the row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import combinations, pairwise
from math import fsum
from typing import NamedTuple

import pandas as pd

from kpeval.checks.case import Case, Finding, Row, missing_first

FUZZ = 1e-4  # hours, as in kpeval.training
LAST = 24.0  # hours of a day
CLOCK = re.compile(r"\s*(\d{1,2})[:.](\d{2})(?::\d{2})?\s*(?:h|hod\.?)?\s*")


class Visit(NamedTuple):
    """Somebody at an event: the row of attendance, the event, the hours that are written there, or are the event's."""

    row: int
    person: str
    event: Row
    written: float
    hours: float


def attendance(case: Case) -> Iterator[Finding]:
    """What the records of attendance and the events contradict, or leave open."""
    visits = _visits(case)
    yield from _too_long(case, visits)
    yield from _hours_a_day(case, visits)
    yield from _two_at_once(case, visits)
    yield from _no_hours(case, visits)
    yield from _undated(case)
    yield from _unread(case)


def _visits(case: Case) -> list[Visit]:
    """Those known on the day; of a person at an event the last that was recorded."""
    names = "event_id kind date last_day begins hours mode recorded_on"
    events = {event.event_id: event for event in case.rows("events", names) if not event.recorded_on > case.day}
    known: dict[tuple[str, str], Row] = {}
    found = case.rows("attendance", "event_id person_id hours recorded_on")
    for visit in sorted(found, key=lambda row: missing_first(row.recorded_on)):
        event = events.get(visit.event_id)
        if event is not None and not visit.recorded_on > case.day and _was(event, visit, case):
            known[visit.event_id, visit.person_id] = visit
    return [
        Visit(
            visit.row,
            visit.person_id,
            events[visit.event_id],
            visit.hours,
            events[visit.event_id].hours if pd.isna(visit.hours) else visit.hours,
        )
        for visit in sorted(known.values(), key=lambda row: row.row)
    ]


def _was(event: Row, visit: Row, case: Case) -> bool:
    """Whether the event had taken place by the day, or what was recorded of it says so."""
    for day in (event.last_day, event.date, visit.recorded_on, event.recorded_on):
        if not pd.isna(day):
            return bool(day <= case.day)
    return False


def _too_long(case: Case, visits: list[Visit]) -> Iterator[Finding]:
    long = [visit for visit in visits if visit.written > visit.event.hours + FUZZ]
    if long:
        message = case.words.count(
            "{count} record of attendance states more hours than the event has (row {row} of events).",
            "{count} records of attendance state more hours than the event has, the first of row {row} of events.",
            len(long),
            row=long[0].event.row,
        )
        remedy = case.words.say("Find out which of the two is wrong; until then the hours count as they are recorded.")
        yield Finding("error", "attendance_longer_than_event", "attendance", long[0].row, "hours", message, remedy)


def _hours_a_day(case: Case, visits: list[Visit]) -> Iterator[Finding]:
    full = _full_days(visits)
    if full:
        day, row, _ = min(full)
        message = case.words.count(
            "Attendance adds up to more than 24 hours of a person on a day: {day}.",
            "{count} times attendance adds up to more than 24 hours of a person on a day, first on {day}.",
            sum(days for _, _, days in full),
            day=case.words.day(day),
        )
        remedy = case.words.say("Check days and hours: events of several days need their last day.")
        yield Finding("error", "more_than_24_hours", "attendance", row, "hours", message, remedy)


def _full_days(visits: list[Visit]) -> list[tuple[date, int, int]]:
    """Where somebody has more than 24 hours a day: from which day on, the first row, and for how many days.

    From one beginning or end of an event to the next: an event may take centuries, if a year is mistyped.
    """
    changes: dict[str, dict[int, list[tuple[Visit, float]]]] = {}
    for visit in visits:
        first, until = _span(visit.event)
        if visit.hours > 0 and until > first:
            share = visit.hours / (until - first)
            own = changes.setdefault(visit.person, {})
            own.setdefault(first, []).append((visit, share))
            own.setdefault(until, []).append((visit, -share))
    full = []
    for own in changes.values():
        there: dict[int, float] = {}
        days = sorted(own)
        for day, following in pairwise(days):
            for visit, share in sorted(own[day], key=lambda change: change[1]):  # who leaves first
                if share < 0:
                    del there[visit.row]
                else:
                    there[visit.row] = share
            if there and fsum(there.values()) > 24 + FUZZ:
                full.append((date.fromordinal(day), min(there), following - day))
    return full


def _span(event: Row) -> tuple[int, int]:
    """The first day of an event and the day after the last, as numbers; the same where no day is stated."""
    ends = [day.toordinal() for day in (event.date, event.last_day) if not pd.isna(day)]
    return (ends[0], ends[-1] + 1) if ends else (0, 0)


def _two_at_once(case: Case, visits: list[Visit]) -> Iterator[Finding]:
    """Events of the same hours of a day: those attended take longer than there was time."""
    together: dict[tuple[str, int], list[tuple[float, float, Visit]]] = {}
    for visit in visits:
        begins, (first, until) = _begins(visit.event.begins), _span(visit.event)
        if begins is not None and until - first == 1 and visit.event.hours > 0 and visit.event.mode != "elearning":
            span = begins, begins + visit.event.hours, visit
            together.setdefault((visit.person, first), []).append(span)
    pairs = {
        (max(one.row, other.row), min(one.row, other.row), day)
        for (_, day), spans in together.items()
        for (first, last, one), (begin, end, other) in combinations(spans, 2)
        if first < end - FUZZ
        and begin < last - FUZZ
        and one.hours + other.hours > max(last, end) - min(first, begin) + FUZZ
    }
    if pairs:
        row, other, day = min(pairs)
        message = case.words.count(
            "A person was at two events at once on {day}: rows {other} and {row} of attendance.",
            "{count} times a person was at two events at once, first on {day}: rows {other} and {row} of attendance.",
            len(pairs),
            day=case.words.day(date.fromordinal(day)),
            other=other,
            row=row,
        )
        remedy = case.words.say("Check the lists of attendance, or whether an event is entered twice.")
        yield Finding("warning", "two_events_at_once", "attendance", row, "event_id", message, remedy)


def _begins(text: str | None) -> float | None:
    """The time of day in hours."""
    found = CLOCK.fullmatch(text or "")
    if found is None:
        return None
    hours, minutes = int(found[1]), int(found[2])
    return hours + minutes / 60 if minutes < 60 and hours + minutes / 60 <= LAST else None


def _unread(case: Case) -> Iterator[Finding]:
    """What stands for the time of day and is none: the event is then held against no other."""
    known = [event for event in case.rows("events", "begins recorded_on") if not event.recorded_on > case.day]
    unread = [event.row for event in known if event.begins is not None and _begins(event.begins) is None]
    if unread:
        message = case.words.count(
            "{count} event begins at what is no time of day.",
            "{count} events begin at what is no time of day.",
            len(unread),
        )
        remedy = case.words.say("Write it as 14:30: without it, nobody sees whether two events were at once.")
        yield Finding("warning", "begins_unread", "events", min(unread), "begins", message, remedy)


def _no_hours(case: Case, visits: list[Visit]) -> Iterator[Finding]:
    empty = {visit.event.row for visit in visits if visit.event.hours == 0}
    if empty:
        message = case.words.count(
            "{count} event has 0 hours, and was attended.",
            "{count} events have 0 hours, and were attended.",
            len(empty),
        )
        remedy = case.words.say("State how long it took; where that is not known, leave the hours blank.")
        yield Finding("warning", "event_of_zero_hours", "events", min(empty), "hours", message, remedy)
    open_ones = [visit for visit in visits if visit.event.kind == "training" and pd.isna(visit.hours)]
    if open_ones:
        message = case.words.count(
            "{count} record of attendance at a training states no hours, nor does the training: it is in no sum.",
            "{count} records of attendance at trainings state no hours, nor do the trainings: they are in no sum.",
            len(open_ones),
        )
        remedy = case.words.say("State the hours of the training.")
        row = open_ones[0].row
        yield Finding("warning", "training_without_hours", "attendance", row, "hours", message, remedy)


def _undated(case: Case) -> Iterator[Finding]:
    known = [event for event in case.rows("events", "date last_day recorded_on") if not event.recorded_on > case.day]
    undated = [event.row for event in known if pd.isna(event.date) and pd.isna(event.last_day)]
    if undated:
        message = case.words.count(
            "{count} event states no day: attendance there counts from the day it was recorded, if that is stated.",
            "{count} events state no day: attendance there counts from the day it was recorded, if that is stated.",
            len(undated),
        )
        remedy = case.words.say("Ask when it took place.")
        yield Finding("warning", "event_without_day", "events", undated[0], "date", message, remedy)
