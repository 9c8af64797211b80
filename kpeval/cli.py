"""What can be done from a shell? Each command reads its arguments, calls one function and tells what came of it.

Exit code 0: fine; 1: the data or a report failed; 2: wrong usage, nothing was done. The clock is asked here only.
What takes long to import is imported by the command that needs it.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from kpeval.reporting.asked import Report

Command = TypeVar("Command", bound=Callable[..., Any])
REPORTS = "reports"
WANTED = "reports/reports.toml"
FINDING = ("project_id", "severity", "rule", "table", "row", "column", "message", "remedy")


class Names(click.ParamType[list[str]]):
    """Names separated by commas."""

    name = "names"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        names = value if isinstance(value, list) else [name.strip() for name in value.split(",")]
        if not all(names):
            self.fail(f"'{value}' names nothing between two commas", param, ctx)
        return names


class Day(click.ParamType[str]):
    """A day, in ISO or Czech notation; becomes ISO."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from kpeval.timespan import as_day

        try:
            return f"{as_day(value):%Y-%m-%d}"
        except ValueError as error:
            self.fail(f"{error}: write it like 2019-10-31", param, ctx)


def data_option(command: Command) -> Command:
    """`--data DIR`, before or after the command's name."""

    def remember(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
        return value or (ctx.parent.params.get("data") if ctx.parent else None)

    kind = click.Path(exists=True, file_okay=False, path_type=Path)
    said = "Folder of the projects (else KPEVAL_DATA, else the nearest data/)."
    return click.option("--data", type=kind, metavar="DIR", callback=remember, help=said)(command)


names_argument = click.argument("names", nargs=-1, metavar="[NAME]...")
day_option = click.option("--as-of", type=Day(), metavar="DAY", help="Last day that counts; today if not given.")
out_option = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=REPORTS,
    metavar="DIR",
    show_default=True,
    help="Where the reports go.",
)


@contextmanager
def wrong_usage() -> Iterator[None]:
    """A fault of what was asked for is told without a traceback, and ends with exit code 2."""
    from kpeval.faults import DataError

    try:
        yield
    except DataError as error:
        click.echo(error, err=True)
        raise SystemExit(2) from None


def _today() -> str:
    """The clock's day, said aloud: a report is of this day, and another one tomorrow."""
    day = f"{datetime.now().astimezone():%Y-%m-%d}"
    click.echo(f"as of {day} (today; another day: --as-of)", err=True)
    return day


def _findings(name: str, data: Path, day: str, lang: str) -> list[dict[str, Any]]:
    """The findings of a project; where it cannot be loaded, the faults of its files instead."""
    from kpeval.checks import findings
    from kpeval.faults import DataError
    from kpeval.project import load

    try:
        found = findings(load(name, data), as_of=day, lang=lang)
    except DataError as error:
        return [dict(zip(FINDING, (name, "error", "load", *fault, None), strict=True)) for fault in error.faults]
    listed: list[dict[str, Any]] = json.loads(found.to_json(orient="records", force_ascii=False))
    return listed


def _list(name: str, day: str, findings: list[dict[str, Any]]) -> None:
    counts = Counter(finding["severity"] for finding in findings)
    click.echo(f"{name}, as of {day}: " + (", ".join(f"{n} {kind}" for kind, n in counts.items()) or "no findings"))
    for finding in findings:
        place = [finding["table"], f"row {finding['row']}" if finding["row"] else "", finding["column"]]
        click.echo(f"  {finding['severity']:8} {', '.join(filter(None, place))}: {finding['message']}")
        if finding["remedy"]:
            click.echo(f"           {finding['remedy']}")


def _render(reports: list[Report], data: Path | None, out: Path) -> None:
    """Asks first whether each report can be made, then makes them; exit code 1 where one failed."""
    from kpeval.project import data_folder
    from kpeval.reporting.asked import checked

    with wrong_usage():
        folder = data_folder(data)
        checked(reports, folder)
    from kpeval.reporting.batch import render
    from kpeval.reporting.progress import told

    with wrong_usage():
        outcomes = render(reports, data=folder, out=out)
    raise SystemExit(1 if told(outcomes, len(reports), out) else 0)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kpeval", message="kpeval %(version)s")
