"""What can be done with a project in a shell: make its folder, check it, invent one, explore it."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from kpeval.cli.asking import data_option, day_option, names_argument, today, wrong_usage
from kpeval.faults import row_word

FINDING = ("project_id", "severity", "rule", "table", "row", "column", "message", "remedy")


@click.command()
@click.argument("name")
@data_option
def new(name: str, data: Path | None) -> None:
    """Make a folder for the project NAME: project.toml and the tables, each with headings and an example row."""
    from kpeval.folders import data_folder
    from kpeval.scaffold import new_project

    with wrong_usage():
        folder = new_project(name, data_folder(data))
    click.echo(f"{folder} is there. Next: fill in project.toml and funding.csv, then `kpeval check {name}`.")


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
        place = [
            finding["table"],
            f"{row_word(finding['table'])} {finding['row']}" if finding["row"] else "",
            finding["column"],
        ]
        click.echo(f"  {finding['severity']:8} {', '.join(filter(None, place))}: {finding['message']}")
        if finding["remedy"]:
            click.echo(f"           {finding['remedy']}")


@click.command()
@names_argument
@day_option
@click.option("--lang", default="en", metavar="LANG", show_default=True, help="Language of the findings.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@data_option
def check(names: tuple[str, ...], as_of: str | None, lang: str, as_json: bool, data: Path | None) -> None:
    """List what does not add up, worst first; exit code 1 if a figure cannot be right."""
    from kpeval.folders import data_folder, project_names
    from kpeval.present.language import languages
    from kpeval.reporting.asked import refuse_unknown

    with wrong_usage():
        folder = data_folder(data)
        projects = names or project_names(folder)
        refuse_unknown({"project": (projects, project_names(folder)), "language": ([lang], languages())})
    day = as_of or today()
    found = [finding for name in projects for finding in _findings(name, folder, day, lang)]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for name in projects:
            _list(name, day, [finding for finding in found if finding["project_id"] == name])
    raise SystemExit(1 if any(finding["severity"] == "error" for finding in found) else 0)


@click.command()
@click.option("--projects", type=click.IntRange(1), default=1, metavar="N", show_default=True, help="How many.")
@click.option("--seed", type=int, default=1, metavar="S", show_default=True, help="The same seed, the same projects.")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="A new folder.")
def demo(projects: int, seed: int, out: Path) -> None:
    """Write invented projects, DIR/<project_id>/, for tests and trying things out."""
    from kpeval.demo import write_demo

    with wrong_usage():
        written = write_demo(out, projects, seed)
    click.echo(f"{len(written)} invented projects in {out}; try `kpeval --data {out} check {written[0].name}`")


@click.command()
@data_option
def lab(data: Path | None) -> None:
    """Open JupyterLab on notebooks/explore.ipynb."""
    from importlib.util import find_spec

    from kpeval.folders import data_folder
    from kpeval.reporting.asked import notebook_files

    if find_spec("jupyterlab") is None:
        raise click.UsageError("JupyterLab is not installed: pip install 'kpeval[lab]', or make lab in a checkout")
    with wrong_usage():
        os.environ["KPEVAL_DATA"] = str(data_folder(data))
    notebooks = notebook_files()
    opened = notebooks.get("explore") or next((path.parent for path in notebooks.values()), Path.cwd())
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", str(opened)])  # noqa: S606  no shell is wanted
