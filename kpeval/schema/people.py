"""Which tables tell who took part: people under pseudonyms, their groups, courses and meetings, and who was there?"""

from __future__ import annotations

from kpeval.columns import PROJECT_ID, Table
from kpeval.schema.making import day, end, flag, number, start, table, text, word

ROLES = ("commissioner", "provider", "user", "public", "staff")
EVENT_KINDS = ("wg_meeting", "management_team", "hearing", "training", "conference")
MODES = ("in_person", "online", "elearning")
RULE_ORIGINS = ("programme", "project", "assumed")

PEOPLE = table(
    "people",
    "a person under a pseudonym; never a name",
    "osoba pod pseudonymem; nikdy jméno",
    text("person_id", "person (pseudonym)", "osoba (pseudonym)", required=True),
    word("role", "role in planning", "role v plánování", ROLES),
    flag("complete", "record complete", "záznam úplný"),
    text("match_key", "code that is the same for the same person", "kód, který je u téže osoby týž"),
    key="person_id",
)
MEMBERSHIPS = table(
    "memberships",
    "a person in a working group, or in the management team",
    "osoba v pracovní skupině nebo v manažerském týmu",
    text("person_id", "person (pseudonym)", "osoba (pseudonym)", required=True, refers="people.person_id"),
    text("working_group", "group", "skupina", required=True),
    start("since", "member since", "členem od"),
    end("until", "member until", "členem do"),
    key="person_id working_group since",
    order=(("since", "until"),),
)
EVENTS = table(
    "events",
    "a course, a meeting or a hearing",
    "kurz, jednání nebo veřejné setkání",
    text("event_id", "event", "akce", required=True),
    word("kind", "kind of event", "druh akce", EVENT_KINDS, required=True),
    text("title", "title", "název"),
    text("working_group", "group that met", "skupina, která jednala"),
    text("activity_id", "key activity", "klíčová aktivita", refers="activities.activity_id"),
    day("date", "day", "den"),
    day("last_day", "last day, where it took several", "poslední den, trvala-li více dní"),
    text("begins", "begins at (14:30)", "začátek (14:30)"),
    number("hours", "hours", "hodiny", low=0),
    word("mode", "mode", "forma", MODES),
    text("evidence", "evidence", "doložení"),
    key="event_id",
    order=(("date", "last_day"),),
)
ATTENDANCE = table(
    "attendance",
    "a person at an event; blank hours: the whole of it",
    "osoba na akci; prázdné hodiny: celá akce",
    text("event_id", "event", "akce", required=True, refers="events.event_id"),
    text("person_id", "person (pseudonym)", "osoba (pseudonym)", required=True, refers="people.person_id"),
    number("hours", "hours", "hodiny", low=0),
    key="event_id person_id recorded_on",
)
TRAINING_RULE = Table(  # no file: what the table of projects gains from its programme's rule and [rules]
    "projects",
    "a project, with the rule by which its people in training count",
    "projekt s pravidlem, podle kterého se započítávají osoby ve vzdělávání",
    (
        PROJECT_ID,
        number("min_hours", "hours needed", "potřebné hodiny", low=0),
        number("max_elearning_hours", "hours of e-learning that count at most", "nejvýše započtené hodiny e-learningu"),
        number("minutes_per_hour", "minutes in an hour of the rule", "minut v hodině podle pravidla"),
        word("rule", "where the threshold comes from", "odkud je hranice", RULE_ORIGINS),
        text("rule_source", "source of the rule", "pramen pravidla"),
        text("training_indicators", "indicators that count people in training", "indikátory osob ve vzdělávání"),
        text("training_code", "code of such an indicator", "kód takového indikátoru"),
    ),
    key=("project_id",),
)
