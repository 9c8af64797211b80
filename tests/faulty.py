"""Projects of which some misbehave while they are rendered, and programs that are watched, disturbed and killed."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

EVALUATION = Path(__file__).parents[1] / "notebooks" / "evaluation.ipynb"

DAY = "2023-12-31"
MARK, PLACE = "KPEVAL_TEST_MARK", "KPEVAL_TEST_PLACE"  # in the environment of every process of a place
PROJECTS = ("alpha", "beta", "gamma")
GONE = 3.0  # seconds in which processes must be gone once they are to end
PATIENCE = 90.0  # seconds after which something that is waited for is taken for never coming: machines may be busy
HOOK = f"""import os
import signal
import time
from pathlib import Path

place = Path(os.environ["{PLACE}"])
with (place / f"{{project}}.tried").open("a") as tries:
    tries.write("x")
fault = place / f"{{project}}.fault"
if fault.exists():
    exec(fault.read_text())"""
LATER = 'if (place / f"{project}.later").exists():\n    exec((place / f"{project}.later").read_text())'
WAITS = 'while not (place / "go").exists():\n    time.sleep(0.01)'  # so that a test can act in the midst of a cell
CODE = {
    "parameters": 'project: str = "demo"  # which\nas_of: str = "2020-01-01"  # when\nlang: str = "en"  # how',
    "hook": HOOK,
    "compute": """import kpeval as kp

facts = kp.load(project)
period = kp.project_period(facts.projects, as_of=as_of)
shares = kp.budget_shares(facts.funding, facts.projects)""",
    "later": LATER,
    "cover": "kp.cover(facts, period, as_of=as_of, lang=lang)",
    "table": "kp.tables.budget_shares(shares, lang=lang)",
    "provenance": "kp.provenance(facts, as_of=as_of, lang=lang)",
}
PROJECT = """project_id = "{project}"
title = "Síť služeb"
start = "2021-01-01"
end = "2023-12-31"
currency = "CZK"
total_cost = 1000.00
language = "cs"
synthetic = true

[report]
state = "draft"
"""
FUNDING = "source,kind,declared_amount\nEvropský fond,eu,800.00\nměsto,municipality,{amount}\n"
WANTED = '[[report]]\nproject = {projects}\nas_of = "{day}"\nnotebook = "small"\nlanguages = {languages}\n'
KILLS_ITS_WORKER = """written = str(Path.cwd().parent / "written")  # the worker holds it open, and so does this kernel
for process in Path("/proc").glob("[0-9]*"):
    try:
        held = [os.readlink(link) for link in (process / "fd").iterdir()]
    except OSError:
        continue
    if written in held and int(process.name) != os.getpid():
        os.kill(int(process.name), signal.SIGKILL)
