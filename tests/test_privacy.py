"""No small count of people can be read or computed from what is shown, on its day or from reports of other days."""

import math
import re
import zipfile
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pandas as pd
import pytest
from conftest import CELLS, COMPUTE, DAY, ROOT, brought_up_to_date, code, furnish, markdown, write_notebook
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import kpeval as kp
from kpeval.measures.breakdown import breakdown_counts
from kpeval.privacy import disclosure
from kpeval.privacy.audit import DisclosureError, Shown, exposed, interval
from kpeval.privacy.history import History
from kpeval.privacy.rules import Rules, rule_faults, rules_of
from kpeval.privacy.suppression import REST, Counts, Hidden, suppressed
from kpeval.reporting.asked import Wish, grid

NOTHING: Hidden = frozenset()


def counted(*days: Mapping[str, float], total: float | None = None, threshold: int = 5) -> list[Counts]:
    """Each day's counts; the total is their sum unless it is given."""
    sums = [float(sum(day.values())) if total is None else total for day in days]
    return [
        Counts(whole, {name: float(count) for name, count in day.items()}, threshold)
        for whole, day in zip(sums, days, strict=True)
    ]


def seen(days: list[Counts], hidden: list[Hidden]) -> list[Shown]:
    return disclosure._seen(History(True, True, days), hidden)


def hide(days: list[Counts], grows: bool = True) -> list[Hidden]:
    """What is hidden, as a report has it: where the audit fails, suppression asks it for each day."""
    hidden = suppressed(days, grows)
    if exposed(seen(days, hidden), grows):
        hidden = suppressed(days, grows, lambda tried: bool(exposed(seen(days, tried), grows)))
    return hidden


# --- worked by hand ---


def test_a_small_count_alone_is_known_exactly_from_the_total():
    days = counted({"women": 19, "men": 3})
    alone = seen(days, [frozenset({"men"})])

    assert interval(alone, True, (0, "men")) == (3, 3)
    assert exposed(alone, True) == [(0, "men")]


def test_with_a_second_cell_hidden_it_is_not():
    days = counted({"women": 19, "men": 3})

    assert suppressed(days, True) == [{"women", "men"}]
    assert interval(seen(days, [frozenset({"women", "men"})]), True, (0, "men")) == (1, 21)


def test_a_percentage_is_a_count_where_the_total_is_known():
    """13.6 % of 22 is 3: shares of hidden counts are hidden with them, and those shown are counts to the audit."""
    assert round(0.136 * 22) == 3
    shown = kp.indicator_breakdown(project({"sex": {"women": [19], "men": [3]}}), as_of="2021-12-31")
    assert shown["suppressed"].all()
    assert shown["share"].isna().all()


def test_the_smallest_other_count_is_hidden_and_large_ones_stay():
    assert suppressed(counted({"a": 30, "b": 8, "c": 3}), True) == [{"b", "c"}]


def test_two_small_counts_that_hide_each_other_need_a_third():
    """1 + 2 of 3 known: each lies between 1 and 2."""
    assert suppressed(counted({"a": 30, "b": 8, "c": 1, "d": 2}), True) == [{"b", "c", "d"}]


def test_small_counts_that_hide_each_other_well_need_no_other():
    assert suppressed(counted({"a": 30, "b": 4, "c": 3}), True) == [{"b", "c"}]


def test_what_was_hidden_in_vain_is_shown_again():
    """1 and 5 of 6 known would lie between 1 and 5, too close; with the 20 hidden, the 5 may be seen."""
    assert suppressed(counted({"a": 30, "b": 1, "c": 5, "d": 20}), True) == [{"b", "d"}]


def test_zeros_are_shown():
    assert suppressed(counted({"a": 0, "b": 0}), True) == [NOTHING]
    assert suppressed(counted({"a": 20, "b": 3, "c": 0}), True) == [{"a", "b"}]


def test_nothing_is_hidden_where_nothing_is_small():
    assert suppressed(counted({"a": 5, "b": 20}, {"a": 6, "b": 30}), True) == [NOTHING, NOTHING]


