"""A report is made whole or not at all, from what was asked for, of what kpeval showed, and it asks for nothing."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from conftest import (
    CELLS,
    DAY,
    PARAMETERS,
    brought_up_to_date,
    hrefs,
    on_paper,
    strays,
    write_notebook,
)

from kpeval.cli import main
from kpeval.present.charts.figure import PALETTE
from kpeval.present.display import unstated
from kpeval.present.language import NBSP
from kpeval.reporting.asked import Misuse, Report, grid
from kpeval.reporting.batch import Batch
from kpeval.reporting.failure import Failed
from kpeval.reporting.files import write_whole
from kpeval.reporting.job import Job
from kpeval.reporting.look import TEMPLATE, policy, stylesheet
from kpeval.reporting.page import page
from kpeval.reporting.parameters import declared, misfits
from kpeval.reporting.record import CLOSING, OPENING

ENGLISH = Report("pilot", DAY, "small", "en")
RECORD = re.compile(f"{OPENING}.*?{CLOSING}", re.DOTALL)


@pytest.fixture
def executed(made):
    """The executed English notebook, to be altered."""
    return nbformat.read(made.kept["en"], as_version=4)


def shown(executed, cell):
    """The first output of a cell: its HTML can be altered, and what is noted about it."""
    return next(one for one in executed.cells if one.id == cell).outputs[0]


def asked(*arguments):
    return CliRunner().invoke(main, list(arguments))


# --- what is asked for is checked before anything runs ---


@pytest.mark.usefixtures("no_process")
class TestRefusedBeforeAKernelStarts:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["pilto"], "pilto: no such project - did you mean 'pilot'?"),
            (["../data/pilot"], "../data/pilot: no such project"),
            (["pilot", "--as-of", "2023-02-30"], "write it like 2019-10-31"),
            (["pilot", "--as-of", "2023"], "write it like 2019-10-31"),
            (["pilot", "--lang", "cz"], "cz: no such language: known are en, cs"),
            (["pilot", "--lang", "en,"], "names nothing between two commas"),
            (["pilot", "--notebook", "smal"], "smal: no such notebook - did you mean 'small'?"),
            (["pilot", "--notebook", "../small"], "../small: no such notebook"),
            (["pilot", "--data", "nowhere"], "Directory 'nowhere' does not exist"),
            (["pilot", "--out", "data/pilot/funding.csv"], "is a file"),
            (["pilot", "--format", "docx"], "docx: no such format: known are html, pdf, xlsx"),
            (["pilot", "--since", "2023-12-31"], "2023-12-31: is not before 2023-12-31"),
            (["pilot", "--notebook", "small", "--since", "2022-12-31"], "small.ipynb: takes no parameter 'since'"),
            (["pilot", "--jobs", "0"], "0 is not in the range"),
            (["pilot", "--timeout", "0"], "0 is not in the range"),
        ],
    )
    def test_what_cannot_be_asked_for_is_wrong_usage_and_says_the_nearest(self, place, arguments, said):
        result = asked("report", *(["--as-of", DAY] if "--as-of" not in arguments else []), *arguments)

        assert result.exit_code == 2, result.output
        assert said in result.output
        assert not (place / "reports").exists()

    def test_all_faults_are_told_at_once(self, place):
        result = asked("report", "pilto", "--lang", "cz", "--notebook", "smal")

        assert "3 faults" in result.output

    @pytest.mark.parametrize(
        ("parameters", "said"),
        [
            ('project: str = "demo"\nas_of: str = "x"', "takes no parameter 'lang'"),
            ('project: str = "demo"\nas_of: str = "x"\nlang: int = 1', "takes 'lang' as int, not as str"),
            (PARAMETERS + "\nthreshold: float", "needs the parameter 'threshold: float'"),
            (PARAMETERS + "\nthreshold = 1", "line 4 of its parameters is not like"),
            ("project: str =", "its parameters are not Python"),
        ],
    )
    def test_a_notebook_whose_parameters_do_not_fit(self, place, parameters, said):
        write_notebook(place / "notebooks" / "small.ipynb", parameters=parameters)

        result = asked("report", "pilot", "--notebook", "small", "--as-of", DAY)

        assert result.exit_code == 2
        assert f"small.ipynb: {said}" in result.output

    @pytest.mark.parametrize("content", ["{}", "[]", "not JSON", '{"cells": [{"metadata": 1}]}'])
    def test_a_file_that_is_no_notebook(self, place, content):
        (place / "notebooks" / "small.ipynb").write_text(content)

        result = asked("report", "pilot", "--notebook", "small", "--as-of", DAY)

        assert result.exit_code == 2
        assert "is not a notebook" in result.output

    def test_a_notebook_without_the_tagged_cell(self, place):
        write_notebook(place / "notebooks" / "small.ipynb", CELLS[0], CELLS[2])

        with pytest.raises(Misuse, match="has 0 cells tagged 'parameters'"):
            Batch([ENGLISH], data=place / "data", out=place / "reports")

    def test_a_project_or_notebook_whose_name_no_path_may_hold(self, place):
        shutil.copytree(place / "data" / "pilot", place / "data" / "dvě slova")
        shutil.copy(place / "notebooks" / "small.ipynb", place / "notebooks" / "dvě slova.ipynb")

        with pytest.raises(Misuse, match="no such project"):
            Batch([ENGLISH._replace(project="dvě slova")], data=place / "data", out=place / "reports")
        with pytest.raises(Misuse, match="rename it"):
            Batch([ENGLISH._replace(notebook="dvě slova")], data=place / "data", out=place / "reports")

    def test_a_wrong_or_missing_reports_toml(self, place):
        (place / "wanted.toml").write_text('[[raport]]\nproject = "a"', encoding="utf-8")

        missing, wrong = asked("run"), asked("run", "wanted.toml")

        assert (missing.exit_code, wrong.exit_code) == (2, 2)
        assert "there is no such file" in missing.output
        assert "raport: unknown key - did you mean 'report'?" in wrong.output

    def test_a_file_in_the_place_of_the_reports_own_folder(self, place):
        (place / "reports").mkdir()
        (place / "reports" / ".kpeval").write_text("a file")

        result = asked("report", "pilot", "--notebook", "small", "--as-of", DAY)

        assert result.exit_code == 2
        assert "reports: no reports can go there: File exists" in result.output

    def test_a_folder_that_leads_out_of_the_reports(self, place):
        (place / "reports").mkdir()
        (place / "reports" / "pilot").symlink_to(place / "data")

        with pytest.raises(Misuse, match="does not lie in"):
            Batch([ENGLISH], data=place / "data", out=place / "reports")


@pytest.mark.parametrize(
    ("annotation", "value", "fits"),
    [
        ("str", "a", True),
        ("str", 1, False),
        ("int", 1, True),
        ("int", True, False),
        ("int", 1.0, False),
        ("float", 1, True),
        ("float", "1", False),
        ("bool", False, True),
        ("bool", 0, False),
        ("str | None", None, True),
        ("str | None", 2, False),
        ("list[str]", ["a"], True),
        ("list[str]", ["a", 1], False),
        ("Path", "a", False),
    ],
)
def test_a_value_fits_its_annotation_exactly(tmp_path, annotation, value, fits):
    file = tmp_path / "own.ipynb"
    write_notebook(file, parameters=f"{PARAMETERS}\nown: {annotation} = None")

    wrong = list(misfits(declared(file), ENGLISH.parameters | {"own": value}))

    assert wrong == [] if fits else len(wrong) == 1


def test_an_unknown_parameter_is_refused_with_the_nearest_name(tmp_path):
    file = tmp_path / "own.ipynb"
    write_notebook(file, parameters=f"{PARAMETERS}\nthreshold: float = 0.5")

    wrong = list(misfits(declared(file), ENGLISH.parameters | {"treshold": 1.0, "x = 1\nimport os #": 1}))

    assert wrong[0] == "takes no parameter 'treshold' - did you mean 'threshold'?"
    assert "import os" in wrong[1]


def test_a_parameter_left_out_is_missing_whatever_its_default(tmp_path):
    file = tmp_path / "own.ipynb"
    write_notebook(file)

    assert list(misfits(declared(file), {"project": "pilot", "lang": "cs"})) == ["needs the parameter 'as_of: str'"]


def test_the_grid_puts_the_languages_of_a_report_side_by_side_and_asks_once():
    reports = grid(["a", "a"], ["2020-01-01", "2021-01-01"], ["small"], ["cs", "en"])

    assert [str(report) for report in reports[:2]] == ["a 2020-01-01 small.cs", "a 2020-01-01 small.en"]
    assert len(reports) == 4


# --- the page ---


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["cs", "en"])
class TestPage:
    def test_asks_for_nothing_and_runs_nothing(self, made, lang):
        html = RECORD.sub("", made.pages[lang])  # data, which no browser runs
        html = re.sub(r"'sha256-[^']*'", "", html)  # letters of a fingerprint may happen to look like an address

        assert not re.search(
            r"https?:|//[a-z]|<(?:script|iframe|object|embed|form|link|base|img)\b|@import|url\((?!#)", html
        )
        assert not re.search(r"<[^>]*\s(?:style|on\w+|src|srcset)\s*=", html)
        assert all(href.startswith("#") or href == f"small.{other(lang)}.html" for href in hrefs(html))

    def test_allows_its_one_style_and_nothing_else(self, made, lang):
        (style,) = re.findall(r"<style>(.*?)</style>", made.pages[lang], re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

        assert f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'" in made.pages[lang]

    def test_has_a_language_a_title_one_h1_and_its_landmarks(self, made, lang):
        html = made.pages[lang]
        kind, day = {"cs": ("Evaluační zpráva", "31. 12. 2023"), "en": ("Evaluation report", "31 Dec 2023")}[lang]
        title = re.search("<title>(.*?)</title>", html)[1].replace("\u00a0", " ")

        assert f'<html lang="{lang}">' in html
        assert title.startswith("Síť služeb &amp; &lt;script&gt;")
        assert title.endswith(f" – {kind}, {day}")
        assert len(re.findall("<h1", html)) == 1
        assert [len(re.findall(f"<{part}[ >]", html)) for part in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]

    def test_its_contents_lead_to_its_sections(self, made, lang):
        inside = [href[1:] for href in hrefs(made.pages[lang]) if href.startswith("#")]

        assert inside == ["content", "ask-money"]
        assert all(f'id="{name}"' in made.pages[lang] for name in inside)

    def test_says_that_the_data_are_invented_and_that_it_is_a_draft_on_screen_and_paper(self, made, lang):
        said = {
            "cs": ["Data tohoto projektu jsou smyšlená.", "Návrh"],
            "en": ["The data of this project are invented.", "Draft"],
        }

        for words in said[lang]:
            assert (
                made.pages[lang].partition("</style>")[2].count(words) == 2
            )  # at the head, and behind each printed page
            assert words.split()[0] in re.search(r"@top-right\{content:(.*?)\}", made.pages[lang])[1]

    def test_numbers_tables_and_figures_before_their_captions(self, made, lang):
        table, figure = {"cs": ("Tabulka 1.", "Graf 1."), "en": ("Table 1.", "Figure 1.")}[lang]

        assert re.search(rf'<caption><b class="count">{table}</b> \w', made.pages[lang])
        assert f'<figcaption><b class="count">{figure}</b> <strong>' in made.pages[lang]

    def test_shows_only_what_kpeval_showed(self, made, lang):
        html = made.pages[lang]

        assert "stray words" not in html
        assert "dataframe" not in html
        assert "nothing to see" not in html
        assert 'id="ask-nothing"' not in html
        assert "import kpeval" not in html

    def test_shows_what_stands_in_the_data_as_text(self, made, lang):
        assert "Evropský &lt;b&gt;fond&lt;/b&gt;" in made.pages[lang]
        assert "<b>fond" not in made.pages[lang]

    def test_says_where_each_table_and_figure_comes_from_and_says_it_once(self, made, lang):
        said = re.findall(r'<p class="source">(.*?)</p>', made.pages[lang])
        told = {
            "cs": ["Zdroj: funding.csv, project.toml, stav k 31. 12. 2023.", "Zdroj: jako Graf 1."],
            "en": ["Source: funding.csv, project.toml, as of 31 Dec 2023.", "Source: as for Figure 1."],
        }

        assert [text.replace(NBSP, " ") for text in said] == told[lang]

    def test_heads_each_value_of_a_table_of_many_columns_where_it_stands_as_a_list(self, made, lang):
        """Where there is little room; the words are those of the table's head, the first of which names the row."""
        soup = BeautifulSoup(made.pages[lang], "html.parser")
        (told,) = re.findall(r"#t1\{(.*?)\}", soup.style.text)
        labels = re.findall(r'--(\d):"(.*?)"', told)
        heads = [head.text for head in soup.find(id="t1").thead.find_all("th")]

        assert [(int(place), unescaped(label)) for place, label in labels] == list(enumerate(heads, 1))[1:]
        assert all(f"nth-child({place})::before{{content:var(--{place})}}" in soup.style.text for place, _ in labels)

    def test_stays_small(self, made, lang):
        assert len(made.pages[lang].encode()) < 40_000

    def test_names_nothing_of_the_machine(self, made, lang):
        assert str(made.folder) not in made.pages[lang]
        assert "kpeval-" not in made.pages[lang]


