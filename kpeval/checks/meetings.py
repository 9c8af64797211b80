"""What does not add up in the meetings of the groups, their members and who was there? No finding tells of a person."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pandas as pd

from kpeval.checks.case import Case, Finding, Row
from kpeval.measures.meetings import KINDS, OF_MEMBERS, TEAM, TRIAD

LONG, TIMES = 90, 3  # a gap of more days, and of more than so many times the median, is asked about (METHOD.md J2)


def never_met(case: Case) -> Iterator[Finding]:
    """A group has members, and no meeting of it is recorded."""
    remedy = case.words.say("Ask whether it met, or whether its meetings bear another name in events.csv.")
    never = [group for group in case.groups if group.meetings == 0]
    if never and len(never) == len(case.groups):
        message = case.words.say("Members of groups are listed, but no meeting of any group is recorded.")
        yield Finding("warning", "never_met", "memberships", None, "working_group", message, remedy)
        return
    for group in never:
        message = case.words.say(
            "{group}: the group has members, but no meeting of it is recorded.", group=_name(group, case)
        )
        row = _first_member(group, case)
        yield Finding("warning", "never_met", "memberships", row, "working_group", message, remedy)


def _first_member(group: Row, case: Case) -> int | None:
    names = ((row.row, row.working_group) for row in case.rows("memberships", "working_group"))
    return next((row for row, name in names if _label(name, group.kind) == group.working_group), None)


def _label(name: str, kind: str) -> str:
    return "management_team" if kind == "management_team" and name.casefold() in TEAM else name


def _name(group: Row, case: Case) -> str:
    own = {
        "management_team": case.words.say("Management team"),
        "wg_meeting": case.words.say("Working group, not named"),
    }
    return str(group.working_group if group.working_group != group.kind else own[group.kind])


def long_gap(case: Case) -> Iterator[Finding]:
    """A group went much longer without a meeting than it usually does, between two meetings or since the last."""
    remedy = case.words.say("Ask why, and whether a meeting is missing from the records.")
    for group in case.groups:
        longest = max(group.longest_gap, group.days_since_last)
        if pd.isna(group.median_gap) or longest <= max(LONG, TIMES * group.median_gap):
            continue
        own = [row for row in case.held if (row.kind, row.working_group) == (group.kind, group.working_group)]
        values = {"group": _name(group, case), "median": case.words.number(group.median_gap)}
        if group.days_since_last >= group.longest_gap:
            after, last = own[-1], case.words.day(own[-1].date)
            message = case.words.count(
                "{group}: {count} day without a meeting since {last}; the median is {median}.",
                "{group}: {count} days without a meeting since {last}; the median is {median}.",
                int(longest),
                last=last,
                **values,
            )
        else:
            before, after = max(pairwise(own), key=lambda two: two[1].date - two[0].date)
            message = case.words.count(
                "{group}: {count} day without a meeting, from {first} to {last}; the median is {median}.",
                "{group}: {count} days without a meeting, from {first} to {last}; the median is {median}.",
                int(longest),
                first=case.words.day(before.date),
                last=case.words.day(after.date),
                **values,
            )
        row = case.row("events", "event_id", after.event_id)
        yield Finding("warning", "long_gap", "events", row, "date", message, remedy)


def attendance_not_recorded(case: Case) -> Iterator[Finding]:
    """Meetings of groups of which nobody says who was there."""
    recorded = {row.event_id for row in case.presence}
    silent = [row for row in case.held if row.kind in OF_MEMBERS and row.event_id not in recorded]
    if silent:
        message = case.words.count(
            "Of {count} meeting of the groups, held by the day, no attendance is recorded.",
            "Of {count} meetings of the groups, held by the day, no attendance is recorded.",
            len(silent),
        )
        remedy = case.words.say("Ask for the attendance lists; the rate of attendance leaves these meetings out.")
        first = min(case.row("events", "event_id", row.event_id) or 0 for row in silent)
        yield Finding("info", "attendance_not_recorded", "events", first, "event_id", message, remedy)


def attended_without_membership(case: Case) -> Iterator[Finding]:
    """Somebody was at a meeting of a group before joining it or after leaving."""
    held = {row.event_id: row for row in case.held if row.kind in OF_MEMBERS}
    spells: dict[tuple[str, str, str], list[Row]] = {}
    for row in case.rows("memberships", "person_id working_group since until"):
        for kind in OF_MEMBERS:
            spells.setdefault((row.person_id, kind, _label(row.working_group, kind)), []).append(row)
    odd = []
    for row in case.presence:
        event = held.get(row.event_id)
        if event is None or row.hours == 0:
            continue
        own = spells.get((row.person_id, event.kind, event.working_group), [])
        if own and all(spell.since > event.date or spell.until < event.date for spell in own):
            odd.append(row)
    if odd:
        message = case.words.count(
            "At {count} meeting of a group somebody is recorded who had not joined it yet, or had left it.",
            "At {count} meetings of groups somebody is recorded who had not joined yet, or had left.",
            len({row.event_id for row in odd}),
        )
        remedy = case.words.say("Compare the days of membership with the attendance lists; they count as guests.")
        first = min(row.row for row in odd)
        yield Finding("info", "attended_without_membership", "attendance", first, "person_id", message, remedy)


def meeting_outside_project(case: Case) -> Iterator[Finding]:
    """Meetings before the project's start or after its end."""
    outside = [row for row in case.held if row.date < case.facts.start or row.date > case.facts.end]
    if outside:
        message = case.words.count(
            "{count} meeting was held before the project's start or after its end.",
            "{count} meetings were held before the project's start or after its end.",
            len(outside),
        )
        remedy = case.words.say("Check the days; meetings outside the period are counted all the same.")
        first = min(case.row("events", "event_id", row.event_id) or 0 for row in outside)
        yield Finding("warning", "meeting_outside_project", "events", first, "date", message, remedy)


