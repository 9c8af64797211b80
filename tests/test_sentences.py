"""A sentence says what the numbers say, no more, and where nothing is stated it says that; head and foot likewise."""

import re
from functools import cache
from html import escape
from pathlib import Path

import pandas as pd
import pytest
from conftest import public_results
from test_tables import money_of

import kpeval as kp
from kpeval import results
from kpeval.columns import Table as Declared
from kpeval.present import sentences
from kpeval.present.cover import Facts
from kpeval.present.display import Points, Sentence, text_of
from kpeval.values import typed

DATA = Path(__file__).parents[1] / "data"
NBSP = "\u00a0"
HOSTILE = "<script>alert(\"1\")</script> & 'x'"
# Results without a sentence of their own, and why.
NO_SENTENCE = {
    "project_period": "the head of the report says the period",
    "indicator_course": "the sentence on the indicators says where they have come to",
    "meeting_days": "the sentence on the meetings says how many there were",
    "training_hours": "a row about a single person reaches no report",
    "persons_reached": "a row about a single person reaches no report",
    "training_bands": "the sentence on the summary says how many reached the threshold",
    "drawdown_curve": "the sentence on the drawdown says where the curve has come to",
    "measure_states": "the sentence on the plan's fulfilment says how many measures are in which state",
}
MORE = {"target_groups", "main_points"}
PROJECTS = {"demo": "2023-12-31", "ostrava": "2019-10-31", "usti": "2007-06-30"}


def one_of(declared: Declared, **values: object) -> pd.DataFrame:
    """A row of a result with nothing known but `values`."""
    given = pd.DataFrame({name: [value] for name, value in {"project_id": "p", **values}.items()})
    frame, _ = typed(declared, given)
    return frame


def said(shown: object) -> str:
    return str(shown).replace(NBSP, " ")


def markup(shown: object) -> str:
    return shown._repr_mimebundle_()[0]["text/html"]


@cache
def made(name: str) -> dict[str, pd.DataFrame]:
    project, as_of = kp.load(name, DATA), PROJECTS[name]
    projects = project.projects
    found = {
        "budget_shares": kp.budget_shares(project.funding, projects),
        "reconciliation": kp.reconciliation(project.funding, projects),
        "indicator_fulfilment": kp.indicator_fulfilment(
            project.indicators, project.targets, project.measurements, projects, as_of=as_of
        ),
        "activity_timeline": kp.activity_timeline(project.activities, projects, as_of=as_of),
        "overlaps": kp.overlaps(project.activities),
        "output_delivery": kp.output_delivery(project.outputs, as_of=as_of),
        "drawdown": kp.drawdown(project.finance_plan, project.transactions, projects, as_of=as_of),
        "findings": kp.findings(project, as_of=as_of, lang="en"),
        "indicator_breakdown": kp.indicator_breakdown(project, as_of=as_of),
        "meetings": kp.meetings(project, as_of=as_of),
        "self_assessment": kp.self_assessment(project.self_assessment, as_of=as_of),
        "target_groups": project.target_groups,
    }
    plan = (project.plan_measures, project.evaluations)
    found["canonical_groups"] = kp.canonical_groups(project.target_groups, project.areas)
    found["group_coverage"] = kp.group_coverage(project.target_groups, *plan, as_of=as_of)
    found["group_areas"] = kp.group_areas(project.target_groups, *plan, as_of=as_of)
    found["plan_fulfilment"] = kp.plan_fulfilment(*plan, as_of=as_of)
    found["evaluation_coverage"] = kp.evaluation_coverage(project.plans, *plan, as_of=as_of)
    found["measure_money"] = kp.measure_money(*plan, projects, as_of=as_of)
    trained = kp.training_hours(project.people, project.events, project.attendance, projects, as_of=as_of)
    found["persons_counted"] = kp.persons_counted(trained, project.indicators, project.reported, projects, as_of=as_of)
    found["training_summary"] = kp.training_summary(project, as_of=as_of)
    found |= public_results(project, as_of)
    chain = (project.plans, project.plan_measures, project.links, project.evaluations)
    found["plan_continuity"] = kp.plan_continuity(project.plans, projects, as_of=as_of)
    found["plan_revision"] = kp.plan_revision(*chain, as_of=as_of)
    found["plan_successions"] = kp.plan_successions(*chain, as_of=as_of)
    found["goal_survival"] = kp.goal_survival(project.plan_measures, project.links, project.plans, as_of=as_of)
    found["three_way"] = kp.three_way(found["activity_timeline"], found["drawdown"], found["indicator_fulfilment"])
    found["changes"] = kp.changes(project, since="2006-06-30", as_of=as_of)
    found |= money_of(project, found, as_of)
    return found


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
SAID = [*(name for name in results.RESULT_TABLES if name not in NO_SENTENCE), "target_groups"]


