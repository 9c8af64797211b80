"""A report stands in the formats that are asked for, each kept up to date with the page; wishes reach the notebook."""

import json
import re
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from types import ModuleType

import nbformat
import pytest
from click.testing import CliRunner
from conftest import DAY, PARAMETERS, brought_up_to_date, hrefs, in_this_process, on_paper, write_notebook

from kpeval.cli import main, reports
from kpeval.reporting import formats, inputs, pool
from kpeval.reporting.archive import planned
from kpeval.reporting.asked import Misuse, Wish, grid
from kpeval.reporting.batch import Batch
from kpeval.reporting.failure import AGAIN, Failed
from kpeval.reporting.files import File, write_together
from kpeval.reporting.inputs import EARLIER
from kpeval.reporting.job import Job
from kpeval.reporting.ledger import Ledger
from kpeval.reporting.limited import within
from kpeval.reporting.page import page
from kpeval.reporting.wanted import wanted, wishes

REPORTS = grid(["pilot"], [DAY], ["small"], ["cs", "en"])
CZECH, ENGLISH = REPORTS
PDF = Wish(("html", "pdf"))
ALL = Wish(formats.FORMATS)
EARLIER_DAY = "2022-12-31"


def asked(*arguments):
    return CliRunner().invoke(main, [*arguments])


def made_on_paper(folder, wish, reports=REPORTS, **how):
    """What became of the reports, and the jobs that came of it."""
    jobs = []

    def executor(given):
        jobs.extend(given)
        return on_paper(given)

    outcomes = brought_up_to_date(reports, folder, executor, dict.fromkeys(reports, wish), **how)
    return [outcome.state for outcome in outcomes], jobs


def why(folder, wish, reports=REPORTS):
    batch = Batch(reports, data=folder / "data", out=folder / "reports", wishes=dict.fromkeys(reports, wish))
    with Ledger(batch.out, begin=False) as ledger:
        (stale,) = {one.stale for one in batch.plan(ledger)}
    return stale and (stale.execute, *stale.reasons)


def beside(folder, report=ENGLISH):
    page = report.page(folder / "reports")
    return sorted(path.name for path in page.parent.glob(f"{report.notebook}.{report.lang}.*"))


# --- what is made ---


def test_html_is_always_made_and_each_format_once_in_one_order():
    assert formats.complete(["xlsx", "pdf", "xlsx"]) == ("html", "pdf", "xlsx")
    assert formats.complete([]) == ("html",)
    assert formats.beside(["html", "pdf"]) == ("pdf",)


def test_files_of_other_formats_stand_beside_the_page_under_the_same_stem(place):
    made_on_paper(place, ALL)

    assert beside(place) == ["small.en.html", "small.en.pdf", "small.en.xlsx"]


def test_bytes_are_written_as_they_are(tmp_path):
    write_together([File(tmp_path / "a.pdf", b"%PDF\r\n\xff"), File(tmp_path / "a.html", "žluť\n")])

    assert (tmp_path / "a.pdf").read_bytes() == b"%PDF\r\n\xff"
    assert (tmp_path / "a.html").read_bytes() == "žluť\n".encode()


# --- what is made again ---


