"""What does a report depend on, and what of it has changed since the report was made?

The executed notebook depends on the project's files, the notebook's code, kpeval's own files, and the versions of the
packages it uses, and the earlier day it is compared with; the page besides on the notebook's Markdown, the template,
and the languages and formats that it links to; a file of another format beside it on what makes it. A report of which
nothing has changed, and whose files are as they were written, is not made again.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from kpeval.reporting.asked import Report, Wish
from kpeval.reporting.formats import MAKERS, beside, complete
from kpeval.reporting.ledger import Run
from kpeval.reporting.parameters import takes_since
from kpeval.reporting.places import contents_of

PACKAGE = Path(__file__).parents[1]
# of kpeval/: what no notebook uses
ASIDE = (
    "cli",
    "demo.py",
    "demo_evidence.py",
    "demo_facts.py",
    "demo_rows.py",
    "dictionary.py",
    "examples.py",
    "scaffold.py",
    "__main__.py",
)
# of reporting/: what makes the kernel, and what makes the page
EXECUTING = (
    *("asked.py", "job.py", "places.py", "run.py", "engine.py"),
    *("kernels.py", "provisioner.py", "warm.py", "forked.py"),
)
SHOWING = ("make.py", "page.py", "formats.py", "publishable.py", "record.py", "prose.py", "look.py", "template")
DATA = "data/"  # begins the names of the project's files, whatever their folder is called
BESIDE = "the languages beside it"
FILES = "the formats beside it"
LINKS = (BESIDE, FILES)  # of the page only: no file beside it depends on them
PUBLIC = "what the public may not see"
EARLIER = "the day it is compared with"
FIELDS = "Version: ", "Requires-Dist: "  # of a package's metadata
REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")


class Inputs(NamedTuple):
    """By name, the sha256 (of a package: the version) of what the executed notebook and what the page depends on."""

    executed: Mapping[str, str]
    shown: Mapping[str, str]

    def as_read(self, read: Mapping[str, str] | None) -> Inputs:
        """These inputs with the project's files as they were when they were read, which may be later."""
        if read is None:
            return self
        kept = {name: digest for name, digest in self.executed.items() if not name.startswith(DATA)}
        return self._replace(executed={**kept, **read})


class Stale(NamedTuple):
    """Why a report must be made again: `execute` its notebook, or only show it again."""

    execute: bool
    reasons: tuple[str, ...]


class Sources:
    """The inputs of many reports: each file is read once, however many reports depend on it."""

    def __init__(self, data: Path, notebooks: Mapping[str, Path]) -> None:
        self.data, self.notebooks = data, notebooks
        self._projects = cache(self._project)
        self._parts = cache(self._notebook)
        self._making = cache(made_by)
        self._executing = {**_kpeval(), **_own("reporting", EXECUTING), **packages()}
        self._showing = _own("reporting", SHOWING)

    def of(self, report: Report, sisters: Iterable[str], wish: Wish = Wish()) -> Inputs:  # noqa: B008
        """What `report`, with links to the languages `sisters`, is made from as it is wished for, as it is now."""
        code, text, compares = self._parts(report.notebook)
        name, files = f"notebooks/{report.notebook}.ipynb", beside(wish.formats)
        executed = {**self._executing, **self._projects(report.project), f"{name}, code": code}
        executed |= {EARLIER: wish.since} if compares else {}
        shown = {**self._showing, **self._making(files), f"{name}, text": text}
        shown |= {BESIDE: ",".join(sisters), FILES: ",".join(files)} | ({PUBLIC: "nothing"} if wish.public else {})
        return Inputs(executed, shown)

    def _project(self, project: str) -> dict[str, str]:
        try:
            return as_inputs(project, contents_of(self.data / project))
        except OSError as error:  # the reports of this project fail, and tell; the others are made
            return {f"{DATA}{project}": f"cannot be read ({error.strerror})"}

    def _notebook(self, name: str) -> tuple[str, str, bool]:
        """Of its code and the order of its cells, and of its Markdown; and whether it compares with an earlier day."""
        cells = json.loads(self.notebooks[name].read_text(encoding="utf-8"))["cells"]
        code = [
            (cell.get("id"), cell["cell_type"], cell["metadata"].get("tags"), _source(cell, "code")) for cell in cells
        ]
        text = [_source(cell, "markdown") for cell in cells]
        return _digest(json.dumps(code)), _digest(json.dumps(text)), takes_since(self.notebooks[name])


def everywhere(formats: Iterable[str] = ()) -> dict[str, str]:
    """What every report in these formats depends on: kpeval's own files and the versions of packages."""
    return {**code(), **packages(), **made_by(beside(formats))}


def code() -> dict[str, str]:
    """The sha256 of kpeval's own files, as far as every report depends on them."""
    return {**_kpeval(), **_own("reporting", (*EXECUTING, *SHOWING))}


def made_by(files: tuple[str, ...]) -> dict[str, str]:
    """What makes the files of these formats beside a page: kpeval's own and the versions of packages."""
    found: dict[str, str] = {}
    for maker in (MAKERS[one] for one in files):
        found |= _own("reporting", [f"{name}.py" for name in maker.modules]) | packages(maker.package)
    return {name: digest for name, digest in found.items() if name not in packages()}


