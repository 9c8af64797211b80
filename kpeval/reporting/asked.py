"""Which reports are asked for, and can each of them be made? What stands in the way is told before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import product
from pathlib import Path
from typing import NamedTuple

from kpeval.faults import DataError, Fault, nearest
from kpeval.folders import NAME, project_names
from kpeval.present.language import languages
from kpeval.reporting.parameters import declared, misfits, takes_since, told

SHIPPED = Path(__file__).parents[1] / "notebooks"  # in an installed kpeval; in a checkout they lie beside the package
INDEX = "index.html"  # under the folder of the reports: the list of them all
HTML = "html"
PRIVATE = ".kpeval"  # executed notebooks and logs, never beside a page


class Misuse(DataError):
    """What was asked for cannot be done; nothing was started."""


class Report(NamedTuple):
    """One report: a notebook about a project, as of a day, in a language."""

    project: str
    as_of: str
    notebook: str
    lang: str

    def __str__(self) -> str:
        return f"{self.project} {self.as_of} {self.notebook}.{self.lang}"

    @property
    def parameters(self) -> dict[str, str]:
        return {"project": self.project, "as_of": self.as_of, "lang": self.lang}

    def page(self, out: Path) -> Path:
        """Where its page stands under `out`; ValueError where that is not under `out`, be it by a symbolic link."""
        path = out / self.project / self.as_of / f"{self.notebook}.{self.lang}.html"
        if not path.parent.resolve().is_relative_to(out.resolve()):
            raise ValueError(f"{path} does not lie in {out}")
        return path

    def kept(self, out: Path, suffix: str) -> Path:
        """Where what is kept of making it stands: the executed notebook, the log."""
        return out / PRIVATE / self.project / self.as_of / f"{self.notebook}.{self.lang}{suffix}"


class Wish(NamedTuple):
    """How a report is wished for, whichever it is: in which formats, for whom, compared with which earlier day."""

    formats: tuple[str, ...] = (HTML,)
    public: bool = False  # what may be personal data fails it
    since: str = ""  # ISO; "" if it is compared with none. Only notebooks that take it are told


def grid(projects: Iterable[str], days: Iterable[str], notebooks: Iterable[str], langs: Iterable[str]) -> list[Report]:
    """Every notebook about every project on every day in every language, languages side by side; each once."""
    return list(dict.fromkeys(Report(*one) for one in product(projects, days, notebooks, langs)))


def projects_in(data: Path) -> list[str]:
    """The names of the projects in a folder, or at an address, where there are no folders."""
    if isinstance(data, Path):
        return project_names(data)
    return sorted(name for path in data.glob("*/project.toml") if NAME.fullmatch(name := path.parent.name))


def notebook_files() -> dict[str, Path]:
    """The notebooks by name: those of the nearest `notebooks/` here or above, then those that come with kpeval."""
    here = Path.cwd()
    near = next((above / "notebooks" for above in (here, *here.parents) if (above / "notebooks").is_dir()), None)
    folders = [near, SHIPPED, SHIPPED.parents[1] / "notebooks"]
    found: dict[str, Path] = {}
    for path in [path for folder in folders if folder for path in sorted(folder.glob("*.ipynb"))]:
        found.setdefault(path.stem, path)
    return found


def looked_through(
    reports: Iterable[Report], data: Path, out: Path
) -> tuple[dict[str, Path], dict[Report, list[Fault]]]:
    """The files of the notebooks, and of each report that cannot be asked for all that stands in its way."""
    asked, files = list(reports), notebook_files()
    known = {"project": projects_in(data), "lang": languages(), "notebook": sorted(files)}
    faults: dict[tuple[str, str], list[Fault]] = {}
    for field, what in (("project", "project"), ("lang", "language"), ("notebook", "notebook")):
        for name in {getattr(report, field) for report in asked}:
            faults[field, name] = list(_unknown(name, what, known[field]))
    for day in {report.as_of for report in asked}:
        faults["as_of", day] = [] if _is_day(day) else [_fault(day, "is not a day like 2019-10-31")]
    for report in {report.notebook: report for report in asked if report.notebook in files}.values():
        faults["notebook", report.notebook] += _unfit(files[report.notebook], report)
    hindered = {}
    for report in asked:
        found = [fault for field, name in report._asdict().items() for fault in faults[field, name]]
        if found or (found := list(_astray(report, out))):
            hindered[report] = found
    return files, hindered


def refuse_unknown(named: Mapping[str, tuple[Iterable[str], list[str]]]) -> None:
    """Misuse where a name (of a project, a language …: what, which, which are known) is not known."""
    faults = [
        fault for what, (names, known) in named.items() for name in set(names) for fault in _unknown(name, what, known)
    ]
    if faults:
        raise Misuse(faults, "what was asked for")


def refuse_since(since: str, day: str, notebooks: Iterable[str]) -> None:
    """Misuse where reports as of `day` by these notebooks cannot be compared with the day `since`."""
    files = notebook_files()
    late = f"is not before {day}, the report's day: compare with an earlier one"
    faults = [_fault(since, late)] if since >= day else []
    faults += [
        _fault(files[name].name, "takes no parameter 'since': a report by it is compared with no other day")
        for name in notebooks
        if name in files and not takes_since(files[name])
    ]
    if faults:
        raise Misuse(faults, "nothing was rendered")


def _unknown(name: str, what: str, known: list[str]) -> Iterator[Fault]:
    if name not in known:
        hint = nearest(name, known) or ": known are " + (", ".join(known) or "none")
        yield _fault(name, f"no such {what}{hint}")
    elif not NAME.fullmatch(name):
        yield _fault(name, f"a {what} in a report is named with letters a to z, digits, - and _: rename it")


def _unfit(notebook: Path, report: Report) -> Iterator[Fault]:
    try:
        given = told(notebook, report.parameters, since="")
        yield from (_fault(notebook.name, misfit) for misfit in misfits(declared(notebook), given))
    except (ValueError, OSError) as error:
        yield _fault(notebook.name, str(error))


def _astray(report: Report, out: Path) -> Iterator[Fault]:
    try:
        report.page(out)
    except ValueError as error:
        yield _fault(str(out), f"no reports can go there: {error}")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _fault(place: str, message: str) -> Fault:
    return Fault(place or "''", None, "", message)