class TestMadeAgain:
    def test_what_stands_as_asked_for_is_left_alone(self, place):
        made_on_paper(place, ALL)

        assert made_on_paper(place, ALL) == (["unchanged"] * 2, [])

    def test_one_more_format_runs_no_notebook_and_leaves_the_other_files(self, place):
        made_on_paper(place, PDF)

        states, jobs = made_on_paper(place, ALL)

        assert states == ["rendered"] * 2
        assert {(job.execute, job.formats, job.making) for job in jobs} == {(False, formats.FORMATS, ("xlsx",))}
        assert made_on_paper(place, ALL)[0] == ["unchanged"] * 2

    def test_one_more_format_is_told_as_one_reason(self, place):
        made_on_paper(place, Wish())

        assert why(place, PDF) == (False, "the formats beside it changed")

    @pytest.mark.parametrize("change", [lambda file: file.unlink(), lambda file: file.write_text("other")])
    def test_a_file_that_was_altered_or_removed_is_made_again_and_no_other(self, place, change):
        made_on_paper(place, ALL)
        change(ENGLISH.page(place / "reports").with_suffix(".pdf"))

        _, [job] = made_on_paper(place, ALL)

        assert (job.report, job.execute, job.making) == (ENGLISH, False, ("pdf",))
        assert made_on_paper(place, ALL)[0] == ["unchanged"] * 2

    def test_new_data_make_all_of_it_again(self, place):
        made_on_paper(place, ALL)
        file = place / "data" / "pilot" / "funding.csv"
        file.write_text(file.read_text(encoding="utf-8").replace("800", "801"), encoding="utf-8")

        _, jobs = made_on_paper(place, ALL)

        assert {(job.execute, job.making) for job in jobs} == {(True, ("pdf", "xlsx"))}

    def test_what_stands_beside_a_page_is_kept_up_to_date_though_not_asked_for_again(self, place):
        made_on_paper(place, PDF)
        assert why(place, Wish()) is None
        (place / "data" / "pilot" / "project.toml").write_text("title = 'other'", encoding="utf-8")

        _, jobs = made_on_paper(place, Wish())

        assert {job.making for job in jobs} == {("pdf",)}

    def test_whoever_removes_a_file_and_asks_for_it_no_more_is_rid_of_it(self, place):
        made_on_paper(place, PDF)
        for report in REPORTS:
            report.page(place / "reports").with_suffix(".pdf").unlink()

        _, jobs = made_on_paper(place, Wish())

        assert {(job.execute, job.formats) for job in jobs} == {(False, ("html",))}
        assert made_on_paper(place, Wish())[0] == ["unchanged"] * 2

    def test_a_new_language_beside_it_makes_a_new_page_and_no_new_pdf(self, place):
        made_on_paper(place, PDF, [ENGLISH])

        _, jobs = made_on_paper(place, PDF)

        assert {(job.report.lang, job.execute, job.making) for job in jobs} == {
            ("cs", True, ("pdf",)),
            ("en", False, ()),
        }

    def test_a_page_whose_link_is_mended_keeps_its_wishes(self, place):
        wish = Wish(("html", "pdf"), True)
        made_on_paper(place, wish, [ENGLISH])

        made_on_paper(place, Wish(), [CZECH])

        with Ledger(place / "reports", begin=False) as ledger:
            mended = ledger.last(ENGLISH)
        assert mended.shown[inputs.BESIDE] == "cs"
        assert inputs.wish_of(mended) == wish
        assert f"pilot/{DAY}/small.en.pdf" in mended.outputs

    @pytest.mark.parametrize(("module", "stale"), [("pdf", True), ("workbook", False)])
    def test_a_pdf_depends_on_what_makes_pdfs_and_on_no_other_maker(self, place, monkeypatch, module, stale):
        made_on_paper(place, PDF)
        own = inputs._own

        def altered(folder, names):
            found = own(folder, names)
            return {name: "other" if name.endswith(f"/{module}.py") else told for name, told in found.items()}

        monkeypatch.setattr(inputs, "_own", altered)

        assert (why(place, PDF) is not None) == stale
        if stale:
            assert why(place, PDF) == (False, "kpeval/reporting/pdf.py changed")
            assert {job.making for job in made_on_paper(place, PDF)[1]} == {("pdf",)}

    def test_a_page_alone_depends_on_no_maker(self, place):
        made_on_paper(place, Wish())

        with Ledger(place / "reports", begin=False) as ledger:
            names = ledger.last(ENGLISH).shown
        assert not [name for name in names if "weasyprint" in name or "pdf" in name]

    def test_a_pdf_depends_on_the_version_of_weasyprint(self, place):
        pytest.importorskip("weasyprint", exc_type=ImportError)
        made_on_paper(place, PDF)

        with Ledger(place / "reports", begin=False) as ledger:
            assert ledger.last(ENGLISH).shown["package weasyprint"]


# --- where readers find them ---