@pytest.mark.parametrize("cells", [{"a": 3}, {"a": 1, "b": 2}, {"a": 3, "b": 0}, {"a": 3, "b": 3}])
def test_a_breakdown_of_few_people_is_withheld_whole(cells):
    """Even with all cells hidden a total of 6 leaves each of two between 1 and 5: closer than the threshold."""
    assert suppressed(counted(cells), True) == [None]


def test_one_category_that_is_the_total_is_withheld_where_it_is_small():
    assert suppressed(counted({"a": 4}), True) == [None]
    assert suppressed(counted({"a": 5}), True) == [NOTHING]


def test_what_is_not_broken_down_counts_as_a_category():
    assert suppressed(counted({"a": 30, "b": 10, REST: 2}), True) == [{"b", REST}]


def test_special_categories_have_a_threshold_of_their_own():
    assert suppressed(counted({"a": 30, "b": 9}, threshold=10), True) == [{"a", "b"}]
    assert suppressed(counted({"a": 30, "b": 9}, threshold=5), True) == [NOTHING]


def test_a_count_that_grows_from_3_to_6_may_be_shown_then():
    """Between 1 and 6: as far apart as the threshold wants."""
    days = counted({"women": 20, "men": 3}, {"women": 25, "men": 6})

    assert hide(days) == [{"women", "men"}, NOTHING]
    assert interval(seen(days, hide(days)), True, (0, "men")) == (1, 6)


def test_a_count_that_grows_from_3_to_5_stays_hidden_for_it_would_tell_of_the_first_day():
    days = counted({"women": 20, "men": 3}, {"women": 25, "men": 5})

    assert exposed(seen(days, [frozenset({"women", "men"}), NOTHING]), True) == [(0, "women"), (0, "men")]
    assert hide(days) == [{"women", "men"}, {"women", "men"}]


def test_a_count_that_did_not_grow_differences_out():
    """Women the same as before: of 23 on the first day at least 3 were men then, and at most the 6 of the second."""
    days = counted({"women": 20, "men": 3}, {"women": 20, "men": 6})
    both = frozenset({"women", "men"})

    assert interval(seen(days, [both, NOTHING]), True, (0, "men")) == (3, 6)
    assert hide(days) == [both, both]


def test_counts_that_may_fall_are_judged_day_by_day():
    days = counted({"women": 20, "men": 3}, {"women": 25, "men": 5})

    assert hide(days, grows=False) == [{"women", "men"}, NOTHING]


def test_a_withheld_day_is_not_told_by_the_next_one():
    """After 10 and 10 a single person more: if 10 and 10 were shown again, who that was would be plain."""
    days = counted({"a": 10, "b": 10}, {"a": 10, "b": 10, "c": 1}, {"a": 10, "b": 10, "c": 6})

    hidden = hide(days)
    assert hidden[:2] == [NOTHING, None]
    assert hidden[2] != NOTHING
    assert exposed(seen(days, [NOTHING, None, NOTHING]), True)


def test_categories_of_more_than_the_total_are_withheld_where_one_is_small():
    """They may overlap; or the total is late, and another dimension tells it: 10 + 13 in two towns, less 20 men."""
    assert hide(counted({"men": 20, "women": 3}, total=18)) == [None]
    assert hide(counted({"old": 15, "poor": 8, "ill": 9}, total=20)) == [NOTHING]


def test_after_a_correction_the_days_that_grow_are_still_held_against_each_other():
    """30-49 falls from hidden to 0; but from 12 of one day and 13 together of a later one follow 12 and 1."""
    before = {"30+": 20.0, "30-49": None, "do 29": None}
    shown = [
        Shown(31.0, before, 5, False, REST),
        Shown(38.0, {"30+": 20.0, "30-49": 0.0, "do 29": 12.0, REST: 6.0}, 5, False, REST),
        Shown(38.0, {"30+": 20.0, "30-49": 5.0, "do 29": None, REST: None}, 5, False, REST),
    ]

    assert {(2, "do 29"), (2, REST)} <= set(exposed(shown, True))


