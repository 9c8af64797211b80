"""What can be done with reports in a shell: render those asked for, or those that reports.toml asks for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpeval.cli.asking import Names, data_option, day_option, names_argument, out_option, today, wrong_usage

if TYPE_CHECKING:
    from kpeval.reporting.asked import Report

WANTED = "reports/reports.toml"


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


@click.command()
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
    _render(grid(projects, [as_of or today()], notebook, lang), data, out)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default=WANTED)
@out_option
@data_option
def run(file: Path, out: Path, data: Path | None) -> None:
    """Render the reports that FILE (reports/reports.toml) asks for."""
    from kpeval.reporting.wanted import wanted

    with wrong_usage():
        reports = wanted(file)
    _render(reports, data, out)