def main_points(project: str, lang: str = "en") -> Points:
    names = ("reconciliation", "three_way", "indicator_fulfilment", "activity_timeline", "findings")
    return sentences.main_points(*(made(project)[name] for name in names), lang=lang)


# --- every sentence ---


def test_there_is_a_sentence_for_every_result():
    assert set(sentences.__all__) == (set(results.RESULT_TABLES) - set(NO_SENTENCE)) | MORE


@pytest.mark.parametrize("lang", ["en", "cs"])
@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize("project", PROJECTS)
def test_a_sentence_is_whole_and_free_of_a_programs_words_for_nothing(project, name, lang):
    text = str(getattr(sentences, name)(made(project)[name], lang=lang))

    assert text.endswith(".")
    assert not re.search(r"\b(nan|NaN|None|NaT)\b|<NA>|[{}]|  ", text)


@pytest.mark.parametrize("lang", ["en", "cs"])
@pytest.mark.parametrize("name", SAID)
def test_where_nothing_is_stated_that_is_said(name, lang):
    shown = getattr(sentences, name)(made("demo")[name].iloc[:0], lang=lang)

    assert isinstance(shown, Sentence)
    assert str(shown).endswith(".")
    assert not re.search(r"\d", str(shown))


@pytest.mark.parametrize("name", SAID)
def test_saying_changes_nothing_and_says_the_same_twice(name):
    frame = made("demo")[name]
    before = frame.copy(deep=True)

    assert markup(getattr(sentences, name)(frame, lang="cs")) == markup(getattr(sentences, name)(frame, lang="cs"))
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("name", [name for name in SAID if name in results.RESULT_TABLES])
def test_a_row_of_which_nothing_is_known_can_be_told(name):
    declared = results.RESULT_TABLES[name]
    words = {column.name: column.words[-1] for column in declared.columns if column.words}
    given = {name: word for name, word in words.items() if name in ("status", "state", "severity")}
    frame = one_of(declared, **given, **{name: OF_PLANS[name] for name in OF_PLANS if name in declared.names})

    assert not re.search(r"\b(nan|NaN|None|NaT)\b|<NA>", str(getattr(sentences, name)(frame, lang="en")))


@pytest.mark.parametrize("shown", [Sentence((HOSTILE,)), Points((HOSTILE,))])
def test_what_stands_in_the_data_is_escaped(shown):
    assert "<script" not in markup(shown)
    assert escape(HOSTILE) in markup(shown)
    assert HOSTILE in str(shown)


def test_a_hostile_source_is_escaped():
    shares = made("demo")["budget_shares"].assign(source=HOSTILE)

    assert "<script" not in markup(sentences.budget_shares(shares, lang="en"))


# --- budget ---


def test_sources_that_match_the_cost():
    assert said(sentences.reconciliation(made("ostrava")["reconciliation"], lang="en")) == (
        "The sources add up to the cost of CZK 3,648,425.00."
    )


def test_sources_that_exceed_the_cost():
    assert said(sentences.reconciliation(made("usti")["reconciliation"], lang="en")) == (
        "The sources do not match the cost: CZK 2,731,608 against CZK 2,626,545, 104.0% of it, a surplus of "
        "CZK 105,063."
    )


def test_usti_in_czech_says_104_percent_and_the_surplus():
    text = said(sentences.reconciliation(made("usti")["reconciliation"], lang="cs"))

    assert "104,0 %" in text
    assert "105 063 Kč" in text
    assert "2 626 545 Kč" in text