def unescaped(words):
    """What a CSS string says."""
    return re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), words)


def other(lang):
    return {"cs": "en", "en": "cs"}[lang]


@pytest.mark.slow
def test_the_documents_own_words_are_marked_with_their_language_where_it_is_not_the_pages(made):
    assert re.search(r'<h1 lang="cs">', made.pages["en"])
    assert '<th scope="row" lang="cs">Evropský' in made.pages["en"]
    assert all("quoted" not in page for page in made.pages.values())
    assert not re.search(r'<t[dh][^>]* lang="', made.pages["cs"])


@pytest.mark.slow
class TestFailsTheRender:
    def test_a_chart_without_alternative_text(self, executed):
        shown(executed, "chart").metadata["text/html"]["kpeval"]["alt"] = " "

        with pytest.raises(Failed, match="cell chart: a chart has no alternative text"):
            page(executed, ENGLISH)

    @pytest.mark.parametrize(("cell", "tag"), [("chart", "figcaption"), ("table", "caption")])
    def test_a_chart_or_a_table_without_caption(self, executed, cell, tag):
        data = shown(executed, cell).data
        data["text/html"] = re.sub(rf"<{tag}>.*?</{tag}>", f"<{tag}><b> </b></{tag}>", data["text/html"])

        with pytest.raises(Failed, match=f"cell {cell}: a {cell} has no caption"):
            page(executed, ENGLISH)

    def test_an_error_that_a_cell_only_showed(self, executed):
        next(cell for cell in executed.cells if cell.id == "stray").outputs.append(
            nbformat.v4.new_output("error", ename="KeyError", evalue="'jan@example.cz'", traceback=["jan@example.cz"])
        )

        with pytest.raises(Failed) as failed:
            page(executed, ENGLISH)

        assert str(failed.value) == "cell stray: KeyError"

    @pytest.mark.parametrize(("name", "value"), [("project_id", "usti"), ("as_of", "2020-01-01"), ("lang", "cs")])
    def test_a_page_about_something_else_than_was_asked(self, executed, name, value):
        shown(executed, "cover").metadata["text/html"]["kpeval"][name] = value

        with pytest.raises(Failed, match="was asked for"):
            page(executed, ENGLISH)

    def test_a_page_without_cover(self, executed):
        executed.cells = [cell for cell in executed.cells if cell.id != "cover"]

        with pytest.raises(Failed, match="the notebook shows 0 covers"):
            page(executed, ENGLISH)

    def test_prose_that_the_catalogue_lacks(self, executed):
        shown(executed, "cover").metadata["text/html"]["kpeval"]["lang"] = "cs"
        next(cell for cell in executed.cells if cell.id == "ask-money").source = "## Nobody has translated this"

        with pytest.raises(Failed, match="cell ask-money: the catalogue 'cs' lacks this cell's text"):
            page(executed, ENGLISH._replace(lang="cs"))

    @pytest.mark.parametrize(
        ("source", "said"),
        [
            ("# Another title", "a second '# Title'"),
            ("![a map](https://example.org/map.png)", "a picture in Markdown"),
        ],
    )
    def test_prose_that_no_page_has_a_place_for(self, executed, source, said):
        next(cell for cell in executed.cells if cell.id == "ask-money").source = source

        with pytest.raises(Failed, match=said):
            page(executed, ENGLISH)

    def test_a_first_cell_without_title(self, executed):
        executed.cells[0].source = "No title"

        with pytest.raises(Failed, match="cell title: the first cell does not begin with '# Title'"):
            page(executed, ENGLISH)

    def test_a_thing_of_a_kind_that_no_page_knows(self, executed):
        shown(executed, "table").metadata["text/html"]["kpeval"]["kind"] = "map"

        with pytest.raises(Failed, match="'map', which no page has a place for"):
            page(executed, ENGLISH)


