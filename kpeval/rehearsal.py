"""What of a report costs time only the first time in a process? All of it, done once beforehand on an invented project.

Fonts, locales, catalogues, the schemas of tables: a kernel that is forked from a process which has rehearsed finds them
ready. Nothing of the project itself stays.
"""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kpeval.demo import write_demo
from kpeval.present.language import languages

FOLDERS = (Path(__file__).parent / "notebooks", Path(__file__).parents[1] / "notebooks")  # installed, in a checkout
AS_OF = "2023-12-31"


def rehearse(notebook: str = "evaluation") -> None:
    """Runs the cells of a notebook in this process, once in each language, and makes what they would show."""
    file = next(folder / f"{notebook}.ipynb" for folder in FOLDERS if (folder / f"{notebook}.ipynb").is_file())
    cells = [cell for cell in json.loads(file.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    before = dict(os.environ)
    try:
        with TemporaryDirectory(prefix="kpeval-") as folder:
            (project,) = write_demo(Path(folder) / "data", 1, 1)
            os.environ["KPEVAL_DATA"] = str(project.parent)
            for lang in languages():
                _run(cells, {"project": project.name, "as_of": AS_OF, "lang": lang})
    finally:
        os.environ.clear()
        os.environ.update(before)


def _run(cells: list[dict[str, Any]], parameters: dict[str, str]) -> None:
    names: dict[str, Any] = {}
    for cell in cells:
        lines = ast.parse("".join(cell["source"])).body
        shown = lines.pop() if isinstance(lines[-1], ast.Expr) else None
        exec(compile(ast.Module(lines, []), cell["id"], "exec"), names)  # noqa: S102  kpeval's own notebook
        if "parameters" in cell["metadata"].get("tags", []):
            names |= parameters
        if isinstance(shown, ast.Expr):
            value = eval(compile(ast.Expression(shown.value), cell["id"], "eval"), names)  # noqa: S307
            value._repr_mimebundle_()
