"""Which tables tell of the community plan: its measures, what became of them, what the public said of the draft?"""

from __future__ import annotations

from kpeval.schema.making import day, end, money, number, start, table, text, whole, word

MEASURE_STATES = (
    *("fulfilled", "continuous", "in_progress", "partial", "not_fulfilled", "postponed"),
    *("cancelled", "not_due", "no_info"),
)
RELATIONS = ("carried_over", "modified", "split", "merged", "dropped", "new")
COMMENT_KINDS = ("content", "formal")
SETTLEMENTS = ("accepted", "partly", "rejected", "noted", "open")
ANSWERS = ("met", "partly", "not_met")

PLANS = table(
    "plans",
    "a community plan",
    "komunitní plán",
    text("plan_id", "community plan", "komunitní plán", required=True),
    text("title", "title", "název", required=True),
    start("period_start", "from", "od"),
    end("period_end", "to", "do"),
    text("predecessor", "preceding plan", "předchozí plán", refers="plans.plan_id"),
    day("drafted_on", "draft finished on", "návrh dokončen dne"),
    day("discussed_on", "discussed by the bodies of the town on", "projednáno v orgánech města dne"),
    day("approved_on", "approved on", "schváleno dne"),
    day("published_on", "published on", "zveřejněno dne"),
    key="plan_id",
    order=(("period_start", "period_end"),),
)
PLAN_MEASURES = table(
    "plan_measures",
    "a node of a plan's tree: a priority, a goal, a measure or an activity, as the town calls it",
    "uzel stromu plánu: priorita, cíl, opatření nebo aktivita, jak jej obec nazývá",
    text("node_id", "part of the plan", "část plánu", required=True),
    text("plan_id", "community plan", "komunitní plán", required=True, refers="plans.plan_id"),
    text("parent_id", "part of", "součást", refers="plan_measures.node_id"),
    text("level", "level as the town calls it", "úroveň, jak ji obec nazývá", required=True),
    text("title", "title", "název", required=True),
    text("area_id", "area of support", "oblast podpory", refers="areas.area_id"),
    text(
        "group_id",
        "target groups (separated by ;)",
        "cílové skupiny (oddělené ;)",
        refers="target_groups.group_id",
        several=True,
    ),
    text("responsible", "responsible body", "kdo odpovídá"),
    start("starts", "to begin in", "zahájení"),
    end("due", "due on", "termín"),
    money("planned_cost", "planned cost", "plánované náklady"),
    key="node_id",
    order=(("starts", "due"),),
)
EVALUATIONS = table(
    "evaluations",
    "the state of a part of the plan in a year, as the town evaluated it",
    "stav části plánu v roce, jak jej obec vyhodnotila",
    text("node_id", "part of the plan", "část plánu", required=True, refers="plan_measures.node_id"),
    whole("year", "year evaluated", "hodnocený rok", required=True),
    text("status", "state in the town's words", "stav slovy obce"),
    word("state", "state that the word means", "stav, který slovo znamená", MEASURE_STATES),
    money("spent", "spent in the year", "vynaloženo v roce"),
    text("comment", "comment", "komentář"),
    day("evaluated_on", "evaluated on", "vyhodnoceno dne"),
    key="node_id year recorded_on",
)
STATUS_WORDS = table(
    "status_words",
    "what a word of the town for the state of a measure means",
    "co znamená slovo obce pro stav opatření",
    text("word", "word of the town", "slovo obce", required=True),
    word("status", "state that it means", "stav, který znamená", MEASURE_STATES, required=True),
    key="word",
)
LINKS = table(
    "links",
    "what became of a part of a plan in the next plan",
    "co se stalo s částí plánu v plánu následujícím",
    text("from_node", "in the old plan", "ve starém plánu", refers="plan_measures.node_id"),
    text("to_node", "in the new plan", "v novém plánu", refers="plan_measures.node_id"),
    word("relation", "what became of it", "co se s ní stalo", RELATIONS, required=True),
    text("reason", "why", "proč"),
    key="from_node to_node",
)
COMMENT_PROCEDURES = table(
    "comment_procedures",
    "a procedure in which the public comments on a plan",
    "připomínkové řízení k plánu",
    text("procedure_id", "comment procedure", "připomínkové řízení", required=True),
    text("plan_id", "community plan", "komunitní plán", refers="plans.plan_id"),
    day("opened", "opened on", "zahájeno dne"),
    day("closed", "last day for comments", "poslední den pro připomínky"),
    day("hearing_on", "public hearing on", "veřejné projednání dne"),
    day("published_on", "settlement published on", "vypořádání zveřejněno dne"),
    key="procedure_id",
    order=(("opened", "closed"),),
)
COMMENTS = table(
    "comments",
    "a comment of the public and how it was settled; never who made it",
    "připomínka veřejnosti a její vypořádání; nikdy kdo ji podal",
    text("comment_id", "comment", "připomínka", required=True),
    text(
        "procedure_id",
        "comment procedure",
        "připomínkové řízení",
        required=True,
        refers="comment_procedures.procedure_id",
    ),
    day("received_on", "received on", "přijato dne"),
    word("kind", "kind of comment", "druh připomínky", COMMENT_KINDS),
    word("settlement", "settlement", "vypořádání", SETTLEMENTS),
    day("settled_on", "settled on", "vypořádáno dne"),
    text("reason", "reason given", "odůvodnění"),
    key="comment_id",
    order=(("received_on", "settled_on"),),
)
REACH = table(
    "reach",
    "what a channel of communication reached in a period; of another metric it says nothing",
    "čeho komunikační kanál dosáhl za období; o jiné veličině nevypovídá",
    text("channel", "channel", "kanál", required=True),
    text("metric", "what is counted", "co se počítá", required=True),
    end("period", "period (its last day, month or year)", "období (poslední den, měsíc nebo rok)", required=True),
    number("value", "value", "hodnota", low=0),
    number("baseline", "value before the project", "hodnota před projektem", low=0),
    text("group_id", "target group reached", "oslovená cílová skupina", refers="target_groups.group_id"),
    key="channel metric period group_id recorded_on",
)
SELF_ASSESSMENT = table(
    "self_assessment",
    "a criterion of the quality of planning, as the town assesses itself",
    "kritérium kvality plánování, jak obec hodnotí sama sebe",
    text("area", "area of quality", "oblast kvality", required=True),
    text("criterion", "criterion", "kritérium", required=True),
    word("met", "met", "splněno", ANSWERS),
    text("evidence", "evidence", "doložení"),
    day("assessed_on", "assessed on", "hodnoceno dne"),
    key="area criterion assessed_on",
)