@pytest.mark.parametrize("category", ["autismus", "držitelé ZTP/P", "OZP", "lidé bez přístřeší", "nevidomí"])
def test_special_categories_are_known_by_their_names(category):
    assert Rules().least("skupina", [category]) == Rules().special_threshold


def test_what_a_day_hides_depends_on_no_later_one():
    days = counted(
        {"a": 9, "b": 3, "c": 20}, {"a": 9, "b": 4, "c": 21}, {"a": 12, "b": 5, "c": 30}, {"a": 13, "b": 9, "c": 30}
    )

    for place in range(1, len(days)):
        assert hide(days[:place]) == hide(days)[:place]


# --- laws ---


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Counts], bool]:
    names = "abc"[: draw(st.integers(1, 3))]
    grows = draw(st.booleans())
    threshold = draw(st.sampled_from([3, 4, 5]))
    cells = {name: draw(st.sampled_from([0, 0, 1, 2, 3, 5, 8])) for name in names}
    days = []
    for day in range(draw(st.integers(1, 3))):
        if day:
            steps = [0, 0, 1, 2, 3, 6] if grows else [-2, 0, 1, 4]
            cells = {name: max(0, count + draw(st.sampled_from(steps))) for name, count in cells.items()}
        rest = draw(st.sampled_from([0, 0, 1, 2, 6, -1]))
        total = max(0, sum(cells.values()) + rest)
        known = {name: float(count) for name, count in cells.items()} | ({REST: float(rest)} if rest > 0 else {})
        days.append(Counts(float(total), known, threshold))
    return days, grows


def fillings(day: Shown, names: list[str], overlap: bool) -> Iterator[dict[str, float]]:
    """Every way to fill in the hidden cells of a day with whole numbers."""
    top = range(int(day.total) + 1)
    if day.cells is None:
        for tried in product(top, repeat=len(names)):
            if overlap or sum(tried) <= day.total:
                yield dict(zip(names, tried, strict=True))
        return
    hidden = [name for name, cell in day.cells.items() if cell is None]
    left = day.total - sum(cell for cell in day.cells.values() if cell is not None)
    for tried in product(top[1:], repeat=len(hidden)):
        if sum(tried) > left if day.over else sum(tried) == left or not hidden:
            yield {**day.cells, **dict(zip(hidden, tried, strict=True))}


def enumerated(days: list[Shown], grows: bool) -> dict[tuple[int, str], tuple[float, float]]:
    """Between which values each hidden cell lies, by trying all; empty where nothing fits."""
    names = sorted({name for day in days for name in (day.cells or {}) if name != REST})
    overlap = any(day.over for day in days)
    ways = [list(fillings(day, names, overlap)) for day in days]

    def follows(place: int, before: dict[str, float], after: dict[str, float]) -> bool:
        one, two = days[place - 1], days[place]
        if not grows or two.total < one.total:
            return True
        for name in before.keys() & after.keys() - {REST}:
            known = all(day.cells is not None and day.cells.get(name) is not None for day in (one, two))
            if before[name] > after[name] and not known:
                return False
        return True

    for place in range(1, len(days)):
        ways[place] = [way for way in ways[place] if any(follows(place, one, way) for one in ways[place - 1])]
    for place in range(len(days) - 1, 0, -1):
        ways[place - 1] = [way for way in ways[place - 1] if any(follows(place, way, one) for one in ways[place])]
    if not all(ways):
        return {}
    found = {}
    for place, day in enumerate(days):
        for name in names if day.cells is None else [name for name, cell in day.cells.items() if cell is None]:
            values = [way[name] for way in ways[place]]
            found[place, name] = (min(values), max(values))
    return found


