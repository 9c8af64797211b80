"""Every report can be read by everybody: axe finds nothing, and what axe cannot see is held to the same.

Debian's Chromium opens each report that reports.toml asks for, the other notebooks' reports and the catalogue, as a
reader does: with the page's policy, light and dark, wide and narrow, by keyboard.
"""

import gzip
import re
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest
from browsing import in_browser, opened
from conftest import ROOT, made_once

from kpeval.reporting.wanted import wanted

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FACTS = (Path(__file__).parent / "page_facts.js").read_text(encoding="utf-8")
AXE = (Path(find_spec("axe_playwright_python").origin).parent / "axe.min.js").read_text(encoding="utf-8")
LONGEST_WAY = 200  # stops of Tab
FOCUSED = """() => {
    const one = document.activeElement
    if (!one || one === document.body) return null
    const box = one.getBoundingClientRect(), style = getComputedStyle(one)
    return {
        place: [...document.querySelectorAll('*')].indexOf(one),
        what: one.outerHTML.slice(0, 80),
        href: one.getAttribute('href'),
        seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    }
}"""
SPACED = """() => {
    const sheet = new CSSStyleSheet()
    const spacing = 'line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important'
    sheet.replaceSync(`* { ${spacing} } p { margin-bottom: 2em !important }`)
    document.adoptedStyleSheets = [sheet]
}"""
CUT_OFF = """() => {
    const wide = document.scrollingElement.scrollWidth - innerWidth
    const out = [...document.querySelectorAll('body *')].filter(one => {
        const box = one.getBoundingClientRect()
        if (one.closest('svg, thead, .table[tabindex], .skip') || !box.width) return false
        const style = getComputedStyle(one)
        return box.right > innerWidth + 1 || box.left < -1
            || (/hidden|clip/.test(style.overflowX + style.overflowY) && one.scrollHeight > one.clientHeight + 1)
    })
    const locked = [...document.querySelectorAll('body *')].filter(one =>
        /auto|scroll/.test(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1
            && one.tabIndex < 0)
    const found = [...out, ...locked].slice(0, 3).map(one => one.outerHTML.slice(0, 80))
    return [...(wide > 0 ? [`${wide} px`] : []), ...found]
}"""
MOST, MOST_PACKED = 100 * 1024, 25 * 1024  # bytes of a page
NAMES = sorted(
    f"{report.project}-{report.as_of}-{report.notebook}.{report.lang}"
    for group in wanted(ROOT / "reports" / "reports.toml")
    for report in group.reports(None)
)


# --- what a browser finds ---


def looked_at(browser, path):
    with opened(browser, viewport={"width": 1200, "height": 900}) as tab:
        tab.go(path)
        found = {
            **tab.page.evaluate(FACTS),
            "bytes": len(path.read_bytes()),
            "packed": len(gzip.compress(path.read_bytes(), 9)),
        }
        found["keyboard"] = by_keyboard(tab.page)
        tab.page.evaluate(AXE)
        found["axe"] = judged(tab.page)
        found["overflow"] = {f"{width} px": overflow(tab.page, width) for width in (800, 600, 375, 320)}
        tab.page.emulate_media(color_scheme="dark")
        tab.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        found["dark"] = tab.page.evaluate("getComputedStyle(document.body).backgroundColor")
        # What is seen in the dark and on a phone depends on no language: the page in the other one has been judged.
        found["axe narrow, dark"] = [] if path.name.endswith(".en.html") else judged(tab.page)
        tab.page.evaluate(SPACED)
        found["overflow"] |= {f"{width} px, spaced": overflow(tab.page, width) for width in (1200, 375, 320)}
        return found | {"events": tab.events}


def judged(page):
    """What axe holds against a page as it looks now."""
    return page.evaluate(
        """async tags => (await axe.run(document, {
            runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], preload: false,
        })).violations.map(one => `${one.id} ×${one.nodes.length}: ${one.nodes[0].html.slice(0, 120)}`)""",
        AXE_TAGS,
    )


def overflow(page, width):
    """By how many pixels the page is too wide for a window, what of it is cut off, what only a mouse could scroll."""
    page.set_viewport_size({"width": width, "height": 800})
    return page.evaluate(CUT_OFF)


def by_keyboard(page):
    """Where Tab leads, from the top: whether each stop is seen and marked as the one that has the focus."""
    stops = []
    for _ in range(LONGEST_WAY):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or stop["place"] in {known["place"] for known in stops}:
            break
        stops.append(stop)
        if len(stops) == 1:
            page.keyboard.press("Enter")
            after = page.evaluate("document.activeElement.localName")
            page.keyboard.press("Shift+Tab")
            page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0) }")
            page.evaluate("() => document.querySelector('a').focus()")
    return {"stops": stops, "after skipping": after}


@pytest.fixture(scope="session")
def seen(pages, tmp_path_factory):
    def look(browser):
        return {name: looked_at(browser, path) for name, path in pages.items()}

    return made_once(tmp_path_factory, "pages-seen", lambda _: in_browser(look))[1]


def wrong(seen, fault):
    """What is wrong, by page; nothing of pages that are in order."""
    return {name: found for name, facts in seen.items() if (found := fault(facts))}