@data_option
def main(data: Path | None) -> None:
    """Evaluates community-planning projects and renders their reports."""


@main.command()
@click.argument("name")
@data_option
def new(name: str, data: Path | None) -> None:
    """Make a folder for the project NAME: project.toml and the empty tables, headings ready."""
    from kpeval.project import data_folder
    from kpeval.scaffold import new_project

    with wrong_usage():
        folder = new_project(name, data_folder(data))
    click.echo(f"{folder} is there. Next: fill in project.toml and funding.csv, then `kpeval check {name}`.")


@main.command()
@names_argument
@day_option
@click.option("--lang", default="en", metavar="LANG", show_default=True, help="Language of the findings.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@data_option
def check(names: tuple[str, ...], as_of: str | None, lang: str, as_json: bool, data: Path | None) -> None:
    """List what does not add up, worst first; exit code 1 if a figure cannot be right."""
    from kpeval.present.language import languages
    from kpeval.project import data_folder, project_names
    from kpeval.reporting.asked import refuse_unknown

    with wrong_usage():
        folder = data_folder(data)
        projects = names or project_names(folder)
        refuse_unknown({"project": (projects, project_names(folder)), "language": ([lang], languages())})
    day = as_of or _today()
    found = [finding for name in projects for finding in _findings(name, folder, day, lang)]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for name in projects:
            _list(name, day, [finding for finding in found if finding["project_id"] == name])
    raise SystemExit(1 if any(finding["severity"] == "error" for finding in found) else 0)


@main.command()
@names_argument
@day_option
@click.option("--lang", type=Names(), default="cs,en", metavar="LANG,…", show_default=True, help="Languages.")
@click.option("--notebook", type=Names(), default="evaluation", metavar="NAME,…", show_default=True, help="Notebooks.")
@out_option
@data_option
def report(
    names: tuple[str, ...], as_of: str | None, lang: list[str], notebook: list[str], out: Path, data: Path | None
) -> None:
    """Render reports about the projects NAME (all, if none is given) as of a day."""
    from kpeval.project import project_names
    from kpeval.reporting.asked import grid

    with wrong_usage():
        projects = names or project_names(data)
    _render(grid(projects, [as_of or _today()], notebook, lang), data, out)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default=WANTED)
@out_option
@data_option
def run(file: Path, out: Path, data: Path | None) -> None:
    """Render the reports that FILE (reports/reports.toml) asks for."""
    from kpeval.reporting.wanted import wanted

    with wrong_usage():
        reports = wanted(file)
    _render(reports, data, out)


@main.command()
@click.option("--projects", type=click.IntRange(1), default=1, metavar="N", show_default=True, help="How many.")
@click.option("--seed", type=int, default=1, metavar="S", show_default=True, help="The same seed, the same projects.")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="A new folder.")
def demo(projects: int, seed: int, out: Path) -> None:
    """Write invented projects, DIR/<project_id>/, for tests and trying things out."""
    from kpeval.demo import write_demo

    with wrong_usage():
        written = write_demo(out, projects, seed)
    click.echo(f"{len(written)} invented projects in {out}; try `kpeval --data {out} check {written[0].name}`")


@main.command()
@data_option
def lab(data: Path | None) -> None:
    """Open JupyterLab on notebooks/explore.ipynb."""
    from importlib.util import find_spec

    from kpeval.project import data_folder
    from kpeval.reporting.asked import notebook_files

    if find_spec("jupyterlab") is None:
        raise click.UsageError("JupyterLab is not installed: pip install 'kpeval[lab]', or make lab in a checkout")
    with wrong_usage():
        os.environ["KPEVAL_DATA"] = str(data_folder(data))
    notebooks = notebook_files()
    opened = notebooks.get("explore") or next((path.parent for path in notebooks.values()), Path.cwd())
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", str(opened)])  # noqa: S606  no shell is wanted
