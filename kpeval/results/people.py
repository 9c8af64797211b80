"""What do the measures of people, courses and meetings hand back?"""

from __future__ import annotations

from kpeval.columns import Table
from kpeval.results.making import fraction, result
from kpeval.schema import EVENTS, day, flag, number, whole

MEETING_DAYS = result(
    "meeting_days",
    "a meeting of a group, a hearing or a conference",
    "jednání skupiny, veřejné setkání nebo konference",
    *(EVENTS[name] for name in ("event_id", "kind", "working_group", "date")),
    key="event_id",
)
MEETINGS = result(
    "meetings",
    "a group that met or has members",
    "skupina, která jednala nebo má členy",
    EVENTS["kind"],
    EVENTS["working_group"],
    whole("meetings", "meetings", "jednání"),
    day("first_on", "first meeting on", "první jednání dne"),
    day("last_on", "last meeting on", "poslední jednání dne"),
    number("median_gap", "days between meetings (median)", "dny mezi jednáními (medián)"),
    number("longest_gap", "longest gap in days", "nejdelší odstup ve dnech"),
    number("days_since_last", "days since the last meeting", "dny od posledního jednání"),
    whole("recorded", "meetings with attendance recorded", "jednání se zaznamenanou účastí"),
    fraction("attendance_rate", "attendance of the members", "účast členů"),
    flag("suppressed", "not shown, so that nobody can be recognised", "neuvedeno, aby nikdo nebyl rozpoznatelný"),
    fraction("with_commissioner", "with a commissioner", "se zadavatelem"),
    fraction("with_provider", "with a provider", "s poskytovatelem"),
    fraction("with_user", "with a user", "s uživatelem"),
    fraction("with_triad", "with all three parties", "se všemi třemi stranami"),
    key="kind working_group",
)

PEOPLE_RESULTS: tuple[Table, ...] = (MEETING_DAYS, MEETINGS)
