"""Each table and column is declared once; each rule of a declaration is kept, and told in pinned words."""

from pathlib import Path

import pytest

from kpeval import results, schema
from kpeval.columns import DTYPES, Column, Table
from kpeval.faults import DataError
from kpeval.project import load

TABLES = {**schema.PROJECT_TABLES, "projects": schema.PROJECTS, "stated": schema.STATED}
DECLARED = [*TABLES.values(), *results.RESULT_TABLES.values()]
# The contract: the last section of architecture.md but one.
CONTRACT = {
    "funding": "source kind group declared_share declared_amount as_printed",
    "budget_lines": "line_id chapter activity_id source amount",
    "finance_plan": "period_start period_end amount source",
    "transactions": "date type amount line_id activity_id source",
    "activities": "activity_id title goal planned_start planned_end actual_start actual_end status budget weight",
    "outputs": "output_id activity_id title planned_quantity due delivered_quantity delivered_on published_on evidence",
    "goals": "goal_id level text",
    "indicators": "indicator_id code name unit level direction accumulation baseline baseline_on",
    "targets": "indicator_id due target effective_on",
    "measurements": (
        "indicator_id measured_on actual numerator denominator dimension category person_id recorded_on comment"
    ),
    "target_groups": "group_id label canonical estimated_size lower_bound",
    "areas": "area_id label",
    "plans": "plan_id title period_start period_end predecessor approved_on",
    "projects": (
        "project_id title registration_number programme beneficiary start end currency total_cost total_basis language "
        "synthetic"
    ),
    "stated": "label value lower_bound source_ref",
}
RESULTS = {
    "budget_shares": "source kind declared_share amount derived share_of_total share_of_sum deviation",
    "reconciliation": "sum_of_sources total_cost surplus coverage tolerance state",
    "indicator_fulfilment": (
        "indicator_id code name unit baseline target original_target due actual measured_on of_target fulfilment gap "
        "expected status reason"
    ),
    "activity_timeline": (
        "activity_id planned_start planned_end actual_start actual_end days_planned elapsed status days_late_start "
        "days_late_end outside_project"
    ),
    "overlaps": "activity_a activity_b days",
    "drawdown": "budget planned spent share_spent share_planned gap burn_rate required_rate projected_total",
    "three_way": "time money results money_minus_time results_minus_time results_minus_money",
    "findings": "severity rule table row column message remedy",
}
LISTS = {
    ("funding", "kind"): "eu state state_fund region municipality other_public private own joint",
    ("transactions", "type"): "commitment advance expenditure claim approved paid refund correction",
    ("indicators", "direction"): "increase decrease maintain",
    ("indicators", "accumulation"): "latest sum max ratio persons",
    ("indicators", "level"): "output outcome impact process",
    ("goals", "level"): "general specific partial",
    ("projects", "total_basis"): "eligible all not_stated",
}


# --- declarations ---


@pytest.mark.parametrize("table", CONTRACT)
def test_a_table_has_the_columns_of_the_contract(table):
    assert set(CONTRACT[table].split()) <= set(TABLES[table].names)


@pytest.mark.parametrize("table", RESULTS)
def test_a_result_has_the_columns_of_the_contract_and_its_project(table):
    assert {"project_id", *RESULTS[table].split()} <= set(results.RESULT_TABLES[table].names)


@pytest.mark.parametrize(("place", "words"), LISTS.items())
def test_a_closed_list_is_that_of_the_contract(place, words):
    table, column = place

    assert TABLES[table][column].words == tuple(words.split())


@pytest.mark.parametrize("table", schema.PROJECT_TABLES)
def test_every_fact_may_say_where_it_is_from_when_it_was_known_and_what_was_not_stated(table):
    assert {"source_ref", "recorded_on", "derived", "assumed", "note"} <= set(TABLES[table].names)


@pytest.mark.parametrize("table", DECLARED, ids=lambda table: table.name)
def test_a_declaration_is_whole(table: Table):
    assert len(table.names) == len(set(table.names))
    assert table.en
    assert table.cs
    assert set(table.key) <= set(table.names)
    assert {name for pair in table.order for name in pair} <= set(table.names)
    for column in table.columns:
        assert column.kind in DTYPES, column
        assert column.en.strip() == column.en != "", column
        assert column.cs.strip() == column.cs != "", column
        assert bool(column.words) == (column.kind == "word"), column


