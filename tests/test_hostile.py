"""Whatever stands in data shows as text: nothing of it runs, asks for anything, or disturbs what stands around it."""

import csv
import io
import re
import unicodedata
from html import unescape
from types import SimpleNamespace

import pytest
from browsing import in_browser, opened
from click.testing import CliRunner
from conftest import ROOT, brought_up_to_date, made_once
from payloads import DAY, LONG, PAYLOADS, SIGNS, plant

from kpeval import czech
from kpeval.cli import main
from kpeval.faults import QUOTED
from kpeval.present.language import language
from kpeval.present.length import CUT, LONGEST, LONGEST_WORD, shortened
from kpeval.reporting import catalogue
from kpeval.reporting.asked import grid

NOTEBOOKS = ("evaluation", "budget", "indicators", "timeline")
POLICY = re.compile('<meta http-equiv="Content-Security-Policy"[^>]*>\n')
# What a payload would call, and every event that somebody who reads a page might set off.
WATCHED = "window.ran = number => { (window.had = window.had || []).push(number) }"
PROVOKED = """() => {
    const kinds = ['click', 'focus', 'mouseover', 'mouseenter', 'pointerdown', 'toggle', 'error', 'load', 'input',
                   'animationstart', 'transitionend', 'start', 'keydown', 'auxclick', 'contextmenu']
    const all = [...document.querySelectorAll('*')]
    for (const one of all) for (const kind of kinds) one.dispatchEvent(new Event(kind, {bubbles: true}))
    for (const one of all) if (!one.matches('a[href$=".html"]')) one.click?.()
}"""
LOOKED = """() => {
    const records = [...document.querySelectorAll('body > script[type="application/json"]#kpeval')]
    const record = records.map(one => JSON.parse(one.textContent))  // what programs read; nothing of it runs
    records.forEach(one => one.remove())
    return {
    record: record.length,
    had: window.had || [],
    text: document.body.textContent,
    title: document.title,
    tags: [...new Set([...document.querySelectorAll('*')].map(one => one.localName))].sort(),
    attributes: [...new Set([...document.querySelectorAll('*')].flatMap(one => one.getAttributeNames()))].sort(),
    links: [...document.querySelectorAll('a')].map(one => one.getAttribute('href')),
    wide: document.scrollingElement.scrollWidth - innerWidth,
    colour: getComputedStyle(document.querySelector('h1')).color,
    }
}"""
STEERING = ("Cc", "Cf", "Zl", "Zp")  # controls, formats, ends of lines and paragraphs
# Within the page, to the same report in another language; to the web where an evaluator writes such a link.
LINK = re.compile(r"#[\w-]+|[\w./-]+\.html|(?:https?://|mailto:).+")
# What a page of kpeval is made of; nothing of a payload may become an element or an attribute of it.
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "footer", "div"),
    *("a", "h1", "h2", "h3", "p", "ul", "ol", "li", "dl", "dt", "dd", "b", "strong", "em", "small", "span"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "figure", "figcaption"),
    *("svg", "g", "defs", "path", "rect", "text", "use", "pattern", "clipPath", "details", "summary", "bdi"),
    *("aside", "h4", "code", "pre", "em", "blockquote", "br", "hr"),  # of an evaluator's Markdown
}


def rendered(folder):
    """Every notebook about a project full of payloads, with the catalogue; the pages, from `folder`."""
    plant(ROOT / "data" / "demo", folder / "data" / "hostile")
    (folder / "notebooks").symlink_to(ROOT / "notebooks")
    reports = [*grid(["hostile"], [DAY], NOTEBOOKS[:1], ["cs", "en"]), *grid(["hostile"], [DAY], NOTEBOOKS[1:], ["en"])]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        outcomes = brought_up_to_date(reports, folder)
    catalogue.write(folder / "reports")
    assert {(outcome.state, outcome.cause) for outcome in outcomes} == {("rendered", "")}
    pages = [*(outcome.page for outcome in outcomes), *sorted((folder / "reports").glob("index*.html"))]
    return [page.relative_to(folder).as_posix() for page in pages]


def provoked(browser, path):
    """What a browser makes of a page whose policy is taken away, after every event that might start a script."""
    bare = path.with_suffix(".bare.html")
    html, taken = POLICY.subn("", path.read_text(encoding="utf-8"))
    assert taken == 1
    bare.write_text(html, encoding="utf-8")
    with opened(browser, bypass_csp=True, viewport={"width": 375, "height": 800}) as tab:
        tab.page.add_init_script(WATCHED)
        tab.go(bare)
        tab.page.evaluate(PROVOKED)
        tab.page.wait_for_timeout(200)
        return {**tab.page.evaluate(LOOKED), "events": tab.events}


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    folder, pages = made_once(tmp_path_factory, "hostile", rendered)
    return SimpleNamespace(folder=folder, pages=[folder / page for page in pages])


