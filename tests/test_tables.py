"""A table shows what a result holds, in the language asked for, escaped, and says so where something is not stated."""

import re
from functools import cache
from html import escape
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from conftest import public_results
from lxml import html as lxml_html

import kpeval as kp
from kpeval import results, schema
from kpeval.columns import Table as Declared
from kpeval.present import tables
from kpeval.present.display import Cell, Omitted, Table
from kpeval.values import typed

DATA = Path(__file__).parents[1] / "data"
NBSP, MINUS = "\u00a0", "\u2212"
HOSTILE = "<script>alert(\"1\")</script> & 'x'"
# Results without a table of their own, and why.
NO_TABLE = {
    "project_period": "the head of the report says the period",
    "meeting_days": "the chart of the meetings shows them, the table says how many and how far apart",
    "training_hours": "a row about a single person reaches no report",
    "persons_reached": "a row about a single person reaches no report",
}
STATED = ["goals", "target_groups", "areas", "stated"]  # tables of the data, shown as they are stated


def results_of(project: kp.Project, as_of: str) -> dict[str, pd.DataFrame]:
    """Every result of a project on a day, and the tables that are shown as stated."""
    funding, projects, activities = project.funding, project.projects, project.activities
    money = (project.finance_plan, project.transactions, projects)
    found = {
        "budget_shares": kp.budget_shares(funding, projects),
        "reconciliation": kp.reconciliation(funding, projects),
        "indicator_fulfilment": kp.indicator_fulfilment(
            project.indicators, project.targets, project.measurements, projects, as_of=as_of
        ),
        "indicator_course": kp.indicator_course(
            project.indicators, project.targets, project.measurements, projects, as_of=as_of
        ),
        "activity_timeline": kp.activity_timeline(activities, projects, as_of=as_of),
        "overlaps": kp.overlaps(activities),
        "output_delivery": kp.output_delivery(project.outputs, as_of=as_of),
        "drawdown": kp.drawdown(*money, as_of=as_of),
        "drawdown_curve": kp.drawdown_curve(*money, as_of=as_of),
        "findings": kp.findings(project, as_of=as_of, lang="en"),
        "indicator_breakdown": kp.indicator_breakdown(project, as_of=as_of),
        "meetings": kp.meetings(project, as_of=as_of),
        "self_assessment": kp.self_assessment(project.self_assessment, as_of=as_of),
    }
    plan = (project.plan_measures, project.evaluations)
    found["canonical_groups"] = kp.canonical_groups(project.target_groups, project.areas)
    found["group_coverage"] = kp.group_coverage(project.target_groups, *plan, as_of=as_of)
    found["group_areas"] = kp.group_areas(project.target_groups, *plan, as_of=as_of)
    found["plan_fulfilment"] = kp.plan_fulfilment(*plan, as_of=as_of)
    found["evaluation_coverage"] = kp.evaluation_coverage(project.plans, *plan, as_of=as_of)
    found["measure_states"] = kp.measure_states(*plan, as_of=as_of)
    found["measure_money"] = kp.measure_money(*plan, projects, as_of=as_of)
    trained = kp.training_hours(project.people, project.events, project.attendance, projects, as_of=as_of)
    found["persons_counted"] = kp.persons_counted(trained, project.indicators, project.reported, projects, as_of=as_of)
    found["training_summary"] = kp.training_summary(project, as_of=as_of)
    found["training_bands"] = kp.training_bands(project, as_of=min(as_of, "2022-12-31"))  # later, too few are below
    chain = (project.plans, project.plan_measures, project.links, project.evaluations)
    found["plan_continuity"] = kp.plan_continuity(project.plans, projects, as_of=as_of)
    found["plan_revision"] = kp.plan_revision(*chain, as_of=as_of)
    found["plan_successions"] = kp.plan_successions(*chain, as_of=as_of)
    found["goal_survival"] = kp.goal_survival(project.plan_measures, project.links, project.plans, as_of=as_of)
    found |= public_results(project, as_of)
    found["three_way"] = kp.three_way(found["activity_timeline"], found["drawdown"], found["indicator_fulfilment"])
    found["changes"] = kp.changes(project, since="2006-06-30", as_of=as_of)
    found |= money_of(project, found, as_of)
    return found | {name: getattr(project, name) for name in STATED}