def test_sources_that_do_not_cover_the_cost():
    frame = one_of(
        results.RECONCILIATION,
        sum_of_sources=90.0,
        total_cost=100.0,
        surplus=-10.0,
        coverage=0.9,
        tolerance=0.01,
        state="under",
        currency="CZK",
    )

    assert said(sentences.reconciliation(frame.assign(tolerance=1.0), lang="en")) == (
        "The sources do not cover the cost: CZK 90 against CZK 100, 90.0% of it; CZK 10 is missing."
    )


def test_sources_that_cannot_be_compared():
    assert said(sentences.reconciliation(one_of(results.RECONCILIATION, state="unknown"), lang="en")) == (
        "The sources cannot be compared with the cost: an amount or the cost is not stated."
    )


def test_the_largest_source_is_named_and_computed_amounts_are_counted():
    assert said(sentences.budget_shares(made("ostrava")["budget_shares"], lang="en")) == (
        "The largest source is ESF/OP LZZ with CZK 3,101,161.25, 85.0% of the cost. "
        "2 amounts are computed from the shares stated."
    )


def test_a_share_of_the_sum_is_never_told():
    shares = made("usti")["budget_shares"].assign(share_of_total=float("nan"))

    assert "%" not in said(sentences.budget_shares(shares, lang="en"))


# --- indicators, activities, outputs ---


def test_indicators_are_counted_by_status_in_the_order_of_the_list():
    frame = pd.concat(
        [one_of(results.INDICATOR_FULFILMENT, status=status) for status in ("achieved", "not_due", "achieved")]
    )

    assert said(sentences.indicator_fulfilment(frame, lang="en")) == (
        "3 indicators. By status: not yet due 1; achieved 2."
    )


def test_one_indicator_is_not_told_in_the_plural():
    frame = one_of(results.INDICATOR_FULFILMENT, status="missing")

    assert said(sentences.indicator_fulfilment(frame, lang="en")) == (
        "1 indicator. By status: value missing (past due) 1."
    )


def test_no_delay_is_told_where_nothing_is_recorded():
    text = said(sentences.activity_timeline(made("ostrava")["activity_timeline"], lang="en"))

    assert text == "5 activities. By status: no record 5. Where nothing is recorded no delay is claimed."


def test_the_longest_delay_is_told_with_its_activity():
    frame = pd.concat(
        one_of(results.ACTIVITY_TIMELINE, activity_id=name, status="finished", days_late_end=days)
        for name, days in (("KA1", 3), ("KA2", 1), ("KA3", -40))
    )

    assert said(sentences.activity_timeline(frame, lang="en")) == (
        "3 activities. By status: finished 3. The longest delay at the end is that of KA1: 3 days."
    )


def test_an_early_end_is_no_delay():
    frame = one_of(results.ACTIVITY_TIMELINE, activity_id="KA1", status="finished", days_late_end=-5)

    assert "delay" not in said(sentences.activity_timeline(frame, lang="en"))


def test_pairs_without_a_common_day_are_not_counted():
    frame = pd.concat(one_of(results.OVERLAPS, activity_a="a", activity_b="b", days=days) for days in (0, 214))

    assert said(sentences.overlaps(frame, lang="en")) == "1 pair of activities shares planned days."


@pytest.mark.parametrize("days", [[], [None]])
def test_where_no_days_are_stated_nothing_is_said_of_what_is_shared(days):
    frame = pd.DataFrame({"project_id": "p", "days": pd.array(days, dtype="Int64")}).assign(
        activity_a="a", activity_b="b"
    )

    assert said(sentences.overlaps(frame, lang="en")) == "The documents state no two activities that could share a day."


def test_outputs_are_counted_by_status():
    assert said(sentences.output_delivery(made("ostrava")["output_delivery"], lang="en")) == (
        "8 planned outputs. By status: no due day stated 8."
    )


# --- money and three ways ---

SPENT = {"budget": 1000.0, "spent": 400.0, "share_spent": 0.4, "elapsed": 0.5, "currency": "CZK"}


def test_spending_is_told_with_plan_gap_and_outlook():
    frame = one_of(results.DRAWDOWN, **SPENT, planned=500.0, share_planned=0.5, gap=-0.1, projected_total=800.0)

    assert said(sentences.drawdown(frame, lang="en")) == (
        "CZK 400 is spent, 40.0% of the budget. CZK 500 was planned by then, a gap of \u221210.0 pp. "
        "At this rate the project would spend CZK 800 in all."
    )