pytestmark = pytest.mark.slow


def test_axe_is_one_that_knows_wcag_2_2():
    assert tuple(map(int, re.match(r"/\*! axe v(\d+)\.(\d+)", AXE).groups())) >= (4, 8)


def test_every_report_that_is_asked_for_is_looked_at(seen):
    assert set(NAMES) <= set(seen)
    assert {"index", "index.en"} <= set(seen)
    assert len(seen) == len(NAMES) + 6 + 2


def test_axe_finds_nothing(seen):
    assert wrong(seen, lambda page: page["axe"]) == {}


def test_axe_finds_nothing_on_a_narrow_dark_screen(seen):
    assert wrong(seen, lambda page: page["axe narrow, dark"]) == {}


def test_pages_are_dark_where_the_reader_wants_it(seen):
    assert wrong(seen, lambda page: page["dark"] == page["background"]) == {}


def test_a_page_asks_for_nothing_and_complains_of_nothing(seen):
    assert wrong(seen, lambda page: page["events"]) == {}
    assert wrong(seen, lambda page: page["addresses"]) == {}


def test_a_page_runs_nothing(seen):
    assert wrong(seen, lambda page: page["scripts"] or page["active"] or page["handlers"]) == {}
    assert wrong(seen, lambda page: not page["policy"].startswith("default-src 'none'; ")) == {}


def test_a_page_is_small(seen):
    assert wrong(seen, lambda page: page["bytes"] > MOST and page["bytes"]) == {}
    assert wrong(seen, lambda page: page["packed"] > MOST_PACKED and page["packed"]) == {}


def test_a_page_says_its_language_and_its_title(seen):
    assert {name: page["lang"] for name, page in seen.items()} == {
        name: "cs" if name == "index" else name.rpartition(".")[2] for name in seen
    }
    assert len({page["title"] for page in seen.values()}) == len(seen)
    assert wrong(seen, lambda page: len(page["title"]) < 10 or not page["viewport"]) == {}


def test_headings_begin_with_the_only_first_and_leave_no_level_out(seen):
    def fault(page):
        levels = page["headings"]
        steps = [(above, below) for above, below in pairwise(levels) if below > above + 1]
        return levels if levels.count(1) != 1 or levels[0] != 1 or steps else None

    assert wrong(seen, fault) == {}


def test_each_landmark_stands_once(seen):
    assert wrong(seen, lambda page: [one for one, count in page["landmarks"].items() if count != 1]) == {}


def test_links_within_a_page_lead_somewhere_and_no_id_stands_twice(seen):
    assert wrong(seen, lambda page: page["astray"] + page["doubled"]) == {}


def test_every_table_has_a_caption_headings_with_their_scope_and_named_rows(seen):
    def fault(page):
        return [
            table["caption"]
            for table in page["tables"]
            if not table["caption"]
            or not all(scope and text for scope, text in table["headings"])
            or not table["named"]
            or not table["rows"]
        ]

    assert wrong(seen, fault) == {}
    assert sum(len(page["tables"]) for page in seen.values()) > 100


def test_every_picture_has_a_caption_and_says_in_words_what_it_shows(seen):
    """Chart, data, finding: no placeholder is that long, or holds a number."""

    def fault(page):
        return [
            picture["name"]
            for picture in page["pictures"]
            if picture["role"] != "img"
            or len(picture["caption"]) < 10
            or len(picture["name"]) < 40
            or not re.search(r"\d", picture["name"])
            or not picture["texts"]
        ]

    assert wrong(seen, fault) == {}
    assert sum(len(page["pictures"]) for page in seen.values()) > 40


def test_no_two_pictures_of_a_page_say_the_same(seen):
    def fault(page):
        names = [picture["name"] for picture in page["pictures"]]
        return len(names) != len(set(names))

    assert wrong(seen, fault) == {}


def test_no_raw_output_is_shown(seen):
    assert wrong(seen, lambda page: page["pre"]) == {}


# --- by keyboard ---


def test_the_first_stop_skips_to_the_content(seen):
    def fault(page):
        first = page["keyboard"]["stops"][0]
        skips = first["href"] == "#content" and first["seen"] and len(page["skip"]["text"]) > 3
        return not skips or page["keyboard"]["after skipping"] != "main"

    assert wrong(seen, fault) == {}


def test_tab_reaches_every_link_and_every_frame_that_scrolls(seen):
    def fault(page):
        reached = len(page["keyboard"]["stops"])
        return (reached, page["stops"]) if reached != page["stops"] else None

    assert wrong(seen, fault) == {}


def test_what_has_the_focus_is_seen_and_marked(seen):
    def fault(page):
        return [stop["what"] for stop in page["keyboard"]["stops"] if not (stop["seen"] and stop["marked"])]

    assert wrong(seen, fault) == {}


# --- narrow screens, other spacing ---


def test_nothing_sticks_out_or_is_cut_off(seen):
    """At 375 and 320 px (WCAG 1.4.10), and with the spacing that readers may set (1.4.12)."""

    def fault(page):
        return {where: found for where, found in page["overflow"].items() if found}

    assert wrong(seen, fault) == {}
