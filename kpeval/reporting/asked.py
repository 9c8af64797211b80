"""Which reports are asked for, and can each of them be made? Every fault is told at once, before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import product
from pathlib import Path
from typing import NamedTuple

from kpeval.faults import DataError, Fault, nearest
from kpeval.folders import NAME, project_names
from kpeval.present.language import languages
from kpeval.reporting.parameters import declared, misfits

SHIPPED = Path(__file__).parents[1] / "notebooks"  # in an installed kpeval; in a checkout they lie beside the package
INDEX = "index.html"  # under the folder of the reports: the list of them all
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


def checked(reports: Iterable[Report], data: Path) -> dict[str, Path]:
    """The files of the notebooks that `reports` need; Misuse with everything that stands in their way."""
    wanted = list(reports)
    files = notebook_files()
    faults = [
        *_unknown({report.project for report in wanted}, "project", projects_in(data)),
        *_unknown({report.lang for report in wanted}, "language", languages()),
        *_unknown({report.notebook for report in wanted}, "notebook", sorted(files)),
        *(
            _fault(day, "is not a day like 2019-10-31")
            for day in {report.as_of for report in wanted}
            if not _is_day(day)
        ),
    ]
    for name in {report.notebook for report in wanted} & set(files):
        given = next(report.parameters for report in wanted if report.notebook == name)
        try:
            faults += [_fault(files[name].name, misfit) for misfit in misfits(declared(files[name]), given)]
        except (ValueError, OSError) as error:
            faults.append(_fault(files[name].name, str(error)))
    if faults:
        raise Misuse(faults, "nothing was rendered")
    return {report.notebook: files[report.notebook] for report in wanted}


def refuse_unknown(named: Mapping[str, tuple[Iterable[str], list[str]]]) -> None:
    """Misuse where a name (of a project, a language …: what, which, which are known) is not known."""
    faults = [fault for what, (names, known) in named.items() for fault in _unknown(set(names), what, known)]
    if faults:
        raise Misuse(faults, "what was asked for")


def _unknown(names: set[str], what: str, known: list[str]) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            hint = nearest(name, known) or ": known are " + (", ".join(known) or "none")
            yield _fault(name, f"no such {what}{hint}")
        elif not NAME.fullmatch(name):
            yield _fault(name, f"a {what} in a report is named with letters a to z, digits, - and _: rename it")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _fault(place: str, message: str) -> Fault:
    return Fault(place or "''", None, "", message)