def test_after_the_end_there_is_no_outlook():
    frame = one_of(results.DRAWDOWN, **SPENT | {"elapsed": 1.0}, projected_total=400.0)

    assert "would spend" not in said(sentences.drawdown(frame, lang="en"))


def test_spending_without_a_plan_says_so():
    assert said(sentences.drawdown(one_of(results.DRAWDOWN, **SPENT), lang="en")) == (
        "CZK 400 is spent, 40.0% of the budget. The documents state no financial plan."
    )


def test_a_plan_without_spending_is_told_not_swallowed():
    frame = one_of(results.DRAWDOWN, budget=1000.0, planned=500.0, share_planned=0.5, elapsed=0.5, currency="CZK")

    text = said(sentences.drawdown(frame, lang="en"))
    assert "The documents do not state what was spent." in text
    assert "CZK 500" in text


def test_three_ways_are_told_one_by_one():
    frame = one_of(results.THREE_WAY, time=0.5, money=0.4, results=0.25, indicators=3, indicators_counted=2)

    assert said(sentences.three_way(frame, lang="en")) == (
        "50.0% of the implementation period has elapsed. 40.0% of the budget is spent. The progress of 2 indicators "
        "(of 3) is known; on average it is 25.0%, none above 100%."
    )


@pytest.mark.parametrize(
    ("money", "reason"),
    [
        ({"spent": 400.0}, "The budget is not stated, so the share of it that is spent cannot be computed."),
        ({"budget": 900.0}, "What was spent is not stated."),
        ({}, "What was spent is not stated."),
    ],
)
def test_why_there_is_no_share_of_the_budget_is_told_as_it_is(money, reason):
    frame, spent = one_of(results.THREE_WAY, time=0.5), one_of(results.DRAWDOWN, **money)

    told = said(sentences.three_way(frame, spent, lang="en"))
    assert reason in told
    assert ("What was spent is not stated" in told) is ("spent" not in money)


def test_three_ways_of_which_nothing_is_known():
    frame = one_of(results.THREE_WAY, indicators=0, indicators_counted=0)

    assert said(sentences.three_way(frame, lang="en")) == (
        "The implementation period is not stated. What share of the budget is spent cannot be computed. "
        "What was reached is not stated."
    )


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (0.0, "The implementation period has not begun."),
        (0.9996, "99.96% of the implementation period has elapsed."),
        (1.0, "The implementation period has ended."),
    ],
)
def test_before_the_start_and_after_the_end(time, text):
    frame = one_of(results.THREE_WAY, time=time, indicators=0, indicators_counted=0)

    assert said(sentences.three_way(frame, lang="en")).startswith(text)


# --- findings, groups, points ---


def test_findings_are_counted_worst_first():
    assert said(sentences.findings(made("usti")["findings"], lang="en")) == (
        "6 findings. By severity: error 1; warning 2; note 3."
    )


def test_groups_are_counted_and_missing_sizes_told():
    assert said(sentences.target_groups(made("usti")["target_groups"], lang="en")) == (
        "The documents name 10 target groups. No size is stated for any of them, so reach cannot be computed."
    )


@pytest.mark.parametrize("lang", ["en", "cs"])
@pytest.mark.parametrize("project", PROJECTS)
def test_the_main_points_are_five_or_six_and_each_a_sentence(project, lang):
    points = main_points(project, lang).points

    assert 5 <= len(points) <= 6
    assert len(set(points)) == len(points)
    assert all(point.endswith(".") for point in points)


def test_an_error_comes_first_among_the_main_points():
    points = main_points("usti")

    assert said(points.points[0]) == (
        "The sources promise CZK 105,063 more than the cost: CZK 2,731,608 against CZK 2,626,545, 104.0% of it."
    )
    assert points.wrong == 1
    assert markup(points).count('<li class="wrong">') == 1
    assert markup(points).startswith('<ul class="points">\n<li class="wrong">The sources promise')


# --- head and foot ---


def cover(name: str, as_of: str, lang: str = "en") -> Facts:
    project = kp.load(name, DATA)
    return kp.cover(project, kp.project_period(project.projects, as_of=as_of), as_of=as_of, lang=lang)


