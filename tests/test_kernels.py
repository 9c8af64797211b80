"""A forked kernel is an ordinary kernel that starts at once: same bytes, nothing of the one before, no trace left."""

import asyncio
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from conftest import DAY, ROOT, brought_up_to_date, code, furnish, write_notebook

from kpeval.reporting import forked, kernels, provisioner, warm
from kpeval.reporting.asked import Report
from kpeval.reporting.job import KERNEL_ARGUMENTS, Job, Limits

linux = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")
pytestmark = [pytest.mark.slow, linux]
NOTEBOOKS = {  # and how many charts each shows of the demo on its last day
    "evaluation": 7,
    "budget": 3,
    "indicators": 2,
    "timeline": 1,
    "plan": 6,
    "participation": 2,
    "explore": 0,
}
DEMO = ROOT / "data"


@contextmanager
def no_fork():
    """Kernels are ordinary ones, as on a system without fork."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "FORKS", False)
        yield


@pytest.fixture(scope="module")
def spec():
    """The kernelspec `kpeval` as Jupyter finds it."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        return KernelSpecManager().get_kernel_spec("kpeval")
    except NoSuchKernel:
        pytest.skip("the kernelspec is not installed: `make` installs kpeval, and the kernelspec with it")


def shown(client, source):
    """What a cell with `source` prints, or the name of its error."""
    said = []

    def take(message):
        content = message["content"]
        said.append(content.get("text") or content.get("ename") or "")

    client.execute_interactive(source, output_hook=take, timeout=60)
    return "".join(said)