@settings(max_examples=60)
@given(histories())
def test_no_hidden_count_can_be_recovered_and_trying_all_numbers_agrees(history):
    days, grows = history
    hidden = hide(days, grows)
    shown = seen(days, hidden)

    assert exposed(shown, grows) == []
    assume(all(day.total <= 18 for day in days))
    for place, between in enumerated(shown, grows).items():
        assert interval(shown, grows, place) == between
        if hidden[place[0]] is not None:
            assert between[1] - between[0] >= days[place[0]].threshold


@settings(max_examples=60)
@given(histories(), st.integers(1, 3))
def test_a_total_that_becomes_known_later_gives_no_hidden_count_away(history, unknown):
    known, grows = history
    early = [
        Counts(math.nan, {name: count for name, count in day.cells.items() if name != REST}, day.threshold)
        for day in known[:unknown]
    ]
    days = [*early, *known[unknown:]]

    assert exposed(seen(days, hide(days, grows)), grows) == []


def test_where_the_total_is_not_known_yet_a_breakdown_with_a_small_count_is_withheld():
    """It may turn out to be as small as 4, and it stays: what was shown as hidden before would be known to be below."""
    days = [Counts(math.nan, {"a": 2.0, "b": 1.0}, 5), Counts(4.0, {"a": 2.0, "b": 1.0, REST: 1.0}, 5)]

    assert hide(days) == [None, None]
    assert exposed(seen(days, hide(days)), True) == []


def test_a_small_total_hides_nothing_of_the_days_when_it_is_large():
    """It stays, so what it tells of the days before cannot be helped by what later days hide."""
    days = [
        Counts(math.nan, {"a": 2.0, "b": 1.0}, 5),
        Counts(4.0, {"a": 2.0, "b": 1.0, REST: 1.0}, 5),
        Counts(60.0, {"a": 20.0, "b": 40.0}, 5),
    ]

    assert hide(days) == [None, None, NOTHING]


@settings(max_examples=100)
@given(histories())
def test_small_counts_are_hidden_zeros_are_shown_and_nothing_else_is_hidden_in_vain(history):
    days, grows = history
    hidden = hide(days, grows)
    small = [{name for name, count in day.cells.items() if 0 < count < day.threshold} for day in days]

    for day, few, none in zip(days, small, hidden, strict=True):
        if none is not None:
            assert few <= none
            assert all(day.cells[name] > 0 for name in none)
    if not any(small):
        assert hidden == [NOTHING] * len(days)
    for extra in (hidden[-1] or NOTHING) - small[-1]:  # each hidden one is needed, others being as they are
        assert exposed(seen(days, [*hidden[:-1], (hidden[-1] or NOTHING) - {extra}]), grows)


@settings(max_examples=60)
@given(histories())
def test_a_day_is_blind_to_the_days_after_it(history):
    days, grows = history
    assert hide(days[:-1], grows) == hide(days, grows)[:-1]


# --- what of a project may be seen ---


def project(
    breakdowns: Mapping[str, Mapping[str, list[float]]],
    total: list[float] | None = None,
    settings: Mapping[str, Any] | None = None,
    **indicator: Any,
) -> kp.Project:
    """The demo project with one indicator, measured once a month: dimension → category → values."""
    first = next(iter(breakdowns.values()))
    sums = total if total is not None else [sum(values) for values in zip(*first.values(), strict=True)]
    rows = [(month, value, None, None) for month, value in enumerate(sums)]
    for dimension, categories in breakdowns.items():
        for category, values in categories.items():
            rows += [(month, value, dimension, category) for month, value in enumerate(values)]
    measurements = pd.DataFrame(
        {
            "project_id": "demo",
            "indicator_id": "I",
            "measured_on": [pd.Timestamp(2021, 1 + month, 28) for month, *_ in rows],
            "actual": [value for _, value, _, _ in rows],
            "dimension": pd.array([row[2] for row in rows], dtype="str"),
            "category": pd.array([row[3] for row in rows], dtype="str"),
        }
    )
    told = {"indicator_id": "I", "name": "Účastníci", "unit": "osoby", "accumulation": "latest"} | indicator
    frame = pd.DataFrame({"project_id": "demo", "recorded_on": pd.NaT, "direction": "increase", **told}, index=[2])
    whole = kp.load("demo", ROOT / "data")
    tables = {**whole.tables, "indicators": frame, "measurements": measurements.assign(recorded_on=pd.NaT)}
    return kp.Project("demo", tables, whole.settings | {"privacy": settings or {}}, whole._files)