@pytest.mark.slow
def test_what_is_not_stated_is_said_once_a_section_in_one_paragraph(executed):
    for number, text in enumerate(["No claims are stated.", "No rates are stated.", "No claims are stated."]):
        data, metadata = unstated(text)._repr_mimebundle_()
        output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
        executed.cells.append(nbformat.v4.new_code_cell("", id=f"silent-{number}", outputs=[output]))

    assert "<p>No claims are stated. No rates are stated.</p>" in page(executed, ENGLISH)


@pytest.mark.slow
def test_markup_in_prose_is_shown_as_text(executed):
    next(
        cell for cell in executed.cells if cell.id == "ask-money"
    ).source = '## Money\n\n<img src=x onerror="alert(1)">'

    html = page(executed, ENGLISH)

    assert "<img" not in html
    assert "&lt;img src=x onerror=" in html


@pytest.mark.slow
def test_jupyter_nbconvert_makes_the_same_page_but_for_its_record(made, tmp_path):
    installed = Path(sys.prefix) / "share" / "jupyter" / "nbconvert" / "templates" / "kpeval"
    if not installed.is_dir():
        pytest.skip("the template is not installed: `make` installs kpeval, and the template with it")
    same = {path.name: path.read_bytes() for path in TEMPLATE.iterdir()}
    assert {path.name: path.read_bytes() for path in installed.iterdir()} == same, "an old template is installed: make"
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--template", "kpeval", "--output-dir", str(tmp_path)]

    subprocess.run([*command, str(made.kept["en"])], check=True, capture_output=True)

    expected = RECORD.sub("", page(nbformat.read(made.kept["en"], as_version=4), ENGLISH))
    assert parsed((tmp_path / "small.en.html").read_text(encoding="utf-8")) == parsed(expected)


