"""What do the measures of people, courses and meetings hand back?"""

from __future__ import annotations

from kpeval import codes
from kpeval.columns import Table
from kpeval.results.making import fraction, result
from kpeval.schema import EVENTS, INDICATORS, MEASUREMENTS, PEOPLE, TRAINING_RULE, day, flag, number, whole, word

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


ASSUMED = flag("assumed", "threshold assumed", "hranice předpokládána")
TRAINING_HOURS = result(
    "training_hours",
    "a person; shown by no table",
    "osoba; neukazuje ji žádná tabulka",
    PEOPLE["person_id"],
    PEOPLE["role"],
    PEOPLE["complete"],
    number("hours", "hours of training", "hodiny vzdělávání"),
    number("hours_elearning", "of them e-learning", "z toho e-learning"),
    number("hours_counted", "hours that count", "započtené hodiny"),
    whole("unstated", "trainings without stated hours", "vzdělávání bez uvedených hodin"),
    day("first_day", "first training", "první vzdělávání"),
    flag("reached", "threshold reached", "hranice dosažena"),
    day("reached_on", "threshold reached on", "hranice dosažena dne"),
    number("hours_to_go", "hours to go", "zbývá hodin"),
    TRAINING_RULE["min_hours"],
    ASSUMED,
    key="person_id",
)
PERSONS_REACHED = result(
    "persons_reached",
    "a person who reached the threshold, as a value of an indicator; shown by no table",
    "osoba, která dosáhla hranice, jako hodnota indikátoru; neukazuje ji žádná tabulka",
    MEASUREMENTS["indicator_id"],
    MEASUREMENTS["measured_on"],
    MEASUREMENTS["actual"],
    MEASUREMENTS["person_id"],
    MEASUREMENTS["derived"],
    key="indicator_id measured_on person_id",
)
PERSONS_COUNTED = result(
    "persons_counted",
    "an indicator that counts people in training",
    "indikátor, který počítá osoby ve vzdělávání",
    INDICATORS["indicator_id"],
    INDICATORS["code"],
    INDICATORS["name"],
    INDICATORS["unit"],
    number("counted", "counted from attendance", "napočteno z docházky"),
    number("reported", "reported", "vykázáno"),
    day("reported_on", "reported as of", "vykázáno ke dni"),
    number("counted_then", "counted by that day", "napočteno k témuž dni"),
    number("difference", "of that day: counted minus reported", "k témuž dni: napočteno minus vykázáno"),
    TRAINING_RULE["min_hours"],
    ASSUMED,
    key="indicator_id",
)
TRAINING_SUMMARY = result(
    "training_summary",
    "a project's people in training, as far as they may be shown",
    "osoby ve vzdělávání v projektu, pokud je lze uvést",
    TRAINING_RULE["min_hours"],
    TRAINING_RULE["rule"],
    TRAINING_RULE["rule_source"],
    whole("trainings", "trainings with attendance", "vzdělávání s docházkou"),
    whole("people", "people with hours of training", "osoby s hodinami vzdělávání"),
    whole("reached", "people who reached the threshold", "osoby, které dosáhly hranice bagatelní podpory"),
    whole("under", "people under the threshold", "osoby pod touto hranicí"),
    whole("near", "of them at most 5 hours short", "z toho chybí nejvýše 5 hodin"),
    number("hours", "hours of training in all", "hodiny vzdělávání celkem"),
    number("median_hours", "median of hours that count, to the hour", "medián započtených hodin, na hodiny"),
    whole("complete", "reached, record complete", "dosáhly, záznam úplný"),
    whole("incomplete", "reached, record incomplete", "dosáhly, záznam neúplný"),
    whole("unstated", "reached, not said whether the record is complete", "dosáhly, úplnost záznamu neuvedena"),
    fraction("share_complete", "share of complete records", "podíl úplných záznamů"),
    flag("suppressed", "a number is not shown, so that nobody can be recognised", "některý počet neuveden"),
    whole("threshold", "shown from so many people on", "uvádí se od tolika osob"),
    key="project_id",
)
TRAINING_BANDS = result(
    "training_bands",
    "a band of hours that count, with as many people as may be shown",
    "pásmo započtených hodin s počtem osob, který lze uvést",
    number("from_hours", "from hours", "od hodin"),
    number("to_hours", "to less than hours", "do méně než hodin"),
    whole("people", "people", "osoby"),
    flag("reached", "threshold reached", "hranice dosažena"),
    TRAINING_RULE["min_hours"],
    word("withheld", "not shown, because", "neuvedeno, protože", codes.WITHHELD),
    whole("threshold", "shown from so many people on", "uvádí se od tolika osob"),
    key="from_hours",
)

PEOPLE_RESULTS: tuple[Table, ...] = (
    MEETING_DAYS,
    MEETINGS,
    TRAINING_HOURS,
    PERSONS_REACHED,
    PERSONS_COUNTED,
    TRAINING_SUMMARY,
    TRAINING_BANDS,
)
