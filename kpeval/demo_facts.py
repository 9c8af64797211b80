"""What do invented projects look like: which tables, how many rows, with which of the troubles that real data have?

Sources that match the total, exceed it or fall short; a grant that splits and one that does not; plans in months,
late and unrecorded work; every kind of indicator, with revised, lowered and withdrawn targets, corrected, missing and
late values. All of it keeps the rules of the schema. The words are Czech, as in the documents; the towns do not exist.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kpeval import schema
from kpeval.columns import Table
from kpeval.demo_evidence import evidence
from kpeval.demo_rows import Cells, Made, Numbers, Rows, as_days, either, first_day, month_of, numbered, picked, rounded

NONE = float("nan")
ESF, STATE = ("ESF", "eu"), ("státní rozpočet", "state")
CITY, GRANT = ("rozpočet města", "municipality", ""), ("dotace ESF a státního rozpočtu", "joint", "dotace", NONE)
SPLIT = ((*ESF, "dotace", 0.85, NONE), (*STATE, "dotace", 0.1, NONE))
# An entry is a way to fund a project: source, kind, group, share stated, amount stated (here as a share of the total).
FUNDING = (
    ((*ESF, "", 0.85, 0.85), (*STATE, "", 0.1, 0.1), (*CITY, 0.05, 0.05)),
    ((*ESF, "", 0.8, 0.8), (*CITY, NONE, 0.15), ("vlastní zdroje", "own", "", NONE, 0.05)),
    ((*ESF, "", 0.85, 0.85), (*STATE, "", 0.1, NONE), (*CITY, 0.05, 0.05)),  # an amount that follows from its share
    ((*GRANT, 0.95), *SPLIT, (*CITY, 0.05, 0.05)),
    ((*GRANT, 0.93), *SPLIT, (*CITY, 0.07, 0.07)),  # the parts do not add up to the grant
    ((*GRANT, 0.92), (*CITY, NONE, 0.12)),  # over, as in Ústí
    ((*ESF, "", NONE, 0.7), ("rozpočet kraje", "region", "", NONE, 0.1), (*CITY, 0.05, 0.05)),  # under
    ((*ESF, "", NONE, 0.85), (*CITY, NONE, NONE)),  # unknown
)
# An entry is an indicator: code, name, unit, level, direction, accumulation, scale, baseline, end value, tolerance.
INDICATORS = (
    ("60000", "Celkový počet účastníků", "osoby", "output", "increase", "persons", "number", 0, 4, NONE),
    ("80500", "Zveřejněné dokumenty", "dokumenty", "output", "increase", "sum", "number", 0, 6, NONE),
    ("", "Čekací doba na službu", "dny", "outcome", "decrease", "latest", "number", 60, 40, NONE),
    ("", "Služby v síti města", "služby", "impact", "maintain", "latest", "number", 38, 38, 2),
    ("", "Podíl vypořádaných připomínek", "podíl", "process", "increase", "ratio", "rate", 0.5, 0.8, NONE),
    ("", "Nejvyšší měsíční návštěvnost", "návštěvy", "output", "increase", "max", "", NONE, 1500, NONE),
    ("", "Informovanost obyvatel", "%", "outcome", "increase", "latest", "rate", NONE, 40, NONE),
    ("", "Nevyřízené stížnosti", "stížnosti", "process", "decrease", "latest", "number", 6, 0, NONE),
    ("", "Etapa přípravy plánu", "etapy", "process", "increase", "latest", "step", 0, 5, NONE),
    ("", "Organizace v síti", "organizace", "output", "increase", "latest", "number", 12, 30, NONE),
    ("", "Zmínky v médiích", "zmínky", "output", "increase", "sum", "number", 0, 30, NONE),  # has no target
    ("", "Zapojení uživatelů", "", "process", "", "", "qualitative", NONE, NONE, NONE),  # nor has this
)
PERSONS, DOCUMENTS, MAINTAIN, RATIO, NO_TARGET, IN_WORDS = 0, 1, 3, 4, 10, 11  # places in INDICATORS
REVISIONS = ("none", "none", "milestone", "raised", "lowered", "withdrawn")
STATES = ("not_started", "under_way", "under_way", "finished", "finished", "finished", "cancelled", "")
CURRENCIES, BASES = (*["CZK"] * 15, "EUR"), ("eligible", "all", "not_stated")
MOVES = (*["expenditure"] * 6, "refund", "correction", "advance", "claim", "approved", "paid", "commitment")
TOWNS = ("Bezejmenov", "Smyšlenov", "Vymyslice", "Nikdov", "Zdánlivice", "Výmyslov", "Jakobyves", "Bájkov")
WORK = ("Koordinace procesu", "Analýza potřeb", "Tvorba plánu", "Informování veřejnosti", "Vzdělávání", "Evaluace")
OUTPUTS = ("Analýza potřeb", "Komunitní plán", "Zápisy z jednání", "Veřejná setkání", "Hodnoticí zpráva", "Kurzy")
GROUPS = ("senioři", "rodiny s dětmi", "osoby se zdravotním postižením", "osoby bez přístřeší", "poskytovatelé")
GOALS = ("Zajistit kontinuitu plánování.", "Zjistit potřeby obyvatel.", "Zapojit uživatele služeb.")


class Owners(Rows):
    """The projects with what all their tables build on: first and last day (counted from 1970), total (haléře)."""

    def __init__(self, numbers: Numbers, seed: int) -> None:
        super().__init__("projects", seed, numbers, numbers, numbers, np.zeros_like(numbers))
        first, self.in_months = self.whole("first month", 456, 645), self.happens("in months", 0.2)  # from 2008 on
        shift = np.where(self.happens("shifted", 0.3) & ~self.in_months, self.whole("shift", 1, 27), 0)
        self.start = first_day(first) + shift
        self.end = first_day(first + self.whole("months", 6, 48)) - 1 + shift
        self.total = self.whole("total", 30_000_000, 900_000_000)


def invented(numbers: Numbers, seed: int) -> Made:
    """Which tables do the projects of these `numbers` have: rows by project, in the order of the numbers?"""
    owners = Owners(numbers, seed)
    ids = np.array([f"demo-{number:04d}" for number in numbers], dtype=object)
    town, precision = owners.pick("town", TOWNS), either(owners.in_months, "month", "day")
    names = "project_id title beneficiary start start_precision end end_precision currency total_cost total_basis"
    about = "Ukázka (smyšlená data): Komunitní plán, " + town
    total = np.where(owners.happens("no total", 0.05), NONE, owners.total / 100)
    currency, basis = owners.pick("currency", CURRENCIES), owners.pick("basis", BASES)
    period = (as_days(owners.start), precision, as_days(owners.end), precision)
    told = (either(owners.happens("English", 0.1), "en", "cs"), np.full(len(numbers), True))
    cells = (ids, about, town + " (smyšlená obec)", *period, currency, total, basis, *told)
    yield schema.PROJECTS, numbers, names + " language synthetic", cells
    people = owners.pick("people", ("přes 50 osob", "přes 100 osob", "přes 200 osob"))
    yield schema.STATED, numbers, "label value lower_bound", (either(town != "", "Zapojené osoby"), people, told[1])
    yield from _money(owners)
    yield from _work(owners)
    yield from _results(owners)
    yield from _context(owners)
    yield from evidence(owners, owners.start, owners.end)


def _money(owners: Owners) -> Made:
    way = owners.whole("way of funding", 0, len(FUNDING) - 1)
    sizes = np.array([len(sources) for sources in FUNDING])
    funding = owners.under("funding", sizes[way])
    entry = (np.cumsum(sizes) - sizes)[way][funding.parent] + funding.place
    *stated, part = picked([source for sources in FUNDING for source in sources], entry)
    names = "source kind group declared_share declared_amount"
    yield schema.FUNDING, funding.project, names, (*stated, np.round(owners.total[funding.parent] * part) / 100)

    count, activities = owners.whole("lines", 2, 11), owners.whole("activities", 1, 8)
    lines = owners.under("budget_lines", count)
    budget, line_id = lines.split(owners.total), numbered("1.", lines.place)
    doing = numbered("KA", lines.place % activities[lines.parent])
    yield schema.BUDGET_LINES, lines.project, "line_id activity_id amount", (line_id, doing, budget / 100)

    days = owners.end - owners.start + 1
    steps = np.where(owners.happens("plan", 0.75), (days + 181) // 182, 0)
    plan = owners.under("finance_plan", steps + (owners.happens("revised plan", 0.2) & (steps > 0)))
    again = plan.place == steps[plan.parent]  # the first step is recorded once more, lower
    amount = plan.split(owners.total, ~again)
    amount = np.where(again, amount[np.arange(len(plan)) - plan.place] * 9 // 10, amount)
    begins = owners.start[plan.parent] + np.where(again, 0, 182 * plan.place)
    period = (as_days(begins), as_days(np.minimum(begins + 181, owners.end[plan.parent])))
    step = (*period, amount / 100, as_days(begins + 100, again))
    yield schema.FINANCE_PLAN, plan.project, "period_start period_end amount recorded_on", step

    moves = np.where(owners.happens("books", 0.85), owners.whole("moves", 1, 18), 0)
    books = owners.under("transactions", moves)
    line = (np.cumsum(count) - count)[books.parent] + books.place % count[books.parent]
    most = budget[line] // -(-moves // count)[books.parent]  # so that the moves of a line stay within its amount
    what, part = books.pick("type", MOVES), most * books.whole("part", 50, 94) // 100
    small = np.where((what == "correction") & books.happens("lower", 0.5), -1, 1) * (most // 20)
    moved = np.where((what == "correction") | (what == "refund"), small, part) / 100
    day = owners.start[books.parent] + books.whole("day", 0, days[books.parent] - 1)
    late = as_days(day + books.whole("later", 1, 60), books.happens("late", 0.2))
    cells = (numbered("T", books.place), as_days(day), what, moved, line_id[line], doing[line], late)
    names = "transaction_id date type amount line_id activity_id recorded_on"
    yield schema.TRANSACTIONS, books.project, names, cells


def _work(owners: Owners) -> Made:
    work = owners.under("activities", owners.whole("activities", 1, 8))
    start, end = owners.start[work.parent], owners.end[work.parent]
    begins = start + work.whole("begins", 0, (end - start) // 2)
    ends = begins + work.whole("lasts", 30, end - begins) + np.where(work.happens("too long", 0.05), 120, 0)
    in_months = work.happens("in months", 0.1)
    begins = np.where(in_months, first_day(month_of(begins)), begins)
    ends = np.where(in_months, first_day(month_of(ends) + 1) - 1, ends)
    state, precision = work.pick("state", STATES), either(in_months, "month", "day")
    began = begins + work.whole("late", -20, 70)
    over = np.maximum(began, ends + work.whole("over", -40, 90))
    finished, dated = state == "finished", (state == "finished") | (state == "under_way")
    planned = (as_days(begins), precision, as_days(ends), precision)
    actual = (as_days(began, dated), as_days(over, finished), either(dated, "", state))
    budget = np.where(work.happens("budgeted", 0.7), work.split(owners.total) / 100, NONE)
    names = "activity_id title planned_start planned_start_precision planned_end planned_end_precision actual_start"
    activity = (numbered("KA", work.place), work.pick("title", WORK), *planned, *actual, budget)
    yield schema.ACTIVITIES, work.project, names + " actual_end status budget", activity

    outputs = work.under("outputs", work.whole("outputs", 0, 3))
    due, number = ends[outputs.parent] - outputs.whole("before", 0, 25), outputs.whole("number", 1, 12)
    counted, delivered = outputs.happens("counted", 0.8), outputs.happens("delivered", 0.7)
    done = np.where(outputs.happens("fewer", 0.2), number - 1, number)
    on = due + outputs.whole("late", -30, 60)
    title, indicators = outputs.pick("title", OUTPUTS), owners.whole("indicators", 0, 12)[work.parent[outputs.parent]]
    nth = (DOCUMENTS - owners.whole("first indicator", 0, 11)[work.parent[outputs.parent]]) % len(INDICATORS)
    document = ((title == OUTPUTS[0]) | (title == OUTPUTS[1])) & (nth < indicators)  # counted where 80500 is monitored
    names = "output_id activity_id title planned_quantity due delivered_quantity delivered_on published_on indicator_id"
    cells = (
        *(numbered("V", outputs.key), numbered("KA", work.place)[outputs.parent], title),
        *(np.where(counted, number, NONE), as_days(due, outputs.happens("due", 0.85))),
        *(np.where(counted & delivered, done, NONE), as_days(on, delivered)),
        as_days(on + outputs.whole("published", 0, 30), delivered & outputs.happens("public", 0.4)),
        either(document, numbered("I", nth)),
    )
    yield schema.OUTPUTS, outputs.project, names, cells


class Indicators(Rows):
    """The indicators, with what their targets and measurements build on; `start` and `days` are their project's."""

    def __init__(self, owners: Owners) -> None:
        rows = owners.under("indicators", owners.whole("indicators", 0, 12))
        super().__init__(rows.name, rows.seed, rows.project, rows.parent, rows.place, rows.key)
        self.kind = (self.place + owners.whole("first indicator", 0, 11)[self.parent]) % len(INDICATORS)
        *self.described, self.baseline, self.reach, self.tolerance = picked(INDICATORS, self.kind)
        self.ids, self.fine = numbered("I", self.place), np.where(self.described[-1] == "rate", 1e4, 1.0)
        self.start, self.days = owners.start[self.parent], (owners.end - owners.start + 1)[self.parent]


