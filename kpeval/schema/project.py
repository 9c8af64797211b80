"""Which tables tell of the project itself: its money, activities, outputs, indicators and the groups it serves?"""

from __future__ import annotations

from kpeval.columns import Table
from kpeval.schema.making import day, end, flag, money, number, share, start, table, text, whole, word

SOURCE_KINDS = ("eu", "state", "state_fund", "region", "municipality", "other_public", "private", "own", "joint")
TRANSACTION_TYPES = ("commitment", "advance", "expenditure", "claim", "approved", "paid", "refund", "correction")
RATE_KINDS = ("exchange", "price_index")
DIRECTIONS = ("increase", "decrease", "maintain")
ACCUMULATIONS = ("latest", "sum", "max", "ratio", "persons")
SCALES = ("number", "rate", "step", "qualitative")
INDICATOR_LEVELS = ("output", "outcome", "impact", "process")
GOAL_LEVELS = ("general", "specific", "partial")
RATE_UNIT = r"(?i)^\s*(?:%|‰|percent|per cent|procent|promile|share|podíl)"  # units of a rate, which never adds up
ACTIVITY_STATES = ("not_started", "under_way", "finished", "cancelled")

PROJECTS = Table(
    "projects",
    "a project, as project.toml describes it",
    "projekt, jak jej popisuje project.toml",
    (
        text("project_id", "project", "projekt", required=True),
        text("title", "title", "název", required=True),
        text("registration_number", "registration number", "registrační číslo"),
        text("programme", "programme", "program"),
        text("beneficiary", "beneficiary", "příjemce"),
        start("start", "start", "zahájení"),
        end("end", "end", "ukončení"),
        text("currency", "currency", "měna"),
        money("total_cost", "total cost", "celkové náklady", low=0.01),
        word("total_basis", "the total covers", "celek zahrnuje", ("eligible", "all", "not_stated")),
        text("total_as_printed", "total cost as printed", "celkové náklady, jak je uvádějí podklady"),
        text("language", "language of the data", "jazyk podkladů"),
        flag("synthetic", "invented data", "smyšlená data"),
    ),
    key=("project_id",),
    order=(("start", "end"),),
)
STATED = table(
    "stated",
    "a fact of the documents that fits no table",
    "údaj podkladů, který nepatří do žádné tabulky",
    text("label", "what is stated", "co je uvedeno", required=True),
    text("value", "value", "hodnota", required=True),
    flag("lower_bound", "at least this much", "nejméně tolik"),
)
FUNDING = table(
    "funding",
    "a source, or a group of sources quoted as one amount",
    "zdroj, nebo skupina zdrojů uvedená jednou částkou",
    text("source", "source of funding", "zdroj financování", required=True),
    word("kind", "kind of source", "druh zdroje", SOURCE_KINDS, required=True),
    text("group", "group quoted as one amount", "skupina uvedená jednou částkou"),
    share("declared_share", "share stated", "uvedený podíl"),
    money("declared_amount", "amount stated", "uvedená částka"),
    text("as_printed", "as printed", "jak uvádějí podklady"),
    key="source",
)
BUDGET_LINES = table(
    "budget_lines",
    "a line of the budget",
    "položka rozpočtu",
    text("line_id", "budget line", "položka rozpočtu", required=True),
    text("chapter", "budget chapter", "kapitola rozpočtu"),
    text("title", "title", "název"),
    text("activity_id", "key activity", "klíčová aktivita", refers="activities.activity_id"),
    text("source", "source of funding", "zdroj financování", refers="funding.source"),
    money("amount", "budgeted amount", "rozpočtovaná částka", required=True),
    key="line_id",
)
FINANCE_PLAN = table(
    "finance_plan",
    "a planned step of the drawdown: spread over its period, or due at once on its last day",
    "plánovaný krok čerpání: rozložený do svého období, nebo splatný naráz jeho poslední den",
    start("period_start", "from", "od"),
    end("period_end", "to", "do", required=True),
    money("amount", "planned amount", "plánovaná částka", required=True),
    text("source", "source of funding", "zdroj financování", refers="funding.source"),
    text("activity_id", "key activity", "klíčová aktivita", refers="activities.activity_id"),
    key="period_start period_end source activity_id recorded_on",
    order=(("period_start", "period_end"),),
)
TRANSACTIONS = table(
    "transactions",
    "a movement of money; a refund brings money already spent back to the project",
    "pohyb peněz; vratka vrací projektu peníze již vydané",
    text("transaction_id", "transaction", "pohyb"),
    day("date", "day", "den", required=True),
    word("type", "type", "druh pohybu", TRANSACTION_TYPES, required=True),
    money("amount", "amount", "částka", required=True, low=None),
    text("line_id", "budget line", "položka rozpočtu", refers="budget_lines.line_id"),
    text("activity_id", "key activity", "klíčová aktivita", refers="activities.activity_id"),
    text("source", "source of funding", "zdroj financování", refers="funding.source"),
    key="transaction_id",
)
RATES = table(
    "rates",
    "a rate of exchange or a price index that somebody published; without one, no amount is converted",
    "zveřejněný kurz měny nebo cenový index; bez něj se žádná částka nepřepočítává",
    word("kind", "kind of rate", "druh", RATE_KINDS, required=True),
    end("period", "for the day, month or year", "za den, měsíc nebo rok", required=True),
    text("currency", "currency of which one unit costs the rate", "měna, jejíž jednotka stojí tolik"),
    number("rate", "rate", "kurz nebo index", required=True, low=0),
    text("published_by", "published by", "zveřejnil", required=True),
    key="kind period currency",
)
ACTIVITIES = table(
    "activities",
    "a key activity",
    "klíčová aktivita",
    text("activity_id", "key activity", "klíčová aktivita", required=True),
    text("title", "title", "název", required=True),
    text("goal", "goal of the activity", "cíl aktivity"),
    start("planned_start", "planned start", "plánované zahájení"),
    end("planned_end", "planned end", "plánované ukončení"),
    start("actual_start", "actual start", "skutečné zahájení"),
    end("actual_end", "actual end", "skutečné ukončení"),
    word("status", "recorded status", "zaznamenaný stav", ACTIVITY_STATES),
    money("budget", "budget of the activity", "rozpočet aktivity"),
    number("weight", "weight", "váha", low=0),
    key="activity_id",
    order=(("planned_start", "planned_end"), ("actual_start", "actual_end")),
)
OUTPUTS = table(
    "outputs",
    "a planned output of an activity",
    "plánovaný výstup aktivity",
    text("output_id", "output", "výstup", required=True),
    text("activity_id", "key activity", "klíčová aktivita", refers="activities.activity_id"),
    text("title", "planned output", "plánovaný výstup", required=True),
    number("planned_quantity", "planned quantity", "plánované množství", low=0),
    day("due", "due on", "termín"),
    number("delivered_quantity", "delivered quantity", "dodané množství", low=0),
    day("delivered_on", "delivered on", "dodáno dne"),
    day("published_on", "published on", "zveřejněno dne"),
    text("evidence", "evidence", "doložení"),
    text("indicator_id", "counts in the indicator", "počítá se do indikátoru", refers="indicators.indicator_id"),
    key="output_id",
)
GOALS = table(
    "goals",
    "a goal as stated",
    "cíl, jak je uveden",
    text("goal_id", "goal", "cíl", required=True),
    word("level", "level", "úroveň", GOAL_LEVELS),
    text("text", "wording", "znění", required=True),
    text("groups_named", "target groups named (separated by ;)", "jmenované cílové skupiny (oddělené ;)"),
    key="goal_id",
)
INDICATORS = table(
    "indicators",
    "an indicator",
    "indikátor",
    text("indicator_id", "indicator", "indikátor", required=True),
    text("code", "code", "kód"),
    text("name", "name", "název", required=True),
    text("unit", "unit", "jednotka"),
    word("level", "level", "úroveň", INDICATOR_LEVELS),
    word("direction", "direction", "směr", DIRECTIONS),
    word("accumulation", "how values accumulate", "jak se hodnoty skládají", ACCUMULATIONS),
    word("scale", "scale (number if blank)", "škála (prázdné: číslo)", SCALES),
    number("baseline", "baseline", "výchozí hodnota"),
    day("baseline_on", "baseline measured on", "výchozí hodnota ke dni"),
    text("definition", "definition", "vymezení"),
    key="indicator_id",
)
TARGETS = table(
    "targets",
    "a target with its due day, or a revision of it (one without a value withdraws the target)",
    "cílová hodnota s termínem, nebo její změna (změna bez hodnoty cíl ruší)",
    text("indicator_id", "indicator", "indikátor", required=True, refers="indicators.indicator_id"),
    day("due", "due on", "termín"),
    number("target", "target", "cílová hodnota"),
    number("tolerance", "tolerance around a value to maintain", "tolerance kolem udržované hodnoty", low=0),
    day("effective_on", "in force from (blank: from the start)", "platí od (prázdné: od začátku)"),
    key="indicator_id due effective_on",
)
MEASUREMENTS = table(
    "measurements",
    "what an indicator had reached on a day",
    "čeho indikátor dosáhl k určitému dni",
    text("indicator_id", "indicator", "indikátor", required=True, refers="indicators.indicator_id"),
    day("measured_on", "measured on", "změřeno dne", required=True),
    number("actual", "achieved value", "dosažená hodnota"),
    number("numerator", "numerator", "čitatel"),
    number("denominator", "denominator", "jmenovatel", low=0),
    text("dimension", "broken down by", "členění podle"),
    text("category", "category", "kategorie"),
    text("person_id", "person (pseudonym)", "osoba (pseudonym)"),
    text("comment", "comment", "komentář"),
    key="indicator_id measured_on dimension category person_id recorded_on",
)
TARGET_GROUPS = table(
    "target_groups",
    "a group that the project serves",
    "skupina, které projekt slouží",
    text("group_id", "target group", "cílová skupina", required=True),
    text("label", "name as stated", "název, jak je uveden", required=True),
    text("canonical", "canonical group", "ustálený název skupiny"),
    whole("estimated_size", "estimated size", "odhad velikosti"),
    flag("lower_bound", "at least this many", "nejméně tolik"),
    key="group_id",
)
AREAS = table(
    "areas",
    "a thematic area of the community plan",
    "tematická oblast komunitního plánu",
    text("area_id", "area of support", "oblast podpory", required=True),
    text("label", "name as stated", "název, jak je uveden", required=True),
    key="area_id",
)