@pytest.fixture(scope="session")
def seen(hostile, tmp_path_factory):
    def look(browser):
        return {path.stem: provoked(browser, path) for path in hostile.pages}

    return made_once(tmp_path_factory, "hostile-seen", lambda _: in_browser(look))[1]


@pytest.mark.slow
class TestOnAPageWithoutItsPolicy:
    def test_no_payload_runs(self, seen):
        assert {page: found["had"] for page, found in seen.items() if found["had"]} == {}

    def test_nothing_is_asked_for_said_or_opened(self, seen):
        assert {page: found["events"] for page, found in seen.items() if found["events"]} == {}

    def test_no_payload_is_an_element_or_an_attribute(self, seen):
        for page, found in seen.items():
            assert set(found["tags"]) <= TAGS, page
            assert [name for name in found["attributes"] if name.startswith("on") or name in ("style", "src")] == []
            assert [link for link in found["links"] if not LINK.fullmatch(link)] == [], page

    def test_the_record_of_a_page_is_one_and_whole(self, seen):
        assert [found["record"] for found in seen.values()] == [1] * 5 + [0] * 2  # the catalogue has none

    def test_every_payload_is_there_as_text(self, seen):
        for page in ("evaluation.cs", "evaluation.en"):
            shown = " ".join(seen[page]["text"].split())
            gone = [text for text in (*PAYLOADS, LONG[0]) if shortened(czech.plain(text)) not in shown]

            assert gone == [], page

    def test_the_title_is_a_payload_too(self, seen):
        for found in list(seen.values())[:5]:
            assert any(czech.plain(text) in found["title"] for text in PAYLOADS)

    def test_what_is_too_long_is_shortened_and_said_to_be(self, seen):
        for page, said in (("evaluation.cs", "zkráceno"), ("evaluation.en", "shortened")):
            text = seen[page]["text"]

            assert f"{CUT}: {said}" in text
            assert text.count("ž" * LONGEST_WORD) == 1
            assert "ž" * (LONGEST_WORD + 1) not in text
            assert text.count(CUT) > 2

    def test_no_sign_of_the_data_turns_or_hides_the_text_around_it(self, seen):
        for found in seen.values():
            assert not re.search("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f]", found["text"])

    def test_nothing_sticks_out_of_a_phone(self, seen):
        assert {page: found["wide"] for page, found in seen.items() if found["wide"] > 0} == {}

    def test_the_style_of_the_page_stays(self, seen):
        assert len({found["colour"] for found in seen.values()}) == 1


@pytest.mark.slow
def test_a_megabyte_in_a_cell_makes_no_page_of_megabytes(hostile):
    sizes = [path.stat().st_size for path in hostile.folder.glob("reports/*/*/*")]

    assert max(sizes) < 250_000


@pytest.mark.slow
def test_the_running_head_of_the_printed_page_is_one_string(hostile):
    """A title cannot end it, whatever it holds: all but letters and digits stand as code points."""
    for path in hostile.pages[:5]:
        (head,) = re.findall(r"@top-left\{content:(.*?)\}", path.read_text(encoding="utf-8"))

        assert re.fullmatch(r'"(?:[^"\\<>{};@*\n]|\\[0-9a-f]{1,6} )*"', head), head
        said = re.sub(r"\\([0-9a-f]{1,6}) ", lambda found: chr(int(found[1], 16)), head.strip('"'))
        assert said.partition(" · ")[0] == unescape(re.search(r'kpeval:title" content="(.*?)">', path.read_text())[1])


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["cs", "en"])
def test_findings_steer_no_terminal(hostile, lang):
    said = CliRunner().invoke(main, ["--data", str(hostile.folder / "data"), "check", "--as-of", DAY, "--lang", lang])

    assert said.exit_code == 1, said.output  # the demo has a record of attendance that is an error
    assert re.search(r"ran\(\d+\)", said.output)
    steering = {sign for line in said.output.splitlines() for sign in line if unicodedata.category(sign) in STEERING}
    assert steering <= {"\u2068", "\u2069"}  # around names in other scripts