def _results(owners: Owners) -> Made:
    rows = Indicators(owners)
    based = rows.happens("based on a day", 0.5) & ~np.isnan(rows.baseline)
    cells = (rows.ids, *rows.described, rows.baseline, as_days(rows.start - rows.whole("based", 1, 60), based))
    names = "indicator_id code name unit level direction accumulation scale baseline baseline_on"
    yield schema.INDICATORS, rows.project, names, cells

    revision, undated = rows.pick("revision", REVISIONS), rows.happens("undated", 0.05)
    targets = rows.under("targets", np.where(rows.kind < NO_TARGET, 1 + (revision != "none"), 0))
    of, again = targets.parent, np.where(targets.place == 1, revision[targets.parent], "none")
    milestone = again == "milestone"
    factor = np.select([milestone, again == "raised", again == "lowered"], [0.5, 1.25, 0.75], 1.0)
    target = np.where(again == "withdrawn", NONE, rounded(rows.reach[of] * factor, rows.fine[of]))
    due = rows.start[of] + np.where(milestone, rows.days[of] // 2, rows.days[of] - 1)
    since = rows.start[of] + np.where(again == "lowered", rows.days[of] - 30, rows.days[of] // 3)
    known, revised = milestone | ~undated[of], (targets.place == 1) & ~milestone
    cells = (rows.ids[of], as_days(due, known), target, rows.tolerance[of], as_days(since, revised))
    yield schema.TARGETS, targets.project, "indicator_id due target tolerance effective_on", cells
    yield _measurements(rows)


def _measurements(rows: Indicators) -> tuple[Table, Numbers, str, Sequence[Cells]]:
    """Values on the way to what is to be reached, some corrected later, some divided into women and men."""
    count, counted = rows.whole("measured", 0, 6), (rows.fine == 1) & (rows.kind != PERSONS) & (rows.kind != IN_WORDS)
    corrected = rows.happens("corrected", 0.15) & counted & (count > 0)
    divided = rows.happens("divided", 0.25) & counted & (count > 0)
    values = rows.under("measurements", count + corrected + 2 * divided)
    of, extra = values.parent, values.place - count[values.parent]  # 0 and on: a correction, then women and men
    later, women = corrected[of] & (extra == 0), divided[of] & (extra == corrected[of])
    men = (extra >= 0) & ~later & ~women
    nth = np.minimum(values.place, count[of] - 1)
    same = np.arange(len(values)) - values.place + nth  # the row that is corrected or divided; else the row itself
    on = rows.start[of] + (nth + 1) * rows.days[of] // (count[of] + 1) + values.whole("day", 0, 9)[same]
    recorded = on + values.whole("lag", 0, 50) + np.where(later, 60, 0)

    way = np.where((rows.described[-2] == "sum")[of], 1, nth + 1) / count[of]  # a sum grows by each of its rows
    way = way * (0.5 + rows.chance("pace"))[of] + values.chance("noise") / 8
    begin, swing = np.nan_to_num(rows.baseline)[of], np.where(rows.kind == MAINTAIN, 4, 0)[of]
    value = begin + (rows.reach[of] - begin) * way + values.whole("swing", -4, 4) * swing / 4
    actual = rounded(value, rows.fine[of])
    half = np.ceil(actual[same] * 0.4)
    others = np.maximum(actual[same] - half - values.happens("not asked", 0.4), 0)
    actual = np.where(women, half, np.where(men, others, actual))
    named = (rows.kind == PERSONS)[of] & rows.happens("named", 0.6)[of]
    ratio, denominator = (rows.kind == RATIO)[of], values.whole("denominator", 0, 90)
    silent = (rows.kind == IN_WORDS)[of] | (values.happens("silent", 0.03) & (extra < 0))
    cells = (
        *(rows.ids[of], as_days(on), np.where(ratio | silent, NONE, np.where(named, 1, actual))),
        *(np.where(ratio, np.round(denominator * np.minimum(value, 1)), NONE), np.where(ratio, denominator, NONE)),
        *(either(women | men, "pohlaví"), either(women, "ženy", either(men, "muži"))),
        *(either(named, numbered("P", nth % 4)), as_days(recorded, later | values.happens("dated", 0.7))),
        either(silent, "slovní hodnocení, hodnota nebyla zjištěna"),
    )
    names = "indicator_id measured_on actual numerator denominator dimension category person_id recorded_on comment"
    return schema.MEASUREMENTS, values.project, names, cells


def _context(owners: Owners) -> Made:
    goals = owners.under("goals", owners.whole("goals", 0, 3))
    level, named = goals.pick("level", schema.GOAL_LEVELS), goals.pick("group", ("", *GROUPS))
    goal = (numbered("C", goals.place), level, np.array(GOALS, dtype=object)[goals.place], named)
    yield schema.GOALS, goals.project, "goal_id level text groups_named", goal

    groups = owners.under("target_groups", owners.whole("groups", 0, 5))
    label, size = np.array(GROUPS, dtype=object)[groups.place], groups.whole("size", 10, 5000)
    size, least = np.where(groups.happens("sized", 0.7), size, NONE), groups.happens("at least", 0.2)
    group = (numbered("G", groups.place), label, size, least)
    yield schema.TARGET_GROUPS, groups.project, "group_id label estimated_size lower_bound", group

    areas = owners.under("areas", owners.whole("areas", 0, 4))
    area = (numbered("O", areas.place), np.array(GROUPS, dtype=object)[areas.place])
    yield schema.AREAS, areas.project, "area_id label", area

    count = owners.whole("plans", 0, 3)
    plans = owners.under("plans", count)
    first = month_of(owners.start)[plans.parent] // 12 * 12 + 36 * (plans.place + 1 - count[plans.parent])
    ids, before = numbered("KP", plans.place), numbered("KP", np.maximum(plans.place - 1, 0))
    period = (as_days(first_day(first)), as_days(first_day(first + 36) - 1))
    approved = as_days(first_day(first) + plans.whole("approved", -60, 60), plans.happens("approved", 0.8))
    plan = (ids, "Komunitní plán č. " + ids, *period, either(plans.place > 0, before), approved)
    yield schema.PLANS, plans.project, "plan_id title period_start period_end predecessor approved_on", plan
