"""How do the evaluator's own words stand beside what was computed, and marked as theirs?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, NamedTuple

import pandas as pd

from kpeval.czech import period
from kpeval.evaluator import LONGEST, PARTS, QUESTIONS, Commentary, Recommendation, languages_of, name_of, taken_apart
from kpeval.faults import nearest
from kpeval.present import cells
from kpeval.present.cells import Maker
from kpeval.present.display import Bundle, Cell, Omitted, Sentence, Table, bundle
from kpeval.present.language import Language, language
from kpeval.present.length import shortened
from kpeval.present.markdown import rendered
from kpeval.present.vocabulary import spoken
from kpeval.project import Project
from kpeval.results import RECOMMENDATIONS
from kpeval.timespan import as_day


class Said(NamedTuple):
    """A part of the commentary: the heading above it, if it brings its own, and the words, if there are any."""

    heading: str
    text: str


@dataclass(frozen=True)
class Comment:
    """What the evaluator says, in parts."""

    parts: tuple[Said, ...]
    lang: str
    author: str = ""
    author_lang: str = ""

    def __str__(self) -> str:
        return "\n\n".join("\n".join(filter(None, (part.heading, part.text))) for part in self.parts)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        words = language(self.lang)
        foreign = f' lang="{escape(self.author_lang)}"' if self.author_lang != self.lang else ""
        by = f": <span{foreign}>{escape(shortened(self.author))}</span>" if self.author else ""
        whose = words.say("Evaluator's comment")
        label = f'<p class="by">{escape(whose)}{by}</p>'
        body = "\n".join(_part(part, words) for part in self.parts)
        return bundle(f'<aside class="said" role="note">\n{label}\n{body}\n</aside>', str(self), "commentary")


def _part(part: Said, words: Language) -> str:
    head = f"<h3>{escape(part.heading)}</h3>\n" if part.heading else ""
    unanswered = words.say("Not answered.")
    if not part.text.strip():
        return f"{head}<p>{escape(unanswered)}</p>"
    shown = _short(part.text)
    body = rendered(shown, words.say("Table in the evaluator's comment"), level=4 if head else 3)
    if shown != part.text:
        count = words.number(len(part.text))
        note = words.say("Shortened: {count} characters are written here.", count=count)
        body += f'\n<p class="note">{escape(note)}</p>'
    return head + body


def commentary(project: Project, part: str, *, as_of: str | date, lang: str) -> Comment | Omitted:
    """What the evaluator says to a part of the report as of the day, in its language; nothing where nothing is said.

    `part` is one of evaluator.PARTS. Only the file of exactly this day and language is shown. ValueError where no part
    has this name.
    """
    if part not in PARTS:
        raise ValueError(f"a commentary has no part '{part}'{nearest(part, PARTS)}")
    words, said = language(lang), _of(project, as_of, lang)
    if said is None or part not in said.parts or not said.parts[part].text.strip():
        return Omitted(words.say("The evaluator says nothing to this."), gap=False)
    return _comment(project, (Said("", said.parts[part].text.lstrip("\n")),), as_of, lang)


def evaluation_questions(project: Project, *, as_of: str | date, lang: str) -> Comment | Sentence:
    """The four evaluation questions with the evaluator's answers; where there is no commentary it is said that."""
    words, said = language(lang), _of(project, as_of, lang)
    if said is None:
        return Sentence((_elsewhere(project, as_of, words),))
    answers = {name: said.parts[name].text.lstrip("\n") if name in said.parts else "" for name in QUESTIONS}
    parts = tuple(Said(spoken("question", name, words), text) for name, text in answers.items())
    return _comment(project, parts, as_of, lang)


def recommendations(project: Project, *, as_of: str | date, lang: str) -> Table | Sentence | Omitted:
    """What the evaluator recommends: what, to whom, by when, how urgently; what is not said is not stated.

    Recommendations in another language are not shown, and it is said that there are some.
    """
    words, said = language(lang), _of(project, as_of, lang)
    if said is None or not said.recommendations:
        codes = languages_of(project.commentary, _iso(as_of))
        others = [code for code in codes if (other := _of(project, as_of, code)) and other.recommendations]
        if others:
            elsewhere = words.say("The evaluator's recommendations on this day are written in another language: "
                                  "{languages}.", languages=_names(others, words))  # fmt: skip
            return Sentence((elsewhere,))
        if said is None:
            return Omitted(_elsewhere(project, as_of, words))
        return Sentence((words.say("The evaluator recommends nothing."),))
    columns: dict[str, Maker] = {
        words.heading(RECOMMENDATIONS["recommendation"]): lambda one: Cell(one.what),
        words.heading(RECOMMENDATIONS["whom"]): lambda one: _cell(one.whom, words),
        words.heading(RECOMMENDATIONS["by"]): lambda one: _deadline(one, words),
        words.heading(RECOMMENDATIONS["priority"]): lambda one: _priority(one, words),
    }
    rows = cells.rows_of(list(said.recommendations), columns)
    result = _framed(project, said.recommendations)
    caption, notes = words.say("Recommendations of the evaluator"), cells.with_notes(rows, [], words)
    return Table(caption, tuple(columns), rows, notes, result, name="recommendations")


def _elsewhere(project: Project, as_of: str | date, words: Language) -> str:
    """Why there is no commentary in this language: it is written in another one, or there is none."""
    others = languages_of(project.commentary, _iso(as_of))
    if not others:
        return words.say("There is no commentary of the evaluator on this day.")
    return words.say("The evaluator's commentary on this day is written in another language: {languages}.",
                     languages=_names(others, words))  # fmt: skip


def _names(codes: list[str], words: Language) -> str:
    return words.list([str(words.locale.languages.get(code, code)) for code in codes])


def _of(project: Project, as_of: str | date, lang: str) -> Commentary | None:
    """The commentary on exactly this day in this language."""
    text = project.commentary.get(name_of(_iso(as_of), lang))
    return None if text is None else taken_apart(text)


def _iso(as_of: str | date) -> str:
    return f"{as_day(as_of):%Y-%m-%d}"


def _comment(project: Project, parts: tuple[Said, ...], as_of: str | date, lang: str) -> Comment:
    author, data_language = project.report(as_of).get("author", ""), project.tables["projects"]["language"].iloc[0]
    return Comment(parts, lang, author, data_language)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(maxsplit=1)[0] + " …"


def _cell(text: str, words: Language) -> Cell:
    return Cell(text or words.say("not stated"))


def _deadline(one: Recommendation, words: Language) -> Cell:
    """A day, or the month or year, as the language writes it; other words as they are."""
    if one.due is None:
        return _cell(one.by, words)
    read = period(one.by)
    if read.precision == "day":
        return cells.day(read.start, words)
    return Cell(words.day(read.start, read.precision))


def _priority(one: Recommendation, words: Language) -> Cell:
    return Cell(spoken("priority", one.urgency, words)) if one.urgency else _cell(one.priority, words)


def _framed(project: Project, said: tuple[Recommendation, ...]) -> pd.DataFrame:
    due = [None if one.due is None else pd.Timestamp(one.due) for one in said]
    columns: dict[str, list[Any]] = {
        "project_id": [project.project_id] * len(said),
        "recommendation": [one.what for one in said],
        "whom": [one.whom or None for one in said],
        "by": [one.by or None for one in said],
        "due": due,
        "priority": [one.urgency for one in said],
    }
    array: Any = pd.array  # its stubs want the type as a literal
    arrays = {column.name: array(columns[column.name], dtype=column.dtype) for column in RECOMMENDATIONS.columns}
    return pd.DataFrame(arrays)
