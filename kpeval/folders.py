"""Where do projects lie, which are there, and which of their files are read?

Asked before any is read, so nothing that reads tables is imported.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from kpeval.faults import DataError, Fault

TOML = "project.toml"
COMMENTARY = "commentary"  # the folder, in a project's own, of what the evaluator says
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")  # a folder right under data/, never a path


def data_folder(data: str | Path | None = None) -> Path:
    """The folder of the projects: `data`, else the variable KPEVAL_DATA, else the nearest `data/` above."""
    given = data or os.environ.get("KPEVAL_DATA")
    if given:
        folder = Path(given)
        if not folder.is_dir():
            raise DataError([Fault(str(given), None, "", "is not a folder")], "the data folder")
        return folder.resolve()
    here = Path.cwd()
    for above in (here, *here.parents):
        if (above / "data").is_dir():
            return (above / "data").resolve()
    message = "no data/ here or above: name it with --data DIR or the variable KPEVAL_DATA"
    raise DataError([Fault(str(here), None, "", message)], "the data folder")


def project_names(data: str | Path | None = None) -> list[str]:
    """The names of the projects in the data folder: its folders that hold a project.toml, named without spaces."""
    names = (path.parent.name for path in data_folder(data).glob(f"*/{TOML}"))
    return sorted(name for name in names if NAME.fullmatch(name))


def is_table_file(name: str) -> bool:
    """Whether a file of this name, right in a project's folder, is read: as a table, or as one that is misnamed.

    Hidden ones are not, such as macOS leaves on the drives of others (`._funding.csv`).
    """
    return name.lower().endswith(".csv") and not name.startswith(".")


def is_commentary_file(name: str) -> bool:
    """Whether a file of this name, right in the folder of commentaries, is read: as one, or as one that is misnamed.

    An editor may add its own ending (`2022-12-31.cs.md.txt`); copies it keeps (`…md~`, `…md.bak`) are not read.
    """
    return name != "README.md" and re.fullmatch(r"(?i)[^.].*\.md|\d.*\.(?:txt|markdown)", name) is not None


def is_read(name: str) -> bool:
    """Whether a file of this name in a project's folder is looked at: project.toml, every CSV, every commentary.

    Misnamed or not: a fault tells. `name` is relative to the folder, with `/`.

    >>> [is_read(name) for name in ("project.toml", "funding.csv", "Funding.CSV", "film.mp4", "more/funding.csv")]
    [True, True, True, False, False]
    >>> [is_read(name) for name in ("commentary/2022-12-31.cs.md", "commentary/notes.docx", "2022-12-31.cs.md")]
    [True, False, False]
    """
    folder, _, file = name.rpartition("/")
    if set("/\\") & set(folder + file):
        return False
    return is_commentary_file(file) if folder == COMMENTARY else not folder and (file == TOML or is_table_file(file))
