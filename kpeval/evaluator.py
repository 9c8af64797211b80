"""What does the evaluator say, part by part, and what is recommended to whom, by when?

A file `commentary/<day>.<language>.md` is plain text in parts: each begins with a line `# Budget`, one of the headings
of PARTS. What stands under it is Markdown, but for the recommendations: a list, or a table, of which each entry says
what, to whom, by when and how urgent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kpeval import czech
from kpeval.faults import Fault, nearest, quoted
from kpeval.folders import COMMENTARY, is_commentary_file

# By part its heading in English and in Czech, as the report's sections are called, and shorter ones that are taken too.
PARTS: dict[str, dict[str, tuple[str, ...]]] = {
    "summary": {"en": ("Summary",), "cs": ("Shrnutí",)},
    "progress": {"en": ("Time, money and results",), "cs": ("Čas, peníze a výsledky",)},
    "budget": {"en": ("Budget",), "cs": ("Rozpočet",)},
    "indicators": {"en": ("Indicators",), "cs": ("Indikátory",)},
    "activities": {"en": ("Activities and outputs", "Activities"), "cs": ("Aktivity a výstupy", "Aktivity")},
    "target_groups": {
        "en": ("Target groups and goals", "Target groups"),
        "cs": ("Cílové skupiny a cíle", "Cílové skupiny"),
    },
    "findings": {"en": ("Findings",), "cs": ("Zjištění",)},
    "relevance": {"en": ("Relevance",), "cs": ("Relevance",)},
    "effectiveness": {"en": ("Effectiveness",), "cs": ("Účelnost",)},
    "efficiency": {"en": ("Efficiency",), "cs": ("Efektivnost", "Efektivita")},
    "sustainability": {"en": ("Sustainability",), "cs": ("Udržitelnost",)},
    "recommendations": {"en": ("Recommendations",), "cs": ("Doporučení",)},
}
QUESTIONS = ("relevance", "effectiveness", "efficiency", "sustainability")  # the criteria of OECD DAC and the EU
LABELS: dict[str, dict[str, tuple[str, ...]]] = {
    "what": {"en": ("Recommendation", "What"), "cs": ("Doporučení", "Co")},
    "whom": {"en": ("To whom", "To"), "cs": ("Komu",)},
    "by": {"en": ("By when", "By"), "cs": ("Do kdy", "Termín")},
    "priority": {"en": ("Priority",), "cs": ("Priorita",)},
}
PRIORITIES: dict[str, dict[str, tuple[str, ...]]] = {
    "high": {"en": ("high",), "cs": ("vysoká",)},
    "medium": {"en": ("medium",), "cs": ("střední",)},
    "low": {"en": ("low",), "cs": ("nízká",)},
}
BLANK = "…"  # stands in the example where something is to be filled in: as if nothing stood there
LONGEST = 5_000  # characters of a part that a report shows: two pages of print
FILE = re.compile(r"(\d{4}-\d{2}-\d{2})\.([a-z]{2,3})\.md")
NEARLY = re.compile(r"(\d{4}-\d{2}-\d{2})[^a-z]+([a-z]{2})\b.*", re.IGNORECASE)
HEADING = re.compile(r" {0,3}#{1,2}(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
ENTRY = re.compile(r" {0,3}(?:[-*+]|\d{1,3}[.)])[ \t]+(.*)")
LABEL = re.compile(r"[ \t]*(?:[-*+][ \t]+)?\**([^\W\d_][^:*|]{0,20}?)\**[ \t]*:\**[ \t]*(.*)")
RULE = re.compile(r"\|?[ \t:|-]+")


class Part(NamedTuple):
    """What stands under a heading: the line of the heading, counted from 1, and the text below it."""

    line: int
    text: str


class Recommendation(NamedTuple):
    """What should be done, by whom, by when, how urgently, as written; '' where it is not said."""

    line: int
    what: str
    whom: str = ""
    by: str = ""
    priority: str = ""

    @property
    def due(self) -> date | None:
        """The last day by which, where the words name a day, a month or a year."""
        try:
            return czech.period(self.by).end
        except ValueError:
            return None

    @property
    def urgency(self) -> str | None:
        """The priority as a code; None where the word is none of those known."""
        return _named(self.priority, PRIORITIES)


class Commentary(NamedTuple):
    """A file taken apart: its parts by name, its recommendations, and what is wrong with it as (line, message)."""

    parts: Mapping[str, Part]
    recommendations: tuple[Recommendation, ...]
    wrong: tuple[tuple[int, str], ...]


def name_of(as_of: str, lang: str) -> str:
    """The file in which the evaluator comments on the day, an ISO one, in the language."""
    return f"{COMMENTARY}/{as_of}.{lang}.md"


def languages_of(files: Mapping[str, str], as_of: str) -> list[str]:
    """The languages in which there is a commentary on the day."""
    named = (FILE.fullmatch(file.removeprefix(f"{COMMENTARY}/")) for file in files)
    return sorted(match[2] for match in named if match and match[1] == as_of)


def commentary_files(folder: Path) -> dict[str, bytes]:
    """The bytes of each commentary of a project's folder, by name below the folder."""
    paths = sorted(path for path in (folder / COMMENTARY).glob("*") if is_commentary_file(path.name))
    return {f"{COMMENTARY}/{path.name}": path.read_bytes() for path in paths if path.is_file()}


