"""What a page says, word by word, and what of it stands in the data."""

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from lxml import html

from kpeval import czech
from kpeval.schema import PROJECT_TABLES, PROJECTS

NAMED = ("aria-label", "alt", "title")  # attributes that are read out
WORD = re.compile(r"[^\W\d_]{2,}")
PLACEHOLDER = re.compile(r"\{\w*\}")
# What no language writes: hashes, names of files, codes, versions.
SIGNS = re.compile(r"\b[\w/.-]+\.(?:csv|toml|html|ipynb|py|md)\b|\b(?=\w*\d)\w+(?:[.-]\w+)*\b")

CODES = re.compile(
    r"\b[\w/.-]+\.(?:csv|toml|html|ipynb|py|md)\b|\b\d{4}-\d\d-\d\d\b|\b[0-9a-f]{12,}\b"
    r"|\b(?:kpeval|pandas|Python) [\d.]+"
)
GONE = "\ufffc"  # an object


class Said(NamedTuple):
    """A piece of text, and whether it is one of a picture, where long texts are broken and shortened."""

    text: str
    drawn: bool


def said(path: Path) -> Iterator[Said]:
    """What a page says in its own language, to eyes and to screen readers; on paper, too."""
    page = html.fromstring(path.read_bytes())
    (style,) = page.xpath("//style/text()")
    for content in re.findall(r'(?:@top-\w+\{content|--\d+):"([^"]*)"', style):
        yield Said(re.sub(r"\\([0-9a-f]{1,6}) ?", lambda found: chr(int(found[1], 16)), content), False)
    yield from _within(page, page.get("lang"), False)


def _within(element: Any, lang: str, drawn: bool) -> Iterator[Said]:
    if not isinstance(element.tag, str) or element.tag in ("style", "script"):
        return
    if element.get("lang", lang) == lang:
        if element.tag == "aside":  # the evaluator's own words, below a line that says so
            element = element[0]
        drawn_here = drawn or element.tag == "text"
        yield from (Said(element.get(name), drawn) for name in NAMED if element.get(name))
        if element.text:
            yield Said(element.text, drawn_here)
        for child in element:
            yield from _within(child, lang, drawn_here)
            if child.tail:
                yield Said(child.tail, drawn_here)


def _recommended(folder: Path) -> Iterator[str]:
    """What the evaluator recommends, and to whom: it stands in a table of the page's own."""
    for path in sorted((folder / "commentary").glob("*.md")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield re.sub(r"^(?:- |  [\w ]+: )", "", line)


@cache  # the pages of a project say much the same
def as_printed(piece: Said, quoted: tuple[str, ...]) -> str:
    """The text with its spaces and dashes; GONE stands for what is quoted and for what no language writes."""
    text, plain = piece.text, czech.plain(piece.text)
    for one in quoted:
        if one[:12] in plain:
            printed = r"\s+".join(re.escape(part).replace(r"\-", "[-\u2011\u2212\u2010]") for part in one.split())
            text = re.sub(rf"(?<!\w){printed}(?!\w)", GONE, text)
    return CODES.sub(GONE, re.sub("[^;:,.()]*…", GONE, text))


def _shortened(text: str, quoted: tuple[str, ...]) -> re.Match[str] | None:
    """The longest beginning of something quoted that stands before a "…"."""
    for begins in re.finditer(r"(?<!\w)\w[^…]*…", text):
        for start in (place.start() for place in re.finditer(r"(?<!\w)\w", begins[0])):
            if any(one.startswith(begins[0][start:-1]) for one in quoted):
                return re.compile(re.escape(begins[0][start:])).search(text)
    return None


def words(texts: Iterable[str]) -> set[str]:
    """The words of some texts, in small letters, without what is filled in and what no language writes."""
    return {word for text in texts for word in WORD.findall(SIGNS.sub(" ", PLACEHOLDER.sub(" ", text)).casefold())}


def of_data(folder: Path) -> tuple[str, ...]:
    """What the documents of a project say: every text of its tables and of project.toml, the longest first."""
    found: set[str] = set()
    for table in PROJECT_TABLES.values():
        path = folder / table.file
        if path.is_file():
            texts = [column.name for column in table.columns if column.kind == "text"]
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            found |= {row[name] for row in rows for name in texts if row.get(name)}
    told = tomllib.loads((folder / "project.toml").read_text(encoding="utf-8"))
    texts = {column.name for column in PROJECTS.columns if column.kind == "text"} - {"language"}
    found |= {told[name] for name in texts if name in told}
    found |= {value for fact in told.get("stated", []) for value in fact.values() if isinstance(value, str)}
    found |= {value for name, value in told.get("report", {}).items() if isinstance(value, str) and name != "state"}
    found |= {text.partition(":")[0] for text in found if re.fullmatch(r"[\w-]+:\d+", text)}  # a document and its line
    found |= set(_recommended(folder))
    found |= {part.strip() for text in found for part in text.split(";")}
    return tuple(sorted({czech.plain(text) for text in found if WORD.search(text)}, key=len, reverse=True))


@cache
def without(piece: Said, quoted: tuple[str, ...]) -> str:
    """The text without what is quoted in it, be it at the beginning of a sentence or shortened with "…"."""
    text = czech.plain(piece.text)
    while piece.drawn and "…" in text:
        text = re.sub(r"\w*…", " ", text)
    while (cut := _shortened(text, quoted)) is not None:
        text = text[: cut.start()] + " " + text[cut.end() :]
    folded = text.casefold()
    for one in quoted:
        if one in text or one.casefold() in folded:
            text = re.sub(rf"(?<!\w){re.escape(one)}(?!\w)", " ", text, flags=re.IGNORECASE)
            folded = text.casefold()
    return SIGNS.sub(" ", text)
