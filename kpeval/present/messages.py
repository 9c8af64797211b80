"""Which sentences does kpeval say, and which of them does a catalogue lack?

`python -m kpeval.present.messages` brings every catalogue up to date: new sentences are added without a translation
(a test fails until each has one), sentences no longer said are dropped, translations stay. The header holds no date:
the same sentences make the same file.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from kpeval.present.language import LOCALE, OF_SCHEMA
from kpeval.results import RESULT_TABLES
from kpeval.schema import PROJECT_TABLES, PROJECTS, STATED

PACKAGE = Path(__file__).parents[1]
NOTEBOOKS = PACKAGE.parent / "notebooks"
HEADER = r"""msgid ""
msgstr ""
"Project-Id-Version: kpeval\n"
"Language: {language}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {plural_forms}\n"
"""
KEYWORDS: dict[str, tuple[int, ...] | None] = {"say": None, "mark": None, "count": (1, 2)}


def messages(code: str = "cs") -> Catalog:
    """Every sentence of the code, the page template and the notebooks' Markdown, with the files that say it.

    For a language in which schema and results do not head their columns, the headings too.
    """
    catalogue = Catalog(domain="kpeval", fuzzy=False)
    for message, place in (*_sentences(), *(_headings() if code not in OF_SCHEMA else ())):
        catalogue.add(message, locations=[(place, None)])  # type: ignore[list-item]  # a line would move with every edit
    return catalogue


def _sentences() -> Iterator[tuple[str | tuple[str, ...], str]]:
    methods = [("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")]
    found = extract_from_dir(PACKAGE, methods, keywords=KEYWORDS)
    for file, _, message, _, _ in sorted(found, key=lambda entry: (entry[0], entry[1])):
        yield message, f"kpeval/{Path(file).as_posix()}"
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                yield "".join(cell["source"]), f"notebooks/{path.name}"


def _headings() -> Iterator[tuple[str, str]]:
    for file, tables in (("results", RESULT_TABLES), ("schema", {**PROJECT_TABLES, "p": PROJECTS, "s": STATED})):
        for table in tables.values():
            for column in table.columns:
                yield column.en, f"kpeval/{file}.py"


def catalogue_file(code: str) -> Path:
    """Where the catalogue of a language lies."""
    return LOCALE / code / "LC_MESSAGES" / "kpeval.po"


def updated(code: str) -> Catalog:
    """The catalogue of a language with exactly the sentences that are said; what is new is untranslated."""
    path = catalogue_file(code)
    with path.open("rb") as file:
        catalogue = read_po(file, locale=code, domain="kpeval")
    catalogue.update(messages(code), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def main() -> None:
    """Bring every catalogue up to date."""
    for folder in sorted(path for path in LOCALE.iterdir() if path.is_dir()):
        catalogue = updated(folder.name)
        body = io.BytesIO()
        write_po(body, catalogue, width=100, omit_header=True, sort_output=True, include_lineno=False)
        header = HEADER.format(language=folder.name, plural_forms=catalogue.plural_forms)
        catalogue_file(folder.name).write_bytes(header.encode() + b"\n" + body.getvalue())


if __name__ == "__main__":
    main()
