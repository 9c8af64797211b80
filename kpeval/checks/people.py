"""What does not add up in the people of a project, and in how many of them count?

No finding names a person: it names the row. No count of people stands here that `kpeval.privacy` has not let pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from kpeval.checks.attended import attendance
from kpeval.checks.case import Case, Finding, rows
from kpeval.measures.training import persons_counted, training_hours
from kpeval.privacy.training import NEAR, training_summary

ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
PARTING = re.compile(r"(?<!\d)[\s_./–-]+|[\s_./–-]+(?!\d)")  # between two numbers they part them: 1-2 is not 12
MOST_NAMED = 4  # groups of rows that one finding lists


def same_person(case: Case) -> Iterator[Finding]:
    """Two ids that may be one person's: suggested, never merged."""
    people = case.rows("people", "person_id match_key")
    groups: dict[tuple[str, str], list[int]] = {}
    for person in people:
        groups.setdefault(("id", _plain(person.person_id)), []).append(person.row)
        if person.match_key is not None:
            groups.setdefault(("key", person.match_key.strip().casefold()), []).append(person.row)
    alike = sorted({tuple(sorted(rows)) for rows in groups.values() if len(rows) > 1})
    if not alike:
        return
    named = [case.words.list(str(row) for row in rows) for rows in alike[:MOST_NAMED]]
    message = case.words.say(
        "These rows may be the same person, who is then counted twice: {rows}.", rows="; ".join(named)
    )
    if len(alike) > MOST_NAMED:
        message += " " + case.words.count(
            "There is {count} more such group.", "There are {count} more such groups.", len(alike) - MOST_NAMED
        )
    remedy = case.words.say("Where it is one person, give both rows’ attendance to one id; nothing is merged here.")
    yield Finding("warning", "person_twice", "people", alike[0][1], "person_id", message, remedy)


def _plain(name: str) -> str:
    """The id without what is easily written in two ways: capitals, blanks, dashes, zeros in front of a number."""
    return ZEROS.sub("", PARTING.sub("", name.strip().casefold()))


def people_counted(case: Case) -> Iterator[Finding]:
    """How many people the rule makes of it: near the threshold, incomplete, or others than were reported."""
    project = case.project
    tables = project.people, project.events, project.attendance, project.projects
    summary = rows(training_summary(case.whole, as_of=case.day), "rule min_hours near incomplete suppressed")
    if not summary:
        return
    people, facts, say = training_hours(*tables, as_of=case.day), summary[0], case.words.say
    if facts.rule == "assumed":
        message = say(
            "From how many hours on people in training count is not known: {hours} are assumed, and indicators keep "
            "the values that are reported.",
            hours=case.words.count("{count} hour", "{count} hours", facts.min_hours),
        )
        remedy = say("State it in project.toml: [rules] min_hours.")
        yield Finding("warning", "threshold_assumed", "projects", None, "min_hours", message, remedy)
    if ((people["hours"] > 0) & ~people["reached"] & (people["hours_to_go"] <= NEAR)).any():
        message = (
            say("Some people are at most 5 hours short of the threshold.")
            if facts.near is None
            else case.words.count(
                "{count} person is at most 5 hours short of the threshold.",
                "{count} people are at most 5 hours short of the threshold.",
                facts.near,
            )
        )
        remedy = say("Ask whether hours are missing from the records; what is not recorded does not count.")
        yield Finding("info", "near_threshold", "attendance", None, "hours", message, remedy)
    if (people["reached"] & (people["complete"] == False)).any():  # noqa: E712  # missing is neither
        message = (
            say("Some people in training have an incomplete record.")  # of one who reached it: it would be theirs
            if facts.incomplete is None
            else case.words.count(
                "{count} person who reached the threshold has an incomplete record.",
                "{count} people who reached the threshold have an incomplete record.",
                facts.incomplete,
            )
        )
        remedy = say("Complete the records: without that they count in the total, and in no breakdown.")
        yield Finding("warning", "incomplete_records", "people", None, "complete", message, remedy)
    yield from _differs(case, people)


def _differs(case: Case, people: pd.DataFrame) -> Iterator[Finding]:
    project = case.project
    frame = persons_counted(people, project.indicators, project.reported, project.projects, as_of=case.day)
    for one in rows(frame, "indicator_id counted_then reported reported_on difference"):
        if not one.difference or pd.isna(one.difference):
            continue
        message = case.words.say(
            "Indicator {indicator}: {reported} are reported as of {day}, and attendance gives {counted} by that day.",
            indicator=case.names[one.indicator_id],
            reported=case.words.number(one.reported),
            counted=case.words.number(one.counted_then),
            day=case.words.day(one.reported_on),
        )
        remedy = case.words.say("Find who is missing from one of the two; this report counts by attendance.")
        same = (one.indicator_id, one.reported_on)
        row = next((value.row for value in case.measured if (value.indicator_id, value.measured_on) == same), None)
        yield Finding("warning", "counted_differs", "measurements", row, "actual", message, remedy)


PEOPLE_RULES = (attendance, same_person, people_counted)
