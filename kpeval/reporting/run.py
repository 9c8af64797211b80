"""How does a notebook, with its parameters, become an executed notebook?

Papermill runs it with kpeval's engine, in a kernel of its own whose folders and sockets lie in a private folder that is
gone afterwards: no two runs can meet, and nobody else on the machine can listen. What comes back holds nothing that
differs from run to run.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import raise_for_execution_errors
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from traitlets.config import Config

from kpeval.reporting import engine
from kpeval.reporting.asked import Report
from kpeval.reporting.failure import Failed
from kpeval.reporting.files import PRIVATE_FOLDER
from kpeval.reporting.job import Limits
from kpeval.reporting.kernels import unsecret
from kpeval.reporting.parameters import told

TELLING = {
    "DataError",
    "DisclosureError",
    "MissingTranslation",
}  # kpeval's own errors, the first line of which holds no value
FAILED = "failed.ipynb"
MACHINERY = ("papermill", "nbclient", "traitlets")  # what they say may quote the data, and would tear a progress bar


class Kernel(engine.Kernel):
    """A kernel of this Python, forked where that can be, whatever the notebook's author called theirs."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The specification `kpeval`, independent of what is installed for Jupyter."""
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            language="python",
            display_name="kpeval",
            metadata={
                "kernel_provisioner": {"provisioner_name": "kpeval-warm"},
                "supported_encryption": ["curve"],
            },
        )


def run(report: Report, notebook: Path, *, data: Path, private: Path, limits: Limits, since: str = "") -> NotebookNode:
    """The notebook as executed for `report` in the folder `private`; Failed, with cell and cause, where it fails.

    A notebook that asks for it is told the earlier day `since`, '' if it is to be compared with none. `details` of
    Failed are the traceback and what the kernel wrote; what was executed until a cell failed stands in
    `private / FAILED`.
    """
    for name in MACHINERY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    written, failed = private / "written", private / FAILED
    try:
        with _surroundings(private, data, written) as surroundings:
            template = load_notebook_node(str(notebook))
            given = told(notebook, report.parameters, since)
            asked = parameterize_notebook(template, given, kernel_name="kpeval", language="python")
            executed = papermill_engines.execute_notebook_with_engine(
                "kpeval",
                asked,
                kernel_name="kpeval",
                progress_bar=False,
                kernel_manager_class=Kernel,
                config=Config({"Kernel": _connection(private)}),
                surroundings=surroundings,
                timed=False,
                execution_timeout=limits.cell,
                report_timeout=limits.report,
                memory=limits.memory,
                failed=failed,
            )
            raise_for_execution_errors(executed, None)
    except Exception as error:  # whatever the machinery raises: one report fails, and the others go on
        said = written.read_text(encoding="utf-8", errors="replace") if written.exists() else ""
        raise _failure(report, error, failed, said) from error
    return _cleaned(executed, notebook)


@contextmanager
def _surroundings(private: Path, data: Path, written: Path) -> Iterator[dict[str, Any]]:
    """Where the kernel works, what it inherits, where it writes: no start-up files or history of the user's."""
    folders = {name: private / name for name in ("work", "ipython", "runtime")}
    for folder in folders.values():
        folder.mkdir(mode=PRIVATE_FOLDER)
    environment = unsecret(os.environ) | {
        "KPEVAL_DATA": str(data.resolve()),
        "IPYTHONDIR": str(folders["ipython"]),
        "JUPYTER_RUNTIME_DIR": str(folders["runtime"]),
    }
    with written.open("wb") as streams:
        yield {"cwd": str(folders["work"]), "env": environment, "stdout": streams, "stderr": streams}


def _connection(private: Path) -> dict[str, str]:
    """Sockets in the private folder, not ports that another run could take; Windows has ports only, encrypted then."""
    file = {"connection_file": str(private / "runtime" / "kernel.json")}
    if os.name == "posix":
        return file | {"transport": "ipc", "ip": str(private / "k")}
    return file | {"transport_encryption": "auto"}


def _cleaned(executed: NotebookNode, notebook: Path) -> NotebookNode:
    """Without what differs from run to run, among it the ids that a notebook of the older format has not."""
    written = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    named = all("id" in cell for cell in written)
    executed.nbformat_minor = max(executed.nbformat_minor, 5)  # from which on cells have ids
    executed.metadata.pop("papermill", None)
    for place, cell in enumerate(executed.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
        elif not named:
            cell.id = f"cell-{place}"
    return executed


def _failure(report: Report, error: Exception, failed: Path, said: str) -> Failed:
    """The cause in words without data: of a foreign error only its kind, for its text may quote a row."""
    details = f"{error}\n{said}"
    if isinstance(error, PapermillExecutionError):
        first = str(error.evalue).partition("\n")[0][:200]
        cause = f"{error.ename}: {first}" if error.ename in TELLING else f"{error.ename}"
        remedy = f"; kpeval check {report.project} lists them" if error.ename == "DataError" else ""
        kind = {"DataError": "data", "MemoryError": "memory"}.get(error.ename, "notebook")
        cell = json.loads(failed.read_text(encoding="utf-8"))["cells"][error.cell_index]["id"]
        return Failed(cause + remedy, cell, details, kind)
    causes = {
        DeadKernelError: ("the kernel died (out of memory?)", "died"),
        engine.CellTimeout: (str(error), "time"),
        engine.ReportTimeout: (str(error), "time"),
        OSError: (f"the kernel could not be started ({type(error).__name__})", "process"),
    }
    other = (type(error).__name__, "process")
    cause, kind = next((told for one, told in causes.items() if isinstance(error, one)), other)
    return Failed(cause, getattr(error, "cell", ""), details, kind)
