"""A report stays short however much a project has, and says what it leaves out and where that stands."""

import csv
import gzip
import re
import shutil
from html import unescape

import pandas as pd
import pytest
from click.testing import CliRunner
from conftest import ROOT

import kpeval as kp
from kpeval.cli import main
from kpeval.present.chosen import activity_ranks, calling, calling_indicators
from kpeval.present.display import Omitted, Table

MANY = 40
MOST, MOST_PACKED = 100 * 1024, 25 * 1024  # bytes of a page, as tests/test_pages.py has them
DAY = "2023-12-31"


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        told = csv.DictWriter(file, list(rows[0]))
        told.writeheader()
        told.writerows(rows)


def many(folder, table, key, follows=()):
    """The table's rows again and again under other ids until there are `MANY`, and those of the tables that follow."""
    rows = rows_of(folder / f"{table}.csv")
    copies = [(row, {**row, key: f"{row[key]}.{number}"}) for number in range(MANY // len(rows) + 1) for row in rows]
    again = [(old, new if not new[key].endswith(".0") else old) for old, new in copies][:MANY]
    written(folder / f"{table}.csv", [new for _, new in again])
    for other in follows:
        told = rows_of(folder / f"{other}.csv")
        written(
            folder / f"{other}.csv",
            [{**row, key: new[key]} for old, new in again for row in told if row[key] == old[key]],
        )


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """The evaluation of the demo's project with 40 indicators, outputs and activities, in Czech."""
    place = tmp_path_factory.mktemp("crowded")
    folder = place / "data" / "demo"
    shutil.copytree(ROOT / "data" / "demo", folder)
    many(folder, "indicators", "indicator_id", ("targets", "measurements"))
    many(folder, "outputs", "output_id")
    many(folder, "activities", "activity_id")
    asked = ["report", "demo", "--data", str(place / "data"), "--out", str(place / "reports"), "--as-of", DAY]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        result = CliRunner().invoke(main, [*asked, "--since", "2022-12-31", "--lang", "cs"])
    assert result.exit_code == 0, result.output
    return (place / "reports" / "demo" / DAY / "evaluation.cs.html").read_bytes()


@pytest.mark.slow
def test_the_evaluation_of_40_indicators_outputs_and_activities_has_less_than_100_kb(crowded):
    assert len(crowded) < MOST
    assert len(gzip.compress(crowded, 9)) < MOST_PACKED


@pytest.mark.slow
def test_a_crowded_evaluation_says_what_it_leaves_out_and_where_that_stands(crowded):
    html = unescape(crowded.decode("utf-8")).replace("\u00a0", " ")
    notes = re.findall(r'<p class="note">(.*?)</p>', html)

    assert any("z celkem 40: to, co je nesplněno" in note and "zpráva o indikátorech" in note for note in notes)
    assert any("z celkem 40: to, co je v prodlení" in note and "zpráva o harmonogramu" in note for note in notes)
    assert any("zjištění z celkem" in note and "kpeval check" in note for note in notes)
    assert any("Změnil" in note and "ještě" in note and "zpráva o indikátorech" in note for note in notes)


class TestRowsThatCall:
    FRAME = pd.DataFrame({"name": list("abcde")})

    def test_a_frame_of_no_more_rows_than_fit_is_shown_whole(self):
        assert calling(self.FRAME, [None] * 5, 5) is self.FRAME
        assert calling(self.FRAME, [None] * 5, None) is self.FRAME

    def test_of_more_those_with_a_rank_in_their_order(self):
        assert calling(self.FRAME, [None, 3, None, 0, 1], 4)["name"].tolist() == ["b", "d", "e"]

    def test_of_more_that_call_than_fit_the_gravest_in_their_order(self):
        assert calling(self.FRAME, [2, 1, 2, 0, 2], 3)["name"].tolist() == ["a", "b", "d"]

    def test_where_none_calls_none_is_shown(self):
        assert calling(self.FRAME, [None] * 5, 2).empty

    def test_indicators_call_that_are_missed_behind_without_a_value_or_far_above(self):
        statuses = ["on_track", "behind", "overachieved", "missing", "qualitative", "not_achieved", "far_behind"]

        chosen = calling_indicators(pd.DataFrame({"status": statuses}), 6)

        assert chosen["status"].tolist() == ["behind", "overachieved", "missing", "not_achieved", "far_behind"]

    def test_the_activity_that_ends_latest_calls_most_and_one_in_time_not_at_all(self):
        timeline = pd.DataFrame(
            {
                "status": ["finished", "finished", "no_record", "under_way", "cancelled", "finished"],
                "days_late_end": [1, 80, None, 0, None, -3],
                "days_late_start": [0, 0, None, 5, None, 0],
                "outside_project": [False, False, False, False, False, False],
            }
        )

        assert activity_ranks(timeline) == [79, 0, 81, 82, 83, None]


@pytest.fixture(scope="module")
def demo():
    return kp.load("demo", ROOT / "data").known(DAY)


@pytest.fixture(scope="module")
def fulfilment(demo):
    return kp.indicator_fulfilment(demo.indicators, demo.targets, demo.measurements, demo.projects, as_of=DAY)


class TestShortTables:
    def test_the_table_of_indicators_counts_what_it_leaves_out(self, fulfilment):
        shown = kp.tables.indicator_fulfilment(fulfilment, lang="en", most=4)

        assert isinstance(shown, Table)
        assert len(shown.rows) == len(shown.result) == 4
        assert any(note.startswith("Shown are 4 of 16 indicators: what is missed") for note in shown.notes)

    def test_where_no_indicator_calls_a_sentence_says_so(self, fulfilment):
        achieved = fulfilment[fulfilment["status"] == "achieved"]

        shown = kp.tables.indicator_fulfilment(achieved, lang="en", most=4)

        assert isinstance(shown, Omitted)
        assert shown.told
        assert "report on the indicators" in str(shown)

    def test_the_workings_are_of_the_indicators_that_the_table_shows(self, fulfilment):
        table = kp.tables.indicator_fulfilment(fulfilment, lang="en", most=4)
        told = kp.workings.indicator_fulfilment(fulfilment, as_of=DAY, lang="en", most=4)

        names = [row[0].text for row in table.rows]
        assert 0 < len(told.lines) <= len(names)
        assert all(any(name.startswith(line.label) for name in names) for line in told.lines)

    def test_findings_are_cut_from_the_least_grave(self, demo):
        found = kp.findings(demo, as_of=DAY, lang="en")

        shown = kp.tables.findings(found, lang="en", most=3)

        assert shown.result["severity"].tolist() == found["severity"].tolist()[:3]
        assert f"Shown are 3 of {len(found)} findings" in shown.notes[0]

    def test_a_breakdown_is_never_cut_in_the_middle(self, demo):
        breakdown = kp.indicator_breakdown(demo, as_of=DAY)

        shown = kp.tables.indicator_breakdown(breakdown, lang="en", full=True, most=1)

        parts = shown.result.groupby(["indicator_id", "dimension"]).size()
        whole = breakdown.groupby(["indicator_id", "dimension"]).size()
        assert len(parts) < len(whole)
        assert parts.tolist() == whole.loc[parts.index].tolist()
        assert any("report on the indicators" in note for note in shown.notes)