@pytest.mark.parametrize("table", DECLARED, ids=lambda table: table.name)
def test_two_columns_of_a_table_do_not_bear_one_heading(table: Table):
    for lang in ("en", "cs"):
        headings = [getattr(column, lang) for column in table.columns]
        assert len(headings) == len(set(headings)), headings


def test_a_reference_leads_to_the_key_of_a_table():
    references = [
        column.refers for table in schema.PROJECT_TABLES.values() for column in table.columns if column.refers
    ]

    assert references
    for reference in references:
        target, _, key = reference.partition(".")
        assert schema.PROJECT_TABLES[target].key == (key,)


def test_every_column_that_names_a_row_of_another_table_refers_to_it():
    keys = {table.key[0]: name for name, table in schema.PROJECT_TABLES.items() if len(table.key) == 1}
    for name, table in schema.PROJECT_TABLES.items():
        for column in table.columns:
            free = column.name == "source" or (name, column.name) == ("measurements", "person_id")
            if column.name in keys and keys[column.name] != name and not free:
                assert column.refers == f"{keys[column.name]}.{column.name}", (name, column.name)


def test_ends_of_a_period_are_declared_in_order():
    for table in TABLES.values():
        for column in table.columns:
            ending = column.name.replace("start", "end")
            if column.kind == "start" and ending != column.name and ending in table.names:
                assert (column.name, column.name.replace("start", "end")) in table.order, (table.name, column.name)


def test_an_undeclared_column_is_no_column():
    with pytest.raises((KeyError, StopIteration)):
        schema.FUNDING["amount"]


# --- rules, as a project tells them ---

SOUND = {
    "funding": "source,kind,group,declared_share,declared_amount\nEU,eu,,85 %,850\nměsto,municipality,,15 %,150\n",
    "activities": "activity_id,title,planned_start,planned_end\nKA1,Řízení,1.1.2019,31.12.2019\n",
    "budget_lines": "line_id,activity_id,source,amount\n1.10,KA1,EU,1000\n",
    "finance_plan": "period_start,period_end,amount\n1.1.2019,30.6.2019,500\n",
    "transactions": "date,type,amount,line_id\n1.2.2019,expenditure,100,1.10\n",
    "outputs": "output_id,activity_id,title,planned_quantity,due\nV1,KA1,Plán,1,31.12.2019\n",
    "goals": "goal_id,level,text\nC1,general,Lepší plánování\n",
    "indicators": "indicator_id,code,name,direction,accumulation\n1,007,Účastníci,increase,latest\n",
    "targets": "indicator_id,due,target\n1,31.12.2019,20\n",
    "measurements": "indicator_id,measured_on,actual\n1,30.6.2019,10\n",
    "target_groups": "group_id,label,estimated_size\ng1,Senioři,1 200\n",
    "areas": "area_id,label\nI,Podpora seniorům\n",
    "plans": "plan_id,title,period_start,period_end,predecessor\np1,1. plán,2015,2018,\np2,2. plán,2019,2022,p1\n",
}
TOML = 'title = "Projekt"\ncurrency = "CZK"\nlanguage = "cs"\ntotal_cost = 1000\nstart = "2019-01"\nend = "2019-12"\n'


def faults_of(tmp_path: Path, changed: dict[str, str], toml: str = TOML) -> list[str]:
    folder = tmp_path / "data" / "p"
    folder.mkdir(parents=True)
    (folder / "project.toml").write_text(toml, encoding="utf-8")
    for name, content in {**SOUND, **changed}.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    try:
        load("p", tmp_path / "data")
    except DataError as error:
        return [str(fault) for fault in error.faults]
    return []


def test_the_sound_project_breaks_no_rule(tmp_path):
    assert faults_of(tmp_path, {}) == []


ONE_OF_KIND = "is not one of eu, state, state_fund, region, municipality, other_public, private, own, joint"


