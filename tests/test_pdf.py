"""A PDF holds all that its page holds, can be read aloud, fetches nothing, and is the same twice."""

import http.server
import logging
import os
import re
import shutil
import subprocess
import sys
import threading
from contextlib import suppress
from html import escape
from pathlib import Path

import nbformat
import pytest
from conftest import DAY, brought_up_to_date
from lxml import html as parsed

from kpeval.reporting.asked import Report, Wish
from kpeval.reporting.failure import Failed
from kpeval.reporting.page import page
from kpeval.reporting.pdf import hindrance, pdf

pikepdf = pytest.importorskip("pikepdf")

if why := hindrance():
    pytest.skip(f"no PDF can be made here: {why}", allow_module_level=True)

# of an A4 page in points, what lies between its margins
WITHIN = ("-x", "0", "-y", "62", "-W", "596", "-H", "729")
ROOT = Path(__file__).parents[1]
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 20" role="img" aria-labelledby="t{n}">'
    '<title id="t{n}">{alt}</title><rect width="60" height="10"/><text x="1" y="18">sloupec {n}</text></svg>'
)


def document(body, head="", lang="cs"):
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>Péče &amp; pomoc</title>{head}</head>'
        f"<body><main><h1>Péče</h1>{body}</main></body></html>"
    )