def cells_of(shown: pd.DataFrame) -> dict[str, float | str]:
    """Category → its number, [c] where it is hidden; withheld where the dimension is."""
    return {
        "withheld" if isinstance(row.withheld, str) else row.category if row.part == "category" else "rest": "[c]"
        if row.suppressed
        else row.actual
        for row in shown.itertuples()
    }


def test_a_breakdown_of_things_is_shown_whole():
    shown = kp.indicator_breakdown(project({"group": {"a": [1], "b": [2]}}, unit="schůzky"), as_of="2021-12-31")

    assert cells_of(shown) == {"a": 1, "b": 2}
    assert not shown["people"].any()


@pytest.mark.parametrize(
    ("unit", "accumulation", "dimension", "people"),
    [
        ("osoby", "latest", "místo", True),
        ("schůzky", "sum", "pracovní skupina", False),
        ("schůzky", "sum", "pohlaví", True),  # only people have one
        ("osobo-hodiny", "sum", "místo", True),
        ("hours", "sum", "place", False),
        ("persons", "sum", "place", True),
        ("dokumenty", "persons", "místo", True),
        ("kontakty", "sum", "place", True),  # on no list: better one number too few
        (None, None, "place", True),
    ],
)
def test_a_breakdown_counts_people_unless_the_unit_clearly_does_not(unit, accumulation, dimension, people):
    assert Rules().counts_people(unit, accumulation, dimension) is people


@pytest.mark.parametrize(
    ("dimension", "categories", "least"),
    [
        ("sex", ["women", "men"], 5),
        ("health", ["good", "bad"], 10),
        ("zdravotní stav", [], 10),
        ("cílová skupina", ["senioři", "Osoby se zdravotním postižením"], 10),
        ("target group", ["seniors", "Roma"], 10),
        ("odborníci", ["lékaři"], 5),
    ],
)
def test_special_categories_are_known_by_the_dimension_or_a_category(dimension, categories, least):
    assert Rules().least(dimension, categories) == least


def test_the_thresholds_are_those_of_the_project():
    facts = {"sex": {"women": [20], "men": [8]}}

    assert cells_of(kp.indicator_breakdown(project(facts), as_of="2021-12-31")) == {"men": 8, "women": 20}
    strict = project(facts, settings={"threshold": 9})
    assert cells_of(kp.indicator_breakdown(strict, as_of="2021-12-31")) == {"men": "[c]", "women": "[c]"}
    special = project(facts, settings={"special": ["sex"]})
    assert cells_of(kp.indicator_breakdown(special, as_of="2021-12-31")) == {"men": "[c]", "women": "[c]"}
    things = project({"place": {"a": [20], "b": [3]}}, settings={"things": ["kontakt*"]}, unit="kontakty")
    assert cells_of(kp.indicator_breakdown(things, as_of="2021-12-31")) == {"a": 20, "b": 3}


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"treshold": 5}, "project.toml, privacy.treshold: unknown key - did you mean 'threshold'?"),
        ({"threshold": 1}, "project.toml, privacy.threshold: '1' is not a whole number from 3 to 1000"),
        ({"threshold": True}, "project.toml, privacy.threshold: 'True' is not a whole number from 3 to 1000"),
        ({"threshold": "5"}, "project.toml, privacy.threshold: '5' is not a whole number from 3 to 1000"),
        (
            {"special_threshold": 4},
            "project.toml, privacy.special_threshold: 4 is less than the threshold for all people, 5",
        ),
        (
            {"special": "health"},
            'project.toml, privacy.special: is not a list of words: write it like ["health", "zdrav*"]',
        ),
    ],
)
def test_what_is_wrong_in_the_settings_is_told(told, fault):
    assert [str(one) for one in rule_faults(told)] == [fault]


