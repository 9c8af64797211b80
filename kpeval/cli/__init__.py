"""What can be done from a shell? Each command reads its arguments, calls one function and tells what came of it.

Exit code 0: fine; 1: the data or a report failed; 2: wrong usage, nothing was done. The clock is asked here only.
What takes long to import is imported by the command that needs it.
"""

from __future__ import annotations

from pathlib import Path

import click

from kpeval.cli.asking import data_option
from kpeval.cli.checked import verify
from kpeval.cli.past import history, prune
from kpeval.cli.projects import check, demo, lab, new
from kpeval.cli.reports import report, run
from kpeval.cli.timer import schedule


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kpeval", message="kpeval %(version)s")
@data_option
def main(data: Path | None) -> None:
    """Evaluates community-planning projects and renders their reports."""


for command in (new, check, report, run, schedule, verify, history, prune, demo, lab):
    main.add_command(command)
