"""In which formats does a report stand, what does each need, and how is one made from the page and its notebook?

HTML is always made: it is what readers open first, and what the other formats are made from. What a format needs is
looked for only by whoever is about to make one.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from kpeval.faults import Fault
from kpeval.reporting.asked import HTML, Report

if TYPE_CHECKING:
    from nbformat import NotebookNode


class Maker(NamedTuple):
    """What makes a format: modules here, the first above all, and a package; and what programs call the format."""

    modules: tuple[str, ...]
    package: str
    media_type: str


MAKERS = {
    "pdf": Maker(("pdf",), "weasyprint", "application/pdf"),
    "xlsx": Maker(
        ("workbook", "sheet"), "xlsxwriter", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
}
FORMATS = (HTML, *MAKERS)


def complete(formats: Iterable[str]) -> tuple[str, ...]:
    """The formats, each once and in the order of FORMATS, with HTML among them."""
    asked = {HTML, *formats}
    return tuple(one for one in FORMATS if one in asked)


def beside(formats: Iterable[str]) -> tuple[str, ...]:
    """Those that stand beside the page."""
    return tuple(one for one in complete(formats) if one != HTML)


def hindrances(formats: Iterable[str]) -> list[Fault]:
    """What is wanting on this machine for making these formats, each with its remedy; imports what makes them."""
    found = ((one, _hindrance(one)) for one in beside(formats))
    return [Fault(one, None, "", why) for one, why in found if why]


def content(wanted: str, html: str, executed: NotebookNode, report: Report) -> bytes:
    """The file of one format beside the page `html` of an executed notebook; Failed where it cannot be made."""
    maker: Any = import_module(f"kpeval.reporting.{MAKERS[wanted].modules[0]}")  # here: who makes no PDF need not wait
    made: bytes = maker.pdf(html) if wanted == "pdf" else maker.workbook(executed, report)
    return made


def _hindrance(wanted: str) -> str:
    maker = MAKERS[wanted]
    if find_spec(f"kpeval.reporting.{maker.modules[0]}") is None:
        return "this kpeval cannot make it yet"
    if find_spec(maker.package) is None:
        return f"{maker.package} is not installed: pip install 'kpeval[{wanted}]'"
    if wanted == "pdf":
        return str(import_module("kpeval.reporting.pdf").hindrance())
    return ""