def as_inputs(project: str, files: Mapping[str, bytes]) -> dict[str, str]:
    """The files of a project, by name below its folder, as they stand among the inputs of a report."""
    return {f"{DATA}{project}/{name}": hashlib.sha256(content).hexdigest() for name, content in files.items()}


def stale(now: Inputs, good: Run | None, last: Run | None, out: Path) -> Stale | None:
    """Why the report of the run `good` must be made again; None where it stands as it would be made."""
    if good is None:
        return Stale(True, (f"failed before: {last.cause}" if last else "not rendered yet",))
    changed = tuple(changes(good.executed, now.executed))
    if changed:
        return Stale(True, changed)
    changed = (*_shown_changes(good.shown, now.shown), *_altered(good, out, kept=False))
    if last is not None and last.state == "failed":
        changed = (*changed, "what made it fail is undone")
    if not changed:
        return None
    return Stale(any(_altered(good, out, kept=True)), changed)


def wish_of(good: Run) -> Wish:
    """How the report of a run was wished for."""
    files = tuple(filter(None, good.shown.get(FILES, "").split(",")))
    return Wish(complete(files), PUBLIC in good.shown, good.executed.get(EARLIER, ""))


def standing(now: Inputs, good: Run | None, out: Path) -> dict[str, str]:
    """The files beside the page of the run `good` that are as they would be made now, with their sha256."""
    if good is None or good.executed != now.executed:
        return {}
    shown = good.shown.items() ^ now.shown.items()
    differing = {name for name, _ in shown if name not in LINKS}
    makers = made_by(tuple(MAKERS)).keys()
    same = tuple(f".{one}" for one in MAKERS if differing <= makers - made_by((one,)).keys())
    own = {name: digest for name, digest in good.outputs.items() if name.endswith(same)}
    return {name: digest for name, digest in own.items() if name not in dict(_altered_in(own, out))}


def changes(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What was added, removed or changed between two states, each given as sha256 by name.

    >>> changes({"a": "1", "b": "1"}, {"a": "2", "c": "1"})
    ['a changed', 'b removed', 'c added']
    """
    if before == now:  # as nearly always
        return []
    said = (
        dict.fromkeys(before, "removed")
        | dict.fromkeys(now, "added")
        | dict.fromkeys(set(before) & set(now), "changed")
    )
    return [f"{name} {said[name]}" for name in sorted(said) if before.get(name) != now.get(name)]


def _shown_changes(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Without all that makes a format that has come or gone: that it has is enough."""
    makers = made_by(tuple(MAKERS)) if before.get(FILES) != now.get(FILES) else {}
    both = ({name: digest for name, digest in one.items() if name not in makers} for one in (before, now))
    return changes(*both)


def _altered(good: Run, out: Path, *, kept: bool) -> Iterator[str]:
    """The files of the run that are not as they were written: those that readers see, or the kept notebook."""
    files = {name: digest for name, digest in good.outputs.items() if name.endswith(".ipynb") == kept}
    return (f"{name} {what}" for name, what in _altered_in(files, out))


def _altered_in(files: Mapping[str, str], out: Path) -> Iterator[tuple[str, str]]:
    for name, digest in files.items():
        try:
            if _sha256(out / name) != digest:
                yield name, "was altered"
        except OSError:
            yield name, "is not there"


def _kpeval() -> dict[str, str]:
    """Every file of kpeval that a notebook may use."""
    folders = [part for part in PACKAGE.iterdir() if part.name not in (*ASIDE, "reporting", "notebooks", "__pycache__")]
    return {name: digest for part in folders for name, digest in _files(part)}


def _own(folder: str, names: Iterable[str]) -> dict[str, str]:
    return {name: digest for part in names for name, digest in _files(PACKAGE / folder / part)}


def _files(part: Path) -> Iterator[tuple[str, str]]:
    for path in [part] if part.is_file() else sorted(part.rglob("*")):
        if path.is_file() and path.suffix not in (".pyc", ".mo"):
            yield f"kpeval/{path.relative_to(PACKAGE).as_posix()}", _sha256(path)


@cache
def packages(top: str = "kpeval") -> dict[str, str]:
    """The versions of Python and of every package that `top` needs, directly or through another, and its own."""
    from importlib.metadata import PackageNotFoundError  # here, not above: planning can begin without it

    found = {"Python": ".".join(map(str, sys.version_info[:3]))}
    waiting = [top]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            found[name], needed = _said(name)
        except PackageNotFoundError:  # needed elsewhere: on another system, by another Python
            continue
        waiting += [_normal(REQUIREMENT.match(line)[0]) for line in needed if "extra ==" not in line]  # type: ignore[index]
    return {f"package {name}": number for name, number in sorted(found.items())}


def _said(package: str) -> tuple[str, list[str]]:
    """Version and requirements of a package; read as the lines they are, for the usual way parses all as a mail."""
    from importlib.metadata import Distribution

    found = Distribution.from_name(package)
    text = found.read_text("METADATA")
    if text is None:  # an older form of installed package
        return found.version, found.requires or []
    head = text.partition("\n\n")[0].splitlines()
    said = {field: [line.removeprefix(field) for line in head if line.startswith(field)] for field in FIELDS}
    return "".join(said[FIELDS[0]]), said[FIELDS[1]]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _source(cell: Mapping[str, str], kind: str) -> str:
    return "".join(cell["source"]) if cell["cell_type"] == kind else ""


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