def meeting_without_day(case: Case) -> Iterator[Finding]:
    """Meetings that cannot be placed in time, and so are not counted."""
    undated = [
        row.row
        for row in case.rows("events", "kind date recorded_on")
        if row.kind in KINDS and pd.isna(row.date) and not row.recorded_on > case.day
    ]
    if undated:
        message = case.words.count(
            "{count} meeting has no day, so it is not counted.",
            "{count} meetings have no day, so they are not counted.",
            len(undated),
        )
        remedy = case.words.say("Enter the day from the minutes.")
        yield Finding("warning", "meeting_without_day", "events", min(undated), "date", message, remedy)


def triad_never_complete(case: Case) -> Iterator[Finding]:
    """At no meeting of a group were a commissioner, a provider and a user."""
    say = case.words.say
    names = {"commissioner": say("commissioner"), "provider": say("provider"), "user": say("user")}
    for group in case.groups:
        if group.with_triad != 0:  # a missing one too
            continue
        absent = [names[role] for role in TRIAD if getattr(group, f"with_{role}") == 0]
        message = case.words.count(
            "{group}: at {count} meeting with a record of attendance the three parties were not all there.",
            "{group}: at none of {count} meetings with a record of attendance were all three parties there.",
            int(group.recorded),
            group=_name(group, case),
        )
        if absent:
            message += " " + say("Never there: {parties}.", parties=case.words.list(absent))
        remedy = say("Community planning rests on commissioners, providers and users: ask how they take part.")
        row = next(
            (one for one in case.held if (one.kind, one.working_group) == (group.kind, group.working_group)), None
        )
        number = None if row is None else case.row("events", "event_id", row.event_id)
        yield Finding("warning", "triad_never_complete", "events", number, "working_group", message, remedy)


def group_without_members(case: Case) -> Iterator[Finding]:
    """A group met of which no members are listed, though those of other groups are."""
    members = case.rows("memberships", "working_group")
    known = {(kind, _label(row.working_group, kind)) for row in members for kind in OF_MEMBERS}
    told: set[tuple[str, str]] = set()
    for row in case.held if members else ():
        key = row.kind, row.working_group
        if row.kind not in OF_MEMBERS or key in known or key in told:
            continue
        told.add(key)
        message = case.words.say("{group}: the group met, but no members of it are listed.", group=_name(row, case))
        remedy = case.words.say("Write the group in events.csv as in memberships.csv, or list its members.")
        number = case.row("events", "event_id", row.event_id)
        yield Finding("info", "group_without_members", "events", number, "working_group", message, remedy)


MEETING_RULES = (
    *(never_met, long_gap, meeting_without_day, meeting_outside_project, triad_never_complete),
    *(attendance_not_recorded, attended_without_membership, group_without_members),
)