@pytest.mark.parametrize(
    ("table", "more", "fault"),
    [
        ("funding", "stát,stát,,,1", f"funding.csv, row 4, kind: 'stát' {ONE_OF_KIND}"),
        ("funding", "stát,,,,1", "funding.csv, row 4, kind: is empty, and must not be"),
        ("funding", "EU,eu,,,1", "funding.csv, row 4, source: repeats row 2"),
        ("funding", "stát,state,,10,1", "funding.csv, row 4, declared_share: '10' is above 1"),
        ("funding", "stát,state,,,-1", "funding.csv, row 4, declared_amount: '-1' is below 0"),
        ("activities", "KA1,Jiná,,", "activities.csv, row 3, activity_id: repeats row 2"),
        ("activities", "KA2,,,", "activities.csv, row 3, title: is empty, and must not be"),
        (
            "activities",
            "KA2,x,2.1.2019,1.1.2019",
            "activities.csv, row 3, planned_end: lies before planned_start",
        ),
        (
            "budget_lines",
            "1.1,KA9,EU,1",
            "budget_lines.csv, row 3, activity_id: 'KA9' does not stand in activities.activity_id - did you mean '"
            "KA1'?",
        ),
        (
            "budget_lines",
            "1.1,KA1,mesto,1",
            "budget_lines.csv, row 3, source: 'mesto' does not stand in funding.source - did you mean 'město'?",
        ),
        ("budget_lines", "1.10,KA1,EU,1", "budget_lines.csv, row 3, line_id: repeats row 2"),
        ("finance_plan", "1.7.2019,1.6.2019,1", "finance_plan.csv, row 3, period_end: lies before period_start"),
        (
            "finance_plan",
            "1.1.2019,30.6.2019,1",
            "finance_plan.csv, row 3, period_start, period_end, source, activity_id, recorded_on: repeats row 2",
        ),
        (
            "transactions",
            "1.3.2019,platba,1,",
            "transactions.csv, row 3, type: 'platba' is not one of commitment, advance, expenditure, claim, approved, "
            "paid, refund, correction",
        ),
        (
            "transactions",
            "1.3.2019,refund,1,1.1",
            "transactions.csv, row 3, line_id: '1.1' does not stand in budget_lines.line_id - did you mean '1.10'?",
        ),
        (
            "outputs",
            "V2,KA2,x,,",
            "outputs.csv, row 3, activity_id: 'KA2' does not stand in activities.activity_id - did you mean 'KA1'?",
        ),
        ("outputs", "V2,KA1,x,-1,", "outputs.csv, row 3, planned_quantity: '-1' is below 0"),
        ("goals", "C2,hlavní,x", "goals.csv, row 3, level: 'hlavní' is not one of general, specific, partial"),
        ("indicators", "2,,x,up,", "indicators.csv, row 3, direction: 'up' is not one of increase, decrease, maintain"),
        (
            "indicators",
            "2,,x,,mean",
            "indicators.csv, row 3, accumulation: 'mean' is not one of latest, sum, max, ratio, persons",
        ),
        ("targets", "2,1.1.2020,1", "targets.csv, row 3, indicator_id: '2' does not stand in indicators.indicator_id"),
        ("targets", "1,31.12.2019,1", "targets.csv, row 3, indicator_id, due, effective_on: repeats row 2"),
        (
            "measurements",
            "1,30.6.2019,1",
            "measurements.csv, row 3, indicator_id, measured_on, dimension, category, person_id, recorded_on: "
            "repeats row 2",
        ),
        ("measurements", "1,1.1.2019,dvacet", "measurements.csv, row 3, actual: 'dvacet' is not a number"),
        ("target_groups", "g2,Rodiny,10.5", "target_groups.csv, row 3, estimated_size: '10.5' is not a whole number"),
        ("areas", "I,Jiná", "areas.csv, row 3, area_id: repeats row 2"),
        (
            "plans",
            "p3,x,,,p9",
            "plans.csv, row 4, predecessor: 'p9' does not stand in plans.plan_id",
        ),
    ],
)
def test_a_row_that_breaks_a_rule_is_told_once_and_nothing_else_is(tmp_path, table, more, fault):
    told = faults_of(tmp_path, {table: SOUND[table] + more + "\n"})

    # Which of two equally near names is offered does not matter.
    assert [text.partition(" - did")[0] for text in told] == [fault.partition(" - did")[0]]
    assert (" - did you mean" in told[0]) == (" - did you mean" in fault)


@pytest.mark.parametrize(
    ("table", "more", "fault"),
    [
        ("measurements", "1,březen 2019,1",
         "measurements.csv, row 3, measured_on: 'březen 2019' is a month, not a day"),
        ("transactions", "včera,paid,1,", "transactions.csv, row 3, date: 'včera' is not a day, month, quarter, "
         "half-year or year of 4 digits"),
        ("transactions", "1.3.2019,paid,moc,", "transactions.csv, row 3, amount: 'moc' is not a number"),
    ],
)  # fmt: skip
def test_a_needed_cell_that_cannot_be_read_is_not_called_empty_as_well(tmp_path, table, more, fault):
    assert faults_of(tmp_path, {table: SOUND[table] + more + "\n"}) == [fault]