# From plan to plan no measure leaves these out.
OF_PLANS = {
    "predecessor": "A",
    "plan_id": "B",
    "level": "cíl",
    "node_id": "A1",
    "side": "old",
    "relation": "dropped",
    "origin": "new",
    "plans_lived": 1,
    "last_plan": "B",
    "fate": "dropped",
}


def money_of(project: kp.Project, found: dict[str, pd.DataFrame], as_of: str) -> dict[str, pd.DataFrame]:
    """The results of the money in detail."""
    projects, moves, activities = project.projects, project.transactions, project.activities
    costs = kp.spending(project.budget_lines, moves, projects, activities, as_of=as_of, by="activity")
    given = costs, found["output_delivery"], found["indicator_fulfilment"], project.outputs, project.events
    return {
        "spending": costs,
        "money_stages": kp.money_stages(moves, projects, as_of=as_of),
        "claims": kp.claims(project.finance_plan, moves, projects, as_of=as_of),
        "unit_costs": kp.unit_costs(*given, as_of=as_of),
        "earned_value": kp.earned_value(found["activity_timeline"], costs),
        "converted_amounts": kp.converted_amounts(moves, project.rates, projects, as_of=as_of),
    }


PROJECTS = ("demo", "ostrava", "usti")
OURS = ("training_summary", "training_bands")  # numbers alone, of one project; a source of the rule has its own test


@cache
def made(project: str) -> dict[str, pd.DataFrame]:
    return results_of(kp.load(project, DATA), "2023-12-31")


SHOWN = [*(name for name in results.RESULT_TABLES if name not in NO_TABLE), *STATED]


def one_of(declared: Declared, **values: object) -> pd.DataFrame:
    """A row of a result with nothing known but `values`."""
    given = pd.DataFrame({name: [value] for name, value in {"project_id": "p", **values}.items()})
    frame, _ = typed(declared, given)
    return frame


def show(name: str, frame: pd.DataFrame, lang: str = "en", **how: bool) -> Table:
    table = getattr(tables, name)(frame, lang=lang, **how)
    assert isinstance(table, Table), table
    return table


def markup(shown: object) -> str:
    return shown._repr_mimebundle_()[0]["text/html"]


def column(table: Table, heading: str) -> list[str]:
    place = table.headings.index(heading)
    return [" ".join(filter(None, (row[place].text, row[place].mark))).replace(NBSP, " ") for row in table.rows]


def said(table: Table) -> dict[str, str]:
    """A table of facts as what and value."""
    return {row[0].text: row[1].text.replace(NBSP, " ") for row in table.rows}


# --- every table ---


def test_there_is_a_table_for_every_result():
    assert set(tables.__all__) == (set(results.RESULT_TABLES) - set(NO_TABLE)) | set(STATED) | {"plan_flows"}


@pytest.mark.parametrize("lang", ["en", "cs"])
@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("project", PROJECTS)
def test_a_table_has_a_caption_scoped_headings_and_no_empty_cell(project, name, lang):
    shown = getattr(tables, name)(made(project)[name], lang=lang)
    if isinstance(shown, Omitted):
        assert str(shown)
        return
    root = lxml_html.fromstring(markup(shown))

    assert root.xpath("//table/caption/text()") == [shown.caption]
    heads = root.xpath("//thead//th")
    assert [head.text for head in heads] == list(shown.headings)
    assert len(set(shown.headings)) == len(heads)
    assert all(head.get("scope") == "col" for head in heads)
    rows = root.xpath("//tbody/tr")
    assert len(rows) == len(shown.rows)
    for row in rows:
        assert [cell.tag for cell in row] == ["th"] + ["td"] * (len(heads) - 1)
        assert row[0].get("scope") == "row"
    body = rows[:-1] if name == "budget_shares" else rows  # the sum has no kind and no stated share
    assert [cell for row in body for cell in row if not (cell.text or "").strip()] == []


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("project", PROJECTS)
def test_no_cell_holds_what_a_program_says_for_nothing(project, name):
    text = str(getattr(tables, name)(made(project)[name], lang="en"))

    assert not re.search(r"\b(nan|NaN|None|NaT)\b|<NA>|-0\b(?![.,]\d)", text)


