"""Does a free text quote somebody's e-mail address, birth number or phone number?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from kpeval.checks.case import Case, Finding, rows
from kpeval.personal import BIRTH_NUMBER, EMAIL, PHONE, Found, found_in
from kpeval.schema import MEASUREMENTS, PROJECT_TABLES, PROJECTS, STATED


class Text(NamedTuple):
    """A text and where it stands: the table or file, the row or line, the column or key."""

    table: str
    row: int | None
    column: str
    text: str


def personal_data(case: Case) -> Iterator[Finding]:
    """An e-mail address, a birth number or a phone number in a text: once for each kind and column, however often."""
    say, allowed = case.words.say, case.whole.settings["privacy"].get("allowed", ())
    names = {EMAIL: say("an e-mail address"), BIRTH_NUMBER: say("a birth number"), PHONE: say("a phone number")}
    told: dict[tuple[str, str, str], list[tuple[Text, Found]]] = {}
    for text in _texts(case):
        for found in found_in(text.text, allowed):
            told.setdefault((text.table, text.column, found.kind), []).append((text, found))
    for (table, column, kind), places in told.items():
        text, found = places[0]
        message = case.words.count(
            "“{column}” holds {what}: {masked}.",
            "“{column}” holds {what} in {count} places, first: {masked}.",
            len(places),
            column=column,
            what=names[kind],
            masked=found.masked,
        )
        remedy = say(
            "Take it out. What may be published, such as the address of an office, is listed in project.toml: "
            "[privacy] allowed."
        )
        yield Finding("warning", "personal_data", table, text.row, column, message, remedy)


def _texts(case: Case) -> Iterator[Text]:
    """Every text that the project's files hold and a report of the day may quote."""
    for table in (PROJECTS, *PROJECT_TABLES.values(), STATED):
        frame = case.whole.reported if table is MEASUREMENTS else case.whole.tables[table.name]
        in_toml = table in (PROJECTS, STATED)
        columns = [one.name for one in table.columns if one.kind == "text" and _suspect(frame[one.name].tolist())]
        if not columns:
            continue
        recorded = "recorded_on" in frame.columns
        for row in rows(frame, " ".join([*columns, *(["recorded_on"] if recorded else [])])):
            if not (recorded and row.recorded_on > case.day):
                number = None if in_toml else row.row
                yield from (Text(table.name, number, name, text) for name in columns if (text := getattr(row, name)))
    yield from (Text(PROJECTS.name, None, key, text) for key, text in _settings(case.whole.settings["report"]))
    for file, words in _said(case).items():
        for line, text in enumerate(words.splitlines(), start=1):
            yield Text(file, line, "commentary", text)


def _suspect(cells: list[Any]) -> bool:
    """Whether there is anything to be found in a column: to ask once for all cells takes less time."""
    return bool(found_in("\n".join(cell for cell in cells if isinstance(cell, str))))


def _said(case: Case) -> Mapping[str, str]:
    """What the evaluator says of the day, by file."""
    return {file: text for file, text in case.whole.commentary.items() if f"{case.day:%Y-%m-%d}" in file}


def _settings(told: Mapping[str, Any], prefix: str = "report.") -> Iterable[tuple[str, str]]:
    for key, value in told.items():
        if isinstance(value, Mapping):
            yield from _settings(value, f"{prefix}{key}.")
        elif isinstance(value, str):
            yield prefix + key, value


PRIVACY_RULES = (personal_data,)
