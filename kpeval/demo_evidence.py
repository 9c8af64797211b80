"""What do invented projects tell of people, meetings, the community plan, comments and reach?

As kpeval/demo_facts.py, to which this belongs: people who come to some events of several, a plan and the one before it
with measures, evaluations and what became of them, a procedure with comments; with the gaps that real records have.
"""

from __future__ import annotations

import numpy as np

from kpeval import schema
from kpeval.columns import Table
from kpeval.demo_rows import Cells, Made, Numbers, Rows, as_days, either, first_day, month_of, numbered, picked

NONE = float("nan")
BODIES = ("odbor sociálních věcí", "odbor školství", "Pečovatelská služba", "Občanská poradna", "Nízkoprahový klub", "")
PRIORITY, GOALS = "Dostupné služby pro všechny", ("Rozvíjet služby v domácnostech", "Předcházet sociálnímu vyloučení")
MEASURES = (
    *("Rozšíření pečovatelské služby", "Dluhové poradenství", "Nízkoprahový klub", "Terénní programy"),
    *("Podpora samostatného bydlení", "Osobní asistence", "Odlehčovací služba", "Krizové bydlení", "Kurzy češtiny"),
    *("Doučování žáků", "Katalog sociálních služeb", "Dobrovolníci v službách"),
)
LEVELS, GOAL_PLACES = ("priorita", "cíl", "opatření"), 2  # the places 1 and 2 of a plan are goals, all beyond measures
OWN_WORD = "hotovo zčásti"  # which only the table of status words explains
STATUSES = (
    *("naplněno", "naplněno", "rozpracováno", "rozpracováno", "průběžně plněno", "nenaplněno", "odloženo"),
    *("zrušeno", "částečně splněno", OWN_WORD),
)
SAID = ("", "", "", "Chybí realizátor.", "Služba je využívána.", "Jednání pokračují.")
WHY = ("", "potřeba trvá", "podle analýzy potřeb", "podle připomínek uživatelů")
TEAMS = ("Senioři", "Rodiny s dětmi", "Řídicí skupina")
CHANNELS = (
    ("web", "návštěvy stránky", 400.0),
    ("web", "stažení plánu", NONE),
    ("Facebook", "dosah příspěvků", 900.0),
    ("zpravodaj", "články", 0.0),
)
CRITERIA = (
    ("Legitimita", "Plánování má mandát zastupitelstva"),
    ("Zapojování", "Uživatelé jsou členy pracovních skupin"),
    ("Řízení procesu", "Opatření se vyhodnocují každý rok"),
    ("Informovanost", "Vypořádání připomínek je zveřejněno"),
)
RATES = (("exchange", "EUR", 25.5), ("price_index", "", 104.0))


def evidence(owners: Rows, start: Numbers, end: Numbers) -> Made:
    """The tables of evidence of the projects, which run from `start` to `end` (days counted from 1970)."""
    yield from _people(owners, start, end)
    yield from _plans(owners, start)
    yield from _public(owners, start, end)