def test_a_page_links_the_other_formats_in_its_language(made):
    executed = {lang: nbformat.read(path, as_version=4) for lang, path in made.kept.items()}
    english = page(executed["en"], ENGLISH, ["cs"], formats=formats.FORMATS)
    czech = page(executed["cs"], CZECH, formats=formats.FORMATS)

    assert '<li><a href="small.en.pdf" type="application/pdf">PDF</a></li>' in english
    assert re.search(r'<a href="small.en.xlsx" type="application/vnd[^"]*">Workbook \(XLSX\)</a>', english)
    assert re.search(r'<a href="small.cs.xlsx" type="application/vnd[^"]*">Sešit \(XLSX\)</a>', czech)


def test_a_page_alone_links_no_other_format(made):
    assert not [href for href in hrefs(made.pages["en"]) if href.endswith((".pdf", ".xlsx"))]


def test_the_catalogue_links_the_files_beside_a_page_with_words_of_their_own(place):
    made_on_paper(place, ALL)

    text = (place / "reports" / "index.en.html").read_text(encoding="utf-8")

    links = re.findall(r'<a href="([^"]*)"([^>]*)>([^<]*)</a>', text)
    names = {href: (re.search('aria-label="([^"]*)"', rest) or [0, words])[1] for href, rest, words in links}
    assert names[f"pilot/{DAY}/small.en.pdf"] == "small (English): PDF"
    assert names[f"pilot/{DAY}/small.cs.xlsx"] == "small (Čeština): Sešit (XLSX)"
    assert len(set(names.values())) == len(names)
    assert re.search(r'small\.cs\.xlsx" type="[^"]*" hreflang="cs" lang="cs"', text)


def test_the_catalogue_links_nothing_that_is_not_there(place):
    made_on_paper(place, Wish())

    text = (place / "reports" / "index.html").read_text(encoding="utf-8")

    assert ".pdf" not in text
    assert ".xlsx" not in text


def test_pruned_with_the_page_goes_what_stands_beside_it(place):
    later = [report._replace(as_of="2024-06-30") for report in REPORTS]
    made_on_paper(place, ALL, [*REPORTS, *later])

    with Ledger(place / "reports") as ledger:
        plan = planned(ledger, place / "reports", keep=1, before=datetime(2100, 1, 1, tzinfo=UTC), pages=True)

    going = {path.name for path in plan.files if path.parent.name == DAY and ".kpeval" not in path.parts}
    assert going == {f"small.{lang}.{one}" for lang in ("cs", "en") for one in formats.FORMATS}
    assert not [path for path in plan.files if "2024-06-30" in path.parts]


# --- what is wanting is told before anything is made ---


