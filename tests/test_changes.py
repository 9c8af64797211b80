"""What changed: both days from the same data, each as it was known; what had no value has no difference."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from conftest import assert_same

import kpeval as kp
from kpeval.compared import Figure, framed, moves
from kpeval.present.display import Omitted

DATA = Path(__file__).parents[1] / "data"
NBSP, MINUS = "\u00a0", "\u2212"
EARLIER, LATER = pd.Timestamp("2021-12-31"), pd.Timestamp("2022-12-31")


@cache
def demo() -> kp.Project:
    return kp.load("demo", DATA)


@cache
def moved() -> pd.DataFrame:
    return kp.changes(demo(), since="2021-12-31", as_of="2022-12-31")


def row(frame: pd.DataFrame, figure: str, subject: str | None = None) -> pd.Series:
    rows = frame[frame["figure"].eq(figure)]
    return (rows if subject is None else rows[rows["subject"].eq(subject)]).iloc[0]


# --- what moved ---


def test_money_of_the_demo_moved_by_the_haler():
    spent = row(moved(), "spent")

    assert (spent["before"], spent["after"], spent["difference"]) == (1532685.50, 3517792.50, 1985107.00)


def test_each_day_has_the_figures_that_its_own_report_has():
    for column, day in (("before", "2021-12-31"), ("after", "2022-12-31")):
        facts = demo().known(day)
        money = kp.drawdown(facts.finance_plan, facts.transactions, facts.projects, as_of=day)
        tables = facts.indicators, facts.targets, facts.measurements, facts.projects
        reached = kp.indicator_fulfilment(*tables, as_of=day).set_index("indicator_id")
        actual = moved()[moved()["figure"].eq("actual")].set_index("subject")

        assert row(moved(), "spent")[column] == money["spent"].item()
        pd.testing.assert_series_equal(actual[column], reached["actual"], check_names=False)


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [(0.29, 0.36, 0.07), (0.36, 0.29, -0.07), (0.2, 0.1 + 0.2, 0.1), (1e12, 1e12 + 0.5, 0.5), (0.0, 0.0, 0.0)],
)
def test_a_difference_has_no_noise_of_binary_fractions(before, after, difference):
    first, last = ({("actual", "I"): Figure("quantity", value)} for value in (before, after))
    frame = framed("p", EARLIER, LATER, first, last, None)

    assert frame["difference"].tolist() == [difference]


def test_what_had_no_value_has_no_difference():
    piloted = row(moved(), "actual", "I15")

    assert pd.isna(piloted["before"])
    assert piloted["after"] == 9
    assert pd.isna(piloted["difference"])
    assert (bool(piloted["moved"]), piloted["reason"]) == (True, "not_before")


def test_a_target_that_was_revised_is_a_move_of_its_own():
    target = row(moved(), "target", "I02")

    assert (target["before"], target["after"], bool(target["moved"])) == (5, 4, True)


def test_a_status_is_told_as_a_word_on_both_days():
    status = row(moved(), "status", "I02")

    assert (status["before_status"], status["after_status"]) == ("behind", "on_track")


def test_measures_that_are_handed_in_give_the_same():
    facts, as_of = demo().known("2022-12-31"), "2022-12-31"
    tables = facts.indicators, facts.targets, facts.measurements, facts.projects
    findings = kp.findings(facts, as_of=as_of, lang="cs")
    handed = {"fulfilment": kp.indicator_fulfilment(*tables, as_of=as_of), "findings": findings}

    assert_same(kp.changes(facts, since="2021-12-31", as_of=as_of, **handed), moved())


def test_a_measure_of_another_project_is_refused():
    other = kp.reconciliation(kp.load("usti", DATA).funding, kp.load("usti", DATA).projects)

    with pytest.raises(ValueError, match="another project"):
        kp.changes(demo(), since="2021-12-31", as_of="2022-12-31", reconciliation=other)


# --- laws ---


def test_between_a_day_and_itself_nothing_moves():
    same = moves(demo(), LATER, LATER)

    assert not same["moved"].any()
    assert set(same["difference"].dropna()) == {0.0}


def test_swapped_days_turn_every_sign():
    there, back = moves(demo(), EARLIER, LATER), moves(demo(), LATER, EARLIER)

    assert_same(there[["figure", "subject", "moved"]], back[["figure", "subject", "moved"]])
    pd.testing.assert_series_equal(there["difference"], -back["difference"])
    pd.testing.assert_series_equal(there["before"], back["after"], check_names=False)


def test_the_order_of_rows_is_irrelevant():
    shuffled = {name: table.sample(frac=1, random_state=7) for name, table in demo().tables.items()}

    assert_same(moves(replace(demo(), tables=shuffled), EARLIER, LATER), moves(demo(), EARLIER, LATER))


# --- days that cannot be compared ---


@pytest.mark.parametrize("since", ["2022-12-31", "2023-01-01"])
def test_a_day_that_is_not_earlier_is_refused(since):
    for refused in (
        kp.changes,
        lambda *it, **day: kp.cover(*it, kp.project_period(it[0].projects, as_of=LATER), lang="en", **day),
    ):
        with pytest.raises(ValueError, match=f"since {since} is not before as_of 2022-12-31"):
            refused(demo(), since=since, as_of="2022-12-31")


@pytest.mark.parametrize("since", ["loni", "2021-13-01", "2021"])
def test_what_is_no_day_is_refused(since):
    with pytest.raises(ValueError, match="day"):
        kp.changes(demo(), since=since, as_of="2022-12-31")


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "No earlier day to compare with."), ("cs", "Není dřívější den, s nímž by se srovnávalo.")],
)
def test_without_an_earlier_day_that_is_all_that_is_said(lang, words):
    nothing = kp.changes(demo(), since="", as_of="2022-12-31")

    assert nothing.empty
    assert str(kp.sentences.changes(nothing, lang=lang)).replace(NBSP, " ") == words
    assert isinstance(kp.tables.changes(nothing, lang=lang), Omitted)


# --- how it is told ---


def cells(lang: str = "en") -> dict[str, list[str]]:
    rows = kp.tables.changes(moved(), lang=lang).rows
    return {line[0].text: [cell.text.replace(NBSP, " ") for cell in line[1:]] for line in rows}


def test_only_what_moved_is_listed():
    shown = cells()

    assert "Cost covered by the sources" not in shown
    assert "Zapojení uživatelů do rozhodování" not in shown
    assert shown["Time elapsed"] == ["33.3%", "66.7%", "+33.3 pp"]
    assert shown["Money spent"] == ["CZK 1,532,685.50", "CZK 3,517,792.50", "+CZK 1,985,107.00"]
    assert shown["Průměrná doba čekání na pečovatelskou službu"] == ["60; behind", "52; on track", f"{MINUS}8"]


def test_what_is_printed_in_percent_differs_by_points():
    assert cells()["Informovanost obyvatel o komunitním plánu"] == ["22%", "29%", "+7.0 pp"]
    assert cells()["Podíl připomínek vypořádaných do 30 dnů"][-1] == "+20.7 pp"


def test_what_was_not_stated_before_says_so():
    assert cells()["Osoby podpořené v pilotním ověření koordinované péče"] == [
        "not stated; not yet due",
        "9; behind",
        "not stated before",
    ]


def test_a_revised_target_stands_beside_the_value():
    name = "80500 Počet napsaných a zveřejněných analytických a strategických dokumentů"

    assert cells("cs")[name] == ["1 (cíl 5); opožděno", "3 (cíl 4); v souladu s plánem", "+2"]


def test_the_sentence_says_that_nothing_else_moved_and_what_was_not_compared():
    said = str(kp.sentences.changes(moved(), lang="en")).replace(NBSP, " ")

    assert said.startswith("From 31 Dec 2021 to 31 Dec 2022 these moved: time elapsed, money spent,")
    assert "14 indicators. Nothing else moved." in said
    assert "Of these, not stated before, and stated now: 1 indicator. No difference is computed." in said
    assert "Not compared, for neither day has a value: 2 indicators." in said


def test_where_nothing_moved_the_table_is_left_out():
    still = moves(demo(), LATER, LATER)

    assert isinstance(kp.tables.changes(still, lang="cs"), Omitted)
    assert "žádný klíčový údaj nezměnil" in str(kp.sentences.changes(still, lang="cs")).replace(NBSP, " ")


def test_a_move_below_a_tenth_of_a_point_is_not_shown_as_none():
    one = moved()[moved()["figure"].eq("share_spent")].assign(before=0.5, after=0.5002, difference=0.0002)

    assert kp.tables.changes(one, lang="en").rows[0][-1].text == "less than 0.1 pp"


def test_the_cover_tells_the_day_that_is_compared_with():
    period = kp.project_period(demo().projects, as_of=LATER)
    with_it = kp.cover(demo(), period, since="2021-12-31", as_of="2022-12-31", lang="en")
    without = kp.cover(demo(), period, as_of="2022-12-31", lang="en")

    assert with_it.facts["Compared with"].replace(NBSP, " ") == "31 Dec 2021"
    assert "Compared with" not in without.facts


def test_an_indicator_of_which_the_status_moved_is_not_called_not_compared():
    project = kp.load("ostrava", DATA)
    changes = kp.changes(project, since="2018-12-31", as_of="2019-10-31")
    said = str(kp.sentences.changes(changes, lang="en")).replace(NBSP, " ")

    assert "2 indicators. Nothing else moved." in said
    assert "indicator" not in said.partition("Not compared")[2]