def commentaries(raw: Mapping[str, bytes], encoding: str | None = None) -> tuple[dict[str, str], list[Fault]]:
    """The text of each commentary, without what cannot be seen, and every fault: of names, encodings and headings."""
    texts: dict[str, str] = {}
    faults: list[Fault] = []
    for file, content in raw.items():
        faults += _of_the_name(file)
        try:
            texts[file] = czech.cleaned(czech.decoded(content, encoding))
        except ValueError as error:
            faults.append(Fault(file, None, "", str(error)))
            continue
        faults += [Fault(file, line, "", message) for line, message in taken_apart(texts[file]).wrong]
    return texts, faults


def _of_the_name(file: str) -> Iterator[Fault]:
    name = file.removeprefix(f"{COMMENTARY}/")
    found = FILE.fullmatch(name)
    if found is None:
        near = NEARLY.fullmatch(name)
        hint = f" - did you mean '{near[1]}.{near[2].lower()}.md'?" if near else ""
        message = "a commentary is named after the day of the report and its language, like 2022-12-31.cs.md"
        yield Fault(file, None, "", message + hint)
        return
    try:
        date.fromisoformat(found[1])
    except ValueError:
        yield Fault(file, None, "", f"the calendar has no day {found[1]}")


@lru_cache(maxsize=64)
def taken_apart(text: str) -> Commentary:
    """The parts of a commentary, its recommendations, and what is wrong with it."""
    parts: dict[str, Part] = {}
    wrong: list[tuple[int, str]] = []
    name, opened, body, fence = "", 0, list[str](), ""
    for line, words in enumerate([*text.split("\n"), "#"], start=1):
        found = FENCE.fullmatch(words)
        if found and not fence:
            fence, fenced = found[1], line
        elif found and found[1].startswith(fence) and not found[2].strip():
            fence = ""
        heading = None if fence else HEADING.fullmatch(words)
        if heading is None:
            body.append(words)
            continue
        if name and name not in parts:
            parts[name] = Part(opened, "\n".join(body).rstrip())
        elif not opened and any(map(str.strip, body)):
            wrong.append((1, f"what stands before the first heading belongs to no part: begin with {_headings()}"))
        opened, body = line, []
        if line > text.count("\n") + 1:  # the end, not a heading
            continue
        said = czech.plain(heading[1] or "")
        name = _named(said, PARTS) or ""
        if not name:
            hint = nearest(said, _spoken(PARTS)) or f": known are {_headings()}; headings of your own begin with ###"
            wrong.append((line, f"no part is called {quoted(said[:80])}{hint}"))
        elif name in parts:
            wrong.append((line, f"the part {quoted(said)} begins twice, first in line {parts[name].line}"))
            name = ""
    if fence:
        wrong.append((fenced, f"the block that begins here with {fence} is not closed"))
    recommended: list[Recommendation] = []
    if "recommendations" in parts:
        recommended = list(_recommended(parts["recommendations"], wrong))
    return Commentary(parts, tuple(recommended), tuple(wrong))


def _recommended(part: Part, wrong: list[tuple[int, str]]) -> Iterator[Recommendation]:
    """The entries of the list, and the rows of the table, in their order."""
    entries: list[dict[str, str]] = []
    lines: list[int] = []
    heading: list[str] = []  # of the table that is being read
    last = ""
    for line, words in enumerate(part.text.split("\n"), start=part.line + 1):
        if words.lstrip().startswith("|"):
            cells = [czech.plain(cell.replace("\\|", "|")) for cell in re.split(r"(?<!\\)\|", words.strip().strip("|"))]
            if not heading:
                heading = [_column(cell, line, wrong) for cell in cells]
            elif not RULE.fullmatch(words.strip()):
                if len(cells) > len(heading):
                    wrong.append((line, f"{len(cells)} cells under {len(heading)} headings"))
                entries.append({name: cell for name, cell in zip(heading, cells, strict=False) if name})
                lines.append(line)
            continue
        heading = []
        if not words.strip():
            continue
        label, entry = LABEL.fullmatch(words), ENTRY.fullmatch(words)
        name = _named(label[1], LABELS) if label else None
        if label and name and (entries or name == "what"):
            if name == "what":
                entries.append({})
                lines.append(line)
            entries[-1][name], last = czech.plain(label[2]), name
        elif entry:
            entries.append({"what": czech.plain(entry[1])})
            lines.append(line)
            last = "what"
        elif entries and last:
            entries[-1][last] = f"{entries[-1].get(last, '')} {czech.plain(words)}".strip()
        else:
            wrong.append((line, "a recommendation begins with '- ': what stands before the first one has no place"))
    for line, told in zip(lines, entries, strict=True):
        known = {name: words for name, words in told.items() if words != BLANK}
        if not known.get("what"):
            wrong.append((line, "the recommendation has no words: say what should be done, or remove it"))
        yield Recommendation(line, **({"what": ""} | known))


def _column(words: str, line: int, wrong: list[tuple[int, str]]) -> str:
    name = _named(words, LABELS)
    if name is None:
        hint = nearest(words, _spoken(LABELS)) or ": known are " + ", ".join(_spoken(LABELS))
        wrong.append((line, f"no column of recommendations is called {quoted(words[:80])}{hint}"))
    return name or ""


def _named(words: str, known: Mapping[str, Mapping[str, tuple[str, ...]]]) -> str | None:
    """The name of which these are the words, in any language; capitals, bold and a colon at the end do not matter."""
    said = czech.plain(words).strip("*:_ ").casefold()
    for name, spoken in known.items():
        if any(said == word.casefold() for some in spoken.values() for word in some):
            return name
    return None


def _spoken(known: Mapping[str, Mapping[str, tuple[str, ...]]]) -> list[str]:
    return list(dict.fromkeys(word for spoken in known.values() for some in spoken.values() for word in some))


def _headings() -> str:
    return ", ".join(f"# {spoken['cs'][0]} ({spoken['en'][0]})" for spoken in PARTS.values())