@contextmanager
def kernel(spec=None, **options):
    """A kernel of the kernelspec `kpeval`, started by unmodified jupyter_client: its manager and a client."""
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="kpeval")
    manager.start_kernel(**options)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def gone(pid, seconds=3.0):
    """Whether a process is no more, or only waits to be taken note of, within `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


# --- the same bytes ---


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """By notebook what a forked and an ordinary kernel made of it: the executed notebook, the page or its fault."""
    from nbformat import writes

    from kpeval.reporting.failure import Failed
    from kpeval.reporting.page import page
    from kpeval.reporting.run import run

    def texts(name, number):
        private = tmp_path_factory.mktemp(f"r{number}")
        report = Report("demo", DAY, name, "cs" if name == "budget" else "en")
        executed = run(report, ROOT / "notebooks" / f"{name}.ipynb", data=DEMO, private=private, limits=Limits())
        try:
            return SimpleNamespace(executed=writes(executed), page=page(executed, report), cells=executed.cells)
        except Failed as failed:
            return SimpleNamespace(executed=writes(executed), page=str(failed), cells=executed.cells)

    made = {}

    def both(name):
        if name not in made:
            forked = texts(name, "f")
            with no_fork():
                made[name] = forked, texts(name, "o")
        return made[name]

    return both


def test_every_notebook_is_compared():
    assert {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")} == set(NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
class TestEveryNotebook:
    def test_the_executed_notebook_is_the_same_from_a_forked_and_an_ordinary_kernel(self, both, name):
        forked, ordinary = both(name)

        assert forked.executed == ordinary.executed

    def test_the_page_is_the_same_from_a_forked_and_an_ordinary_kernel(self, both, name):
        forked, ordinary = both(name)

        assert forked.page == ordinary.page
        assert forked.page.startswith("<!DOCTYPE html>") or name == "explore"

    def test_all_its_figures_are_there(self, both, name):
        for made in both(name):
            outputs = [output for cell in made.cells for output in cell.get("outputs", [])]
            about = [output.get("metadata", {}).get("text/html", {}).get("kpeval", {}) for output in outputs]
            pictures = [output.data.get("text/html", "").count("<svg") for output in outputs if "data" in output]

            assert [one["kind"] for one in about if one].count("chart") == NOTEBOOKS[name]
            assert sum(pictures) == NOTEBOOKS[name]
            assert made.page.count("<figcaption") == NOTEBOOKS[name]


@pytest.fixture(scope="module")
def pyplot(tmp_path_factory):
    """A notebook that draws with pyplot and shows nothing explicitly, executed in a forked and an ordinary kernel."""
    from kpeval.reporting.run import run

    folder = tmp_path_factory.mktemp("p")
    furnish(folder)
    parameters = code("parameters", 'project: str = "x"\nas_of: str = "x"\nlang: str = "x"', "parameters")
    source = "import matplotlib.pyplot as plt\n\nplt.plot([1, 2])"
    notebook = write_notebook(folder / "notebooks" / "own.ipynb", parameters, code("draw", source))
    executed = []
    for number in range(2):
        (folder / f"r{number}").mkdir()
        how = {"data": folder / "data", "private": folder / f"r{number}", "limits": Limits()}
        with no_fork() if number else contextmanager(lambda: iter([None]))():
            executed.append(run(Report("pilot", DAY, "own", "en"), notebook, **how))
    return [next(cell for cell in one.cells if cell.id == "draw").outputs for one in executed]


def test_pyplot_figures_show_by_themselves_in_a_forked_kernel_as_in_an_ordinary_one(pyplot):
    pictures = [[output.data["image/png"] for output in outputs if "image/png" in output.data] for outputs in pyplot]

    assert len(pictures[0]) == 1
    assert pictures[0] == pictures[1]


# --- nothing of the one before ---

LOOK = """
import decimal, gc, json, locale, logging, os, signal, sys, threading, warnings
import builtins, kpeval, matplotlib, numpy, pandas, kpeval.measures.budget
import random
looked = {
    "global": "planted" in globals(),
    "builtin": hasattr(builtins, "planted"),
    "module state": hasattr(kpeval.measures.budget, "planted"),
    "monkeypatch": pandas.DataFrame.sum.__qualname__,
    "rcParams": {name: repr(matplotlib.rcParams[name]) for name in matplotlib.rcParams},
    "backend": matplotlib.get_backend(),
    "pandas options": [
        repr(pandas.get_option(f"display.{name}"))
        for name in ("max_rows", "min_rows", "max_columns", "max_colwidth", "width", "precision", "large_repr")
    ],
    "numpy options": repr(numpy.get_printoptions()),
    "environment": {name: value for name, value in os.environ.items() if not name.startswith(("JPY_", "PYDEVD_"))},
    "cwd": os.getcwd(),
    "path": sys.path,
    "decimal": repr(decimal.getcontext()),
    "modules": sorted({"matplotlib.pyplot", "matplotlib_inline.backend_inline", "planted"} & set(sys.modules)),
    "locale": locale.setlocale(locale.LC_ALL),
    "umask": (now := os.umask(0o22), os.umask(now))[0],
    "recursion": sys.getrecursionlimit(),
    "interrupt": str(signal.getsignal(signal.SIGINT)),
    "logging": [logging.root.level, logging.getLogger("planted").level],
    "collector": [gc.isenabled(), gc.get_threshold()],
    "group": os.getpgrp() == os.getpid(),
    "descriptors": [os.readlink("/proc/self/fd/0")],
    "flags": str(sys.flags),
    "warnings": sorted({str(one) for one in warnings.filters}),
    "builtins": sorted(set(dir(builtins)) - {"planted"}),
    "names": sorted(set(globals()) - {"planted"}),
    "shell": str(type(get_ipython())),
    "kernel": get_ipython().kernel.shell is get_ipython(),
    "configuration": ["IPKernelApp" in get_ipython().config, repr(get_ipython().config["HistoryManager"])],
    "profile": [get_ipython().profile_dir.location, get_ipython().ipython_dir],
    "places": [[str(place) for place in _dh], get_ipython().starting_dir],
    "history": get_ipython().history_manager.enabled,
    "main": sys.modules["__main__"] is get_ipython().user_module,
    "hook": repr(type(sys.displayhook)),
}
numbers = [random.random(), numpy.random.random()]
print(json.dumps([looked, numbers]))
"""
PLANT = """
import builtins, decimal, gc, locale, logging, os, random, sys, types
import kpeval.measures.budget, matplotlib, matplotlib.pyplot, numpy, pandas
planted = builtins.planted = kpeval.measures.budget.planted = 1
pandas.DataFrame.sum = lambda self: 42
matplotlib.rcParams["svg.hashsalt"] = "planted"
matplotlib.rcParams["figure.dpi"] = 11
pandas.set_option("display.max_rows", 3)
numpy.set_printoptions(precision=1)
os.environ["PLANTED"] = "1"
os.chdir("/")
os.umask(0)
sys.path.insert(0, "/planted")
sys.modules["planted"] = types.ModuleType("planted")
sys.setrecursionlimit(5000)
decimal.getcontext().prec = 3
logging.root.setLevel(1)
gc.disable()
random.seed(1)
numpy.random.seed(1)
"""


@pytest.fixture(scope="module", params=["anybody's", "a report's"])
def looks(spec, request, tmp_path_factory):
    """What kernels see around them: the first, one that planted things, the next one after it; an ordinary one."""
    settings = tmp_path_factory.mktemp("settings")
    options = {
        "anybody's": {},
        "a report's": {
            "extra_arguments": [*KERNEL_ARGUMENTS],
            "env": {**os.environ, "IPYTHONDIR": str(settings)},
        },
    }

    def look(*before):
        shutil.rmtree(settings / "profile_default", ignore_errors=True)
        with kernel(**options[request.param]) as (_, client):
            for source in before:
                assert shown(client, source) == ""
            return json.loads(shown(client, LOOK))

    first, planted, after = look(), look(PLANT), look()
    with no_fork():
        ordinary = look()
    return SimpleNamespace(first=first, planted=planted, after=after, ordinary=ordinary)


THINGS = (
    *("global", "builtin", "module state", "monkeypatch", "rcParams", "backend", "pandas options", "numpy options"),
    *("environment", "cwd", "path", "decimal", "modules", "locale", "umask", "recursion", "interrupt", "logging"),
    *("collector", "group", "descriptors", "flags", "warnings", "builtins", "names", "shell", "kernel"),
    *("configuration", "profile", "history", "main", "hook", "places"),
)
SEEN = {  # which the planting leaves as they are
    *("locale", "interrupt", "group", "descriptors", "flags", "backend", "warnings", "builtins", "names", "shell"),
    *("kernel", "configuration", "profile", "history", "main", "hook", "places"),
}


@pytest.mark.parametrize("thing", THINGS)
def test_a_forked_kernel_starts_with_nothing_of_the_one_before(looks, thing):
    assert looks.after[0][thing] == looks.first[0][thing]
    assert thing in SEEN or looks.planted[0][thing] != looks.first[0][thing], "the test plants nothing"


@pytest.mark.parametrize("thing", [thing for thing in THINGS if thing not in ("flags", "descriptors")])
def test_a_forked_kernel_starts_as_an_ordinary_one_does(looks, thing):
    """But for the flag -P of the process that it is forked from, and standard input, of which no kernel reads."""
    assert looks.after[0][thing] == looks.ordinary[0][thing]


def test_two_forked_kernels_draw_different_random_numbers(looks):
    assert all(one != other for one, other in zip(looks.first[1], looks.after[1], strict=True))


def test_a_kernel_lives_in_the_time_zone_that_it_is_given(spec):
    with kernel(env={**os.environ, "TZ": "Pacific/Auckland"}) as (_, client):
        said = shown(client, "import time; print(time.localtime(1700000000).tm_hour)")

    assert said == "11\n"


def test_a_kernel_gets_the_environment_that_it_is_given_and_no_other(spec):
    given = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {"OWN": "žluť"}
    with kernel(env=given) as (_, client):
        said = json.loads(shown(client, "import json, os; print(json.dumps(dict(os.environ)))"))

    assert said["OWN"] == "žluť"
    assert not any(name.startswith(("PYTEST", "KPEVAL", "OMP")) for name in said)


def test_a_kernel_works_in_the_folder_that_it_is_given(spec, tmp_path):
    folder = tmp_path / "složka s {závorkami}"
    folder.mkdir()
    with kernel(cwd=str(folder)) as (_, client):
        assert shown(client, "import os; print(os.getcwd())") == f"{folder}\n"


def test_a_kernel_of_somebody_with_a_profile_runs_its_startup_files(spec, tmp_path):
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-own.py").write_text("mine = 7", encoding="utf-8")
    options = {"extra_arguments": [*KERNEL_ARGUMENTS], "env": {**os.environ, "IPYTHONDIR": str(tmp_path)}}

    with kernel(**options) as (_, client):
        assert shown(client, "print(mine)") == "7\n"


def test_a_kernel_in_jupyterlab_has_subshells_as_an_ordinary_one_does(spec):
    def features():
        with kernel() as (_, client):
            return client.kernel_info(reply=True, timeout=60)["content"]["supported_features"]

    forked = features()
    with no_fork():
        assert forked == features()


# --- Jupyter's own tools ---


def test_the_kernelspec_names_the_provisioner(spec):
    assert spec.metadata["kernel_provisioner"]["provisioner_name"] == "kpeval-warm"


def test_a_kernel_of_the_kernelspec_is_forked(spec):
    with kernel() as (manager, client):
        assert isinstance(manager.provisioner.process, provisioner.ForkedKernel)
        assert shown(client, "import os; print(os.getppid())") == f"{kernels.start().process.pid}\n"


def test_interrupt_restart_and_shutdown_work(spec):
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="kpeval")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    said = []
    try:
        request = client.execute("import time\nprint('in it', flush=True)\ntime.sleep(60)")
        while not said or said[-1] not in ("KeyboardInterrupt", "idle"):
            message = client.get_iopub_msg(timeout=30)
            if message["parent_header"].get("msg_id") != request:
                continue
            content = message["content"]
            said.append(content.get("text") or content.get("ename") or content.get("execution_state") or "")
            if "in it" in said[-1]:
                manager.interrupt_kernel()
        assert said[-1] == "KeyboardInterrupt"

        first = manager.provisioner.pid
        manager.restart_kernel()
        client.wait_for_ready(timeout=60)
        assert shown(client, "print('time' in globals())") == "False\n"
        assert manager.provisioner.pid != first
        assert gone(first)
        second = manager.provisioner.pid
    finally:
        client.stop_channels()
        manager.shutdown_kernel()

    assert gone(second)
    assert not manager.is_alive()


def test_a_kernel_that_dies_by_itself_is_seen_to_be_dead_with_its_exit_status(spec):
    with kernel() as (manager, client):
        client.execute("import os; os._exit(7)")
        assert gone(manager.provisioner.pid)
        assert manager.provisioner.process.wait(5) == 7
        assert not manager.is_alive()


def test_unmodified_nbclient_runs_a_notebook_in_it(spec):
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell, new_notebook

    notebook = new_notebook(cells=[new_code_cell(FORKED), new_code_cell("1 + 1")])

    NotebookClient(notebook, kernel_name="kpeval", timeout=60).execute()

    assert notebook.cells[0].outputs[0].text == "forked\n"
    assert notebook.cells[1].outputs[0].data["text/plain"] == "2"


FORKED = """import os
from pathlib import Path

