"""A run has a private place and a limit to its time and memory, tells why it failed, and leaves nothing behind."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import CELLS, COMPUTE, DAY, PARAMETERS, code, furnish, write_notebook

from kpeval.reporting.asked import Report
from kpeval.reporting.failure import AGAIN, TRIES, Failed
from kpeval.reporting.job import Job, Limits
from kpeval.reporting.run import run

pytestmark = pytest.mark.slow
REPORT = Report("pilot", DAY, "own", "en")


@pytest.fixture
def executed(place, tmp_path_factory):
    """`executed(source, …)`: a notebook with these cells, executed in a private folder that is handed out, too."""

    def executed(*sources, limits=Limits(), data=place / "data"):  # noqa: B008
        cells = [code(f"cell-{number}", source) for number, source in enumerate(sources)]
        notebook = write_notebook(
            place / "notebooks" / "own.ipynb", code("parameters", PARAMETERS, "parameters"), *cells
        )
        executed.private = tmp_path_factory.mktemp("r")
        return run(REPORT, notebook, data=data, private=executed.private, limits=limits)

    return executed


def said(notebook, cell="cell-0"):
    outputs = next(one for one in notebook.cells if one.id == cell).outputs
    return "".join(output.get("text", "") for output in outputs)


def ended(pid):
    """Whether a process is no more, or only waits to be taken note of (the warm process may be busy)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


# --- what is believed of a kernel ---


def test_a_message_with_a_wrong_signature_is_not_believed():
    import zmq
    from jupyter_client.session import Session

    from kpeval.reporting.engine import _messages

    kernel, client, context = Session(key=b"secret"), Session(key=b"secret"), zmq.Context()
    sending, receiving = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    sending.bind("inproc://channel")
    receiving.connect("inproc://channel")
    following = _messages(SimpleNamespace(socket=receiving, session=client))
    try:
        kernel.send(sending, "status", {"execution_state": "idle"})
        assert following(1)["content"] == {"execution_state": "idle"}
        Session(key=b"guessed").send(sending, "status", {"execution_state": "idle"})
        with pytest.raises(ValueError, match="a wrong signature"):
            following(1)
    finally:
        context.destroy(linger=0)


# --- what a cell may do ---


def test_a_cell_may_await(executed):
    assert said(executed("import asyncio\nawait asyncio.sleep(0.01)\nprint(1)")) == "1\n"


def test_nothing_is_lost_of_a_cell_that_shows_thousands_of_things_at_once(executed):
    notebook = executed("from IPython.display import display\nfor number in range(6000): display(number)")

    shown = [output.data["text/plain"] for output in notebook.cells[-1].outputs]
    assert shown == [str(number) for number in range(6000)]


def test_nothing_is_lost_of_very_many_cells(executed):
    notebook = executed(*["2 * 21"] * 600)

    assert [cell.outputs[0].data["text/plain"] for cell in notebook.cells[-600:]] == ["42"] * 600


# --- what a cell finds around it ---


def test_the_parameters_are_those_asked_for(executed):
    assert said(executed("print(project, as_of, lang)")) == f"pilot {DAY} en\n"


def test_a_kernel_works_in_a_private_folder_with_its_sockets_and_settings_in_it(executed):
    source = (
        "import json, os\n"
        "from ipykernel.kernelapp import IPKernelApp\n"
        "app = IPKernelApp.instance()\n"
        "folders = [os.getcwd(), os.environ['IPYTHONDIR'], os.environ['JUPYTER_RUNTIME_DIR']]\n"
        "modes = [oct(os.stat(folder).st_mode & 0o777) for folder in folders]\n"
        "print(json.dumps([folders, modes, app.transport, app.connection_file, app.ip]))"
    )

    folders, modes, transport, file, address = json.loads(said(executed(source)))

    assert folders == [str(executed.private / name) for name in ("work", "ipython", "runtime")]
    assert modes == ["0o700"] * 3
    assert transport == "ipc"
    assert Path(file).parent == executed.private / "runtime"
    assert Path(address).parent == executed.private


def test_the_secrets_of_the_mail_server_are_not_in_a_kernels_environment(executed, monkeypatch):
    monkeypatch.setenv("KPEVAL_SMTP_PASSWORD", "secret")

    assert said(executed("import os\nprint([name for name in os.environ if 'SMTP' in name])")) == "[]\n"