@pytest.mark.parametrize("name", [name for name in SHOWN if name in results.RESULT_TABLES])
def test_a_row_of_which_nothing_is_known_can_be_shown(name):
    declared = results.RESULT_TABLES[name]
    words = {column.name: column.words[0] for column in declared.columns if column.words}
    # No measure leaves these out.
    always = {"source": "s", "derived": False, "message": "m", "remedy": "r", "table": "t", **OF_PLANS}
    given = {name: word for name, word in words.items() if name in ("status", "state", "severity")}
    frame = one_of(declared, **given, **{name: value for name, value in always.items() if name in declared.names})

    text = str(getattr(tables, name)(frame, lang="en"))
    assert not re.search(r"\b(nan|NaN|None|NaT)\b|<NA>", text)


@pytest.mark.parametrize("lang", ["en", "cs"])
@pytest.mark.parametrize("name", SHOWN)
def test_nothing_to_show_is_omitted_with_a_reason(name, lang):
    empty = made("demo")[name].iloc[:0]

    shown = getattr(tables, name)(empty, lang=lang)
    assert isinstance(shown, Omitted)
    assert str(shown).endswith(".")
    assert shown._repr_mimebundle_()[1]["text/html"]["kpeval"]["kind"] == "omitted"


@pytest.mark.parametrize("name", SHOWN)
def test_showing_changes_nothing_and_shows_the_same_twice(name):
    frame = made("demo")[name]
    before = frame.copy(deep=True)

    one, other = (markup(getattr(tables, name)(frame, lang="en")) for _ in range(2))

    assert one == other
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("name", SHOWN)
def test_the_two_languages_show_the_same_rows(name):
    english, czech = (getattr(tables, name)(made("demo")[name], lang=lang) for lang in ("en", "cs"))

    assert len(english.rows) == len(czech.rows)
    assert len(english.headings) == len(czech.headings)
    assert english.caption != czech.caption


@pytest.mark.parametrize("name", SHOWN)
def test_the_same_is_said_in_plain_text(name):
    shown = getattr(tables, name)(made("demo")[name], lang="en")
    data, metadata = shown._repr_mimebundle_()

    assert data["text/plain"] == str(shown)
    assert str(shown).splitlines()[0] == shown.caption == metadata["text/html"]["kpeval"]["caption"]
    assert metadata["text/html"]["kpeval"]["kind"] == "table"