def test_a_high_threshold_is_one_for_special_categories_too():
    assert list(rule_faults({"threshold": 20})) == []
    assert rules_of({"threshold": 20}).special_threshold == 20


def test_a_rate_of_people_of_whom_nobody_says_how_many_they_are_is_not_shown():
    rate = project({"sex": {"women": [80.0], "men": [60.0]}}, total=[70.0], unit="%", scale="rate")
    shown = kp.indicator_breakdown(rate, as_of="2021-12-31")

    assert list(shown["withheld"]) == ["no_base"]
    assert shown[["actual", "share"]].isna().all(axis=None)


@pytest.mark.parametrize(("parts", "withheld"), [([(20, 30), (10, 40)], False), ([(20, 30), (3, 40)], True)])
def test_a_ratio_is_shown_where_it_never_was_one_of_few_people(parts, withheld):
    facts = project({"sex": {"women": [0], "men": [0]}}, unit="podíl", accumulation="ratio")
    rows = facts.measurements.assign(
        numerator=[sum(n for n, _ in parts), *(n for n, _ in parts)],
        denominator=[sum(d for _, d in parts), *(d for _, d in parts)],
    )
    shown = kp.indicator_breakdown(
        kp.Project("demo", {**facts.tables, "measurements": rows}, facts.settings, facts._files), as_of="2021-12-31"
    )

    assert list(shown["withheld"].notna()) == ([True] if withheld else [False, False])


def test_a_special_category_that_appears_later_changes_nothing_of_what_was_published():
    facts = {"group": {"seniors": [20, 30], "families": [8, 9], "migrants": [math.nan, 12]}}
    both = project(facts, total=[28, 51])

    assert cells_of(kp.indicator_breakdown(both, as_of="2021-01-31")) == {"families": 8, "seniors": 20}
    later = cells_of(kp.indicator_breakdown(both, as_of="2021-12-31"))
    assert later["families"] == "[c]"  # 9 is small now


@pytest.mark.parametrize("as_of", ["2021-12-31", "2022-06-30", "2022-12-31", "2023-05-31", "2023-12-31"])
def test_no_small_count_of_the_demo_is_in_what_may_be_seen(as_of):
    demo = kp.load("demo", ROOT / "data").known(as_of)
    shown = kp.indicator_breakdown(demo, as_of=as_of)
    people = shown[shown["people"]]

    assert people["suppressed"].any()
    assert not people["actual"].between(1, 4).any()
    assert people.loc[people["suppressed"], ["actual", "share"]].isna().all(axis=None)


def test_the_demo_shows_secondary_suppression_and_a_withheld_breakdown():
    demo = kp.load("demo", ROOT / "data")
    counts = breakdown_counts(demo.indicators, demo.measurements, as_of="2022-12-31")
    shown = kp.indicator_breakdown(demo, as_of="2022-12-31")
    both = counts.merge(shown, on=["indicator_id", "dimension", "part", "category"], suffixes=("_counted", ""))

    assert (both["suppressed"] & (both["actual_counted"] >= 5)).any()
    assert "few" in set(kp.indicator_breakdown(demo, as_of="2021-12-31")["withheld"].dropna())


def only_small(days: list[Counts], grows: bool, recoverable: object = None) -> list[Hidden]:
    """Suppression as it must not be: the small counts alone."""
    return [frozenset(name for name, count in day.cells.items() if 0 < count < day.threshold) for day in days]


def test_a_failed_audit_is_an_error_that_holds_no_number_of_people(monkeypatch):
    monkeypatch.setattr(disclosure, "suppressed", only_small)

    with pytest.raises(DisclosureError, match=r"^indicator I: 1 hidden counts of people could be computed$"):
        kp.indicator_breakdown(project({"sex": {"women": [19], "men": [3]}}), as_of="2021-12-31")


# --- what is shown ---


