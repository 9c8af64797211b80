"""A page carries its record: what it says to programs is what it was made from, safe, exact, and sealed."""

import hashlib
import json
import re
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest
from conftest import DAY, FUNDING, TITLE, brought_up_to_date, on_paper
from hypothesis import given
from hypothesis import strategies as st

from kpeval.present.display import Cell, Table
from kpeval.reporting.asked import Report
from kpeval.reporting.job import Made
from kpeval.reporting.page import page
from kpeval.reporting.record import CLOSING, OPENING, block, seal_of, sealed
from kpeval.reporting.recorded import read, record_of

ENGLISH = Report("pilot", DAY, "small", "en")


def executed(*frames, name="budget_shares"):
    """An executed notebook that shows a table of each frame."""
    cells = []
    for number, frame in enumerate(frames):
        data, metadata = Table("Caption", ("Source",), ((Cell("x"),),), result=frame, name=name)._repr_mimebundle_()
        shown = nbformat.v4.new_output("display_data", data=json.loads(json.dumps(data)), metadata=metadata)
        cells.append(nbformat.v4.new_code_cell("", id=f"table-{number}", outputs=[shown]))
    return nbformat.v4.new_notebook(cells=cells)


def recorded(*frames):
    """The tables of the record of a page that shows these frames."""
    return record_of(sealed(f"<html>{block(executed(*frames), ENGLISH)}</html>\n")).tables


@pytest.mark.slow
class TestOfAPage:
    def test_says_what_was_asked_for_and_what_stands_beside(self, made):
        record = read(ENGLISH.page(made.out))

        assert record.parameters == {"project": "pilot", "as_of": DAY, "lang": "en"}
        assert (record.notebook, record.languages, record.formats) == ("small", ("cs",), ())

    def test_names_every_data_file_by_its_sha256(self, made):
        folder = made.folder / "data" / "pilot"

        files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}

        assert read(ENGLISH.page(made.out)).data == files

    def test_names_the_versions_that_the_foot_names(self, made):
        versions = read(ENGLISH.page(made.out)).versions

        for name in ("kpeval", "pandas", "Python"):
            assert f"{name} {versions[name]}" in made.pages["en"]

    def test_holds_the_results_as_numbers(self, made):
        (table,) = read(ENGLISH.page(made.out)).tables

        assert (table.cell, table.table) == ("table", "budget_shares")
        assert [(row["source"], row["amount"], row["share_of_total"]) for row in table.rows] == [
            ("Evropský <b>fond</b>", 800, 0.8),
            ("město", 200, 0.2),
        ]

    def test_is_the_one_script_of_the_page_and_the_last_thing_in_it(self, made):
        assert "<script>" in TITLE
        assert "<b>" in FUNDING
        for html in made.pages.values():
            assert len(re.findall("<script", html, re.IGNORECASE)) == 1
            assert html.endswith(f"{CLOSING}\n</body>\n</html>\n")

    def test_is_the_same_when_the_page_is_shown_again_from_the_kept_notebook(self, made):
        kept = nbformat.read(made.kept["en"], as_version=4)

        assert page(kept, ENGLISH, ["cs"]) == made.pages["en"]

    def test_is_sealed_so_that_no_sign_can_be_changed(self, made):
        html = made.pages["en"]
        seal = read(ENGLISH.page(made.out)).seal
        blank = range(html.rindex(seal) - 1, html.rindex(seal) + len(seal))
        places = [at for at in range(0, len(html) - 1, 997) if html[at] != html[at + 1] and at not in blank]

        assert seal_of(html) == seal
        assert all(seal_of(html[:at] + html[at + 1] + html[at] + html[at + 2 :]) != seal for at in places)


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--", "<!--<script>", "\u2028\u2029", "&lt;"])
def test_no_text_of_the_data_can_end_the_block_and_each_comes_back_as_it_was(text):
    notebook = executed(pd.DataFrame({"project_id": ["pilot"], "source": [text]}))

    told = block(notebook, ENGLISH)

    assert not set("<>&\u2028\u2029") & set(told.removeprefix(OPENING).removesuffix(CLOSING))
    assert record_of(sealed(told)).tables[0].rows == [{"source": text}]