def hostile(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Every text column that comes from the documents holds markup; codes of closed lists stay."""
    declared = results.RESULT_TABLES.get(name) or {**schema.PROJECT_TABLES, "stated": schema.STATED}[name]
    free = [column.name for column in declared.columns if column.kind == "text" and column.name != "currency"]
    return frame.assign(**{column: HOSTILE for column in free if column in frame})


# Of these nothing but figures is shown; the areas of quality are named by their number.
OF_NUMBERS = ("reconciliation", "drawdown", "three_way", "drawdown_curve", "self_assessment")
OF_NUMBERS += ("money_stages", "claims", "earned_value", *OURS)


@pytest.mark.parametrize("name", [name for name in SHOWN if name not in OF_NUMBERS])
def test_what_stands_in_the_data_is_escaped(name):
    frame = hostile(made("demo")[name], name)
    if name == "canonical_groups":
        frame = frame.assign(label=f"{HOSTILE}!")  # whoever is called by the usual name is not listed
    text = markup(getattr(tables, name)(frame, lang="en"))

    assert "<script" not in text
    assert "'x'" not in text
    assert escape(HOSTILE) in text


@pytest.mark.parametrize("name", ["reconciliation", "drawdown", "three_way"])
def test_the_names_of_several_projects_are_escaped(name):
    two = pd.concat([made("demo")[name], made("demo")[name]]).assign(project_id=HOSTILE)

    text = markup(show(name, two))
    assert "<script" not in text
    assert escape(HOSTILE) in text


def test_a_hostile_currency_is_escaped():
    shares = made("demo")["budget_shares"].assign(currency="<b>x</b>")

    assert "<b>" not in markup(show("budget_shares", shares))


def test_caption_headings_notes_and_marks_are_escaped():
    row = (Cell(HOSTILE, mark=HOSTILE), Cell(HOSTILE, number=True))
    text = markup(Table(HOSTILE, (HOSTILE, HOSTILE), (row,), (HOSTILE,)))

    assert "<script" not in text
    assert text.count(escape(HOSTILE)) == 7


def test_a_reason_for_omission_is_escaped():
    assert "<script" not in markup(Omitted(HOSTILE))


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_headings_of_columns_are_those_of_the_schema(lang):
    shown = show("budget_shares", made("ostrava")["budget_shares"], lang)
    declared = results.BUDGET_SHARES

    for name in ("source", "kind", "declared_share", "amount", "share_of_total"):
        meaning = getattr(declared[name], lang)
        assert meaning[:1].upper() + meaning[1:] in shown.headings


def test_numbers_stand_to_the_right_and_are_unbroken_text():
    root = lxml_html.fromstring(markup(show("budget_shares", made("ostrava")["budget_shares"], "cs")))
    amounts = root.xpath("//tbody/tr/td[3]")

    assert {"n3", "n4", "n5"} <= set(root.xpath("//table/@class")[0].split())
    assert not {"n1", "n2"} & set(root.xpath("//table/@class")[0].split())
    assert amounts[0].text.strip() == f"3{NBSP}101{NBSP}161,25{NBSP}Kč"


# --- budget ---


def test_ostrava_marks_what_was_computed():
    shown = show("budget_shares", made("ostrava")["budget_shares"])

    assert column(shown, "Source of funding") == [
        "ESF/OP LZZ",
        "státní rozpočet",
        "Prostředky z rozpočtu statutárního města Ostravy",
        "Sum of the sources",
    ]
    assert column(shown, "Amount") == [
        "CZK 3,101,161.25 computed",
        "CZK 364,842.50 computed",
        "CZK 182,421.25",
        "CZK 3,648,425.00",
    ]
    assert column(shown, "Share of the total cost") == ["85.0%", "10.0%", "5.0%", "100.0%"]
    assert column(shown, "Share stated") == ["85%", "10%", "5%", ""]
    assert "Computed: from the shares stated." in shown.notes


def test_usti_shows_104_percent_and_no_rescaled_share():
    shown = show("budget_shares", made("usti")["budget_shares"])

    assert column(shown, "Share of the total cost") == ["12.0%", "92.0%", "104.0%"]
    assert column(shown, "Amount")[-1] == "CZK 2,731,608"
    assert not any("sum of sources" in heading for heading in shown.headings)
    assert "88.5" not in str(shown)
    assert "computed" not in str(shown)
    assert column(shown, "Share stated") == ["not stated", "not stated", ""]


@pytest.mark.parametrize("total", [1.0, 0.0])
def test_shares_of_the_sum_are_never_shown_where_the_sources_do_not_match_the_cost(total):
    funding = pd.DataFrame({"source": ["a", "b"], "kind": ["eu", "own"], "declared_amount": [60.0, 40.0]})
    facts = {"title": ["t"], "currency": ["CZK"], "total_cost": [total]}
    funding["project_id"], projects = "p", pd.DataFrame({"project_id": ["p"], **facts})
    assert kp.reconciliation(funding, projects)["state"].tolist() == ["over"]

    text = str(show("budget_shares", kp.budget_shares(funding, projects)))

    assert "60.0%" not in text
    assert "sum of sources" not in text


def test_sources_that_add_up_are_100_percent_whatever_binary_fractions_say():
    amounts = [4583207.59, 6521876.67, 7544732.37, 804315.7, 8858112.79]
    funding = pd.DataFrame({"source": list("abcde"), "kind": "own", "declared_amount": amounts, "project_id": "p"})
    projects = pd.DataFrame({"project_id": ["p"], "currency": ["CZK"], "total_cost": [28312245.12]})

    shown = show("budget_shares", kp.budget_shares(funding, projects))
    assert column(shown, "Share of the total cost")[-1] == "100.0%"


def test_an_amount_that_is_not_stated_says_so_and_has_no_sum():
    funding = pd.DataFrame({"source": ["a", "b"], "kind": ["eu", "own"], "declared_amount": [60.0, None]})
    projects = pd.DataFrame({"project_id": ["p"], "currency": ["CZK"], "total_cost": [100.0]})

    shown = show("budget_shares", kp.budget_shares(funding.assign(project_id="p"), projects))
    assert column(shown, "Amount") == ["CZK 60", "not stated", "[x]"]
    assert "[x]: cannot be computed from what is stated." in shown.notes


def test_the_sum_of_shares_of_the_sum_is_100_percent():
    funding = pd.DataFrame({"source": ["a", "b"], "kind": ["eu", "own"], "declared_amount": [60.0, 30.0]})
    funding, projects = funding.assign(project_id="p"), pd.DataFrame({"project_id": ["p"], "currency": ["CZK"]})

    shown = tables.budget_shares(kp.budget_shares(funding, projects), kp.reconciliation(funding, projects), lang="en")
    assert column(shown, "Share of the sum of sources") == ["66.7%", "33.3%", "100.0%"]
    assert not shown.notes


def test_halers_of_the_sum_as_quoted_are_shown_where_the_parts_have_none():
    funding = pd.DataFrame(
        {
            "project_id": "p",
            "source": ["EU", "stát", "oba"],
            "kind": ["eu", "state", "joint"],
            "group": "g",
            "declared_share": [0.9, 0.1, None],
            "declared_amount": [None, None, 1000.5],
            "as_printed": [None, None, "1 000,5 Kč"],
        }
    )
    projects = pd.DataFrame({"project_id": ["p"], "total_cost": [1000.0], "currency": "CZK"})

    shares, quoted = kp.budget_shares(funding, projects), kp.reconciliation(funding, projects)
    shown = tables.budget_shares(shares, quoted, lang="en")
    assert column(shown, "Amount")[-1] == "CZK 1,000.50"


def test_a_cost_that_is_not_stated_says_so():
    facts = said(show("reconciliation", one_of(results.RECONCILIATION, state="unknown", sum_of_sources=5.0)))

    assert facts["Total cost"] == "not stated"
    assert facts["Sources minus cost"] == "[x]"
    assert facts["State"] == "cannot be compared"


def test_usti_reconciles_as_over_by_its_surplus():
    facts = said(show("reconciliation", made("usti")["reconciliation"]))

    assert facts == {
        "Sum of the sources": "CZK 2,731,608",
        "Total cost": "CZK 2,626,545",
        "Sources minus cost": "CZK 105,063",
        "Sources as a share of the cost": "104.0%",
        "Tolerance of the printed precision": "CZK 3",
        "State": "the sources exceed the cost",
    }


def test_several_projects_stand_a_row_each():
    both = pd.concat([made("usti")["reconciliation"], made("ostrava")["reconciliation"]])

    assert column(show("reconciliation", both), "Project") == ["usti", "ostrava"]


# --- indicators ---


def indicator(**values: object) -> pd.DataFrame:
    return one_of(results.INDICATOR_FULFILMENT, **{"indicator_id": "1", "name": "N", "status": "on_track", **values})


def test_an_assumed_baseline_and_a_revised_target_are_marked():
    frame = indicator(baseline=0.0, assumed=True, target=15.0, original_target=20.0, unit="osob", actual=3.0)
    shown = show("indicator_fulfilment", frame, full=True)

    assert column(shown, "Baseline") == ["0 assumed"]
    assert column(shown, "Target") == ["15 revised"]
    assert column(shown, "Original target") == ["20"]
    assert "Assumed: the documents state no baseline; a count is taken to start at 0." in shown.notes


def test_a_target_that_was_not_changed_is_not_called_revised():
    assert column(show("indicator_fulfilment", indicator(target=5.0, original_target=5.0)), "Target") == ["5"]
    assert column(show("indicator_fulfilment", indicator()), "Target") == ["not stated"]


@pytest.mark.parametrize(
    ("reason", "text"), [("missing", "no value"), ("not_due", "none yet"), ("no_target", "not stated")]
)
def test_an_achieved_value_that_is_not_there_says_why(reason, text):
    assert column(show("indicator_fulfilment", indicator(reason=reason)), "Achieved value") == [text]


def test_a_ratio_is_shown_in_percent_and_a_unit_in_words_stands_beside_the_name():
    ratio = indicator(accumulation="ratio", unit="%", target=0.8, original_target=0.8, actual=0.7)
    count = indicator(unit="osob", target=20.0, original_target=20.0, actual=12.0)

    assert column(show("indicator_fulfilment", ratio), "Target") == ["80.0%"]
    assert column(show("indicator_fulfilment", count), "Achieved value") == ["12"]
    assert column(show("indicator_fulfilment", count), "Name")[0].endswith("(osob)")
    assert column(show("indicator_fulfilment", indicator(unit="%", actual=12.0)), "Achieved value") == ["12%"]


def test_progress_from_an_assumed_baseline_is_marked_in_the_short_table_too():
    shown = show(
        "indicator_fulfilment", indicator(baseline=0.0, assumed=True, target=20.0, actual=5.0, fulfilment=0.25)
    )

    assert column(shown, "Progress from baseline to target") == ["25.0% assumed"]
    assert "Assumed: the documents state no baseline; a count is taken to start at 0." in shown.notes


def test_the_sum_of_the_sources_is_the_sum_of_what_is_quoted():
    funding = pd.DataFrame(
        {
            "project_id": "p",
            "source": ["EU", "stát", "oba", "město"],
            "kind": ["eu", "state", "joint", "municipality"],
            "group": ["g", "g", "g", None],
            "declared_share": [0.85, 0.10, None, None],
            "declared_amount": [None, None, 951.0, 50.0],
            "as_printed": [None, None, "951 Kč", "50 Kč"],
        }
    )
    projects = pd.DataFrame(
        {"project_id": ["p"], "total_cost": [1000.0], "total_as_printed": ["1 000 Kč"], "currency": "CZK"}
    )
    shares, quoted = kp.budget_shares(funding, projects), kp.reconciliation(funding, projects)
    shown = tables.budget_shares(shares, quoted, lang="en")

    assert column(shown, "Amount")[-1] == "CZK 1,001"
    assert "differ from the amount quoted by CZK 1, within the printed precision" in " ".join(shown.notes).replace(
        NBSP, " "
    )


def test_a_table_of_two_projects_is_refused():
    shares = made("ostrava")["budget_shares"]

    with pytest.raises(ValueError, match="one project, and here are 2"):
        tables.budget_shares(pd.concat([shares, shares.assign(project_id="q")]), lang="en")


@pytest.mark.parametrize("direction", ["decrease", "maintain"])
def test_the_percentage_of_the_target_is_not_shown_where_less_is_better(direction):
    frame = indicator(direction=direction, target=20.0, actual=30.0, of_target=1.5)
    shown = show("indicator_fulfilment", frame)

    assert column(shown, "Achievement (% of target)") == ["[z]"]
    assert (
        "[z]: not applicable; the percentage of the target is shown only where a higher value is better." in shown.notes
    )


def test_the_two_percentages_bear_their_full_names():
    headings = show("indicator_fulfilment", made("demo")["indicator_fulfilment"]).headings

    assert {"Achievement (% of target)", "Progress from baseline to target"} <= set(headings)


def test_more_than_the_target_is_not_cut():
    frame = indicator(of_target=1.5, fulfilment=-0.25)

    assert column(show("indicator_fulfilment", frame), "Achievement (% of target)") == ["150.0%"]
    assert column(show("indicator_fulfilment", frame), "Progress from baseline to target") == [f"{MINUS}25.0%"]


@pytest.mark.parametrize(("day", "status"), [("2018-12-31", "not yet due"), ("2019-10-31", "value missing (past due)")])
def test_the_indicators_of_ostrava_stand_where_they_do_on_the_day(day, status):
    shown = show("indicator_fulfilment", results_of(kp.load("ostrava", DATA), day)["indicator_fulfilment"])

    assert column(shown, "Status") == [status] * 2
    assert column(shown, "Due on") == ["31 Oct 2019"] * 2


# --- activities and outputs ---


def test_an_activity_shows_its_days_and_its_delay_only_where_any_is_known():
    ostrava = show("activity_timeline", made("ostrava")["activity_timeline"])
    demo = show("activity_timeline", made("demo")["activity_timeline"])

    assert sorted(column(ostrava, "Days planned")) == ["365", "579", "669", "730", "730"]
    assert set(column(ostrava, "Actual")) == {"not stated"}
    assert "Days late at the end" not in ostrava.headings
    assert "Days late at the end" in demo.headings


def test_an_activity_outside_the_project_is_marked():
    frame = made("ostrava")["activity_timeline"].assign(
        outside_project=pd.array([True, False, None, None, None], "boolean")
    )

    assert [text.endswith("outside the project") for text in column(show("activity_timeline", frame), "Planned")] == [
        True,
        *[False] * 4,
    ]


def test_a_period_with_one_end_shows_the_other_as_open():
    row = SimpleNamespace(planned_start=pd.NaT, planned_end=pd.Timestamp("2019-10-31"))
    frame = made("ostrava")["activity_timeline"].iloc[:1].assign(**vars(row))

    assert "…" in column(show("activity_timeline", frame), "Planned")[0]


def test_only_pairs_that_overlap_are_shown():
    frame = pd.DataFrame(
        {"project_id": "p", "activity_a": list("aab"), "activity_b": list("bcc"), "days": [0, 214, None]}
    )

    assert column(show("overlaps", frame.astype({"days": "Int64"})), "Days in common") == ["214"]
    assert isinstance(tables.overlaps(frame[frame["days"] == 0], lang="en"), Omitted)


def output(**values: object) -> pd.DataFrame:
    return one_of(results.OUTPUT_DELIVERY, **{"output_id": "V1", "title": "Plán", **values})


def test_an_output_shows_what_is_not_stated():
    shown = show("output_delivery", output(status="no_due"))

    assert column(shown, "Planned quantity") == ["not stated"]
    assert column(shown, "Due on") == ["not stated"]
    assert column(shown, "Status") == ["no due day stated"]


def test_an_output_delivered_without_evidence_says_that_none_is_stated():
    shown = show("output_delivery", output(status="delivered", delivered_on="2019-01-01"))

    assert column(shown, "Evidence") == ["not stated"]
    assert column(shown, "Delivered quantity") == ["not stated"]


# --- spending, three ways, findings ---


def test_a_drawdown_without_plan_and_spending_is_omitted():
    assert isinstance(tables.drawdown(made("usti")["drawdown"], lang="en"), Omitted)


def test_gaps_are_in_points_and_shares_in_percent():
    frame = one_of(
        results.DRAWDOWN, budget=100.0, spent=40.0, share_spent=0.4, share_planned=0.5, gap=-0.1, currency="CZK"
    )
    facts = said(show("drawdown", frame))

    assert facts["Spent, share of the budget"] == "40.0%"
    assert facts["Spent minus planned"] == f"{MINUS}10.0 pp"
    assert facts["Spent by the day"] == "CZK 40"


def test_a_part_that_is_not_stated_says_so_and_its_gaps_cannot_be_computed():
    frame = one_of(results.THREE_WAY, time=0.5, results=0.25, results_minus_time=-0.25, indicators=1)
    facts = said(show("three_way", frame))

    assert facts["Time elapsed"] == "50.0%"
    assert facts["Results minus time"] == f"{MINUS}25.0 pp"
    assert facts["Money spent"] == "[x]"  # what was spent may be stated where the budget is not
    assert facts["Money minus time"] == "[x]"
    assert not any("score" in fact.lower() or "index" in fact.lower() for fact in facts)


def test_one_part_alone_is_no_comparison():
    assert isinstance(tables.three_way(one_of(results.THREE_WAY, time=0.5), lang="en"), Omitted)


def test_findings_stand_in_the_order_given_with_their_place():
    shown = show("findings", made("usti")["findings"])

    assert column(shown, "Severity") == ["error", "warning", "warning", "note", "note", "note"]
    assert column(shown, "Table")[:4] == ["funding.csv", "funding.csv, row 2", "goals.csv, row 7", "project.toml"]
    assert column(shown, "Table")[4:] == ["target_groups.csv, row 3", "target_groups.csv, row 7"]


def test_lower_bounds_are_marked():
    shown = show("stated", made("ostrava")["stated"])

    assert column(shown, "Value")[:2] == ["at least 200", "10"]


def test_a_size_that_is_not_stated_says_so():
    assert set(column(show("target_groups", made("usti")["target_groups"]), "Estimated size")) == {"not stated"}


def test_levels_of_goals_are_shown_only_where_stated():
    assert "Level" in show("goals", made("usti")["goals"]).headings
    assert "Level" not in show("goals", made("ostrava")["goals"]).headings


def test_the_years_of_a_plan_are_years():
    assert column(show("plan_continuity", made("usti")["plan_continuity"]), "Period") == [
        "2001–2003",
        "2004–2006",
        "2007–2009",
    ]


@pytest.mark.parametrize(("flags", "mark"), [({"assumed": True}, "assumed"), ({"derived": True}, "computed"), ({}, "")])
def test_a_fact_that_its_authors_computed_or_assumed_is_marked(flags, mark):
    frame = pd.DataFrame([{"label": "seniors", "estimated_size": 3650, "lower_bound": None} | flags])

    (row,) = tables.target_groups(frame, lang="en").rows

    assert row[1].mark == mark