def _people(owners: Rows, start: Numbers, end: Numbers) -> Made:
    count = np.where(owners.happens("people recorded", 0.5), owners.whole("persons", 4, 10), 0)
    people = owners.under("people", count)
    ids, same = numbered("P", people.place), people.happens("same as the one before", 0.02)
    keys = either(people.happens("key", 0.8), numbered("k", np.maximum(people.place - same, 0)))
    person = (ids, people.pick("role", ("", *schema.ROLES)), people.happens("complete", 0.9), keys)
    yield schema.PEOPLE, people.project, "person_id role complete match_key", person

    members = people.under("memberships", people.happens("member", 0.7).astype(np.int64))
    since = start[people.parent[members.parent]] + members.whole("since", -30, 90)
    until = as_days(since + members.whole("until", 90, 400), members.happens("left", 0.15))
    group = (ids[members.parent], members.pick("group", TEAMS), as_days(since), until)
    yield schema.MEMBERSHIPS, members.project, "person_id working_group since until", group

    events = owners.under("events", np.where(count > 0, owners.whole("events", 2, 8), 0))
    kind, of = events.pick("kind", schema.EVENT_KINDS), events.parent
    meeting = either(kind == "wg_meeting", events.pick("group", TEAMS[:2]), either(kind == "management_team", TEAMS[2]))
    day = start[of] + events.whole("day", 0, (end - start)[of])
    course = kind == "training"
    hours = np.where(course, 8.0 * events.whole("blocks", 1, 4), events.whole("halves", 2, 6) / 2)
    hours = np.where(events.happens("length not stated", 0.05), NONE, hours)
    last = as_days(day + events.whole("nights", 1, 3), course & events.happens("several days", 0.5))
    event_id, mode = numbered("E", events.place), events.pick("mode", ("", *schema.MODES))
    begins = either(events.happens("hour known", 0.7), events.pick("begins", ("9:00", "13:30", "15:00")))
    activity = np.full(len(events), "KA1", dtype=object)
    event = (event_id, kind, meeting, activity, as_days(day, events.happens("dated", 0.97)), last, begins, hours, mode)
    names = "event_id kind working_group activity_id date last_day begins hours mode"
    yield schema.EVENTS, events.project, names, event

    there = events.under("attendance", count[of] * events.whole("came", 30, 100) // 100)
    at, size = there.parent, count[of[there.parent]]
    who = (there.place + events.whole("first to come", 0, 9)[at]) % np.maximum(size, 1)
    length, partly = hours[at], there.happens("part of it", 0.1)
    stayed = np.where(there.happens("too long", 0.01), length + 1, np.where(partly, length / 2, NONE))
    yield schema.ATTENDANCE, there.project, "event_id person_id hours", (event_id[at], numbered("P", who), stayed)


def _plans(owners: Rows, start: Numbers) -> Made:
    """The last plan and the one before it: their trees, what the town said of each part, what became of the older's."""
    count = owners.whole("plans", 0, 3)  # as the table of plans
    plans = owners.under("plans", count)
    told = owners.happens("measures", 0.5)[plans.parent] & (plans.place >= count[plans.parent] - 2)
    sizes = np.where(told, plans.whole("measures", 7, 13), 0)
    nodes = plans.under("plan_measures", sizes)
    plan, place, year = numbered("KP", plans.place), nodes.place, month_of(start)[plans.parent] // 12
    year = 1970 + year + 3 * (plans.place + 1 - count[plans.parent])
    plan_id, measure = plan[nodes.parent], place > GOAL_PLACES
    ids = _node(plan_id, place)
    above = either(place > 0, _node(plan_id, np.where(measure, 1 + place % GOAL_PLACES, 0)))
    level = np.array(LEVELS, dtype=object)[np.minimum((place > 0) * 1 + measure, 2)]
    kept = (place + owners.whole("first measure", 0, 11)[plans.parent[nodes.parent]]) % len(MEASURES)
    titles = np.array((PRIORITY, *GOALS), dtype=object)[np.minimum(place, GOAL_PLACES)]
    titles = either(measure, np.array(MEASURES, dtype=object)[kept], titles)
    owner = plans.parent[nodes.parent]
    areas, groups = owners.whole("areas", 0, 4)[owner], owners.whole("groups", 0, 5)[owner]  # as many as in the tables
    area = either(areas > 0, numbered("O", kept % np.maximum(areas, 1)))
    group = either(measure & (groups > 0), numbered("G", kept % np.maximum(groups, 1)))
    first = first_day((year[nodes.parent] - 1970) * 12 + 12 * (measure & nodes.happens("later", 0.3)))
    due = first_day((year[nodes.parent] - 1967) * 12) - 1
    cost = np.where(measure & nodes.happens("costed", 0.6), nodes.whole("cost", 5, 400) * 10_000, NONE)
    cells = (
        *(ids, plan_id, above, level, titles, area, group, either(measure, nodes.pick("body", BODIES))),
        *(as_days(first, measure), as_days(due, measure & nodes.happens("due", 0.9)), cost),
    )
    names = "node_id plan_id parent_id level title area_id group_id responsible starts due planned_cost"
    yield schema.PLAN_MEASURES, nodes.project, names, cells

    yearly = nodes.under(
        "evaluations", np.where(measure & nodes.happens("evaluated", 0.9), nodes.whole("years", 1, 3), 0)
    )
    of, told_year = yearly.parent, year[nodes.parent[yearly.parent]] + yearly.place
    on = first_day((told_year - 1969) * 12) + yearly.whole("evaluated", 20, 140)
    spent = np.where(yearly.happens("spent", 0.5), np.round(cost[of] * yearly.chance("part") / 3), NONE)
    late = as_days(on + 90, yearly.happens("recorded late", 0.05))
    said = (yearly.pick("status", STATUSES), spent, yearly.pick("said", SAID), as_days(on), late)
    names = "node_id year status spent comment evaluated_on recorded_on"
    yield schema.EVALUATIONS, yearly.project, names, (ids[of], told_year, *said)

    words = owners.under("status_words", (owners.happens("measures", 0.5) & (count > 0)).astype(np.int64))
    word = (np.full(len(words), OWN_WORD, dtype=object), np.full(len(words), "partial", dtype=object))
    yield schema.STATUS_WORDS, words.project, "word status", word
    yield _links(plans, sizes, plan, np.flatnonzero(told & (plans.place == count[plans.parent] - 2)))


def _links(plans: Rows, sizes: Numbers, plan: Cells, old: Numbers) -> tuple[Table, Numbers, str, tuple[Cells, ...]]:
    """What became of the parts of the plans at the places `old`, each followed by the next: part by part, by place."""
    both = np.zeros(len(plans), dtype=np.int64)
    both[old] = np.maximum(sizes[old], sizes[old + 1]) - 1
    links = plans.under("links", both)
    place, before = links.place + 1, sizes[links.parent]
    after = sizes[np.minimum(links.parent + 1, len(plans) - 1)] if len(plans) else before
    gone, fresh, chance = place >= after, place >= before, links.chance("relation")
    merged, divided = gone & (chance < 0.3), fresh & (chance < 0.3)
    relation = np.select(
        [merged, gone, divided, fresh, chance < 0.7], ["merged", "dropped", "split", "new", "carried_over"], "modified"
    )
    source = either(~fresh | divided, _node(plan[links.parent], np.minimum(place, before - 1)))
    later = plan[np.minimum(links.parent + 1, len(plans) - 1)] if len(plans) else plan[links.parent]
    target = either(~gone | merged, _node(later, np.minimum(place, after - 1)))
    cells = (source, target, relation.astype(object), links.pick("why", WHY))
    return schema.LINKS, links.project, "from_node to_node relation reason", cells


def _public(owners: Rows, start: Numbers, end: Numbers) -> Made:
    plans = owners.whole("plans", 0, 3)
    calls = owners.under("comment_procedures", (owners.happens("comments asked", 0.5) & (plans > 0)).astype(np.int64))
    opened = start[calls.parent] + calls.whole("opened", 60, 200)
    length = calls.whole("length", 9, 29)
    hearing = as_days(opened + length // 2, calls.happens("hearing", 0.6))
    published = as_days(opened + length + calls.whole("published", 10, 60), calls.happens("published", 0.7))
    ids, plan = numbered("PR", calls.place), numbered("KP", plans[calls.parent] - 1)
    call = (ids, plan, as_days(opened), as_days(opened + length), hearing, published)
    yield schema.COMMENT_PROCEDURES, calls.project, "procedure_id plan_id opened closed hearing_on published_on", call

    comments = calls.under("comments", calls.whole("comments", 0, 10))
    received = opened[comments.parent] + comments.whole("received", 0, length[comments.parent] + 1)
    settlement = comments.pick("settlement", (*schema.SETTLEMENTS[:2], *schema.SETTLEMENTS))
    settled = as_days(received + comments.whole("settled", 0, 60), settlement != "open")
    said = (comments.pick("kind", ("content", *schema.COMMENT_KINDS)), settlement, settled, comments.pick("why", WHY))
    names = "comment_id procedure_id received_on kind settlement settled_on reason"
    told = (numbered("C", comments.place), ids[comments.parent], as_days(received), *said)
    yield schema.COMMENTS, comments.project, names, told

    reach = owners.under("reach", np.where(owners.happens("reach told", 0.4), owners.whole("channels", 1, 4), 0))
    channel, metric, baseline = picked(CHANNELS, reach.place)
    value = np.where(reach.happens("counted", 0.95), reach.whole("value", 0, 3000), NONE)
    cells = (channel, metric, as_days(end[reach.parent]), value, baseline)
    yield schema.REACH, reach.project, "channel metric period value baseline", cells

    asked = owners.under("self_assessment", np.where(owners.happens("assessed", 0.3), len(CRITERIA), 0))
    assessed = (
        *picked(CRITERIA, asked.place),
        asked.pick("met", ("", *schema.ANSWERS)),
        as_days(end[asked.parent] - 60),
    )
    yield schema.SELF_ASSESSMENT, asked.project, "area criterion met assessed_on", assessed

    rates = owners.under("rates", owners.whole("rates", 0, 2))
    kind, currency, rate = picked(RATES, rates.place)
    source = np.full(len(rates), "smyšlený údaj", dtype=object)
    year = first_day((month_of(start) // 12 * 12 + 12)[rates.parent]) - 1
    yield (
        schema.RATES,
        rates.project,
        "kind period currency rate published_by",
        (kind, as_days(year), currency, rate, source),
    )


def _node(plan: Cells, place: Numbers) -> Cells:
    """The names of the parts of plans: KP1-4 for the place 3 of KP1."""
    names: Cells = plan + numbered("-", place) if len(plan) else np.zeros(0, dtype=object)
    return names