def test_the_head_says_what_is_stated_and_what_is_not():
    facts = {what: fact.replace(NBSP, " ") for what, fact in cover("usti", "2007-06-30").facts.items()}

    assert facts == {
        "As of": "30 Jun 2007",
        "Implementation period": "March 2006 – June 2007 (487 days, 16 months)",
        "Total project cost": "CZK 2,626,545",
        "Registration number, programme, beneficiary": "not stated",
    }


def test_the_head_keeps_the_halers_that_are_printed():
    facts = [text_of(fact) for fact in cover("ostrava", "2019-10-31", "cs").facts.values()]

    assert f"3{NBSP}648{NBSP}425,00{NBSP}Kč" in facts
    assert "CZ.03.2.63/0.0/0.0/16_063/0006590" in facts


def test_the_head_of_an_invented_project_says_so_and_no_other_does():
    assert cover("demo", "2023-12-31").notes == ("The data of this project are invented.",)
    assert cover("usti", "2007-06-30").notes == ()


def covered(tmp_path, toml, lang):
    """The facts of the cover of a project that is only described."""
    (tmp_path / "p").mkdir()
    said = f'project_id = "p"\ntitle = "P"\ncurrency = "CZK"\nlanguage = "cs"\n{toml}'
    (tmp_path / "p" / "funding.csv").write_text("source,kind\n", encoding="utf-8")
    (tmp_path / "p" / "project.toml").write_text(said, encoding="utf-8")
    project, day = kp.load("p", tmp_path), "2021-12-31"
    facts = kp.cover(project, kp.project_period(project.projects, as_of=day), as_of=day, lang=lang).facts
    return {what: text_of(fact).replace(NBSP, " ") for what, fact in facts.items()}


@pytest.mark.parametrize(
    ("lang", "label"), [("en", "Total cost, basis not stated"), ("cs", "Celkové náklady, základ neuveden")]
)
def test_a_cost_without_a_stated_basis_is_still_called_the_cost(tmp_path, lang, label):
    assert "100" in covered(tmp_path, "total_cost = 100\n", lang)[label]


def test_a_cost_that_is_not_stated_is_named_among_what_is_not(tmp_path):
    (unstated,) = [what for what, fact in covered(tmp_path, "", "en").items() if fact == "not stated"]

    assert ", total cost, registration number," in unstated


@pytest.mark.parametrize(
    ("written", "lang", "shown"),
    [
        ("1. 1. 2021 - 31. 12. 2021", "en", "1 Jan 2021 – 31 Dec 2021"),
        ("2021-01-01 – 2021-12-31", "cs", "1. 1. 2021 – 31. 12. 2021"),
        ("leden - prosinec 2021", "en", "January 2021 – December 2021"),
        ("celé první období", "en", "celé první období"),
    ],
)
def test_the_monitored_period_is_written_as_the_reports_language_writes_one(tmp_path, written, lang, shown):
    facts = covered(tmp_path, f'[report]\nperiod = "{written}"\n', lang)

    assert facts[{"en": "Monitored period", "cs": "Sledované období"}[lang]] == shown
    assert cover("demo", "2023-12-31").about["synthetic"] is True


def test_the_head_gives_title_language_and_day_to_the_page():
    about = cover("usti", "2007-06-30", "cs").about

    assert about["lang"] == "cs"
    assert about["data_language"] == "cs"
    assert about["as_of"] == "2007-06-30"
    assert about["title"].startswith("Komunitní plánování")


def test_facts_are_escaped():
    text = markup(Facts("cover", {HOSTILE: HOSTILE}, HOSTILE, (HOSTILE,)))

    assert "<script" not in text
    assert text.count(escape(HOSTILE)) == 4


def test_the_foot_names_parameters_files_and_versions_and_no_clock():
    project = kp.load("usti", DATA)
    foot = kp.provenance(project, as_of="2007-06-30", lang="en")

    assert project.fingerprint in foot.facts.values()
    assert "2007-06-30" in foot.facts.values()
    assert [row[0].text for row in foot.table.rows] == project.files["file"].tolist()
    assert [row[2].text for row in foot.table.rows] == project.files["sha256"].tolist()
    assert markup(foot) == markup(kp.provenance(project, as_of="2007-06-30", lang="en"))
