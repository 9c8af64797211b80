"""A report is made again when something that it is made from has changed, is told why, and not otherwise."""

import json
import os
import re
import shutil

import pytest
from conftest import (
    CELLS,
    COMPUTE,
    DAY,
    OTHER_SECTION,
    brought_up_to_date,
    in_this_process,
    on_paper,
    write_notebook,
)

from kpeval.reporting import inputs
from kpeval.reporting.asked import Report, grid
from kpeval.reporting.batch import Batch
from kpeval.reporting.ledger import Ledger
from kpeval.reporting.places import brought

REPORTS = grid(["pilot"], [DAY], ["small"], ["cs", "en"])
ENGLISH = Report("pilot", DAY, "small", "en")


def planned(folder, reports=REPORTS, **how):
    batch = Batch(reports, data=folder / "data", out=folder / "reports")
    with Ledger(batch.out, begin=False) as ledger:
        return batch.plan(ledger, **how)


def why(folder, reports=REPORTS, **how):
    """Whether the notebooks must run, and for what reasons, the same for all reports; None if nothing is to be done."""
    (stale,) = {one.stale for one in planned(folder, reports, **how)}
    return stale and (stale.execute, *stale.reasons)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of kpeval's files that may be altered, taken for kpeval's own."""
    copy = tmp_path / "copy" / "kpeval"
    shutil.copytree(inputs.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(inputs, "PACKAGE", copy)
    return copy


@pytest.fixture
def standing(package, rendered):
    """Reports that stand as the files of the copy would make them now, whatever happens to the checkout."""
    assert why(rendered) is None
    return rendered


def alter(path, text="\n"):
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


# --- what makes no report stale ---


@pytest.mark.slow
class TestNothingChanged:
    def test_a_report_that_was_just_made_is_not_made_again(self, rendered):
        assert why(rendered) is None

    def test_the_times_of_files_do_not_count(self, rendered):
        for path in [
            *rendered.glob("data/pilot/*"),
            *rendered.glob("notebooks/*"),
            *rendered.glob("reports/pilot/*/*"),
        ]:
            os.utime(path, (0, 0))

        assert why(rendered) is None

    def test_hidden_files_beside_the_data_do_not_count(self, rendered):
        (rendered / "data" / "pilot" / ".~lock.funding.csv#").write_text("a spreadsheet is open")

        assert why(rendered) is None

    @pytest.mark.parametrize("name", ["film.mp4", "funding.xlsx", "funding.csv~", "funding.csv.bak", "README.md"])
    def test_files_of_another_kind_beside_the_data_do_not_count(self, rendered, name):
        (rendered / "data" / "pilot" / name).write_text("other")

        assert why(rendered) is None

    def test_a_commentary_counts(self, rendered):
        (rendered / "data" / "pilot" / "commentary").mkdir()
        (rendered / "data" / "pilot" / "commentary" / f"{DAY}.cs.md").write_text("# Shrnutí\n", encoding="utf-8")

        assert why(rendered) == (True, f"data/pilot/commentary/{DAY}.cs.md added")

    def test_files_in_a_folder_below_the_data_do_not_count(self, rendered):
        (rendered / "data" / "pilot" / "drafts").mkdir()
        (rendered / "data" / "pilot" / "drafts" / "funding.csv").write_text("a")

        assert why(rendered) is None

    def test_the_data_of_another_project_do_not_count(self, rendered):
        shutil.copytree(rendered / "data" / "pilot", rendered / "data" / "second")

        assert why(rendered) is None

    def test_what_jupyterlab_saves_with_a_notebook_does_not_count(self, rendered):
        file = rendered / "notebooks" / "small.ipynb"
        notebook = json.loads(file.read_text(encoding="utf-8"))
        notebook["metadata"]["language_info"] = {"name": "python"}
        notebook["cells"][2] |= {
            "execution_count": 7,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}],
        }
        notebook["cells"][2]["metadata"]["collapsed"] = True
        file.write_text(json.dumps(notebook, indent=2), encoding="utf-8")

        assert why(rendered) is None

    def test_an_executed_notebook_that_was_removed_is_not_missed(self, rendered):
        ENGLISH.kept(rendered / "reports", ".ipynb").unlink()

        assert why(rendered) is None

    def test_the_folder_may_be_moved(self, rendered, tmp_path_factory):
        elsewhere = tmp_path_factory.mktemp("elsewhere") / "moved"
        shutil.copytree(rendered, elsewhere)

        assert why(elsewhere) is None

    @pytest.mark.parametrize("reports", [REPORTS[::-1], [*REPORTS, *REPORTS], REPORTS[:1], REPORTS[1:]])
    def test_order_doubling_and_number_of_those_asked_for_do_not_matter(self, rendered, reports):
        assert why(rendered, reports) is None
        assert len(planned(rendered, reports)) == len(set(reports))

    @pytest.mark.parametrize("name", ["cli/reports.py", "demo.py", "reporting/mail.py", "reporting/ledger.py"])
    def test_code_that_no_notebook_and_no_page_uses_does_not_count(self, standing, package, name):
        alter(package / name)

        assert why(standing) is None


# --- what makes the notebook run again ---


@pytest.mark.slow
class TestRunAgain:
    def test_one_byte_of_the_data(self, rendered):
        file = rendered / "data" / "pilot" / "funding.csv"
        file.write_bytes(file.read_bytes().replace(b"800.00", b"800.01"))

        assert why(rendered) == (True, "data/pilot/funding.csv changed")

    def test_a_new_file_of_the_data(self, rendered):
        (rendered / "data" / "pilot" / "notes.csv").write_text("a")

        assert why(rendered) == (True, "data/pilot/notes.csv added")

    def test_a_file_of_the_data_that_is_gone(self, rendered):
        (rendered / "data" / "pilot" / "funding.csv").unlink()

        assert why(rendered) == (True, "data/pilot/funding.csv removed")

    def test_all_that_changed_is_told(self, rendered):
        (rendered / "data" / "pilot" / "a.csv").write_text("a")
        alter(rendered / "data" / "pilot" / "funding.csv")

        assert why(rendered) == (True, "data/pilot/a.csv added", "data/pilot/funding.csv changed")

    def test_the_code_of_the_notebook(self, rendered):
        write_notebook(rendered / "notebooks" / "small.ipynb", compute=f"{COMPUTE}\n")

        assert why(rendered) == (True, "notebooks/small.ipynb, code changed")

    def test_the_order_of_its_cells(self, rendered):
        write_notebook(rendered / "notebooks" / "small.ipynb", *CELLS[:-2], CELLS[-1], CELLS[-2])

        assert why(rendered) == (True, "notebooks/small.ipynb, code changed")

    def test_a_markdown_cell_more(self, rendered):
        more = {**CELLS[6], "id": "more"}
        write_notebook(rendered / "notebooks" / "small.ipynb", *CELLS, more)

        assert why(rendered) == (
            True,
            "notebooks/small.ipynb, code changed",
        ), "the executed notebook has no such cell: its Markdown alone cannot be shown again"

    @pytest.mark.parametrize(
        "name",
        [
            *("measures/budget.py", "checks/money.py", "present/tables/project.py", "rules/programmes.csv", "czech.py"),
            *("present/locale/cs/LC_MESSAGES/kpeval.po", "reporting/run.py", "reporting/engine.py"),
        ],
    )
    def test_a_file_of_kpeval_that_notebooks_use(self, standing, package, name):
        alter(package / name)

        assert why(standing) == (True, f"kpeval/{name} changed")

    def test_a_language_that_was_added_to_kpeval(self, standing, package):
        (package / "present" / "locale" / "pl" / "LC_MESSAGES").mkdir(parents=True)
        (package / "present" / "locale" / "pl" / "LC_MESSAGES" / "kpeval.po").write_text("")

        assert why(standing) == (True, "kpeval/present/locale/pl/LC_MESSAGES/kpeval.po added")

    @pytest.mark.parametrize("name", ["pandas", "matplotlib", "ipykernel", "numpy", "papermill"])
    def test_the_version_of_a_package(self, rendered, monkeypatch, name):
        other = {**inputs.packages(), f"package {name}": "0.1"}
        monkeypatch.setattr(inputs, "packages", lambda: other)

        assert why(rendered) == (True, f"package {name} changed")

    def test_the_version_of_python(self, rendered, monkeypatch):
        other = {**inputs.packages(), "package Python": "3.99.0"}
        monkeypatch.setattr(inputs, "packages", lambda: other)

        assert why(rendered) == (True, "package Python changed")

    def test_a_page_that_was_altered_and_its_executed_notebook_too(self, rendered):
        alter(ENGLISH.page(rendered / "reports"))
        alter(ENGLISH.kept(rendered / "reports", ".ipynb"))

        assert why(rendered, [ENGLISH]) == (True, f"pilot/{DAY}/small.en.html was altered")

    def test_a_page_that_was_removed_and_its_executed_notebook_too(self, rendered):
        ENGLISH.page(rendered / "reports").unlink()
        ENGLISH.kept(rendered / "reports", ".ipynb").unlink()

        assert why(rendered, [ENGLISH]) == (True, f"pilot/{DAY}/small.en.html is not there")

    def test_being_asked_for_by_force(self, rendered):
        assert why(rendered, force=True) == (True, "asked for with --force")


# --- what makes the page only be shown again ---


@pytest.mark.slow
class TestShownAgain:
    def test_the_markdown_of_the_notebook(self, rendered):
        write_notebook(rendered / "notebooks" / "small.ipynb", ask_money=OTHER_SECTION)

        assert why(rendered) == (False, "notebooks/small.ipynb, text changed")

    @pytest.mark.parametrize(
        "name",
        ["reporting/template/style.css", "reporting/template/index.html.j2", "reporting/page.py", "reporting/look.py"],
    )
    def test_the_template(self, standing, package, name):
        alter(package / name)

        assert why(standing) == (False, f"kpeval/{name} changed")

    def test_a_page_that_was_altered_by_hand(self, rendered):
        alter(ENGLISH.page(rendered / "reports"), "<p>and one more thing</p>")

        assert why(rendered, [ENGLISH]) == (False, f"pilot/{DAY}/small.en.html was altered")

    def test_a_page_that_was_removed(self, rendered):
        ENGLISH.page(rendered / "reports").unlink()

        assert why(rendered, [ENGLISH]) == (False, f"pilot/{DAY}/small.en.html is not there")

    def test_another_language_that_went(self, rendered):
        ENGLISH._replace(lang="cs").page(rendered / "reports").unlink()

        assert why(rendered, [ENGLISH]) == (False, "the languages beside it changed")

    def test_another_language_that_comes(self, place):
        brought_up_to_date([ENGLISH], place, on_paper)

        czech, english = planned(place)

        assert czech.stale == (True, ("not rendered yet",))
        assert english.stale == (False, ("the languages beside it changed",))


def results(page):
    return re.findall(r"<svg.*?</svg>|<table>.*?</table>", page, re.DOTALL)


@pytest.mark.slow
@pytest.mark.usefixtures("no_process")
class TestShownAgainWithoutAKernel:
    def test_new_markdown_stands_on_the_page_beside_the_old_results(self, rendered):
        before = ENGLISH.page(rendered / "reports").read_text(encoding="utf-8")
        write_notebook(rendered / "notebooks" / "small.ipynb", ask_money=OTHER_SECTION)

        outcomes = brought_up_to_date(REPORTS, rendered, in_this_process)

        assert [outcome.state for outcome in outcomes] == ["rendered", "rendered"]
        page = ENGLISH.page(rendered / "reports").read_text(encoding="utf-8")
        told = OTHER_SECTION.rpartition("\n")[2]
        assert told in page
        assert told not in before
        assert results(page) == results(before) != []

    def test_an_altered_page_is_as_it_was_written_again(self, rendered):
        before = ENGLISH.page(rendered / "reports").read_bytes()
        alter(ENGLISH.page(rendered / "reports"), "<p>and one more thing</p>")

        brought_up_to_date(REPORTS, rendered, in_this_process)

        assert ENGLISH.page(rendered / "reports").read_bytes() == before

    def test_and_is_up_to_date_then(self, rendered):
        write_notebook(rendered / "notebooks" / "small.ipynb", ask_money=OTHER_SECTION)
        brought_up_to_date(REPORTS, rendered, in_this_process)

        assert why(rendered) is None


# --- what was tried, or not, before ---


def test_a_report_that_was_never_made_says_so(place):
    assert why(place) == (True, "not rendered yet")


def test_a_report_that_never_succeeded_is_tried_again_and_says_why_it_failed(place):
    brought_up_to_date(REPORTS, place, lambda jobs: on_paper(jobs, {"pilot": ("the kernel died", "died")}))

    assert why(place) == (True, "failed before: the kernel died")


def test_a_report_that_failed_with_new_data_stays_out_of_date_until_it_is_made(place):
    brought_up_to_date(REPORTS, place, on_paper)
    alter(place / "data" / "pilot" / "funding.csv")
    brought_up_to_date(REPORTS, place, lambda jobs: on_paper(jobs, {"pilot": ("a cause", "data")}))

    assert why(place) == (True, "data/pilot/funding.csv changed")


@pytest.mark.slow
def test_data_that_changed_while_a_report_was_made_and_changed_back_are_noticed(place):
    """The page shows what was read, not what was planned; and what was read is what is noted."""
    file = place / "data" / "pilot" / "funding.csv"
    good = file.read_text(encoding="utf-8")

    def meanwhile(jobs):
        file.write_text(good + "\n", encoding="utf-8")
        yield from in_this_process(jobs)
        file.write_text(good, encoding="utf-8")

    brought_up_to_date(REPORTS[:1], place, meanwhile)

    assert why(place, REPORTS[:1]) == (True, "data/pilot/funding.csv changed")


def test_only_what_a_project_reads_is_copied_for_a_report(place, tmp_path_factory):
    private = tmp_path_factory.mktemp("private")
    (place / "data" / "pilot" / "film.mp4").write_bytes(b"long")
    (place / "data" / "pilot" / "drafts").mkdir()

    folder, files = brought(place / "data", "pilot", private)

    assert sorted(path.name for path in (folder / "pilot").iterdir()) == ["funding.csv", "project.toml"]
    assert sorted(files) == ["funding.csv", "project.toml"]


def test_a_csv_that_is_no_table_is_copied_since_it_is_a_fault(place, tmp_path_factory):
    (place / "data" / "pilot" / "Notes.CSV").write_text("a")

    _, files = brought(place / "data", "pilot", tmp_path_factory.mktemp("private"))

    assert "Notes.CSV" in files


def test_data_that_are_as_they_were_again_need_no_kernel(place):
    """The page that stands there is what would be made now; it is shown again, and the failure is past."""
    brought_up_to_date(REPORTS, place, on_paper)
    file = place / "data" / "pilot" / "funding.csv"
    good = file.read_bytes()
    file.write_text("broken")
    brought_up_to_date(REPORTS, place, lambda jobs: on_paper(jobs, {"pilot": ("a cause", "data")}))
    file.write_bytes(good)

    assert why(place) == (False, "what made it fail is undone")


def test_every_package_that_kpeval_needs_has_a_version_and_extras_do_not_count():
    found = inputs.packages()

    assert {"package Python", "package kpeval", "package pandas", "package nbconvert", "package pyzmq"} <= set(found)
    assert all(found.values())
    assert "package pytest" not in found