def test_presenters_refuse_counts_of_which_nobody_decided_whether_they_may_be_seen():
    demo = kp.load("demo", ROOT / "data")
    counts = breakdown_counts(demo.indicators, demo.measurements, as_of="2023-12-31")

    for present in (kp.tables.indicator_breakdown, kp.sentences.indicator_breakdown):
        with pytest.raises(ValueError, match=r"as kp\.indicator_breakdown gives it"):
            present(counts, lang="en")
        with pytest.raises(ValueError, match="marked as not to be seen"):
            present(counts.assign(suppressed=True, people=True, withheld=None), lang="en")


def test_a_hidden_number_is_shown_as_confidential_with_its_share_and_explained():
    shown = kp.indicator_breakdown(project({"sex": {"women": [19], "men": [3]}}), as_of="2021-12-31")
    table = kp.tables.indicator_breakdown(shown, lang="en")

    assert [[cell.text for cell in row[:3]] for row in table.rows] == [
        ["men", "[c]", "[c]"],
        ["women", "[c]", "[c]"],
        ["total", "22", "100.0%"],
    ]
    assert table.notes == (
        "[c]: confidential, fewer than 5 people, or hidden so that such a number cannot be computed.",
    )
    said = str(kp.sentences.indicator_breakdown(shown, lang="en"))
    assert said.endswith("2 numbers are not shown, so that nobody in a small group can be recognised.")


def test_the_frame_in_the_notebook_holds_no_hidden_number():
    shown = kp.indicator_breakdown(project({"sex": {"women": [19], "men": [3]}}), as_of="2021-12-31")
    bundle, _ = kp.tables.indicator_breakdown(shown, lang="en")._repr_mimebundle_()
    rows = bundle["application/vnd.dataresource+json"]["data"]

    assert [(row["actual"], row["share"], row["suppressed"]) for row in rows] == [(None, None, True)] * 2


def test_a_withheld_breakdown_says_why():
    shown = kp.indicator_breakdown(project({"sex": {"women": [2], "men": [1]}}), as_of="2021-12-31")

    assert str(kp.tables.indicator_breakdown(shown, lang="en")) == (
        "No breakdown can be shown: the people in it are too few."
    )
    assert "so few that their numbers could be computed" in str(kp.sentences.indicator_breakdown(shown, lang="en"))


@pytest.mark.parametrize("name", ["ostrava", "usti"])
def test_where_no_breakdown_is_stated_that_is_said(name):
    shown = kp.indicator_breakdown(kp.load(name, ROOT / "data"), as_of="2023-12-31")

    assert str(kp.sentences.indicator_breakdown(shown, lang="en")) == (
        "No breakdown of people, by sex or age say, is stated."
    )


def test_counts_that_may_not_be_seen_are_not_public_and_no_notebook_shows_a_table_of_them():
    assert not {"breakdown_counts", "breakdown_states"} & set(kp.__all__)
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert "breakdown_counts" not in text
        assert "display(facts.measurements" not in text


# --- a report ---

