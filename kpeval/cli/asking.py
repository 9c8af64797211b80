"""How is what somebody types read: names, days, folders? And how is wrong usage told?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
REPORTS = "reports"
TAKE_ADDRESSES = ("report", "run", "history")  # commands whose data and reports may lie at s3://bucket/…


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
        from kpeval.czech import day

        try:
            return day(value).isoformat()
        except ValueError as error:
            self.fail(f"{error}: write it like 2019-10-31", param, ctx)


class Place(click.Path):
    """A folder, or an address such as s3://bucket/data, which answers."""

    name = "place"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str) or "://" not in value:
            return super().convert(value, param, ctx)
        from kpeval.faults import DataError
        from kpeval.reporting.places import reached

        try:
            return reached(value, needed=self.exists)
        except DataError as error:
            self.fail(str(error), param, ctx)


def data_option(command: Command) -> Command:
    """`--data DIR`, before or after the command's name."""

    def remember(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
        given: Path | None = value or (ctx.parent.params.get("data") if ctx.parent else None)
        if ctx.parent and not isinstance(given, Path | None) and ctx.command.name not in TAKE_ADDRESSES:
            raise click.BadParameter(f"{ctx.command.name} needs a folder, not an address", ctx, param)
        return given

    kind = Place(exists=True, file_okay=False, path_type=Path)
    said = "Folder of the projects (else KPEVAL_DATA, else the nearest data/)."
    return click.option("--data", type=kind, metavar="DIR", callback=remember, help=said)(command)


names_argument = click.argument("names", nargs=-1, metavar="[NAME]...")
day_option = click.option("--as-of", type=Day(), metavar="DAY", help="Last day that counts; today if not given.")
place_option = click.option(
    "--out",
    type=Place(file_okay=False, path_type=Path),
    default=REPORTS,
    metavar="DIR",
    show_default=True,
    help="Where the reports go.",
)


def place_of_projects(data: Path | None) -> Path:
    """The folder of the projects, or the address."""
    from kpeval.folders import data_folder
    from kpeval.reporting.files import is_far

    return data if data is not None and is_far(data) else data_folder(data)


@contextmanager
def wrong_usage() -> Iterator[None]:
    """A fault of what was asked for is told without a traceback, and ends with exit code 2."""
    from kpeval.faults import DataError

    try:
        yield
    except DataError as error:
        click.echo(error, err=True)
        raise SystemExit(2) from None


@contextmanager
def disk_faults() -> Iterator[None]:
    """A file that cannot be read, written or removed is told without a traceback, and ends with exit code 1."""
    try:
        yield
    except OSError as error:
        click.echo(f"{error.filename or 'the reports'}: {error.strerror or error}", err=True)
        raise SystemExit(1) from None


def printable(text: str) -> str:
    """One line that cannot steer a terminal: it may quote what somebody wrote."""
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in " ".join(text.split()))


def today() -> str:
    """The clock's day, said aloud: a report is of this day, and another one tomorrow."""
    day = f"{datetime.now().astimezone():%Y-%m-%d}"
    click.echo(f"as of {day} (today; another day: --as-of)", err=True)
    return day