def test_a_needed_column_that_is_absent_is_told_once_not_again_for_every_row(tmp_path):
    assert faults_of(tmp_path, {"areas": "area_id\nI\nII\nIII\n"}) == [
        "areas.csv, row 1, label: this column is needed and absent"
    ]


def test_an_empty_key_is_not_called_a_repetition(tmp_path):
    assert faults_of(tmp_path, {"areas": "area_id,label\n,a\n,b\n"}) == [
        "areas.csv, row 2, area_id: is empty, and must not be",
        "areas.csv, row 3, area_id: is empty, and must not be",
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('start = "2020-01"', "project.toml, end: lies before start"),
        ('start = "30.2.2019"', "project.toml, start: '30.2.2019' is not a day, month, quarter, half-year or year of 4 digits"),  # noqa: E501
        ("total_cost = -1", "project.toml, total_cost: '-1' is below 0.01"),
        ('total_cost = "moc"', "project.toml, total_cost: 'moc' is not a number"),
        ("total_cost = inf", "project.toml, total_cost: 'Infinity' is not a number"),
        ('total_basis = "al"', "project.toml, total_basis: 'al' is not one of eligible, all, not_stated"),
        ('synthetic = "maybe"', "project.toml, synthetic: 'maybe' is neither true nor false"),
        ('title = ""', "project.toml, title: is empty, and must not be"),
        ('currency = "  "', "project.toml, currency: is empty, and must not be"),
        ('currency = "Kč"', "project.toml, currency: 'Kč' is no code of a currency: write it like \"CZK\""),
        ('programme = ["a"]', "project.toml, programme: is a list or a section, not a value"),
        ('project_id = "q"', "project.toml, project_id: 'q' is not the folder's name 'p'"),
        ('curency = "CZK"', "project.toml, curency: unknown key - did you mean 'currency'?"),
        ('encoding = "klingon"',
         "project.toml, encoding: 'klingon' is no encoding: write \"utf-8\" or \"windows-1250\""),
        ('report = "x"', "project.toml, report: write it as a section [report]"),
        ('stated = "x"', "project.toml, stated: write each fact under a heading [[stated]]"),
        ('[report]\nauthr = "x"', "project.toml, report.authr: unknown key - did you mean 'author'?"),
        ('[report]\nstate = "finl"', "project.toml, report.state: 'finl' is not one of draft, final"),
        ('[[stated]]\nlabel = "a"\nvalue = "b"\nvalu = "c"', "project.toml, stated.valu: unknown key - did you mean 'value'?"),  # noqa: E501
        ('[[stated]]\nlabel = "a"\nvalue = ""', "project.toml, stated.value: is empty, and must not be"),
        ('[[stated]]\nlabel = "a"\nvalue = "b"\nlower_bound = 3', "project.toml, stated.lower_bound: '3' is neither true nor false"),  # noqa: E501
    ],
)  # fmt: skip
def test_a_key_of_the_description_that_breaks_a_rule_is_told_once(tmp_path, line, fault):
    name = line.split(" ")[0]
    kept = [text for text in TOML.splitlines() if not text.startswith(name)]

    assert faults_of(tmp_path, {}, "\n".join([*kept, line, ""])) == [fault]


@pytest.mark.parametrize("key", ["title", "currency", "language"])
def test_a_key_that_a_report_cannot_do_without_is_asked_for(tmp_path, key):
    kept = "\n".join(line for line in TOML.splitlines() if not line.startswith(key))

    assert faults_of(tmp_path, {}, kept) == [f"project.toml, {key}: is not given"]


def test_a_stated_fact_without_a_value_is_told_once(tmp_path):
    assert len(faults_of(tmp_path, {}, TOML + '[[stated]]\nlabel = "a"\n')) == 1


def test_a_power_of_ten_in_toml_is_a_number(tmp_path):
    assert faults_of(tmp_path, {}, TOML.replace("total_cost = 1000", "total_cost = 1e3")) == []


def test_a_rule_is_no_rule_without_words():
    assert Column("x", "text", "x", "x").rule == ""
