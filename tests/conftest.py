"""What tests share: tables drawn in text, golden tables, real samples, how chance is drawn; reports, a mail server."""

import email.policy
import hashlib
import json
import multiprocessing.process
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hypothesis
import pandas as pd
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from filelock import FileLock

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden"

# Derandomised: the same examples every time, so that a red test is red again. No deadline: a machine may be busy.
# No shrinking: where an example is a whole set of tables, it takes minutes and finds no smaller one.
hypothesis.settings.register_profile(
    "kpeval",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=40,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
hypothesis.settings.load_profile("kpeval")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew instead of comparing")


def drawn(text: str, project_id: str | None = "p") -> pd.DataFrame:
    """The table that `text` draws: cells parted by |, the first line is the heading, a blank cell is missing.

    Every cell stays text, as in a CSV file. A column project_id is added, unless it is drawn or `project_id` is None.
    """
    lines = [line.strip() for line in text.strip().splitlines()]
    if lines[0].startswith("|"):  # a table drawn with a frame
        lines = [line.removeprefix("|").removesuffix("|") for line in lines]
    heading, *rows = [[cell.strip() for cell in line.split("|")] for line in lines if set(line) - set("-+| ")]
    unequal = [row for row in rows if len(row) != len(heading)]
    assert not unequal, f"not {len(heading)} cells: {unequal}"
    frame = pd.DataFrame(rows, columns=heading, dtype="str").replace("", None)
    if project_id is not None and "project_id" not in frame:
        frame.insert(0, "project_id", pd.Series(project_id, index=frame.index, dtype="str"))
    return frame


def public_results(project: Any, as_of: str) -> dict[str, pd.DataFrame]:
    """What the measures of outputs by activity, documents, steps, comments and reach make of a project."""
    import kpeval as kp

    values = (project.outputs, project.indicators, project.reported)
    return {
        "delivered_outputs": kp.delivered_outputs(project.outputs, project.activities, as_of=as_of),
        "documents_counted": kp.documents_counted(*values, as_of=as_of),
        "plan_steps": kp.plan_steps(project.plans, project.comment_procedures, as_of=as_of),
        "comment_settlement": kp.comment_settlement(project.comment_procedures, project.comments, as_of=as_of),
        "reach_change": kp.reach_change(project, as_of=as_of),
    }


@pytest.fixture(scope="session")
def table() -> Callable[..., pd.DataFrame]:
    """`table("…")`: a frame drawn in text, see `drawn`."""
    return drawn


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real data (`KPEVAL_SAMPLES`); tests that need it are skipped, visibly, where it is not."""
    given = os.environ.get("KPEVAL_SAMPLES")
    if not given or not Path(given).is_dir():
        pytest.skip("no real samples here: set KPEVAL_SAMPLES to their folder")
    return Path(given)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, pd.DataFrame], None]:
    """`golden("name", frame)` holds the frame against tests/golden/name.csv, or writes it with --update-golden."""

    def compare(name: str, frame: pd.DataFrame) -> None:
        path = GOLDEN / f"{name}.csv"
        text = frame.to_csv(index=False, lineterminator="\n", float_format="%.12g")
        if request.config.getoption("--update-golden"):
            path.write_bytes(text.encode())
        assert path.exists(), f"{path.name} is not there: pytest --update-golden writes it, then review it"
        kept = path.read_bytes().decode()
        assert text.splitlines() == kept.splitlines(), f"{path.name} differs: if meant, --update-golden and review"

    return compare


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Any]) -> tuple[Path, Any]:
    """A folder and what `make(folder)` returns (JSON), made once for all the processes in which tests run."""
    base = factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / name
    told = folder.with_suffix(".json")
    with FileLock(folder.with_suffix(".lock")):
        if not told.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of an attempt that failed
            folder.mkdir()
            told.write_text(json.dumps(make(folder)), encoding="utf-8")
    return folder, json.loads(told.read_text(encoding="utf-8"))


def assert_same(left: pd.DataFrame, right: pd.DataFrame, **tolerance: float) -> None:
    """Equal frames: rows, order of rows and columns, types; numbers to the 12th digit unless told otherwise."""
    pd.testing.assert_frame_equal(
        left.reset_index(drop=True), right.reset_index(drop=True), **({"rtol": 1e-12, "atol": 1e-12} | tolerance)
    )


def copies(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {name: frame.copy(deep=True) for name, frame in tables.items()}


# --- reports: a small project, a small notebook about it, and what makes reports of the two ---

DAY = "2023-12-31"
TITLE = 'Síť služeb & <script>alert("péče")</script>'
PARAMETERS = 'project: str = "demo"  # which\nas_of: str = "2020-01-01"  # when\nlang: str = "en"  # how'
COMPUTE = """import kpeval as kp
from kpeval.present.display import Omitted, bundle

facts = kp.load(project)
period = kp.project_period(facts.projects, as_of=as_of)
shares = kp.budget_shares(facts.funding, facts.projects)
reconciliation = kp.reconciliation(facts.funding, facts.projects)"""
PROJECT = f"""project_id = "pilot"
title = '{TITLE}'
start = "2021-01-01"
end = "2023-12-31"
currency = "CZK"
total_cost = 1000.00
language = "cs"
synthetic = true

[report]
state = "draft"
"""
FUNDING = "source,kind,declared_amount\nEvropský <b>fond</b>,eu,800.00\nměsto,municipality,200.00\n"
NOW = "2026-01-05T06:00:00+00:00"


def code(cell: str, source: str, *tags: str) -> dict[str, Any]:
    told = {"id": cell, "metadata": {"tags": list(tags)} if tags else {}, "source": source}
    return {"cell_type": "code", "execution_count": None, "outputs": [], **told}


def markdown(cell: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": cell, "metadata": {}, "source": source}


def _prose() -> list[str]:
    """The Markdown of two notebooks: the catalogue has all of it."""
    texts = ((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8") for name in ("evaluation", "budget"))
    cells = [cell for text in texts for cell in json.loads(text)["cells"]]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


HEADING, *PROSE = _prose()
SECTION, OTHER_SECTION, *_ = [source for source in PROSE if source.startswith("## ")]
QUESTION, VAIN, *_ = [source for source in PROSE if source.startswith("### ")]
CELLS = [
    markdown("title", HEADING),
    code("parameters", PARAMETERS, "parameters"),
    code("compute", COMPUTE),
    code("cover", "kp.cover(facts, period, as_of=as_of, lang=lang)"),
    markdown("ask-money", SECTION),
    code("money", "kp.sentences.reconciliation(reconciliation, lang=lang)"),
    markdown("ask-chart", QUESTION),
    code("chart", "kp.charts.budget_shares(shares, reconciliation, lang=lang)"),
    code("table", "kp.tables.budget_shares(shares, lang=lang)"),
    markdown("ask-nothing", VAIN),
    code("nothing", 'Omitted("nothing to see")'),
    code("stray", 'print("stray words")\nshares'),
    code("provenance", "kp.provenance(facts, as_of=as_of, lang=lang)"),
]


def write_notebook(path: Path, *cells: dict[str, Any], **replaced: str) -> Path:
    """The small notebook, or `cells`, with the source of some replaced by id."""
    told = [{**cell, "source": replaced.get(cell["id"].replace("-", "_"), cell["source"])} for cell in cells or CELLS]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": told, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    return path


def furnish(folder: Path) -> None:
    """A project `pilot` under data/ and the notebook `small` under notebooks/."""
    (folder / "data" / "pilot").mkdir(parents=True)
    (folder / "data" / "pilot" / "project.toml").write_text(PROJECT, encoding="utf-8")
    (folder / "data" / "pilot" / "funding.csv").write_text(FUNDING, encoding="utf-8")
    (folder / "notebooks").mkdir()
    write_notebook(folder / "notebooks" / "small.ipynb")


def in_this_process(jobs: list[Any]) -> Iterator[Any]:
    """An executor that makes reports here, each in a kernel of its own."""
    from kpeval.reporting.make import make

    yield from (make(job) for job in jobs)


def on_paper(jobs: list[Any], failing: Mapping[str, tuple[str, str]] | None = None) -> Iterator[Any]:
    """An executor that runs nothing: a page quotes the data; projects in `failing` fail with that cause and kind."""
    from kpeval.reporting.job import Made

    for job in jobs:
        cause = (failing or {}).get(job.report.project)
        if cause:
            yield Made(job.report, {}, 0.1, *cause)
            continue
        report, out = job.report, Path(job.out)
        said = {"project": report.project, "as-of": report.as_of, "kind": report.notebook, "title": report.project}
        metas = "".join(f'<meta name="kpeval:{name}" content="{text}">' for name, text in said.items())
        data = "".join(path.read_text(encoding="utf-8") for path in sorted((Path(job.data) / report.project).iterdir()))
        page = f'<html lang="{report.lang}"><head>{metas}</head><body>{escape(data)} {job.sisters}</body></html>'
        texts = {report.page(out).with_suffix(f".{one}"): one for one in job.making}
        texts |= {report.kept(out, ".ipynb"): "{}", report.page(out): page}
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        written = {path.relative_to(out).as_posix(): _sha256(text) for path, text in texts.items()}
        yield Made(report, dict(job.standing) | written, 0.1)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def brought_up_to_date(
    reports: Iterable[Any],
    folder: Path,
    executor: Any = in_this_process,
    wishes: Mapping[Any, Any] = {},
    **how: Any,
) -> list[Any]:
    """What became of `reports` about folder/data in folder/reports, wished for as `wishes` say."""
    from kpeval.reporting.batch import Batch
    from kpeval.reporting.held import at_work

    batch = Batch(reports, data=folder / "data", out=folder / "reports", wishes=wishes)
    with at_work(batch.out, wait=False, told=print) as free:
        assert free
        return list(batch.render(executor, **{"now": NOW, **how}))


def hrefs(html: str) -> list[str]:
    return re.findall(r'href="([^"]*)"', html)


def strays(out: Path) -> list[Path]:
    """Files that are neither page nor beside one nor catalogue nor kept privately."""
    files = [path for path in out.rglob("*") if path.is_file() and ".kpeval" not in path.parts]
    return [path for path in files if path.suffix not in (".html", ".pdf", ".xlsx")] + list(out.rglob("*.part"))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a project `pilot` and the notebook `small`; the working directory is in it."""
    furnish(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Both languages of the small report, rendered once; to be left as it is."""
    from kpeval.reporting.asked import grid

    folder = tmp_path_factory.mktemp("made")
    furnish(folder)
    reports = grid(["pilot"], [DAY], ["small"], ["cs", "en"])
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        outcomes = brought_up_to_date(reports, folder)
    assert [(outcome.state, outcome.cause) for outcome in outcomes] == [("rendered", "")] * 2
    pages = {outcome.report.lang: outcome.page.read_text(encoding="utf-8") for outcome in outcomes}
    kept = {report.lang: report.kept(folder / "reports", ".ipynb") for report in reports}
    return SimpleNamespace(folder=folder, out=folder / "reports", reports=reports, pages=pages, kept=kept)


OTHERS = ["report", "demo", "--notebook", "budget,indicators,timeline", "--as-of", "2022-12-31"]


def _every_report(folder: Path) -> list[str]:
    """The reports of reports.toml and those of the other notebooks about the demo, as `kpeval run` makes them."""
    shutil.copytree(ROOT / "data", folder / "data")
    (folder / "notebooks").symlink_to(ROOT / "notebooks")
    (folder / "reports").mkdir()
    wanted = (ROOT / "reports" / "reports.toml").read_text(encoding="utf-8")
    # a PDF takes longer than all the rest, and test_pdf.py looks at PDFs
    (folder / "reports" / "reports.toml").write_text(wanted.replace('"pdf", ', ""), encoding="utf-8")
    for command in (OTHERS, ["run"]):
        asked = [sys.executable, "-m", "kpeval", *command]
        told = subprocess.run(asked, cwd=folder, check=False, capture_output=True, text=True)
        assert told.returncode == 0, told.stderr
    return sorted(path.relative_to(folder).as_posix() for path in folder.glob("reports/**/*.html"))


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every page that reports.toml asks for, the other notebooks' and the catalogue, by name; to be left as they are.

    reports/demo/2022-12-31/budget.cs.html is demo-2022-12-31-budget.cs.
    """
    folder, paths = made_once(tmp_path_factory, "pages", _every_report)
    return {path.removeprefix("reports/").removesuffix(".html").replace("/", "-"): folder / path for path in paths}


@pytest.fixture
def rendered(made: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as `place` is, with both languages of the report rendered; the working directory is in it."""
    shutil.copytree(made.folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """No kernel can start, nor be had from a process that runs already: starting any is a failure of the test."""
    from kpeval.reporting import kernels

    def started(*args: object, **kwargs: object) -> None:
        raise AssertionError(f"a process was started: {args[1:]}")

    monkeypatch.setattr(kernels.Current, "own", None)
    monkeypatch.setattr(subprocess.Popen, "__init__", started)
    monkeypatch.setattr(multiprocessing.process.BaseProcess, "start", started)
    monkeypatch.setattr(os, "fork", started)


@pytest.fixture(autouse=True)
def nobody_else_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal to process or group 1, or less, is one to every process that may be had: no test may send it."""
    for name in ("kill", "killpg"):
        send = getattr(os, name)

        def guarded(number: int, signum: int, send: Callable[[int, int], None] = send, name: str = name) -> None:
            assert number > 1, f"os.{name}({number}, {signum}) would have ended every process of this user"
            send(number, signum)

        monkeypatch.setattr(os, name, guarded)


# --- mail ---

SECRET = "kočičí zlato".encode().hex()


class Postbox:
    """What a server takes in; it refuses people who are gone."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], EmailMessage]] = []
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  the library's name
        if address.startswith("gone"):
            return "550 5.1.1 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.letters.append((list(envelope.rcpt_tos), letter))
        return "250 OK"

    def login(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == SECRET.encode(), handled=False)


class Anywhere(Controller):
    """A server on whichever port is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def serving(box: Postbox, **options: object) -> Iterator[int]:
    """A real SMTP server on this machine; its port."""
    controller = Anywhere(box, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`environment(host=…, …)` sets what is told of the mail server, and nothing else is."""
    from kpeval.reporting import mail

    for name in ("HOST", "PORT", "USER", "PASSWORD", "SECURITY"):
        monkeypatch.delenv(f"KPEVAL_SMTP_{name}", raising=False)
    monkeypatch.setenv("KPEVAL_MAIL_FROM", "kpeval@example.org")
    monkeypatch.setattr(mail, "PATIENCE", 5.0)

    def told(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"KPEVAL_SMTP_{name.upper()}", str(value))

    return told


@pytest.fixture
def box(environment: Callable[..., None]) -> Iterator[Postbox]:
    """What a plain server on this machine takes in."""
    box = Postbox()
    with serving(box) as port:
        environment(host="127.0.0.1", port=port)
        yield box
