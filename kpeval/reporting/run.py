"""How does a notebook, with its parameters, become an executed notebook?

Papermill runs it in an ordinary kernel, in a private folder that is gone afterwards. The executed notebook and, where
it failed, a log with the traceback are kept apart from the pages, for their owner only: both may hold data.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill import execute_notebook
from papermill.exceptions import PapermillExecutionError
from traitlets import Unicode, default
from traitlets.config import Config

from kpeval.reporting.asked import PRIVATE, Report
from kpeval.reporting.failure import Failed
from kpeval.reporting.files import keep

KERNEL = "python3"  # this Python, whatever the notebook's author called theirs
MARKER = "papermill-error-cell-tag"  # papermill adds cells of its own where a cell failed
TELLING = {"DataError", "MissingTranslation"}  # kpeval's own errors, the first line of which holds no value


class Kernel(AsyncKernelManager):
    """An ordinary kernel that nobody else on this machine can listen to; what its process prints goes to the log."""

    log_file = Unicode(config=True)

    @default("transport_encryption")
    def _encrypted(self) -> str:
        return "auto"  # where the kernel can

    async def start_kernel(self, **kw: Any) -> None:  # type: ignore[override]  # the base says it is not async
        """Start the kernel as its parent does, its error stream going to the log."""
        with Path(self.log_file).open("ab") as file:
            await super().start_kernel(stderr=file, **kw)


def run(report: Report, notebook: Path, *, data: Path, out: Path) -> NotebookNode:
    """The notebook as executed for `report`; Failed with the cell and the cause where a cell fails.

    Either way the notebook is kept under `out`, and a log where it failed.
    """
    log = report.kept(out, ".log")
    with tempfile.TemporaryDirectory(prefix="kpeval-") as private:
        executed = Path(private) / "executed.ipynb"
        try:
            with _surroundings(Path(private), data), _logging_to(Path(private) / "log"):
                execute_notebook(
                    _as_template(notebook),
                    _as_template(executed),
                    parameters=report.parameters,
                    kernel_name=KERNEL,
                    language="python",
                    cwd=private,
                    progress_bar=False,
                    request_save_on_cell_execute=False,
                    kernel_manager_class=Kernel,
                    config=Config({"Kernel": {"log_file": str(Path(private) / "log")}}),
                )
            log.unlink(missing_ok=True)
            return _kept(executed, report, out)
        except Exception as error:  # whatever the machinery raises: one report fails, and the others go on
            failed = _failure(report, error, _kept(executed, report, out) if executed.exists() else None)
            said = (Path(private) / "log").read_text(encoding="utf-8", errors="replace")
            keep(log, f"{report}: {failed}\n\n{failed.details}\n{said}", out / PRIVATE)
            raise failed from error


@contextmanager
def _surroundings(private: Path, data: Path) -> Iterator[None]:
    """What the kernel inherits: where the data lie, and no start-up files or history of the user's own IPython."""
    changed = {"KPEVAL_DATA": str(data.resolve()), "IPYTHONDIR": str(private / "ipython")}
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    try:
        yield
    finally:
        _restore(before)


def _restore(before: Mapping[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@contextmanager
def _logging_to(file: Path) -> Iterator[None]:
    """What papermill and nbclient say goes to the log: it may quote the data, and would tear a progress bar."""
    handler = logging.FileHandler(file, encoding="utf-8")
    loggers = [logging.getLogger(name) for name in ("papermill", "nbclient", "traitlets")]
    before = [logger.propagate for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, propagate in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.propagate = propagate
        handler.close()


def _as_template(path: Path) -> str:
    """Papermill fills {names} into paths: braces of a folder's name are doubled."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _kept(executed: Path, report: Report, out: Path) -> NotebookNode:
    """The executed notebook without what differs from run to run, kept under `out`."""
    notebook: NotebookNode = nbformat.read(executed, as_version=4)  # type: ignore[no-untyped-call]
    notebook.cells = [cell for cell in notebook.cells if MARKER not in cell.metadata.get("tags", [])]
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
    text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    keep(report.kept(out, ".ipynb"), text + "\n", out / PRIVATE)
    return notebook


def _failure(report: Report, error: Exception, notebook: NotebookNode | None) -> Failed:
    """The cause in words without data: of a foreign error only its kind, for its text may quote a row."""
    if isinstance(error, PapermillExecutionError):
        cell = notebook.cells[error.cell_index].id if notebook else ""
        first = str(error.evalue).partition("\n")[0][:200]
        cause = f"{error.ename}: {first}" if error.ename in TELLING else f"{error.ename}"
        remedy = f"; kpeval check {report.project} lists them" if error.ename == "DataError" else ""
        return Failed(cause + remedy, cell, str(error))
    causes = {DeadKernelError: "the kernel died (out of memory?)", CellTimeoutError: "a cell ran too long"}
    cause = next((said for kind, said in causes.items() if isinstance(error, kind)), type(error).__name__)
    return Failed(cause, details=str(error))