def test_the_users_own_start_up_files_and_history_do_not_count(executed, monkeypatch, tmp_path):
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("planted = 1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))

    assert said(executed("print('planted' in globals())")) == "False\n"


def test_the_data_are_found_wherever_they_lie(executed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("elsewhere") / "data {0} se žlutým koněm"
    furnish(folder)

    assert said(executed(COMPUTE, "print(len(facts.funding))", data=folder / "data"), "cell-1") == "2\n"


@pytest.mark.parametrize("name", ["with spaces", "{braces}", "{}", "{0}", "žluť koně", "it's", "50% & more", "a$HOME"])
def test_folders_with_hostile_names_are_just_folders(tmp_path, monkeypatch, name):
    from kpeval.reporting.make import make

    folder = tmp_path / name
    folder.mkdir()
    furnish(folder)
    monkeypatch.chdir(folder)
    report = Report("pilot", DAY, "small", "en")
    job = Job(report, str(folder / "notebooks" / "small.ipynb"), str(folder / "data"), str(folder / "reports"))

    assert make(job).cause == ""
    assert report.page(folder / "reports").exists()
    assert {path.name for path in folder.iterdir()} == {"data", "notebooks", "reports"}


# --- why it failed ---


def test_the_cell_and_the_kind_of_error_are_told_and_its_text_is_not(executed):
    with pytest.raises(Failed) as failed:
        executed("a = 1", 'raise KeyError("jan@example.cz")', "b = 2")

    assert (str(failed.value), failed.value.kind) == ("cell cell-1: KeyError", "notebook")
    assert "jan@example.cz" in failed.value.details


def test_no_cell_after_the_one_that_failed_leaves_a_trace(executed, tmp_path):
    with pytest.raises(Failed):
        executed("1 / 0", f"open({str(tmp_path / 'trace')!r}, 'w')")

    assert not (tmp_path / "trace").exists()


def test_what_was_executed_until_a_cell_failed_is_there_to_be_looked_at(place):
    from kpeval.reporting.make import make

    write_notebook(place / "notebooks" / "small.ipynb", compute="print('so far')\n1 / 0")
    report = Report("pilot", DAY, "small", "en")

    made = make(Job(report, str(place / "notebooks" / "small.ipynb"), str(place / "data"), str(place / "reports")))

    kept = report.kept(place / "reports", ".failed.ipynb")
    assert made.cause == "cell compute: ZeroDivisionError"
    assert "so far" in kept.read_text(encoding="utf-8")
    assert kept.stat().st_mode & 0o777 == 0o600


def test_an_error_of_kpevals_own_tells_its_first_line(executed):
    with pytest.raises(Failed, match="DataError: the first line; kpeval check pilot lists them") as failed:
        executed("class DataError(Exception): pass\n\nraise DataError('the first line\\njan@example.cz')")

    assert failed.value.kind == "data"
    assert "jan@example.cz" not in failed.value.cause


def test_a_notebook_that_is_no_python_tells_its_cell(executed):
    with pytest.raises(Failed) as failed:
        executed("this is no Python at all")

    assert str(failed.value) == "cell cell-0: SyntaxError"


def test_what_a_kernel_writes_to_its_streams_is_in_the_details_and_nowhere_else(executed, capfd):
    with pytest.raises(Failed) as failed:
        executed("import os\n_ = os.write(2, b'jan@example.cz')\nos._exit(3)")

    assert failed.value.kind == "died"
    assert "jan@example.cz" in failed.value.details
    assert "jan@example.cz" not in "".join(capfd.readouterr())


def test_a_cell_that_runs_too_long_is_ended(executed):
    with pytest.raises(Failed, match=r"cell .*: it ran longer than 1 seconds") as failed:
        executed("import time\ntime.sleep(60)", limits=Limits(cell=1))

    assert failed.value.kind == "time"


def test_a_report_that_takes_too_long_is_ended(executed):
    with pytest.raises(Failed, match="the report took longer than 2 seconds") as failed:
        executed(*["import time\ntime.sleep(0.7)"] * 60, limits=Limits(report=2))

    assert failed.value.kind == "time"


def test_a_cell_that_wants_too_much_memory_fails_and_nobody_else(executed):
    with pytest.raises(Failed) as failed:
        executed("a = bytearray(3 << 30)", limits=Limits(memory=2 << 30))

    assert (str(failed.value), failed.value.kind) == ("cell cell-0: MemoryError", "memory")


def test_no_kernel_outlives_its_run(executed):
    pid = int(said(executed("import os\nprint(os.getpid())")))

    assert ended(pid)


def test_a_kernel_that_hangs_does_not_outlive_its_run(executed, tmp_path):
    with pytest.raises(Failed):
        executed(
            f"import os, pathlib, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(os.getpid()))\ntime.sleep(60)",
            limits=Limits(cell=1),
        )

    assert not Path(f"/proc/{(tmp_path / 'pid').read_text()}").exists()


@pytest.mark.parametrize(
    ("kind", "tries"), [("died", TRIES), ("time", TRIES), ("process", TRIES), ("data", 1), ("disk", 1)]
)
def test_only_what_may_pass_by_itself_is_tried_again(place, monkeypatch, kind, tries):
    from kpeval.reporting import make

    tried = []

    def fails(*args, **kwargs):
        tried.append(1)
        raise Failed("a cause", kind=kind)

    monkeypatch.setattr(make, "run", fails)
    notebook = str(place / "notebooks" / "small.ipynb")
    made = make.make(Job(REPORT._replace(notebook="small"), notebook, str(place / "data"), str(place / "reports")))

    assert (len(tried), made.kind) == (tries, kind)
    assert (kind in AGAIN) == (tries > 1)


def test_a_kernel_that_dies_once_costs_no_report(place, tmp_path):
    from kpeval.reporting.make import make

    flag = tmp_path / "died"
    die = f"flag = pathlib.Path({str(flag)!r})\nif not flag.exists():\n    flag.touch()\n    os._exit(9)\n"
    source = f"import os, pathlib\n{die}{COMPUTE}"
    notebook = write_notebook(place / "notebooks" / "small.ipynb", compute=source)

    made = make(Job(REPORT._replace(notebook="small"), str(notebook), str(place / "data"), str(place / "reports")))

    assert (made.cause, flag.exists()) == ("", True)


# --- the engine as papermill's ---


def test_papermill_knows_the_engine_by_name():
    from papermill.engines import papermill_engines

    assert papermill_engines.get_engine("kpeval").__module__ == "kpeval.reporting.plugin"


def test_the_engine_can_be_imported_before_papermill():
    """Papermill, when it is imported, imports the engines that it knows by name: a circle, if one begins there."""
    subprocess.run([sys.executable, "-c", "import kpeval.reporting.engine"], check=True)


def test_who_makes_reports_waits_for_nothing_that_no_report_needs():
    code = (
        "import sys\n"
        "from kpeval.reporting.lean import make\n"
        "from papermill import iorw\n"
        "unneeded = {'nbconvert', 'pandas', 'requests', 'boto3', 'papermill.s3', 'isoduration', 'rfc3987_syntax'}\n"
        "told = sorted(unneeded & set(sys.modules))\n"
        "assert iorw.requests.get.__module__ == 'requests.api', 'what was put off is there when it is needed'\n"
        "import requests\n"
        "sys.exit(told or 0)\n"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True).stderr == ""


def test_reports_are_made_where_a_package_for_other_stores_is_installed(tmp_path):
    """Gcsfs uses requests as it is imported, and papermill imports gcsfs where it is there."""
    (tmp_path / "gcsfs.py").write_text("import requests\nclass GCSFileSystem(requests.Session): pass\n")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}

    subprocess.run([sys.executable, "-c", "from kpeval.reporting.lean import make"], check=True, env=environment)


def test_nothing_is_written_after_each_cell(executed, place):
    """Papermill's own engine saves the notebook again and again, torn for who reads it in between."""
    source = (
        "import json, pathlib\n"
        f"found = sorted(path.name for path in pathlib.Path({str(place)!r}).rglob('*.ipynb'))\n"
        "print(json.dumps([found, sorted(path.name for path in pathlib.Path('..').rglob('*.ipynb'))]))"
    )

    assert json.loads(said(executed("a = 1", source), "cell-1")) == [["own.ipynb", "small.ipynb"], []]


def test_a_page_does_not_depend_on_the_seed_of_hashes(place):
    """The order of sets differs from process to process; the bytes of a report do not."""
    code_ = (
        "import sys\n"
        "from kpeval.reporting import kernels\n"
        "kernels.FORKS = False\n"
        "from kpeval.reporting.job import Job\n"
        "from kpeval.reporting.asked import Report\n"
        "from kpeval.reporting.make import make\n"
        "report = Report('pilot', '2023-12-31', 'small', 'en')\n"
        "made = make(Job(report, 'notebooks/small.ipynb', 'data', sys.argv[1]))\n"
        "print(sorted(made.outputs.items()) or made.cause)"
    )
    seeds = {"1": "one", "2": "two"}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code_, out],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for seed, out in seeds.items()
    ]
    one, two = (process.communicate(timeout=60)[0] for process in started)

    assert one == two
    assert "small.en.html" in one


def test_a_notebook_of_the_older_format_without_cell_ids_is_made_and_shown_again(place):
    """Notebooks that JupyterLab 2 wrote name no cells."""
    from kpeval.reporting.make import make

    file = place / "notebooks" / "small.ipynb"
    notebook = json.loads(file.read_text(encoding="utf-8"))
    notebook["cells"] = [{key: value for key, value in cell.items() if key != "id"} for cell in CELLS]
    notebook["nbformat_minor"] = 4
    file.write_text(json.dumps(notebook), encoding="utf-8")
    job = Job(REPORT._replace(notebook="small"), str(file), str(place / "data"), str(place / "reports"))

    made = make(job)
    again = make(job._replace(execute=False))

    assert (made.cause, again.cause) == ("", "")
    assert made.outputs == again.outputs