print("forked" if b"kpeval.reporting.warm" in Path(f"/proc/{os.getppid()}/cmdline").read_bytes() else "ordinary")"""


@pytest.fixture(scope="module")
def papermill(spec, tmp_path_factory):
    """What the command papermill made with kpeval's engine, and with its own, both at once."""
    folder = tmp_path_factory.mktemp("papermill")
    notebook = write_notebook(
        folder / "in.ipynb", code("parameters", "a = 1", "parameters"), code("say", f"{FORKED}\nprint(a)")
    )
    engines = {"kpeval": ["--engine", "kpeval"], "its own": []}
    started = {
        name: subprocess.Popen(
            [
                sys.executable,
                "-m",
                "papermill",
                *told,
                "-k",
                "kpeval",
                "-p",
                "a",
                "42",
                notebook,
                folder / f"{name}.ipynb",
            ],
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, told in engines.items()
    }
    said = {name: process.communicate(timeout=120)[1] for name, process in started.items()}
    assert [process.returncode for process in started.values()] == [0, 0], said
    return {name: json.loads((folder / f"{name}.ipynb").read_text(encoding="utf-8")) for name in engines}


@pytest.mark.parametrize("engine", ["kpeval", "its own"])
def test_the_command_papermill_runs_a_notebook_in_it(papermill, engine):
    said = next(cell for cell in papermill[engine]["cells"] if cell["id"] == "say")["outputs"]

    assert "".join(line for output in said for line in output["text"]) == "forked\n42\n"
    assert papermill[engine]["metadata"]["papermill"]["exception"] is None


# --- the warm process ---


def warm_forbids(name):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLBACKEND", "agg")
        patch.setattr(warm, "PRELOADED", ())
        patch.setattr(warm, "_rehearse", lambda: None, raising=False)
        patch.setattr(forked, "prepare", lambda folder: None)  # it sets colours and pagers for all of this process
        patch.setitem(sys.modules, name, ModuleType(name))
        with pytest.raises(RuntimeError, match=f"{name}.* must not be imported before a kernel is there"):
            warm._prepare()


@pytest.mark.parametrize("name", ["matplotlib.pyplot", "matplotlib_inline.backend_inline"])
def test_a_warm_process_forbids_what_would_swallow_pyplot_figures(name):
    warm_forbids(name)


def status(pid, key):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith(f"{key}:"))


