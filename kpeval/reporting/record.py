"""What does a page carry for programs, so that it can be checked years later? A record of itself, as JSON, and a seal.

A data block at the end of the body: the parameters, what stands beside the page, the versions and the code that made
it, the sha256 of every data file, and the results of measures and checks behind its tables, unrounded. The seal is the
sha256 of the whole page with the seal left blank. `docs/PAGE_RECORD.md` says what each name means; `recorded.py` reads
it.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

from nbformat import NotebookNode

from kpeval.present.display import RESULT
from kpeval.reporting.asked import Report
from kpeval.reporting.inputs import code
from kpeval.schema import PROJECT_TABLES, STATED

FORM = 1  # of the record; another number where a reader of this one would misread it
OPENING, CLOSING = '<script type="application/json" id="kpeval">', "</script>"
BLANK = '"seal":""'
SHAPING = ("pandas", "numpy", "matplotlib", "Babel", "Jinja2", "mistune")  # packages that decide what stands on a page
PROJECT = "project_id"  # a column that is left out where it says what the parameters say
LEFT_OUT = ("note", "message", "remedy")  # columns: the authors' notes to themselves, and sentences, which are shown
AS_STATED = (
    *PROJECT_TABLES,
    STATED.name,
    "recommendations",
)  # tables that quote: the page and the data hold their words
# Tables of which the page itself shows every figure, or days from which it follows.
ALL_SHOWN = (
    *("changes", "output_delivery", "activity_timeline", "plan_fulfilment", "plan_revision", "plan_flows"),
    *("plan_successions", "goal_survival", "measure_states", "group_coverage", "group_areas"),
)
WITHOUT = (*AS_STATED, *ALL_SHOWN)
UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}  # what could end the block, or a line in it
LETTERS = {kind: kind[0] for kind in ("string", "number", "integer", "boolean", "date")} | {"datetime": "t"}
EXACT = 1e15  # up to here a whole number has no more digits than it is worth
MIDNIGHT = "T00:00:00.000"


def block(
    executed: NotebookNode,
    report: Report,
    languages: Iterable[str] = (),
    formats: Iterable[str] = (),
    told: Mapping[str, str] | None = None,
) -> str:
    """The data block of the page of `report`, not sealed yet; nothing in it can be read as markup.

    Its notebook was `told` the report's parameters, if nothing else is given.
    """
    made = _provenance(executed)
    record = {
        "form": FORM,
        "seal": "",
        "notebook": report.notebook,
        "parameters": dict(told or report.parameters),
        "beside": {"languages": list(languages), "formats": list(formats)},
        "versions": _versions(),
        "code": {"kpeval": _code(), "notebook": _short(_source(executed))},
        "data": dict(sorted(made.get("files", {}).items())),
        "tables": list(_tables(executed, report.project)),
    }
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return OPENING + text.translate(UNSAFE) + CLOSING


def sealed(html: str) -> str:
    """The page with its seal; as it is where it carries no record."""
    before, opening, record = html.rpartition(OPENING)
    if not opening:
        return html
    return before + opening + record.replace(BLANK, f'"seal":"{_sha256(html)}"', 1)


def unsealed(html: str) -> str:
    """The page with its seal left blank."""
    before, opening, record = html.rpartition(OPENING)
    return before + opening + re.sub(r'"seal":"[^"]*"', BLANK, record, count=1)


def seal_of(html: str) -> str:
    """The seal that a page as it is should have, whichever it has."""
    return _sha256(unsealed(html))


def _tables(executed: NotebookNode, project: str) -> Iterable[dict[str, Any]]:
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            about = output.get("metadata", {}).get("text/html", {}).get("kpeval", {})
            # any other frame is none that the page shows
            if about.get("kind") == "table" and RESULT in output.data and about["table"] not in WITHOUT:
                names = {"cell": cell.id, "table": about.get("table", ""), "caption": about["caption"]}
                yield names | _compact(output.data[RESULT], project)


def _compact(resource: Mapping[str, Any], project: str) -> dict[str, Any]:
    """Fields by name and type, rows as lists; what is the same in all of several rows stands once, under `same`.

    A column without a value is left out.
    """
    data = resource["data"]
    columns, types = {}, {}
    for field in resource["schema"]["fields"]:
        name, kind = field["name"], field["type"]
        values = [row.get(name) for row in data]
        told = name not in LEFT_OUT and not (name == PROJECT and all(value == project for value in values))
        if told and any(value is not None for value in values):
            columns[name], types[name] = _shortest(values, kind)
    letters = {name: LETTERS[kind] for name, kind in types.items()}
    same = {name: values[0] for name, values in columns.items() if _constant(values)}
    kept = [values for name, values in columns.items() if name not in same]
    rows = [list(row) for row in zip(*kept, strict=True)] if kept else [[] for _ in data]
    return {"fields": letters, "same": same, "rows": rows}


def _shortest(values: list[Any], kind: str) -> tuple[list[Any], str]:
    """The same values in fewer signs: 24 for 24.0, a day for its midnight."""
    if kind == "number":
        whole = (value is not None and abs(value) < EXACT and value == int(value) for value in values)
        return [int(value) if so else value for value, so in zip(values, whole, strict=True)], kind
    if kind == "datetime" and all(value is None or value.endswith(MIDNIGHT) for value in values):
        return [value and value.removesuffix(MIDNIGHT) for value in values], "date"
    return values, kind


def _constant(values: Sequence[Any]) -> bool:
    return len(values) > 1 and all(value == values[0] and type(value) is type(values[0]) for value in values)


def _provenance(executed: NotebookNode) -> Mapping[str, Any]:
    """What the notebook's `kp.provenance` noted; nothing where it shows none."""
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            about = output.get("metadata", {}).get("text/html", {}).get("kpeval", {})
            if about.get("kind") == "provenance":
                return about  # type: ignore[no-any-return]
    return {}


def _source(executed: NotebookNode) -> str:
    """The notebook as its author wrote it: the parameters asked for stand in the record by name."""
    cells = [cell for cell in executed.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    return json.dumps([[cell.get("id"), cell.cell_type, cell.source] for cell in cells])


@cache
def _code() -> str:
    return _short(json.dumps(code(), sort_keys=True))


@cache
def _versions() -> dict[str, str]:
    """Without Python's last number, which changes no report: the foot of a page has none either."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"kpeval": version("kpeval"), "Python": python} | {name: version(name) for name in SHAPING}


def _short(text: str) -> str:
    return _sha256(text)[:16]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