class TestFaultsOfHostileFiles:
    """A fault quotes what is wrong: on one line, without what steers a terminal, no longer than it must be."""

    @staticmethod
    def told(tmp_path, toml="", **tables):
        folder = tmp_path / "p"
        folder.mkdir()
        heading = 'title = "t"\ncurrency = "CZK"\nlanguage = "cs"\n'
        (folder / "project.toml").write_text(heading + toml, encoding="utf-8")
        funding = {"funding": [["source", "kind"], ["město", "municipality"]]}
        for name, rows in (funding | tables).items():
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            (folder / f"{name}.csv").write_text(text.getvalue(), encoding="utf-8")
        said = CliRunner().invoke(main, ["--data", str(tmp_path), "check", "p", "--as-of", DAY])
        assert said.exit_code == 1, said.output
        return said.output

    @pytest.mark.parametrize("text", ["\n".join(SIGNS), "ž" * 1_000_000])
    @pytest.mark.parametrize("column", ["declared_share", "kind", "declared_amount", "lower", "reference"])
    def test_in_cells(self, tmp_path, text, column):
        tables = {
            "lower": {"target_groups": [["group_id", "label", "lower_bound"], ["G", "g", f"{text}!"]]},
            "reference": {"finance_plan": [["period_end", "amount", "source"], ["2020", "1", f"{text}!"]]},
        }
        of_funding = {"funding": [["source", "kind", column], ["a", "eu", f"{text}!"]]}
        if column == "kind":
            of_funding = {"funding": [["source", "kind"], ["a", f"{text}!"]]}

        said = self.told(tmp_path, **tables.get(column, of_funding))

        self.is_harmless(said)

    @pytest.mark.parametrize("text", ["".join(SIGNS), "ž" * 100_000])
    def test_in_headings_and_keys(self, tmp_path, text):
        toml = "".join(f"\\U{ord(sign):08x}" for sign in text)

        said = self.told(tmp_path, f'"{toml}" = 1\n"projekt{toml}" = "x"\n', areas=[["area_id", "label", text], "abc"])

        self.is_harmless(said)

    @pytest.mark.parametrize("text", ["".join(SIGNS), "ž" * 100_000])
    @pytest.mark.parametrize("key", ["project_id", "language", "currency", "total_basis", "start", "encoding"])
    def test_in_values_of_the_description(self, tmp_path, text, key):
        toml = "".join(f"\\U{ord(sign):08x}" for sign in text)
        heading = {"title": '"t"', "currency": '"CZK"', "language": '"cs"'} | {key: f'"{toml}"'}
        (tmp_path / "p").mkdir()
        lines = [f"{name} = {value}" for name, value in heading.items()]
        (tmp_path / "p" / "project.toml").write_text("\n".join(lines), encoding="utf-8")

        said = CliRunner().invoke(main, ["--data", str(tmp_path), "check", "p", "--as-of", DAY])

        assert said.exit_code == 1
        self.is_harmless(said.output)

    @pytest.mark.parametrize("name", ["evil\x1b[31m.csv", "new\nline.csv", "a\u202eb.csv", f"{'long' * 50}.csv"])
    def test_in_names_of_files(self, tmp_path, name):
        (tmp_path / "p").mkdir()
        (tmp_path / "p" / name).write_text("x", encoding="utf-8")
        (tmp_path / "p" / "project.toml").write_text('title = "t"\ncurrency = "CZK"\nlanguage = "cs"\n')

        said = CliRunner().invoke(main, ["--data", str(tmp_path), "check", "p", "--as-of", DAY])

        assert said.exit_code == 1
        self.is_harmless(said.output)

    @staticmethod
    def is_harmless(said):
        lines = said.splitlines()
        assert [line for line in lines for sign in line if unicodedata.category(sign) in STEERING] == []
        assert max(map(len, lines)) < 5 * QUOTED + 400  # the list of all known names is the longest thing beside it
        assert all(line.startswith(("p, as of", "  error ", "           ")) for line in lines)


# --- parts ---


def test_what_fits_is_shown_whole():
    text = "ž" * LONGEST_WORD + " slovo" * 200
    assert shortened(text) == text


def test_a_word_without_end_is_cut_though_the_text_is_short():
    said = shortened("slovo " + "ž" * (LONGEST_WORD + 1) + " konec")

    assert said == "slovo " + "ž" * LONGEST_WORD + " " + CUT


@pytest.mark.parametrize(
    "text", ["ž" * (LONGEST + 1), "z\u030c" * LONGEST, "slovo " * LONGEST, "z" + "\u030c" * LONGEST]
)
def test_what_is_longer_is_its_beginning_and_a_sign_and_no_letter_loses_its_accent(text):
    said = shortened(text)

    assert len(said) <= LONGEST
    assert said.endswith(CUT)
    kept = said.removesuffix(CUT).rstrip()
    assert text.startswith(kept)
    assert not text[len(kept) :].startswith("\u030c")


def test_a_name_written_from_right_to_left_turns_nothing_but_itself():
    said = language("en").say("The largest source is {source} with {amount}.", source="\u05e7\u05e8\u05df", amount="5")

    assert said == "The largest source is \u2068\u05e7\u05e8\u05df\u2069 with 5."


@pytest.mark.parametrize("name", ["Město Ostrava", "město “Ústí” – 5 %", "Ελλάδα", "Київ", "東京", "👩‍💻"])
def test_a_name_written_from_left_to_right_stays_as_it_is(name):
    assert name in language("en").say("The largest source is {source} with {amount}.", source=name, amount="5")


def test_a_sentence_is_not_buried_in_what_it_names():
    said = language("en").say("The largest source is {source} with {amount}.", source="x" * 10**6, amount="5")

    assert len(said) < LONGEST + 100
    assert said.endswith(f"{CUT} with 5.")


def test_a_braced_name_is_not_filled_in_again():
    said = language("en").count(
        "{count} activity. By status: {counted}.", "{count} x {counted}", 2, counted="{0.__class__}"
    )

    assert said == "2 x {0.__class__}"