def test_the_warm_process_has_one_thread_only(spec):
    with kernel():
        assert status(kernels.start().process.pid, "Threads") == "1"


def test_the_folder_of_its_socket_is_private():
    folder = kernels.start().folder

    assert folder.stat().st_mode & 0o777 == 0o700


def answers():
    """Whether a kernel starts and computes; whether it was forked."""
    with kernel() as (manager, client):
        assert shown(client, "print(6 * 7)") == "42\n"
        return isinstance(manager.provisioner.process, provisioner.ForkedKernel)


def test_a_warm_process_that_was_killed_is_built_anew(spec):
    killed = kernels.start().process.pid
    os.kill(killed, signal.SIGKILL)
    assert gone(killed)

    assert answers()
    assert kernels.Current.own.process.pid != killed


def test_a_warm_process_that_dies_while_a_kernel_is_asked_for_is_built_anew(spec):
    """It takes no connection any more, and its end was not noticed yet."""
    dying = kernels.start()
    os.kill(dying.process.pid, signal.SIGKILL)
    assert gone(dying.process.pid)
    polled = iter([None, None])
    dying.process.poll = lambda: next(polled, -9)

    assert answers()


def test_a_warm_process_is_built_anew_when_a_file_of_kpeval_changed(spec, monkeypatch):
    old = kernels.start()
    monkeypatch.setattr(kernels, "_stamp", lambda: (("kpeval/changed.py", 1, 1),))

    new = kernels.start()

    assert new.process.pid != old.process.pid
    assert old.process.poll() is None, "its kernels may be at work still"
    assert kernels.start() is new
    kernels.stop()
    assert gone(old.process.pid)
    assert not old.folder.exists()


