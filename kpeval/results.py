"""What does each measure hand back: one row of what, and which columns?

Declared as tables like the data themselves, so that headings, units and the data dictionary come from one place.
Shares, fulfilment and gaps between shares are fractions of 1; money is in the project's currency.
"""

from __future__ import annotations

from kpeval import codes
from kpeval.columns import PROJECT_ID, Column, Table
from kpeval.schema import (
    ACTIVITIES,
    FUNDING,
    INDICATORS,
    MEASUREMENTS,
    OUTPUTS,
    PROJECTS,
    TARGETS,
    day,
    flag,
    money,
    number,
    text,
    whole,
    word,
)


def fraction(name: str, en: str, cs: str) -> Column:
    return Column(name, "share", en, cs)  # no limits: a measured share may pass 1 or fall below 0


def result(name: str, en: str, cs: str, *columns: Column, key: str = "") -> Table:
    return Table(name, en, cs, (PROJECT_ID, *columns), tuple(key.split()))


BUDGET_SHARES = result(
    "budget_shares",
    "a source",
    "zdroj",
    FUNDING["source"],
    FUNDING["kind"],
    FUNDING["declared_share"],
    money("amount", "amount", "částka"),
    flag("derived", "computed", "vypočteno"),
    fraction("share_of_total", "share of the total cost", "podíl na celkových nákladech"),
    fraction("share_of_sum", "share of the sum of sources", "podíl na součtu zdrojů"),
    fraction("deviation", "stated minus computed share", "uvedený minus vypočtený podíl"),
    PROJECTS["currency"],
    key="source",
)
RECONCILIATION = result(
    "reconciliation",
    "a project",
    "projekt",
    money("sum_of_sources", "sum of the sources", "součet zdrojů"),
    money("total_cost", "total cost", "celkové náklady"),
    money("surplus", "sources minus cost", "zdroje minus náklady", low=None),
    fraction("coverage", "sources as a share of the cost", "zdroje jako podíl nákladů"),
    money("tolerance", "tolerance of the printed precision", "tolerance podle přesnosti uvedených částek"),
    word("state", "state", "stav", codes.RECONCILIATION_STATES),
    PROJECTS["currency"],
)
INDICATOR_FULFILMENT = result(
    "indicator_fulfilment",
    "an indicator",
    "indikátor",
    INDICATORS["indicator_id"],
    INDICATORS["code"],
    INDICATORS["name"],
    INDICATORS["unit"],
    INDICATORS["direction"],
    INDICATORS["accumulation"],
    INDICATORS["scale"],
    INDICATORS["baseline"],
    flag("assumed", "baseline assumed to be 0", "výchozí hodnota předpokládána 0"),
    TARGETS["target"],
    number("original_target", "original target", "původní cílová hodnota"),
    TARGETS["due"],
    number("actual", "achieved value", "dosažená hodnota"),
    day("measured_on", "as measured on", "změřeno ke dni"),
    fraction("of_target", "achievement (% of target)", "plnění (% cílové hodnoty)"),
    fraction("fulfilment", "progress from baseline to target", "postup od výchozí k cílové hodnotě"),
    number("gap", "still missing to the target", "zbývá do cílové hodnoty"),
    fraction("expected", "progress expected by the day", "postup očekávaný k danému dni"),
    word("status", "status", "stav", codes.INDICATOR_STATES),
    word("reason", "reason", "důvod", codes.REASONS),
    key="indicator_id",
)
INDICATOR_COURSE = result(
    "indicator_course",
    "a day on which an indicator, the way to its target or the target moves",
    "den, kdy se mění indikátor, cesta k cílové hodnotě nebo cílová hodnota",
    *(INDICATORS[name] for name in ("indicator_id", "code", "name", "unit", "accumulation")),
    day("day", "day", "den"),
    flag("measured", "measured on that day", "změřeno v ten den"),
    number("actual", "value achieved by the day", "hodnota dosažená k danému dni"),
    number("planned", "value expected by the day", "hodnota očekávaná k danému dni"),
    number("target", "target in force on the day", "cílová hodnota platná v ten den"),
    TARGETS["tolerance"],
    key="indicator_id day",
)
BREAKDOWN = (  # what is counted (kpeval/counted.py), and what may be seen of it
    INDICATORS["indicator_id"],
    INDICATORS["code"],
    INDICATORS["name"],
    INDICATORS["unit"],
    INDICATORS["accumulation"],
    MEASUREMENTS["dimension"],
    MEASUREMENTS["category"],
    word("part", "category, or what is not broken down", "kategorie, nebo nerozčleněný zbytek", codes.BREAKDOWN_PARTS),
    number("actual", "achieved value", "dosažená hodnota"),
    number("total", "achieved value of the indicator", "dosažená hodnota indikátoru"),
    fraction("share", "share of the total", "podíl na celku"),
    day("measured_on", "as measured on", "změřeno ke dni"),
)
INDICATOR_BREAKDOWN = result(
    "indicator_breakdown",
    "a category of an indicator's breakdown, as far as it may be shown",
    "kategorie členění indikátoru, pokud ji lze zveřejnit",
    *BREAKDOWN,
    flag("people", "counts people", "počítá osoby"),
    flag("suppressed", "not shown, so that nobody can be recognised", "neuvedeno, aby nikdo nebyl rozpoznatelný"),
    word("withheld", "why the whole breakdown is not shown", "proč není uvedeno celé členění", codes.WITHHELD),
    number("threshold", "counts below are not shown", "nižší počty se neuvádějí"),
    key="indicator_id dimension category",
)
ACTIVITY_TIMELINE = result(
    "activity_timeline",
    "an activity",
    "aktivita",
    ACTIVITIES["activity_id"],
    ACTIVITIES["title"],
    ACTIVITIES["planned_start"],
    ACTIVITIES["planned_end"],
    ACTIVITIES["actual_start"],
    ACTIVITIES["actual_end"],
    whole("days_planned", "days planned", "plánované dny"),
    whole("days_elapsed", "days elapsed", "uplynulé dny"),
    fraction("elapsed", "time elapsed", "uplynulý čas"),
    word("status", "status", "stav", codes.ACTIVITY_STATES),
    whole("days_late_start", "days late at the start", "prodlení zahájení ve dnech"),
    whole("days_late_end", "days late at the end", "prodlení ukončení ve dnech"),
    flag("outside_project", "outside the project's period", "mimo dobu realizace projektu"),
    fraction("project_elapsed", "time elapsed of the project", "uplynulá část doby realizace"),
    key="activity_id",
)
OVERLAPS = result(
    "overlaps",
    "a pair of activities",
    "dvojice aktivit",
    text("activity_a", "activity", "první aktivita"),
    text("activity_b", "and activity", "druhá aktivita"),
    whole("days", "days in common", "společné dny"),
    key="activity_a activity_b",
)
OUTPUT_DELIVERY = result(
    "output_delivery",
    "a planned output",
    "plánovaný výstup",
    OUTPUTS["output_id"],
    OUTPUTS["activity_id"],
    OUTPUTS["title"],
    OUTPUTS["planned_quantity"],
    OUTPUTS["due"],
    OUTPUTS["delivered_quantity"],
    OUTPUTS["delivered_on"],
    OUTPUTS["evidence"],
    word("status", "status", "stav", codes.OUTPUT_STATES),
    whole("days_late", "days late", "prodlení ve dnech"),
    key="output_id",
)
PROJECT_PERIOD = result(
    "project_period",
    "a project",
    "projekt",
    PROJECTS["start"],
    PROJECTS["end"],
    whole("days", "days", "dny"),
    number("months", "months", "měsíce"),
    whole("days_elapsed", "days elapsed", "uplynulé dny"),
    fraction("elapsed", "time elapsed", "uplynulá část doby"),
)
DRAWDOWN = result(
    "drawdown",
    "a project",
    "projekt",
    money("budget", "budget", "rozpočet"),
    money("planned", "planned by the day", "plánováno k danému dni"),
    money("spent", "spent by the day", "vyčerpáno k danému dni", low=None),
    fraction("share_spent", "spent, share of the budget", "vyčerpáno, podíl rozpočtu"),
    fraction("share_planned", "planned, share of the budget", "plánováno, podíl rozpočtu"),
    fraction("gap", "spent minus planned", "vyčerpáno minus plánováno"),
    money("burn_rate", "spent per month so far", "dosud vyčerpáno za měsíc", low=None),
    money("required_rate", "needed per month from now on", "zbývá vyčerpat za měsíc", low=None),
    money("projected_total", "projected total at this rate", "výhled celku při tomto tempu", low=None),
    fraction("elapsed", "time elapsed", "uplynulá část doby"),
    PROJECTS["currency"],
)
DRAWDOWN_CURVE = result(
    "drawdown_curve",
    "a day on which the plan or the spending moves",
    "den, kdy se mění plán nebo čerpání",
    day("day", "day", "den"),
    money("planned", "planned by the day", "plánováno k danému dni"),
    money("spent", "spent by the day", "vyčerpáno k danému dni", low=None),
    PROJECTS["currency"],
    key="day",
)
THREE_WAY = result(
    "three_way",
    "a project",
    "projekt",
    fraction("time", "time elapsed", "uplynulý čas"),
    fraction("money", "money spent", "vyčerpané peníze"),
    fraction("results", "results reached", "dosažené výsledky"),
    fraction("money_minus_time", "money minus time", "peníze minus čas"),
    fraction("results_minus_time", "results minus time", "výsledky minus čas"),
    fraction("results_minus_money", "results minus money", "výsledky minus peníze"),
    whole("indicators", "indicators", "indikátory"),
    whole("indicators_counted", "indicators with a known progress", "indikátory se známým postupem"),
)
FINDINGS = result(
    "findings",
    "a finding",
    "zjištění",
    word("severity", "severity", "závažnost", codes.SEVERITIES),
    text("rule", "rule", "pravidlo"),
    text("table", "table", "tabulka"),
    whole("row", "row", "řádek"),
    text("column", "column", "sloupec"),
    text("message", "finding", "zjištění"),
    text("remedy", "what to do", "doporučení"),
)
CHANGES = result(
    "changes",
    "a key figure on two days",
    "klíčový údaj ke dvěma dnům",
    day("since", "earlier day", "dřívější den"),
    day("as_of", "as of", "stav ke dni"),
    word("figure", "key figure", "klíčový údaj", codes.FIGURES),
    text("subject", "of which indicator", "kterého indikátoru"),
    INDICATORS["name"],
    INDICATORS["unit"],
    INDICATORS["accumulation"],
    word("kind", "kind of figure", "druh údaje", codes.FIGURE_KINDS),
    number("before", "on the earlier day", "k dřívějšímu dni"),
    number("after", "on the day", "k danému dni"),
    number("difference", "difference", "rozdíl"),
    word("before_status", "status on the earlier day", "stav k dřívějšímu dni", codes.INDICATOR_STATES),
    word("after_status", "status on the day", "stav k danému dni", codes.INDICATOR_STATES),
    flag("moved", "moved", "změnilo se"),
    word("reason", "why there is no difference", "proč není rozdíl", codes.NO_DIFFERENCE),
    PROJECTS["currency"],
    key="figure subject",
)
RECOMMENDATIONS = result(
    "recommendations",
    "a recommendation of the evaluator",
    "doporučení hodnotitele",
    text("recommendation", "recommendation", "doporučení"),
    text("whom", "to whom", "komu"),
    text("by", "by when", "do kdy"),
    day("due", "last day of it", "poslední den toho"),
    word("priority", "priority", "priorita", codes.PRIORITIES),
)

RESULT_TABLES = {
    table.name: table
    for table in (
        *(BUDGET_SHARES, RECONCILIATION, INDICATOR_FULFILMENT, INDICATOR_COURSE, INDICATOR_BREAKDOWN),
        *(ACTIVITY_TIMELINE, OVERLAPS),
        *(OUTPUT_DELIVERY, PROJECT_PERIOD, DRAWDOWN, DRAWDOWN_CURVE, THREE_WAY, FINDINGS, CHANGES),
    )
}
