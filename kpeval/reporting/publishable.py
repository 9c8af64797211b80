"""May anybody read this report, or does it quote somebody's address or number?"""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from zipfile import ZipFile

from nbformat import NotebookNode

from kpeval.personal import Placed, found_in, found_in_html
from kpeval.reporting.failure import Failed

STRING = re.compile(r"<si>(.*?)</si>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")


def refuse_personal(executed: NotebookNode, html: str, workbook: bytes = b"") -> None:
    """Failed, of the kind "privacy", where page or workbook hold what `personal.found_in` finds.

    What `[privacy] allowed` of project.toml lists may stand there. The failure names the place, never the value.
    """
    granted = allowed(executed)
    found = found_in_html(html, granted)
    if not found and workbook:
        found = [Placed(one.kind, one.masked, "") for text in _strings(workbook) for one in found_in(text, granted)]
    if found:
        first = found[0]
        where = f" under “{first.place}”" if first.place else ""
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        raise Failed(
            f"holds what a public report must not, of the kind {first.kind} ({first.masked}){where}{more}: take it out "
            "of the data, or list it in project.toml: [privacy] allowed = […]",
            kind="privacy",
        )


def allowed(executed: NotebookNode) -> tuple[str, ...]:
    """What the project's project.toml allows to be quoted, as the cover of the executed notebook says."""
    notes = (
        output.get("metadata", {}).get("text/html", {}).get("kpeval", {})
        for cell in executed.cells
        for output in cell.get("outputs", [])
    )
    return tuple(next((note.get("allowed", ()) for note in notes if note.get("kind") == "cover"), ()))


def _strings(workbook: bytes) -> list[str]:
    """The texts of all cells, and what the workbook says of itself."""
    with ZipFile(BytesIO(workbook)) as parts:
        shared = parts.read("xl/sharedStrings.xml").decode() if "xl/sharedStrings.xml" in parts.namelist() else ""
        core = parts.read("docProps/core.xml").decode()
    return [unescape(TAG.sub("", text)) for text in [*STRING.findall(shared), core.replace("><", "> <")]]