COLUMNS = {
    "amount": st.none() | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e200, max_value=1e200),
    "source": st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    "due": st.none() | st.datetimes(pd.Timestamp("1990-01-01"), pd.Timestamp("2090-01-01")),
    "row": st.none() | st.integers(-(2**53), 2**53),
    "derived": st.none() | st.booleans(),
}
TYPES = {"amount": "float64", "source": "str", "due": "datetime64[ms]", "row": "Int64", "derived": "boolean"}


@given(st.lists(st.fixed_dictionaries(COLUMNS), max_size=4))
def test_every_value_comes_back_unrounded_and_missing_stays_missing(rows):
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype(TYPES)
    frame.insert(0, "project_id", "pilot")

    (table,) = recorded(frame)

    for name in COLUMNS:
        back = [row.get(name) for row in table.rows]
        wanted = [None if pd.isna(value) else value for value in frame[name].tolist()]
        if name == "due":
            back = [value and pd.Timestamp(value) for value in back]
        assert back == wanted


def test_what_is_the_same_in_all_rows_stands_once_and_the_project_nowhere():
    frame = pd.DataFrame({"project_id": ["pilot"] * 3, "currency": ["CZK"] * 3, "amount": [1.0, 2.0, 3.0]})

    told = block(executed(frame), ENGLISH)

    assert told.count("CZK") == 1
    assert '"rows":[[1],[2],[3]]' in told
    assert "project_id" not in told


def test_rows_of_several_projects_say_whose_they_are():
    (table,) = recorded(pd.DataFrame({"project_id": ["pilot", "other"], "amount": [1.0, 2.0]}))

    assert [row["project_id"] for row in table.rows] == ["pilot", "other"]


def test_the_authors_notes_to_themselves_are_in_no_record():
    frame = pd.DataFrame({"project_id": ["pilot"], "label": ["senioři"], "note": ["volat paní N."]})

    assert "paní N." not in block(executed(frame), ENGLISH)


def test_what_a_table_quotes_from_the_documents_stands_on_the_page_only():
    frame = pd.DataFrame({"project_id": ["pilot"], "text": ["Zajistit služby"]})

    assert "Zajistit" not in block(executed(frame, name="goals"), ENGLISH)


def test_a_frame_that_the_page_does_not_show_is_not_in_its_record():
    notebook = executed(pd.DataFrame({"source": ["secret"]}))
    notebook.cells[0].outputs[0].metadata = {}

    assert "secret" not in block(notebook, ENGLISH)


class TestTablesThatAnEarlierVersionWroteBesideAPage:
    @pytest.fixture
    def old(self, place, monkeypatch):
        """A page with its tables beside it, as they were made before."""
        beside = ENGLISH.page(place / "reports").with_suffix(".json")

        def formerly(jobs):
            for made in on_paper(jobs):
                beside.write_text('{"tables": []}')
                digest = hashlib.sha256(beside.read_bytes()).hexdigest()
                yield Made(*made[:1], made.outputs | {f"pilot/{DAY}/small.en.json": digest}, *made[2:])

        brought_up_to_date([ENGLISH], place, formerly)
        return SimpleNamespace(place=place, beside=beside)

    def test_go_when_the_report_is_made_again(self, old):
        brought_up_to_date([ENGLISH], old.place, on_paper, force=True)

        assert not old.beside.exists()

    def test_stay_where_somebody_altered_them(self, old):
        old.beside.write_text("mine")

        brought_up_to_date([ENGLISH], old.place, on_paper, force=True)

        assert old.beside.read_text() == "mine"

    def test_stay_while_the_report_fails(self, old):
        brought_up_to_date([ENGLISH], old.place, lambda jobs: on_paper(jobs, {"pilot": ("no", "data")}), force=True)

        assert old.beside.exists()