class TestWanting:
    @pytest.fixture
    def no_worker(self, monkeypatch):
        def hired(*args):
            raise AssertionError("a worker was started")

        monkeypatch.setattr(pool, "_hired", hired)

    @pytest.mark.usefixtures("no_worker")
    def test_without_weasyprint_the_extra_is_named_and_nothing_is_rendered(self, place, monkeypatch):
        monkeypatch.setattr(formats, "find_spec", lambda name: None if name == "weasyprint" else object())

        result = asked("report", "pilot", "--as-of", DAY, "--notebook", "small", "--format", "pdf")

        assert result.exit_code == 2
        assert "weasyprint is not installed: pip install 'kpeval[pdf]'" in result.output
        assert not list((place / "reports").glob("pilot/**/*"))

    @pytest.mark.usefixtures("no_worker")
    def test_without_pango_the_packages_of_debian_are_named(self, place, monkeypatch):
        class Absent(ModuleType):
            def __getattr__(self, name):
                raise OSError("cannot load library 'libgobject-2.0-0'")

        monkeypatch.setattr(formats, "find_spec", lambda name: object())
        monkeypatch.setitem(sys.modules, "weasyprint", Absent("weasyprint"))
        monkeypatch.setitem(sys.modules, "weasyprint.text", Absent("weasyprint.text"))

        result = asked("report", "pilot", "--as-of", DAY, "--notebook", "small", "--format", "pdf")

        assert result.exit_code == 2
        assert "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in result.output

    @pytest.mark.usefixtures("no_worker")
    def test_without_its_library_no_workbook(self, place, monkeypatch):
        monkeypatch.setattr(formats, "find_spec", lambda name: None if name == "xlsxwriter" else object())

        result = asked("report", "pilot", "--as-of", DAY, "--notebook", "small", "--format", "xlsx")

        assert result.exit_code == 2
        assert "xlsxwriter is not installed: pip install 'kpeval[xlsx]'" in result.output

    def test_nothing_is_wanting_where_no_file_must_be_made(self, place, monkeypatch):
        monkeypatch.setattr(formats, "find_spec", lambda name: None)

        assert formats.hindrances(["html"]) == []
        job = Job(ENGLISH, "", "", "", formats=("html", "pdf"), standing=((f"pilot/{DAY}/small.en.pdf", "x"),))
        assert formats.hindrances(job.making) == []

    def test_a_report_that_needs_no_pdf_does_not_wait_for_weasyprint(self):
        code = (
            "import sys\n"
            "from kpeval.reporting.lean import make\n"
            "import kpeval.cli, kpeval.reporting.batch, kpeval.reporting.catalogue, kpeval.reporting.wanted\n"
            "print([name for name in ('weasyprint', 'xlsxwriter', 'fontTools.ttLib') if name in sys.modules])\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

        assert done.stdout == "[]\n"


# --- reports.toml: how what it asks for is wished for ---


@pytest.fixture
def wished(tmp_path):
    """`wished("…", day)`: the wishes that a reports.toml of these groups comes to on a day."""

    def told(*groups, on="2026-11-05", **more):
        file = tmp_path / "reports.toml"
        file.write_text("\n".join(f'[[report]]\nproject = "a"\n{group}' for group in groups), encoding="utf-8")
        return wishes([(group, date.fromisoformat(on)) for group in wanted(file)], **more)

    return told


def sinces(found):
    return {report.as_of: wish.since for report, wish in found.items()}


class TestWishes:
    def test_the_formats_that_a_group_names(self, wished):
        found = wished('as_of = 2020-01-01\nformats = ["xlsx", "pdf"]')

        assert {wish.formats for wish in found.values()} == {("html", "pdf", "xlsx")}

    def test_what_two_groups_ask_of_one_report_is_added_up(self, wished):
        found = wished('as_of = 2020-01-01\nformats = "pdf"', "as_of = 2020-01-01\npublic = true")

        assert {(wish.formats, wish.public) for wish in found.values()} == {(("html", "pdf"), True)}

    def test_all_may_be_for_the_public(self, wished):
        assert not any(wish.public for wish in wished("as_of = 2020-01-01").values())
        assert all(wish.public for wish in wished("as_of = 2020-01-01", public=True).values())

    @pytest.mark.parametrize("value", ['"yes"', "1", "[true]"])
    def test_whether_it_is_for_the_public_is_true_or_false(self, wished, value):
        with pytest.raises(Misuse, match="public: write true or false"):
            wished(f"as_of = 2020-01-01\npublic = {value}")

    def test_who_it_is_for_does_not_move_its_moments_unless_told(self, tmp_path):
        keys = []
        for line in ("", "public = false", "public = true"):
            (tmp_path / "x.toml").write_text(f'[[report]]\nproject = "a"\nas_of = "today"\n{line}\n', encoding="utf-8")
            keys += [one.key for one in wanted(tmp_path / "x.toml")]

        assert keys[0] == keys[1] != keys[2]

    def test_a_day_is_compared_with_the_one_before_it_whatever_their_order(self, wished):
        found = wished("as_of = [2020-06-30, 2019-12-31, 2020-12-31]")

        assert sinces(found) == {"2019-12-31": "", "2020-06-30": "2019-12-31", "2020-12-31": "2020-06-30"}

    def test_days_of_other_groups_count(self, wished):
        found = wished("as_of = 2020-06-30", 'as_of = 2020-03-31\nlanguages = "cs"')

        assert sinces(found) == {"2020-06-30": "2020-03-31", "2020-03-31": ""}

    def test_days_of_another_notebook_do_not_count(self, wished):
        found = wished("as_of = 2020-06-30", 'as_of = 2020-03-31\nnotebook = "budget"')

        assert sinces(found) == {"2020-06-30": "", "2020-03-31": ""}

    @pytest.mark.parametrize(
        ("rule", "on", "day", "since"),
        [
            ("quarter-end", "2026-11-05", "2026-09-30", "2026-06-30"),
            ("quarter-end", "2026-02-01", "2025-12-31", "2025-09-30"),
            ("month-end", "2026-03-31", "2026-03-31", "2026-02-28"),
            ("today", "2026-11-05", "2026-11-05", ""),
        ],
    )
    def test_a_closing_day_is_compared_with_the_one_before(self, wished, rule, on, day, since):
        assert sinces(wished(f'as_of = "{rule}"', on=on)) == {day: since}

    def test_today_is_compared_with_the_latest_day_that_is_asked_for(self, wished):
        found = wished('as_of = ["today", 2026-10-01, "quarter-end"]')

        assert sinces(found)["2026-11-05"] == "2026-10-01"

    def test_a_given_day_is_compared_with_the_same_day_however_time_passes(self, wished):
        both = [wished('as_of = [2026-05-15, 2026-08-15, "quarter-end"]', on=on) for on in ("2026-09-01", "2027-02-01")]

        assert [sinces(found)["2026-08-15"] for found in both] == ["2026-05-15"] * 2


# --- the earlier day ---


@pytest.fixture
def compared(place):
    """The notebook `compared` takes the parameter since."""
    write_notebook(
        place / "notebooks" / "compared.ipynb",
        parameters=PARAMETERS + '\nsince: str = "2001-01-01"  # earlier day',
        cover="kp.cover(facts, period, as_of=as_of, lang=lang, since=since)",
    )
    return place


COMPARED = ENGLISH._replace(notebook="compared")


class TestSince:
    @pytest.mark.slow
    @pytest.mark.parametrize("since", [EARLIER_DAY, ""])
    def test_a_notebook_that_takes_it_is_told_it_also_if_there_is_none(self, compared, since):
        [outcome] = brought_up_to_date([COMPARED], compared, in_this_process, {COMPARED: Wish(since=since)})

        assert outcome.state == "rendered", outcome.cause
        cells = json.loads(COMPARED.kept(compared / "reports", ".ipynb").read_text(encoding="utf-8"))["cells"]
        told = next("".join(cell["source"]) for cell in cells if cell["id"] == "injected-parameters")
        assert f'since = "{since}"' in told

    def test_another_earlier_day_runs_the_notebook_again_and_says_so(self, compared):
        made_on_paper(compared, Wish(since=EARLIER_DAY), [COMPARED])

        assert why(compared, Wish(since=EARLIER_DAY), [COMPARED]) is None
        assert why(compared, Wish(), [COMPARED]) == (True, "the day it is compared with changed")

    def test_a_notebook_that_does_not_take_it_does_not_depend_on_it(self, place):
        made_on_paper(place, Wish(since=EARLIER_DAY))

        assert why(place, Wish()) is None
        with Ledger(place / "reports", begin=False) as ledger:
            assert EARLIER not in ledger.last(ENGLISH).executed

    def test_it_is_no_part_of_the_page_s_place(self, compared):
        made_on_paper(compared, Wish(since=EARLIER_DAY), [COMPARED])

        assert beside(compared, COMPARED) == ["compared.en.html"]

    @pytest.mark.parametrize(
        ("told", "fits"), [(EARLIER_DAY, True), ("2021-12-31", False), (None, True)], ids=["same", "other", "not taken"]
    )
    def test_a_page_that_says_another_earlier_day_fails(self, made, told, fits):
        executed = nbformat.read(made.kept["en"], as_version=4)
        cover = next(cell for cell in executed.cells if cell.id == "cover").outputs[0]
        cover.metadata["text/html"]["kpeval"]["since"] = EARLIER_DAY
        given = ENGLISH.parameters | ({"since": told} if told else {})

        if fits:
            assert page(executed, ENGLISH, told=given)
        else:
            with pytest.raises(Failed, match="the page says since = '2022-12-31', and '2021-12-31' was asked for"):
                page(executed, ENGLISH, told=given)

    def test_a_cover_need_not_tell_it(self, made):
        executed = nbformat.read(made.kept["en"], as_version=4)
        cover = next(cell for cell in executed.cells if cell.id == "cover").outputs[0]
        cover.metadata["text/html"]["kpeval"].pop("since", None)

        assert page(executed, ENGLISH, told=ENGLISH.parameters | {"since": EARLIER_DAY})

    def test_the_command_hands_it_on(self, compared, monkeypatch):
        jobs = []
        monkeypatch.setattr(reports, "_executor", lambda how: lambda given: jobs.extend(given) or on_paper(given))

        asked("report", "pilot", "--as-of", DAY, "--notebook", "compared", "--since", "31. 12. 2022", "--public")

        assert {(job.since, job.public) for job in jobs} == {(EARLIER_DAY, True)}

    def test_run_hands_on_what_reports_toml_comes_to(self, compared, monkeypatch):
        jobs = []
        monkeypatch.setattr(reports, "_executor", lambda how: lambda given: jobs.extend(given) or on_paper(given))
        told = (
            f'[[report]]\nproject = "pilot"\nnotebook = "compared"\nformats = "pdf"\nas_of = [{DAY}, {EARLIER_DAY}]\n'
        )
        (compared / "r.toml").write_text(told, encoding="utf-8")

        result = asked("run", "r.toml")

        assert result.exit_code == 0, result.output
        assert {(job.report.as_of, job.since, job.formats) for job in jobs} == {
            (DAY, EARLIER_DAY, ("html", "pdf")),
            (EARLIER_DAY, "", ("html", "pdf")),
        }

    def test_a_timer_s_call_knows_the_days_of_groups_that_are_not_due(self, compared, monkeypatch):
        jobs = []
        monkeypatch.setattr(reports, "_executor", lambda how: lambda given: jobs.extend(given) or on_paper(given))
        group = '[[report]]\nproject = "pilot"\nnotebook = "compared"\nlanguages = "en"\n'
        told = f'{group}as_of = {DAY}\ncalendar = "@daily"\n{group}as_of = {EARLIER_DAY}\nformats = "pdf"\n'
        (compared / "r.toml").write_text(told, encoding="utf-8")

        result = asked("run", "r.toml", "--due")

        assert result.exit_code == 0, result.output
        assert [(job.report, job.since, job.formats) for job in jobs] == [(COMPARED, EARLIER_DAY, ("html",))]


# --- for the public ---


class TestPublic:
    def test_for_the_public_it_is_looked_through_anew_without_running_the_notebook(self, place):
        made_on_paper(place, PDF)

        assert why(place, PDF._replace(public=True)) == (False, "what the public may not see added")
        _, jobs = made_on_paper(place, PDF._replace(public=True))
        assert {(job.public, job.making) for job in jobs} == {(True, ("pdf",))}
        assert why(place, PDF._replace(public=True)) is None

    @pytest.mark.slow
    def test_what_may_be_personal_data_fails_it_and_the_old_page_stays(self, rendered):
        toml = rendered / "data" / "pilot" / "project.toml"
        text = toml.read_text(encoding="utf-8").replace("Síť", "jana.novakova@example.cz Síť")
        toml.write_text(text, encoding="utf-8")
        before = ENGLISH.page(rendered / "reports").read_bytes()

        [outcome] = brought_up_to_date([ENGLISH], rendered, in_this_process, {ENGLISH: Wish(public=True)})

        assert (outcome.state, outcome.kind) == ("failed", "privacy")
        assert "novakova" not in outcome.cause
        assert ENGLISH.page(rendered / "reports").read_bytes() == before
        [private] = brought_up_to_date([ENGLISH], rendered, in_this_process)
        assert private.state == "rendered"


def test_a_format_that_takes_too_long_fails_its_report_and_is_not_tried_again():
    with pytest.raises(Failed, match=r"a PDF took longer than 0\.05 s") as failed, within(0.05, "a PDF"):
        time.sleep(60)

    assert failed.value.kind not in AGAIN


def test_what_is_ready_in_time_is_stopped_by_nothing_later():
    with within(0.05, "a PDF"):
        pass
    time.sleep(0.1)
