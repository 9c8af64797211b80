"""Of what communication reached only that is shown from which nobody in a small group can be recognised."""

import itertools
import re
from dataclasses import replace

import pandas as pd
import pytest
from conftest import ROOT

import kpeval as kp
from kpeval.project import Project, load

HEADING = ["channel", "metric", "period", "value", "baseline", "group_id"]
GROUPS = pd.DataFrame({"group_id": ["G", "H"], "label": ["senioři", "osoby se zdravotním postižením"]})


def project(*rows: tuple[object, ...], **privacy: object) -> Project:
    """Ostrava with other figures of its communication, and other target groups."""
    sound = load("ostrava", ROOT / "data")
    reach = pd.DataFrame([(*row, *[None] * (6 - len(row))) for row in rows], columns=HEADING)
    tables = {**sound.tables, "reach": reach.assign(project_id="p"), "target_groups": GROUPS.assign(project_id="p")}
    return replace(sound, tables=tables, settings={**sound.settings, "privacy": privacy})


def shown(*rows: tuple[object, ...], **privacy: object) -> list[tuple[object, ...]]:
    result = kp.reach_change(project(*rows, **privacy), as_of="2018-12-31")
    names = ["value", "baseline", "change", "relative_change", "earlier", "share_of_group", "suppressed"]
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in result[names].itertuples(index=False)]


def test_a_small_number_of_people_is_hidden_and_the_threshold_itself_is_not():
    assert shown(("akce", "účastníci", "2018-06-30", 4)) == [(None, None, None, None, None, None, True)]
    assert shown(("akce", "účastníci", "2018-06-30", 5)) == [(5, None, None, None, None, None, False)]


def test_nobody_is_a_number_that_is_shown():
    assert shown(("akce", "účastníci", "2018-06-30", 0)) == [(0, None, None, None, None, None, False)]


def test_what_counts_things_is_shown_however_small():
    assert shown(("web", "články", "2018-06-30", 2, 1)) == [(2, 1, 1, 1, None, None, False)]
    assert shown(("web", "články o sociálních službách", "2018-06-30", 2, 1)) == [(2, 1, 1, 1, None, None, False)]


def test_a_small_baseline_takes_the_change_along_for_value_minus_change_would_tell_it():
    assert shown(("akce", "účastníci", "2018-06-30", 20, 3)) == [(20, None, None, None, None, None, True)]


def test_a_small_value_takes_the_change_along_for_baseline_plus_change_would_tell_it():
    assert shown(("akce", "účastníci", "2018-06-30", 3, 20)) == [(None, 20, None, None, None, None, True)]


def test_a_small_value_of_the_earlier_period_stays_hidden():
    rows = ("akce", "účastníci", "2018-06-30", 3), ("akce", "účastníci", "2018-09-30", 30)

    assert shown(*rows) == [(30, None, None, None, None, None, True)]


def test_of_a_special_category_ten_are_needed():
    assert shown(("akce", "účastníci", "2018-06-30", 9, None, "H")) == [(None, None, None, None, None, None, True)]
    assert shown(("akce", "účastníci", "2018-06-30", 9, None, "G")) == [(9, None, None, None, None, None, False)]


def test_the_town_may_set_another_threshold():
    assert shown(("akce", "účastníci", "2018-06-30", 9), threshold=10)[0][0] is None


def test_beside_the_number_of_all_no_group_is_shown_where_one_is_small():
    """20 in all, 17 of one group: the other three could be computed."""
    rows = [
        ("akce", "účastníci", "2018-06-30", value, None, group) for value, group in ((20, None), (17, "G"), (3, "H"))
    ]

    assert [row[0] for row in shown(*rows)] == [20, None, None]


def test_beside_the_number_of_all_no_group_is_shown_where_what_is_left_of_it_is_small():
    rows = [("akce", "účastníci", "2018-06-30", value, None, group) for value, group in ((40, None), (37, "G"))]

    assert [row[0] for row in shown(*rows)] == [40, None]


def test_the_share_of_a_group_goes_with_the_value():
    given = project(("akce", "účastníci", "2018-06-30", 4, None, "G"))
    sized = replace(
        given, tables={**given.tables, "target_groups": given.tables["target_groups"].assign(estimated_size=40)}
    )
    row = kp.reach_change(sized, as_of="2018-12-31").iloc[0]

    assert row["share_of_group"] is pd.NA or pd.isna(row["share_of_group"])


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_neither_table_nor_sentence_says_a_hidden_number(lang):
    rows = [
        ("akce", "účastníci", "2018-06-30", value, base, group)
        for value, base, group in ((20, 4, None), (17, 11, "G"), (3, 13, "H"))
    ]
    result = kp.reach_change(project(*rows), as_of="2018-12-31")
    table = kp.tables.reach_change(result, lang=lang)
    cells = [cell.text for row in table.rows for cell in row]

    assert cells.count("[c]") == 2 + 3 + 3, "of all: baseline and change; of each group its value, too"
    assert not {"3", "4", "16", "17", "11", "13", "6"} & set(cells)
    assert any("[c]" in note for note in table.notes)
    assert not re.search(r"\b(4|16|17|11|13|6)\b", str(kp.sentences.reach_change(result, lang=lang)))
    assert table.result["value"].isna().sum() == 2


VALUES = (0, 2, 5, 20)


def test_no_hidden_number_of_a_group_can_be_computed_from_what_is_shown():
    """All ways in which a total and two groups may be small, none or large."""
    for total, one, other in itertools.product((*VALUES, 40), VALUES, VALUES):
        rows = [
            ("akce", "účastníci", "2018-06-30", value, None, group)
            for value, group in ((total, None), (one, "G"), (other, "H"))
        ]
        seen = [row[0] for row in shown(*rows, special_threshold=5)]
        assert not any(value is not None and 0 < value < 5 for value in seen)
        hidden = [place for place, value in enumerate(seen[1:]) if value is None]
        if seen[0] is not None and len(hidden) == 1:
            left = (one, other)[1 - hidden[0]]
            assert left == 0, "what is shown of one group would tell the other"