time.sleep(60)"""


def small():
    """A notebook with little in it, and two cells in which a project may misbehave: before its data are read, after."""
    title = next(cell.source for cell in nbformat.read(EVALUATION, as_version=4).cells if cell.cell_type == "markdown")
    cells = [new_code_cell(source, id=name) for name, source in CODE.items()]
    cells[0].metadata["tags"] = ["parameters"]
    kernel = {"name": "python3", "display_name": "Python 3"}
    return new_notebook(cells=[new_markdown_cell(title, id="title"), *cells], metadata={"kernelspec": kernel})


def only_once(fault):
    """The fault, the first time only."""
    indented = "\n".join(f"    {line}" for line in fault.splitlines())
    return f'done = place / f"{{project}}.done"\nif not done.exists():\n    done.touch()\n{indented}'


class Process(NamedTuple):
    pid: int
    parent: int
    command: str


class Place:
    """A folder with projects, a notebook in which any of them may misbehave, and a temporary folder of its own."""

    def __init__(self, folder, projects=PROJECTS, languages=("cs", "en"), out=None):
        self.folder, self.projects, self.out = folder, projects, out or folder / "reports"
        self.temp = Path(tempfile.mkdtemp(prefix="kpf-"))  # not in `folder`: sockets lie in it, whose paths are short
        self.mark = token_hex(16)
        for project in projects:
            (folder / "data" / project).mkdir(parents=True)
            described = PROJECT.format(project=project)
            (folder / "data" / project / "project.toml").write_text(described, encoding="utf-8")
        self.tell_data()
        (folder / "notebooks").mkdir()
        nbformat.write(small(), folder / "notebooks" / "small.ipynb")
        self.ask(languages)

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        self.end_all()
        subprocess.run(["rm", "-rf", str(self.temp)], check=True)

    # --- what is rendered, and how it misbehaves ---

    def ask(self, languages, **more):
        """What wanted.toml asks for."""
        text = WANTED.format(projects=json.dumps(self.projects), day=DAY, languages=json.dumps(languages))
        text += "".join(f"{key} = {json.dumps(value)}\n" for key, value in more.items())
        (self.folder / "wanted.toml").write_text(text, encoding="utf-8")

    def tell_data(self, amount="200.00", projects=None):
        """The data of the projects, with the town's amount."""
        for project in projects or self.projects:
            path = self.folder / "data" / project / "funding.csv"
            path.write_text(FUNDING.format(amount=amount), encoding="utf-8")

    def plant(self, project, fault):
        (self.folder / f"{project}.fault").write_text(fault, encoding="utf-8")

    def heal(self):
        for path in [*self.folder.glob("*.fault"), *self.folder.glob("*.later"), *self.folder.glob("*.tried")]:
            path.unlink()

    def tries(self, project):
        """How many times the notebook was begun for a project."""
        path = self.folder / f"{project}.tried"
        return len(path.read_text()) if path.exists() else 0

    # --- programs ---

    @property
    def surroundings(self):
        return os.environ | {MARK: self.mark, PLACE: str(self.folder), "TMPDIR": str(self.temp)}

    def start(self, *arguments, program=("-m", "kpeval"), name="program", limit=None):
        """A program in a process group of its own, that of a shell's job; what it says goes into two files."""
        said = [(self.folder / f"{name}.{stream}").open("wb") for stream in ("out", "err")]
        command = [sys.executable, *program, *map(str, arguments)]
        try:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                env=self.surroundings,
                stdin=subprocess.DEVNULL,
                stdout=said[0],
                stderr=said[1],
                start_new_session=True,
                preexec_fn=limit,
            )
        finally:
            for file in said:
                file.close()

    def done(self, process, name="program"):
        """What a program said until it ended."""
        process.wait(PATIENCE * 2)
        out, err = (self.said(stream, name) for stream in ("out", "err"))
        records = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
        became = {(record["project"], record["lang"]): record for record in records if "project" in record}
        return Said(process.returncode, out, err, became)

    def said(self, stream="err", name="program"):
        return (self.folder / f"{name}.{stream}").read_text(encoding="utf-8")

    def call(self, *arguments, **how):
        """A program from its start to its end; without arguments: what wanted.toml asks for."""
        return self.done(self.start(*(arguments or self.run), **how))

    @property
    def run(self):
        return ("run", "wanted.toml", "--out", self.out, "--jobs", "2")

    # --- processes ---

    def processes(self):
        """All living processes that were started, directly or not, by a program of this place."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, IndexError):  # it has ended a moment ago
                if f"{MARK}={self.mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                    parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                    command = (folder / "cmdline").read_text().replace("\0", " ")
                    found.append(Process(int(folder.name), parent, command))
        return found

    def those(self, kind):
        """The processes of a kind: warm, kernel, server (of workers), worker."""
        found = self.processes()
        commands = {process.pid: process.command for process in found}
        word = "reporting.warm" if kind in ("warm", "kernel") else "multiprocessing.forkserver"
        forked = kind in ("kernel", "worker")
        return [one for one in found if word in one.command and (word in commands.get(one.parent, "")) == forked]

    def kill_all(self):
        """All at once, as far as there is such a thing: a process that is just starting is caught the next time."""
        deadline = time.monotonic() + PATIENCE
        while found := self.processes():
            for process in found:
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
            assert time.monotonic() < deadline, found

    end_all = kill_all

    # --- what is there ---

    def files(self):
        """The bytes of all files under the folder of reports, but of the ledger, the lock, the logs and a mark."""
        left_out = ("ledger.sqlite", "lock", "unlisted")
        paths = [path for path in self.out.rglob("*") if path.is_file() and path.name not in left_out]
        return {path.relative_to(self.out).as_posix(): path.read_bytes() for path in paths if path.suffix != ".log"}

    def page(self, project, lang="en"):
        return self.out / project / DAY / f"small.{lang}.html"

    def log(self, project, lang="en"):
        return self.out / ".kpeval" / project / DAY / f"small.{lang}.log"

    def catalogue(self):
        return "".join(path.read_text(encoding="utf-8") for path in sorted(self.out.glob("index*.html")))

    def temporary(self):
        return sorted(path.name for path in self.temp.iterdir())


class Said(NamedTuple):
    """How a program ended, what it said, and what became of each report by project and language."""

    code: int
    out: str
    err: str
    became: dict

    def states(self, lang="en"):
        return {project: record["state"] for (project, of), record in self.became.items() if of == lang}


def until(condition, seconds=PATIENCE, process=None):
    """Waits for what `condition` returns to be true, and returns it; `process` must not end meanwhile."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {seconds} seconds in vain"
        assert process is None or process.poll() is None, "the program ended before"
        time.sleep(0.01)
    return found


def torn(files):
    """The files that are not whole, of those that readers see and of those that are kept; and what is no report."""
    return [name for name, content in files.items() if not _whole(name, content)]


def _whole(name, content):
    if name.endswith(".html"):
        return content.startswith(b"<!") and content.endswith(b"</html>\n")
    if name.endswith((".json", ".ipynb")):
        try:
            return bool(json.loads(content))
        except ValueError:
            return False
    return False
