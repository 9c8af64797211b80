"""What is rendered, whoever does it: a notebook, invented projects, a day, a language; and where its outputs stand."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
NOTEBOOK = ROOT / "notebooks" / "evaluation.ipynb"
DAY, LANG = "2023-12-31", "en"
UNWANTED = ("PYTHONDONTWRITEBYTECODE", "KPEVAL_DATA", "PYTHONPATH")  # the first costs every peer half a second a kernel


def parameters(project: str) -> dict[str, str]:
    """What the notebook is told."""
    return {"project": project, "as_of": DAY, "lang": LANG}


def invented(data: Path, projects: int) -> list[str]:
    """The names of as many invented projects, written to `data`."""
    command = [BIN / "kpeval", "demo", "--projects", str(projects), "--out", data]
    subprocess.run(command, check=True, capture_output=True)
    return sorted(folder.name for folder in data.iterdir())


def environment(data: Path, private: Path) -> Mapping[str, str]:
    """What every command inherits: the data, folders of its own for IPython and Jupyter, no telemetry, no warnings."""
    told = {
        "KPEVAL_DATA": str(data),
        "IPYTHONDIR": str(private / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "PLOOMBER_STATS_ENABLED": "false",
        "PYTHONWARNINGS": "ignore",
    }
    return {name: value for name, value in os.environ.items() if name not in UNWANTED} | told


def executed(out: Path, project: str) -> Path:
    """Where a peer leaves the executed notebook; its page stands beside it, as .html."""
    return out / f"{project}.ipynb"


def report_command(data: Path, out: Path, names: Sequence[str], jobs: int, langs: str = LANG) -> list[object]:
    """The command of kpeval for the same reports."""
    options = ["--as-of", DAY, "--lang", langs, "--out", out, "--jobs", jobs]
    return [BIN / "kpeval", "--data", data, "report", *names, *options]


def report_files(out: Path, project: str) -> tuple[Path, Path]:
    """Where kpeval leaves the executed notebook and the page."""
    place = f"{project}/{DAY}/evaluation.{LANG}"
    return out / ".kpeval" / f"{place}.ipynb", out / f"{place}.html"