def parsed(html):
    """As a browser reads it: nbconvert's exporter parses and writes a page once more, and blank lines come and go."""
    return re.sub(r">\s+<", "><", str(BeautifulSoup(html, "html.parser"))).strip()


# --- the look ---


def test_the_page_has_the_colours_of_the_charts():
    """Charts are drawn in light colours; the style turns each into the variable that is dark in the dark."""
    style = (TEMPLATE / "style.css").read_text(encoding="utf-8")
    on_screen, printing = style.split("@media print")
    parts = [*on_screen.split("prefers-color-scheme: dark"), printing]
    light, dark, printed = (dict(re.findall(r"--(\w+): (#\w+);", part)) for part in parts)

    for name, (on_light, on_dark) in PALETTE.items():
        assert (light[name], dark[name], printed[name]) == (on_light, on_dark, on_light)
        for paint in ("fill", "stroke"):
            assert f'svg [{paint}="{on_light}"] {{ {paint}: var(--{name}); }}' in style


def contrast(one, two):
    """WCAG's ratio of two colours."""

    def luminance(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    darker, lighter = sorted((luminance(one), luminance(two)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_text_and_lines_can_be_told_from_what_they_stand_on(mode):
    colours = {name: pair[mode] for name, pair in PALETTE.items()}
    grounds = [colours["surface"], colours["shade"]]

    for text in ("ink", "muted", "accent", "second"):
        assert min(contrast(colours[text], ground) for ground in grounds) >= 4.5
    for mark in ("edge", "accent", "second"):
        assert contrast(colours[mark], colours["surface"]) >= 3


HOSTILE = '"; } </style><script>alert(1)</script>\\\n'


@pytest.mark.parametrize(
    ("hostile", "plain"),
    [
        (stylesheet([HOSTILE]), stylesheet(["plain"])),
        (stylesheet(headings={"t1": ["", HOSTILE]}), stylesheet(headings={"t1": ["", "plain"]})),
    ],
    ids=["title", "heading"],
)
def test_no_words_can_end_the_style(hostile, plain):
    assert "<" not in hostile
    assert [hostile.count(sign) for sign in '"{};'] == [plain.count(sign) for sign in '"{};']
    assert "sha256-" in policy(hostile)


def test_words_in_the_style_are_said_as_they_are():
    (said,) = re.findall(r'@top-left\{content:"(.*?)"\}', stylesheet(["Plán – 50 % (část)", "As of 1 Jan"]))

    assert unescaped(said) == "Plán – 50 % (část) · As of 1 Jan"


def test_the_style_is_served_without_comments_and_needless_blanks():
    style = stylesheet()

    assert not re.search(r"/\*|\n|  |;\}|\{ | \}", style)
    assert "nav ol{" in style
    assert 'content:counter(page) " / " counter(pages)' in style


# --- files: whole or not at all ---


def again(place, **changed):
    """The English page made once more from the executed notebook that is kept: no kernel starts."""
    from kpeval.reporting.make import make

    told = {"report": ENGLISH, "data": str(place / "data"), "out": str(place / "reports"), "execute": False}
    return make(Job(**{"notebook": str(place / "notebooks" / "small.ipynb"), **told, **changed}))


@pytest.mark.slow
@pytest.mark.usefixtures("no_process")
class TestWriting:
    def test_a_page_that_cannot_be_written_is_told_and_leaves_nothing_behind(self, rendered):
        ENGLISH.page(rendered / "reports").unlink()
        ENGLISH.page(rendered / "reports").mkdir()

        made = again(rendered)

        assert (made.kind, made.outputs) == ("disk", {})
        assert made.cause.startswith("Is a directory")
        assert strays(rendered / "reports") == []

    def test_a_page_that_fails_its_checks_leaves_what_was_there(self, rendered):
        before = {path: path.read_bytes() for path in ENGLISH.page(rendered / "reports").parent.iterdir()}
        write_notebook(rendered / "notebooks" / "small.ipynb", title="no title")

        made = again(rendered)

        assert (made.kind, made.cause) == ("page", "cell title: the first cell does not begin with '# Title'")
        assert {path: path.read_bytes() for path in ENGLISH.page(rendered / "reports").parent.iterdir()} == before

    def test_the_log_of_a_failure_names_the_report_and_is_for_its_owner_only(self, rendered):
        write_notebook(rendered / "notebooks" / "small.ipynb", title="no title")

        again(rendered)

        log = ENGLISH.kept(rendered / "reports", ".log")
        assert log.read_text(encoding="utf-8").startswith(f"pilot {DAY} small.en: cell title: the first cell")
        assert log.stat().st_mode & 0o777 == 0o600

    def test_a_success_removes_the_log_of_the_failure_before(self, rendered):
        log = ENGLISH.kept(rendered / "reports", ".log")
        log.write_text("what went wrong")

        assert again(rendered).cause == ""
        assert not log.exists()

    def test_the_outputs_told_are_the_bytes_written(self, rendered):
        outputs = again(rendered).outputs

        assert sorted(outputs) == [
            f".kpeval/pilot/{DAY}/small.en.ipynb",
            f"pilot/{DAY}/small.en.html",
        ]
        for name, digest in outputs.items():
            assert hashlib.sha256((rendered / "reports" / name).read_bytes()).hexdigest() == digest

    def test_what_is_kept_is_for_the_owner_only_and_a_page_for_everybody(self, made):
        for path in [made.out / ".kpeval", *(made.out / ".kpeval").rglob("*")]:
            assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)
        assert ENGLISH.page(made.out).stat().st_mode & 0o777 == 0o666 & ~umask()


def umask():
    now = os.umask(0)
    os.umask(now)
    return now


def test_a_private_folder_that_was_open_is_closed(place):
    (place / "reports" / ".kpeval").mkdir(parents=True, mode=0o755)

    brought_up_to_date([ENGLISH], place, on_paper)

    assert (place / "reports" / ".kpeval").stat().st_mode & 0o777 == 0o700


@pytest.mark.slow
def test_nothing_private_lies_beside_a_page(made):
    names = sorted(path.name for path in ENGLISH.page(made.out).parent.iterdir())

    assert names == ["small.cs.html", "small.en.html"]
    assert strays(made.out) == []


@pytest.mark.slow
def test_the_executed_notebook_holds_nothing_that_differs_from_run_to_run(made):
    kept = json.loads(made.kept["en"].read_text(encoding="utf-8"))

    assert [cell["id"] for cell in kept["cells"]][:3] == ["title", "parameters", "injected-parameters"]
    assert "papermill" not in kept["metadata"]
    assert all("papermill" not in cell["metadata"] and "execution" not in cell["metadata"] for cell in kept["cells"])


def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path):
    """The system itself refuses to write more than 1,000 bytes."""
    page = tmp_path / "page.html"
    page.write_text("old")
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from kpeval.reporting.files import write_whole\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    write_whole(Path(sys.argv[1]), 'x' * 5000)\n"
        "except OSError as error:\n"
        "    sys.exit(f'refused: {error.strerror}')\n"
    )
    if find_spec("resource") is None:
        pytest.skip("this system sets no limits")

    done = subprocess.run([sys.executable, "-c", code, str(page)], capture_output=True, text=True, check=False)

    assert "refused: File too large" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert page.read_text() == "old"


def test_a_file_is_written_whole(tmp_path):
    write_whole(tmp_path / "page.html", "žluť\n")

    assert (tmp_path / "page.html").read_bytes() == "žluť\n".encode()
    assert len(list(tmp_path.iterdir())) == 1