HIDDEN = (
    "7528",
    "7,528",
    "7.7%",
    "7.72",
    "0.0772",
    "0.0771",
)  # the second number hidden, its share
SHOWING = [
    CELLS[3],  # the cover
    markdown("ask-reached", "## Who was reached\n\nOf whom?"),
    code("say", "kp.sentences.indicator_breakdown(breakdown, lang=lang)"),
    code("table", "kp.tables.indicator_breakdown(breakdown, lang=lang)"),
    code("provenance", "kp.provenance(facts, as_of=as_of, lang=lang)"),
]
MEASURED = "\nbreakdown = kp.indicator_breakdown(facts, as_of=as_of)"
FAKED = """
import kpeval.privacy.disclosure
kpeval.privacy.disclosure.suppressed = lambda days, grows, recoverable=None: [
    frozenset(name for name, count in day.cells.items() if 0 < count < day.threshold) for day in days
]"""


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """A report on 97,531 people of whom 3 and 7,528 must be hidden, and one whose suppression was tampered with."""
    folder = tmp_path_factory.mktemp("reached")
    furnish(folder)
    write_notebook(folder / "notebooks" / "small.ipynb", *CELLS[:2], code("compute", COMPUTE + MEASURED), *SHOWING)
    tampered = code("compute", COMPUTE + FAKED + MEASURED)
    write_notebook(folder / "notebooks" / "tampered.ipynb", *CELLS[:2], tampered, *SHOWING)
    data = folder / "data" / "pilot"
    (data / "indicators.csv").write_text("indicator_id,code,name,unit\nI,60000,Participants,persons\n")
    (data / "measurements.csv").write_text(
        "indicator_id,measured_on,actual,dimension,category,comment\n"
        "I,2021-06-30,97531,,,\nI,2021-06-30,90000,sex,women,\nI,2021-06-30,7528,sex,men,\nI,2021-06-30,3,sex,others,\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        reports = grid(["pilot"], [DAY], ["small", "tampered"], ["en"])
        wishes = dict.fromkeys(reports, Wish(("html", "xlsx")))
        outcomes = brought_up_to_date(reports, folder, wishes=wishes)
        return {outcome.report.notebook: outcome for outcome in outcomes}


@pytest.mark.slow
def test_no_part_of_a_report_holds_a_hidden_number(reported):
    """The page with its alternative texts and the record in it, the workbook, the name of every file."""
    assert (reported["small"].state, reported["small"].cause) == ("rendered", "")
    page = reported["small"].page
    text = page.read_text(encoding="utf-8")
    with zipfile.ZipFile(page.with_suffix(".xlsx")) as book:
        text += "".join(book.read(name).decode(errors="replace") for name in book.namelist())

    assert "97,531" in text
    assert "90,000" in text
    assert text.count("[c]") >= 5  # two numbers, two shares, the note
    assert [number for number in HIDDEN if number in text] == []
    (cells,) = re.findall(r"others</th>(.*?)</tr>", text)
    assert re.findall(r">([^<>]+)</td>", cells)[:2] == ["[c]", "[c]"]


@pytest.mark.slow
def test_a_report_whose_audit_fails_is_not_made_and_says_why_without_a_number(reported):
    outcome = reported["tampered"]

    assert outcome.state == "failed"
    assert outcome.cause == "cell compute: DisclosureError: indicator I: 1 hidden counts of people could be computed"
    assert not outcome.page.exists()


@pytest.mark.parametrize(
    ("unit", "people"),
    [
        *(("absolventi kurzů", True), ("course graduates", True), ("účasti na akci", True), ("příjemce služby", True)),
        *(("kurzy", False), ("hodiny jednání", False), ("h", False), ("", True)),
    ],
)
def test_a_unit_counts_things_only_where_each_of_its_words_names_a_thing(unit, people):
    assert Rules(5, 10, ()).counts_people(unit, "sum", "lokalita") is people


def test_a_breakdown_finer_than_another_is_withheld_where_a_number_in_it_is_small():
    """Of 12 users 9 are women: were both shown, 3 would be men."""
    role = {"users": [12], "providers": [27]}
    both = {"users, women": [9], "users, men": [3], "providers, women": [17], "providers, men": [10]}
    shown = kp.indicator_breakdown(project({"role": role, "role and sex": both}), as_of="2021-12-31")

    assert dict(zip(shown["dimension"], shown["withheld"].fillna(""), strict=True)) == {
        "role": "",
        "role and sex": "few",
    }
    assert shown.loc[shown["dimension"] == "role", "actual"].tolist() == [27, 12]


def test_a_breakdown_finer_than_another_is_shown_where_nothing_in_it_is_small():
    role = {"users": [16], "providers": [27]}
    both = {"users, women": [9], "users, men": [7], "providers, women": [17], "providers, men": [10]}
    shown = kp.indicator_breakdown(project({"role": role, "role and sex": both}), as_of="2021-12-31")

    assert not shown["suppressed"].any()