def test_a_lent_warm_process_that_is_gone_is_replaced_by_ones_own(spec, monkeypatch, tmp_path):
    monkeypatch.setattr(kernels.Current, "lent", str(tmp_path / "kpeval-warm-gone" / "warm"))

    assert answers()


PARENT = """
import sys, time
from kpeval.reporting import kernels
from jupyter_client.manager import KernelManager
manager = KernelManager(kernel_name="kpeval")
manager.start_kernel()
print(kernels.Current.own.process.pid, manager.provisioner.pid, kernels.Current.own.folder, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM])
def test_the_warm_process_and_its_kernels_die_with_their_parent(spec, signum):
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        warm_pid, kernel_pid, folder = parent.stdout.readline().split()
        assert not gone(warm_pid, 0.1)
        assert not gone(kernel_pid, 0.1)
        parent.send_signal(signum)
        parent.wait(10)

        assert gone(warm_pid)
        assert gone(kernel_pid)
        assert not Path(folder).exists()


def test_a_kernel_dies_when_its_lifeline_closes(spec):
    with kernel() as (manager, _):
        forked = manager.provisioner.process
        forked.lifeline.close()

        assert gone(forked.pid)


def test_what_a_kernel_has_started_dies_with_it(spec):
    with kernel() as (manager, client):
        pid = int(shown(client, "import subprocess; print(subprocess.Popen(['sleep', '60']).pid)"))
        manager.provisioner.process.lifeline.close()

        assert gone(pid)


def test_stopping_the_warm_process_removes_its_folder(spec):
    started = kernels.start()

    kernels.stop()

    assert not started.folder.exists()
    assert gone(started.process.pid)


def launched(count):
    """Start and end kernels one after the other, without waiting until they could compute."""

    async def one():
        from jupyter_client.manager import AsyncKernelManager

        manager = AsyncKernelManager(kernel_name="kpeval")
        await manager.start_kernel()
        await manager.shutdown_kernel(now=True)

    async def all_of_them():
        for _ in range(count):
            await one()

    asyncio.run(all_of_them())


def opened(pid):
    return sorted(str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir())


def test_thirty_kernels_leave_no_open_file_and_no_zombie_in_the_warm_process(spec):
    launched(warm.REHEARSED_AFTER + 2)  # a rehearsal opens the files of fonts
    pid = kernels.start().process.pid
    before = opened(pid)

    launched(30)

    assert kernels.start().process.pid == pid
    assert opened(pid) == before
    assert Path(f"/proc/{pid}/task/{pid}/children").read_text() == ""


def test_thirty_kernels_leave_no_open_file_in_the_program_that_asked_for_them(spec):
    launched(2)
    before = len([*Path("/proc/self/fd").iterdir()])

    launched(30)

    assert len([*Path("/proc/self/fd").iterdir()]) <= before


def test_twenty_kernels_at_once_work(spec):
    """With sockets in a folder: of ports, which a client chooses before a kernel takes them, two may choose one."""
    from jupyter_client.manager import AsyncKernelManager

    folder = kernels.short_folder("k")

    async def one(number):
        manager = AsyncKernelManager(kernel_name="kpeval", transport="ipc", ip=str(folder / f"{number}"))
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=120)
            reply = await client.execute(f"x = {number} * 2", reply=True, user_expressions={"x": "x"}, timeout=60)
            forked = isinstance(manager.provisioner.process, provisioner.ForkedKernel)
            return forked, reply["content"]["user_expressions"]["x"]["data"]["text/plain"]
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    async def twenty():
        return await asyncio.gather(*(one(number) for number in range(20)))

    try:
        assert asyncio.run(twenty()) == [(True, str(number * 2)) for number in range(20)]
    finally:
        shutil.rmtree(folder)


# --- where nothing can be forked ---


@pytest.fixture
def unsaid():
    """What is said once was not said yet."""
    provisioner._say_once.cache_clear()
    yield
    provisioner._say_once.cache_clear()


@pytest.mark.usefixtures("unsaid")
def test_where_there_is_no_fork_ordinary_kernels_are_used_and_that_is_said_once(spec, caplog):
    with no_fork(), caplog.at_level(logging.WARNING, logger="kpeval"):
        assert not answers()
        launched(1)

    said = [record.message for record in caplog.records if record.name == "kpeval"]
    assert said == [f"kernels cannot be forked on {sys.platform}: ordinary ones are used, which start more slowly"]


@pytest.mark.usefixtures("unsaid")
def test_where_the_warm_process_cannot_live_ordinary_kernels_are_used_and_that_is_said_once(spec, caplog, monkeypatch):
    kernels.stop()
    monkeypatch.setattr(kernels, "sys", SimpleNamespace(executable="/bin/false", platform=sys.platform))

    with caplog.at_level(logging.WARNING, logger="kpeval"):
        assert not answers()
        launched(1)

    kernels.stop()
    said = [record.message for record in caplog.records if record.name == "kpeval"]
    assert len(said) == 1
    assert said[0].startswith("no kernel can be forked (")


def test_without_fork_no_warm_process_is_started(monkeypatch):
    monkeypatch.setattr(kernels, "FORKS", False)
    monkeypatch.setattr(kernels.Current, "own", None)

    assert kernels.start() is None


# --- folders with long names ---


@pytest.fixture
def long_tmpdir(tmp_path, monkeypatch):
    """TMPDIR with a path that no socket can have."""
    folder = tmp_path / ("a" * 100) / ("ž" * 50)
    folder.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    kernels.stop()
    yield folder
    kernels.stop()


def test_a_folder_for_sockets_is_short_whatever_tmpdir_says(long_tmpdir):
    folder = kernels.short_folder("kpeval-")

    assert len(os.fsencode(folder)) <= kernels.LONGEST
    assert folder.stat().st_mode & 0o777 == 0o700
    assert list(long_tmpdir.iterdir()) == []
    folder.rmdir()


def test_a_report_is_rendered_with_a_very_long_tmpdir(long_tmpdir, place):
    (outcome,) = brought_up_to_date([Report("pilot", DAY, "small", "en")], place)

    assert (outcome.state, outcome.cause) == ("rendered", "")
    assert isinstance(kernels.Current.own, kernels.WarmProcess)


def test_the_command_works_with_a_very_long_tmpdir(place, tmp_path):
    """In a process of its own: multiprocessing chooses its folder once."""
    folder = tmp_path / ("a" * 100)
    folder.mkdir()
    asked = ["report", "pilot", "--as-of", DAY, "--lang", "en", "--notebook", "small", "--out", str(place / "reports")]
    command = [sys.executable, "-m", "kpeval", "--data", str(place / "data"), *asked]

    done = subprocess.run(
        command, cwd=place, env={**os.environ, "TMPDIR": str(folder)}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert list(folder.iterdir()) == []


def test_a_job_without_a_scratch_folder_is_done_with_a_very_long_tmpdir_too(long_tmpdir, place):
    from kpeval.reporting.make import make

    notebook = str(place / "notebooks" / "small.ipynb")
    made = make(Job(Report("pilot", DAY, "small", "en"), notebook, str(place / "data"), str(place / "reports")))

    assert made.cause == ""


def test_a_kernel_that_ends_before_it_can_be_talked_to_is_no_kernel(spec, tmp_path):
    """What arrives then is its exit status, 1, and no process id: a signal to group 1 ends everybody."""
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="kpeval", transport="ipc", ip=str(tmp_path / ("a" * 120) / "k"))
    try:
        manager.start_kernel()
    except Exception as error:
        assert isinstance(error, OSError | RuntimeError)  # noqa: PT017  either way, there is no kernel
    else:
        assert manager.provisioner.pid > 1


def test_the_program_says_nothing_on_the_streams_of_a_kernel(spec, tmp_path):
    """What a kernel writes goes where its owner says, and nothing of the warm process does."""
    with (tmp_path / "written").open("wb") as written, kernel(stdout=written, stderr=written) as (_, client):
        shown(client, "import os; _ = os.write(1, b'one'); _ = os.write(2, b'two')")

    assert (tmp_path / "written").read_bytes().replace(b"\n", b"").endswith(b"onetwo")


def test_the_text_of_this_file_is_python():
    for source in (LOOK, PLANT, PARENT, FORKED):
        compile(textwrap.dedent(source), "source", "exec")
