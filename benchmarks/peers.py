"""How would one render reports without kpeval's engine? Each peer is a small program, as its users would write it.

Run as `python peers.py PEER --jobs N --out DIR PROJECT...`; it leaves DIR/PROJECT.ipynb and DIR/PROJECT.html.
"""

from __future__ import annotations

import argparse
import ast
import multiprocessing
from functools import cache
from pathlib import Path
from typing import Any

from task import DAY, LANG, NOTEBOOK, executed, parameters


@cache
def exporter() -> Any:
    """The usual one of nbconvert, made once; the code is hidden, as in any report."""
    from nbconvert import HTMLExporter

    return HTMLExporter(template_name="lab", exclude_input=True)


def write_page(notebook: Any, place: Path) -> None:
    html, _ = exporter().from_notebook_node(notebook)
    place.with_suffix(".html").write_text(html, encoding="utf-8")


def papermill(project: str, out: Path) -> None:
    """The function of papermill and the exporter of nbconvert."""
    from papermill import execute_notebook

    place = executed(out, project)
    write_page(execute_notebook(NOTEBOOK, place, parameters(project), progress_bar=False), place)


def ploomber(project: str, out: Path) -> None:
    """ploomber-engine, which runs the cells in this process, and nbconvert's exporter."""
    from ploomber_engine import execute_notebook

    place = executed(out, project)
    write_page(execute_notebook(NOTEBOOK, place, parameters=parameters(project), progress_bar=False), place)


def plain(project: str, out: Path) -> None:
    """The limit: no kernel, no Jupyter, the cells as plain Python in a warm process, and kpeval's page of them."""
    import nbformat

    from kpeval.reporting.asked import Report
    from kpeval.reporting.page import page

    notebook, names = nbformat.read(NOTEBOOK, as_version=4), {}
    for number, cell in enumerate(cell for cell in notebook.cells if cell.cell_type == "code"):
        cell.execution_count = number + 1
        cell.outputs = _outputs(cell.source, names, number + 1)
        if "parameters" in cell.metadata.get("tags", []):
            names |= parameters(project)
    place = executed(out, project)
    nbformat.write(notebook, place)
    html = page(notebook, Report(project, DAY, NOTEBOOK.stem, LANG), told=parameters(project) | {"since": ""})
    place.with_suffix(".html").write_text(html, encoding="utf-8")


def _outputs(source: str, names: dict[str, Any], number: int) -> list[Any]:
    """What a cell shows: the value of its last line, if that is an expression."""
    from nbformat.v4 import new_output

    lines = ast.parse(source).body
    last = lines.pop() if isinstance(lines[-1], ast.Expr) else None
    exec(compile(ast.Module(lines, []), "cell", "exec"), names)  # noqa: S102  the notebook's own code
    if last is None:
        return []
    shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307  the same
    data, metadata = shown._repr_mimebundle_()
    return [new_output("execute_result", data=data, metadata=metadata, execution_count=number)]


def _warm(peer: str) -> None:
    """What is imported once, before the first report and before processes are forked."""
    if peer == "papermill":
        import papermill as _  # noqa: F401

        exporter()
    elif peer == "plain":
        import pandera.pandas  # noqa: F401

        import kpeval

        assert all(getattr(kpeval, name) for name in kpeval.__all__)


PEERS = {"papermill": papermill, "ploomber": ploomber, "plain": plain}

if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("peer", choices=PEERS)
    asked.add_argument("--jobs", type=int, default=1)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("projects", nargs="+")
    options = asked.parse_args()
    _warm(options.peer)
    work = [(project, options.out) for project in options.projects]
    if options.jobs == 1:
        for one in work:
            PEERS[options.peer](*one)
    else:
        with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
            pool.starmap(PEERS[options.peer], work, chunksize=1)
            pool.close()
            pool.join()
