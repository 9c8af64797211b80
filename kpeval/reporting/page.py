"""How does an executed notebook become a page?

The template is of nbconvert's format; its conf.json names `Page`, which stands in `convert.py`. Only what kpeval itself
showed (`present/display.py`) reaches the page, already escaped; prose stands in the catalogue of the report's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from html import escape
from importlib import import_module
from typing import Any

from jinja2 import Environment, FileSystemLoader, Template
from nbformat import NotebookNode

from kpeval.present.display import FLOW
from kpeval.present.language import NBSP, Language, language
from kpeval.reporting.asked import Report
from kpeval.reporting.failure import Failed
from kpeval.reporting.formats import MAKERS, beside
from kpeval.reporting.look import TEMPLATE, format_name, own_name, policy, stylesheet
from kpeval.reporting.numbered import Numbered, Piece, in_its_language
from kpeval.reporting.parameters import SINCE
from kpeval.reporting.prose import Prose
from kpeval.reporting.record import block, sealed

SHOWN = ("figures", "sentence", "table", "chart", "commentary", "workings")
SECTION = "<section "
OPENS = f"</section>\n{SECTION}"  # the second section and each after it; nothing shown holds markup of its own
DIGITS = re.compile(r"(<td>[0-9a-f]{16})[0-9a-f]{48}(?=</td>)")  # of a sha256, of which the foot shows so many
NOTICE = re.compile(r'<p class="notice">.*?</p>\n?', re.DOTALL)


def page(
    executed: NotebookNode,
    report: Report,
    sisters: Iterable[str] = (),
    *,
    formats: Iterable[str] = (),
    told: Mapping[str, str] | None = None,
) -> str:
    """The page of a report, with links to the same report in the languages `sisters` and in the other `formats`.

    What it says of itself must be what its notebook was `told`, the report's parameters if nothing else is given. It
    carries its record, sealed.
    """
    languages, others = tuple(sisters), beside(formats)
    links = {lang: f"{report.notebook}.{lang}.html" for lang in languages}
    files = {one: f"{report.notebook}.{report.lang}.{one}" for one in others}
    made = parts(executed, report.parameters if told is None else told, links, files)
    made["record"] = block(executed, report, languages, others, told)
    html = _template().render(nb=executed, resources={"page": made})
    return sealed(html if html.endswith("\n") else html + "\n")


def __getattr__(name: str) -> Any:
    """`Page`, which nbconvert asks for: nobody else should wait for its import."""
    if name != "Page":
        raise AttributeError(f"{__name__} has no attribute '{name}'")
    return import_module("kpeval.reporting.convert").Page


@lru_cache
def _template() -> Template:
    """The template, compiled as nbconvert does: it escapes by itself what must be.

    It is filled in without an exporter, whose own rounds over the notebook (a dozen checks of its form, a second parse
    of the page) would change nothing, and take longer than all the rest, the import above all.
    """
    return Environment(loader=FileSystemLoader(TEMPLATE)).get_template("index.html.j2")  # noqa: S701


def parts(
    nb: NotebookNode, asked: Mapping[str, str], sisters: Mapping[str, str], files: Mapping[str, str] = {}
) -> dict[str, Any]:
    """What the template lays out; Failed, with the cell, where something must not be shown."""
    pieces = _said_once(nb, list(_pieces(nb)))
    cover = _cover(pieces)
    _same_parameters(cover, asked)
    words = _words(cover)
    prose = Prose(nb, words, {piece.cell for piece in pieces if piece.kind in (*SHOWN, "provenance")})
    banners = [words.say("The data of this project are invented.")] if cover.about["synthetic"] else []
    banners += [words.say("Draft: the figures may still change.")] if cover.about["state"] == "draft" else []
    title, day = cover.about["title"], cover.about["as_of_text"]
    numbered = Numbered(words, cover.about)
    lead, main = _body(nb, pieces, prose, numbered)
    running = [title, words.say("As of {day}", day=day).replace(" ", NBSP)]
    foot = DIGITS.sub(r"\1…", "\n".join(piece.html for piece in pieces if piece.kind == "provenance"))
    style = stylesheet(running, banners, numbered.headings)
    return {
        "lang": words.code,
        "title": f"{title} – {prose.title}, {day}",
        "kind": prose.title,
        "head": _head(cover, words),
        "banners": banners,
        "sisters": [(code, href, own_name(code)) for code, href in sisters.items()],
        "beside": [(MAKERS[one].media_type, href, format_name(one, words)) for one, href in files.items()],
        "contents": prose.contents,
        "lead": lead,
        "main": main,
        "foot": foot,
        "words": {"skip": words.say("Skip to the content"), "contents": words.say("Contents")},
        "about": _about(cover.about, prose.title),
        "style": style,
        "policy": policy(style),
    }


def _about(cover: Mapping[str, Any], kind: str) -> dict[str, str]:
    """What the page says of itself to programs: the catalogue reads it."""
    return {
        "project": cover["project_id"],
        "title": cover["title"],
        "as-of": cover["as_of"],
        "kind": kind,
        "language": cover["data_language"],
        "synthetic": "true" if cover["synthetic"] else "false",
        "state": cover["state"],
    }


def _body(nb: NotebookNode, pieces: list[Piece], prose: Prose, numbered: Numbered) -> tuple[str, str]:
    """What stands before the contents and what after: key figures come first, and after them what the report is."""
    shown: dict[str, list[Piece]] = {}
    for piece in pieces:
        if piece.kind in SHOWN:
            shown.setdefault(piece.cell, []).append(piece)
    intro, *names = [cell.id for cell in nb.cells]
    texts: list[str] = []
    silent = False  # whether the last of them says only that something is not stated
    for name in names:
        if text := prose.html.get(name, ""):
            texts.append(text)
            silent = False
        for piece in shown.get(name, ()):
            text, before, silent = numbered.placed(piece), silent, bool(piece.about.get("unstated"))
            if before and silent:
                texts[-1] = f"{texts[-1].removesuffix('</p>')} {text.removeprefix('<p>')}"
            else:
                texts.append(text)
    first, then, rest = "\n".join(filter(None, [*texts, prose.end])).partition(OPENS)
    about = f'<div class="intro">{prose.html[intro]}</div>'
    if then and '<div class="figures">' in first:
        return f"{first}{about}\n</section>", SECTION + rest
    return about, first + then + rest


def _said_once(nb: NotebookNode, pieces: list[Piece]) -> list[Piece]:
    """Without the sentences that say again what their section has said: that the documents do not state something."""
    section, of_cell = 0, {}
    for cell in nb.cells:
        section += cell.cell_type == "markdown" and cell.source.startswith("## ")
        of_cell[cell.id] = section
    said: set[tuple[int, str]] = set()
    kept = []
    for piece in pieces:
        words = (of_cell[piece.cell], piece.html)
        if not (piece.about.get("unstated") and words in said):
            kept.append(piece)
        said.add(words)
    return kept


def _head(cover: Piece, words: Language) -> str:
    """The cover without its notices, which the banners say; the title is in the language of the data."""
    data_language = cover.about["data_language"]
    html = in_its_language(NOTICE.sub("", cover.html), data_language, words)
    return html if data_language == words.code else html.replace("<h1>", f'<h1 lang="{escape(data_language)}">', 1)


def _pieces(nb: NotebookNode) -> Iterator[Piece]:
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise Failed(f"{output.ename}", cell.id)
            about = output.get("metadata", {}).get("text/html", {}).get("kpeval")
            if about is None or "text/html" not in output.get("data", {}):
                continue  # printed text, a bare repr, foreign HTML: an author's notes to themselves
            html = _joined(output.data["text/html"]).replace(FLOW, "")  # a page has a style of its own
            piece = Piece(cell.id, about["kind"], about, html)
            if piece.kind not in (*SHOWN, "cover", "omitted", "provenance"):
                raise Failed(f"shows a thing of the kind '{piece.kind}', which no page has a place for", cell.id)
            yield piece


def _joined(lines: str | list[str]) -> str:
    return lines if isinstance(lines, str) else "".join(lines)


def _cover(pieces: Iterable[Piece]) -> Piece:
    found = [piece for piece in pieces if piece.kind == "cover"]
    if len(found) != 1:
        raise Failed(f"the notebook shows {len(found)} covers; a report has one: kp.cover(…)")
    return found[0]


def _same_parameters(cover: Piece, asked: Mapping[str, str]) -> None:
    for name, value in asked.items():
        if name == SINCE and name not in cover.about:  # a cover need not tell with which day it compares
            continue
        shown = cover.about["project_id" if name == "project" else name]
        if shown != value:
            raise Failed(f"the page says {name} = {shown!r}, and {value!r} was asked for", cover.cell)


def _words(cover: Piece) -> Language:
    try:
        return language(cover.about["lang"])
    except ValueError as error:
        raise Failed(str(error), cover.cell) from None