@pytest.fixture(scope="module")
def made_pages(tmp_path_factory):
    """The demo's evaluation in Czech and Ústí's in English: of each the page and its PDF, as a batch makes them."""
    folder = tmp_path_factory.mktemp("pdf")
    (folder / "data").mkdir()
    for name in ("demo", "usti"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    reports = [Report("demo", DAY, "evaluation", "cs"), Report("usti", DAY, "evaluation", "en")]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        outcomes = brought_up_to_date(reports, folder, wishes=dict.fromkeys(reports, Wish(("html", "pdf"))))
    assert [(outcome.state, outcome.cause) for outcome in outcomes] == [("rendered", "")] * 2
    return {outcome.report.project: outcome.page for outcome in outcomes}


@pytest.fixture(params=["demo", "usti"])
def both(request, made_pages):
    """A page, and the path of its PDF."""
    page = made_pages[request.param]
    return page.read_text(encoding="utf-8"), page.with_suffix(".pdf")


def plain(text):
    """Letters and digits alone: lines, hyphens at their ends and kinds of spaces do not count."""
    return re.sub(r"[\W_]+", "", text).casefold()


def text_of(path, *how):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed: apt install poppler-utils")
    called = ["pdftotext", *(how or ["-raw"]), str(path), "-"]
    return subprocess.run(called, capture_output=True, text=True, check=True).stdout


def elements(node):
    """Every element of the tree of tags, with the one that it stands in."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid, node
            yield from elements(kid)


def tags(path):
    """Of each element its kind, the kind of the one that it stands in, its alternative text."""
    with pikepdf.open(path) as file:
        return [
            (str(one.S)[1:], str(above.get("/S", "/Root"))[1:], str(one.get("/Alt", "")))
            for one, above in elements(file.Root.StructTreeRoot)
        ]


# --- nothing of the page is lost ---


@pytest.mark.slow
class TestWhole:
    def test_every_heading_caption_cell_and_sentence_of_the_page_is_in_the_text(self, both):
        html, path = both
        root = parsed.fromstring(html)
        for unseen in root.xpath('//script | //style | //*[@class="sisters"] | //*[@class="skip"]'):
            unseen.drop_tree()
        kinds = ["h1", "h2", "h3", "h4", "caption", "figcaption", "th", "td", "dt", "dd", "li", "p", "summary"]
        parts = [part for kind in kinds for part in root.iter(kind) if "stamp" not in part.get("class", "")]
        texts = [text for part in parts for text in part.itertext() if plain(text)]

        within = plain(text_of(path, "-raw", *WITHIN))  # a paragraph may go on behind the head of the next page

        assert len(texts) > 200
        assert [text for text in texts if plain(text) not in within] == []

    def test_the_words_in_pictures_are_words_in_the_pdf_too(self, both):
        html, path = both
        words = [plain("".join(one.itertext())) for one in parsed.fromstring(html).iter("text")]

        text = plain(text_of(path))

        assert words
        assert [word for word in words if word not in text] == []

    def test_no_page_is_empty_and_each_has_its_number(self, both):
        _, path = both
        pages = text_of(path).split("\f")[:-1]

        assert all(f"{number} / {len(pages)}" in page for number, page in enumerate(pages, start=1))
        assert min(len(plain(page)) for page in pages) > 200

    def test_no_word_stands_outside_the_margins(self, both):
        _, path = both
        words = re.findall(
            r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)"[^>]*>(.*?)</word>', text_of(path, "-bbox")
        )
        left, right = 17 / 25.4 * 72, (210 - 17) / 25.4 * 72

        assert len(words) > 500
        assert [word for start, end, word in words if float(start) < left - 1 or float(end) > right + 1] == []

    def test_what_is_folded_away_on_a_screen_is_open_in_print(self, tmp_path):
        path = tmp_path / "a.pdf"
        path.write_bytes(pdf(document("<details><summary>Jak</summary><p>spočteno takto</p></details>")))

        assert "spočteno takto" in text_of(path)

    def test_a_picture_that_cannot_be_drawn_fails_it(self):
        with pytest.raises(Failed, match=r"would not show all of the page \(1\)"):
            pdf(document('<img alt="graf" src="data:image/png;base64,AAAA">'))

    def test_the_project_s_name_runs_at_the_head_of_each_page(self, made_pages):
        pages = text_of(made_pages["demo"].with_suffix(".pdf")).split("\f")[:-1]

        assert all("Data tohoto projektu jsou" in page for page in pages)


# --- it can be read aloud ---


@pytest.mark.slow
class TestAccessible:
    def test_it_says_that_it_is_pdf_ua_in_which_language_and_what_it_is_called(self, both):
        html, path = both
        with pikepdf.open(path) as file:
            root, meta = file.Root, file.open_metadata()
            assert meta["pdfuaid:part"] == "1"
            assert str(root.Lang) == re.search('<html lang="(..)"', html)[1]
            assert str(file.docinfo.Title) == parsed.fromstring(html).findtext(".//title")
            assert root.MarkInfo.Marked
            assert root.ViewerPreferences.DisplayDocTitle
            assert all(str(one.Tabs) == "/S" for one in file.pages)

    def test_every_picture_has_its_words(self, both):
        html, path = both
        alts = [alt for kind, _, alt in tags(path) if kind == "Figure"]

        assert alts == [one.text for one in parsed.fromstring(html).iterfind(".//svg/title")]
        assert all(alts)

    def test_every_cell_knows_its_headings(self, both):
        _, path = both
        with pikepdf.open(path) as file:
            cells = [one for one, _ in elements(file.Root.StructTreeRoot) if one.S == "/TD"]
            assert cells
            assert all(len(one.A.Headers) >= 1 for one in cells)

    def test_the_outline_is_the_headings_in_their_order(self, both):
        html, path = both
        with pikepdf.open(path) as file, file.open_outline() as outline:
            told = [(0, one.title, [two.title for two in one.children]) for one in outline.root]
            flat = [title for _, title, children in told for title in (title, *children)]
        headings = ["".join(one.itertext()) for one in parsed.fromstring(html).xpath("//h1 | //h2")]

        assert [plain(one) for one in flat] == [plain(one) for one in headings]

    def test_what_stands_in_lists_and_tables_is_what_may_stand_there(self, both):
        _, path = both
        allowed = {
            "L": {"L", "LI", "Caption"},
            "LI": {"Lbl", "LBody"},
            "TR": {"TH", "TD"},
            "Table": {"TR", "THead", "TBody", "TFoot", "Caption"},
            "THead": {"TR"},
            "TBody": {"TR"},
        }
        within = {"LI": {"L"}, "Lbl": {"LI"}, "LBody": {"LI"}, "TH": {"TR"}, "TD": {"TR"}}
        pairs = {(above, kind) for kind, above, _ in tags(path)}

        assert ("L", "LI") in pairs
        assert [(above, kind) for above, kind in pairs if kind not in allowed.get(above, {kind})] == []
        assert [(above, kind) for above, kind in pairs if above not in within.get(kind, {above})] == []

    def test_each_tag_knows_the_one_it_stands_in(self, both):
        _, path = both
        with pikepdf.open(path) as file:
            assert all(one.P.objgen == above.objgen for one, above in elements(file.Root.StructTreeRoot.K[0]))

    def test_a_link_is_called_what_it_says(self, both):
        html, path = both
        with pikepdf.open(path) as file:
            said = {str(one.Contents) for leaf in file.pages for one in leaf.get("/Annots", [])}
        entries = {" ".join("".join(one.itertext()).split()) for one in parsed.fromstring(html).xpath("//nav//a")}

        assert entries <= said

    def test_all_fonts_are_in_it(self, both):
        _, path = both
        with pikepdf.open(path) as file:
            fonts = [one for one in file.objects if isinstance(one, pikepdf.Dictionary) and "/FontName" in one]
            assert fonts
            assert all(any(key.startswith("/FontFile") for key in one) for one in fonts)

    def test_a_warning_that_runs_at_the_head_is_not_read_aloud_on_each_page(self, made_pages):
        assert 'class="stamp"' in made_pages["demo"].read_text(encoding="utf-8")
        with pikepdf.open(made_pages["demo"].with_suffix(".pdf")) as file:
            top = [str(one.S) for one in file.Root.StructTreeRoot.K[0].K]

        assert "/P" not in top

    def test_a_picture_without_words_fails_it(self):
        with pytest.raises(Failed, match="no alternative text"):
            pdf(document('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9"/></svg>'))

    def test_pictures_keep_their_words_apart(self, tmp_path):
        path = tmp_path / "a.pdf"
        drawn = [SVG.format(n=n, alt=escape(f"Graf {n} <b>“péče”")) for n in (1, 2)]
        path.write_bytes(pdf(document("".join(drawn))))

        alts = [alt for kind, _, alt in tags(path) if kind == "Figure"]
        assert alts == ["Graf 1 <b>“péče”", "Graf 2 <b>“péče”"]


# --- it fetches nothing ---


@pytest.fixture(scope="module")
def listening():
    """A web server on this machine: its address, and the paths that it was asked for."""
    hits = []

    class Noting(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Noting) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}", hits
        listening.shutdown()
        thread.join()


@pytest.fixture
def server(listening):
    """The same, not asked for anything yet."""
    listening[1].clear()
    return listening


HOSTILE = {
    "image": ('<img alt="x" src="{at}/a.png">', ""),
    "picture source": ('<picture><source srcset="{at}/a.png"><img alt="x" src="{at}/b.png"></picture>', ""),
    "object": ('<object data="{at}/a.svg">x</object>', ""),
    "embed": ('<embed src="{at}/a.svg">', ""),
    "import": ("", '<style>@import url("{at}/a.css");</style>'),
    "stylesheet": ("", '<link rel="stylesheet" href="{at}/a.css">'),
    "background": ('<p style="background: url({at}/a.png)">x</p>', ""),
    "marker": ('<ul><li style="list-style-image: url({at}/a.png)">x</li></ul>', ""),
    "content": ("<p>x</p>", "<style>p::before {{ content: url({at}/a.png) }}</style>"),
    "font": (
        '<p style="font-family: f">x</p>',
        '<style>@font-face {{ font-family: f; src: url("{at}/a.ttf") }}</style>',
    ),
    "attachment": ("", '<link rel="attachment" href="{at}/a.txt">'),
    "link to an attachment": ('<a rel="attachment" href="{at}/a.txt">x</a>', ""),
    "image in a picture": (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>x</title><image href="{at}/a.png" width="9" '
        'height="9"/></svg>',
        "",
    ),
    "use in a picture": (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>x</title><use href="{at}/a.svg#b"/></svg>',
        "",
    ),
    "style in a picture": (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>x</title><style>@import url({at}/a.css);'
        "</style><rect width='9' height='9'/></svg>",
        "",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("local", [False, True], ids=["from the web", "from this machine"])
def test_nothing_is_fetched_and_nothing_attached(server, tmp_path, name, local):
    address, hits = server
    for file in ("a.txt", "a.css", "a.png", "a.svg", "a.ttf", "b.png"):
        (tmp_path / file).write_text("SECRET", encoding="utf-8")
    at = tmp_path.as_uri() if local else address
    body, head = (part.format(at=at) for part in HOSTILE[name])

    made = b""
    with suppress(Failed):
        made = pdf(document(body, head))

    assert hits == []
    if made:
        path = tmp_path / "made.pdf"
        path.write_bytes(made)
        with pikepdf.open(path) as file:
            assert not file.attachments
            assert not [
                one for leaf in file.pages for one in leaf.get("/Annots", []) if one.Subtype == "/FileAttachment"
            ]
            contents = b"".join(one.read_bytes() for one in file.objects if isinstance(one, pikepdf.Stream))
        assert b"SECRET" not in contents


def test_the_server_of_this_test_would_have_been_asked(server):
    address, hits = server
    import weasyprint

    weasyprint.HTML(string=document(f'<img alt="x" src="{address}/a.png">')).write_pdf()

    assert hits == ["/a.png"]


@pytest.mark.slow
def test_what_the_page_itself_holds_is_shown():
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

    assert pdf(document(f'<img alt="tečka" src="data:image/png;base64,{dot}">')).startswith(b"%PDF-1.7")


def test_what_weasyprint_complains_of_quotes_nothing_in_the_cause(server):
    address, _ = server

    with pytest.raises(Failed) as raised:
        pdf(document(f'<img alt="x" src="{address}/jan@example.cz.png">'))

    assert "jan" not in str(raised.value)
    assert "jan" in raised.value.details
    assert raised.value.kind == "page"


def test_nothing_is_said_on_the_terminal_nor_in_the_log_of_a_worker(capfd, monkeypatch):
    heard = logging.Handler()
    told = []
    monkeypatch.setattr(heard, "emit", lambda record: told.append(record.name))
    monkeypatch.setattr(logging.getLogger(), "handlers", [heard])

    pdf(document('<p style="no-such: thing">x</p>'))

    assert capfd.readouterr() == ("", "")
    assert [name for name in told if name.startswith("weasyprint")] == []


# --- the same twice ---


@pytest.mark.slow
class TestSame:
    def test_in_one_process_and_in_another(self, made, tmp_path):
        (tmp_path / "page.html").write_text(made.pages["cs"], encoding="utf-8")
        code = (
            "import sys\nfrom pathlib import Path\nfrom kpeval.reporting.pdf import pdf\n"
            "sys.stdout.buffer.write(pdf(Path(sys.argv[1]).read_text(encoding='utf-8')))\n"
        )
        called = [sys.executable, "-c", code, str(tmp_path / "page.html")]

        other = subprocess.run(called, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": "7"})

        assert pdf(made.pages["cs"]) == pdf(made.pages["cs"]) == other.stdout

    def test_a_worker_makes_the_same(self, made_pages):
        file = made_pages["usti"]

        assert pdf(file.read_text(encoding="utf-8")) == file.with_suffix(".pdf").read_bytes()

    def test_whatever_the_page_links_beside_itself(self, made):
        executed = nbformat.read(made.kept["en"], as_version=4)
        report = Report("pilot", DAY, "small", "en")

        alone = page(executed, report)
        linked = page(executed, report, ["cs"], formats=["html", "pdf", "xlsx"])

        assert alone != linked
        assert pdf(alone) == pdf(linked)

    def test_no_moment_is_in_it(self, made_pages):
        with pikepdf.open(made_pages["usti"].with_suffix(".pdf")) as file:
            assert {str(name) for name in file.docinfo} == {"/Producer", "/Title"}
            assert b"Date" not in file.Root.Metadata.read_bytes()


# --- what is wanting ---


class TestWanting:
    def test_here_nothing_is(self):
        assert hindrance() == ""

    def test_harfbuzz_subset_is_needed_for_the_same_bytes_everywhere(self, monkeypatch):
        from weasyprint.text import ffi

        monkeypatch.setattr(ffi, "harfbuzz_subset", None)

        assert "libharfbuzz-subset0" in hindrance()
