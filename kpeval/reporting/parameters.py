"""Which parameters does a notebook take, and do the values asked for fit them?

The cell tagged `parameters` declares them as annotated literals with a comment. Papermill takes an unknown name or a
wrong type with a line in its log and runs on, and writes names raw into the code; so both are refused here, before
a kernel starts.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kpeval.faults import nearest

REPORT_PARAMETERS = ("project", "as_of", "lang")  # every notebook that makes a report takes these
SINCE = "since"  # the earlier day that a report is compared with; a notebook that can compare takes it
TYPES: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (float, int), "bool": (bool,)}


def declared(notebook: Path) -> dict[str, ast.AnnAssign]:
    """The parameters by name; ValueError where the cell is absent or holds anything but annotated literals."""
    try:  # as JSON: nbformat takes 1.6 s to import, for nothing that is needed here
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError("is not a notebook of format 4") from None
    if len(tagged) != 1 or tagged[0].get("cell_type") != "code":
        raise ValueError(f"has {len(tagged)} cells tagged 'parameters', and needs one code cell")
    try:
        lines = ast.parse("".join(tagged[0].get("source", ""))).body
    except SyntaxError as error:
        raise ValueError(f"its parameters are not Python (line {error.lineno})") from None
    found: dict[str, ast.AnnAssign] = {}
    for line in lines:
        if not isinstance(line, ast.AnnAssign) or not isinstance(line.target, ast.Name):
            raise ValueError(f'line {line.lineno} of its parameters is not like `name: str = "value"`')
        found[line.target.id] = line
    return found


def takes_since(notebook: Path) -> bool:
    """Whether the notebook can compare its day with an earlier one; no, too, where its parameters cannot be read."""
    try:
        return SINCE in declared(notebook)
    except (ValueError, OSError):
        return False


def told(notebook: Path, parameters: Mapping[str, str], since: str) -> dict[str, str]:
    """What the notebook is told: the report's parameters, and the earlier day ('': none) if it asks for one."""
    return {**parameters, **({SINCE: since} if takes_since(notebook) else {})}


def misfits(takes: Mapping[str, ast.AnnAssign], given: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with `given`: names the notebook does not take, values of another type, names left out.

    The parameters of every report are needed even where the notebook has a default: a default must never stand for
    what was asked.
    """
    for name in REPORT_PARAMETERS:
        if name not in takes:
            yield f"takes no parameter '{name}', as every notebook of a report does"
    for name in given:
        if name not in takes and name not in REPORT_PARAMETERS:
            known = ": it takes " + ", ".join(takes)
            yield f"takes no parameter '{name}'{nearest(name, takes) or known}"
    for name, line in takes.items():
        annotation = ast.unparse(line.annotation)
        if name not in given:
            if line.value is None or name in REPORT_PARAMETERS:
                yield f"needs the parameter '{name}: {annotation}'"
        elif not _fits(line.annotation, given[name]):
            yield f"takes '{name}' as {annotation}, not as {type(given[name]).__name__} ({given[name]!r:.80})"


def _fits(annotation: ast.expr, value: object) -> bool:
    """Only values that JSON has: anything else papermill writes into the code as its text."""
    match annotation:
        case ast.Name(id=name) if name in TYPES:
            return type(value) in TYPES[name]
        case ast.Constant(value=None):
            return value is None
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _fits(left, value) or _fits(right, value)
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return isinstance(value, list) and all(_fits(item, one) for one in value)
    return False
