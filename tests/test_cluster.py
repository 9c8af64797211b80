"""A Dask cluster makes the same reports as one machine, whoever dies; data and reports may lie in object storage."""

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from conftest import CELLS, DAY, NOW, brought_up_to_date, code, furnish, in_this_process, write_notebook

from kpeval.cli import main
from kpeval.reporting import catalogue, cluster, places, terms
from kpeval.reporting.asked import Misuse, Report, Wish, grid
from kpeval.reporting.batch import Batch
from kpeval.reporting.formats import FORMATS, hindrances
from kpeval.reporting.held import at_work
from kpeval.reporting.job import Job, Made
from kpeval.reporting.ledger import Ledger, Run
from kpeval.reporting.places import FarLedger, ledger_of, reached

VALUE = "Jan-Novák-777-123-456"  # a value of the data, which belongs in no log of the cluster
GOOD = ("slow", "first", "second")
REPORTS = grid((*GOOD, "faulty"), [DAY], ["small"], ["en"])
MADE = [one for one in FORMATS if not hindrances([one])]  # in as many formats as can be made here
WISHES = dict.fromkeys(REPORTS, Wish(tuple(MADE)))
SUFFIXES = (".ipynb", *(f".{one}" for one in MADE))
MARK = """import os, time
from pathlib import Path
import psutil
worker = psutil.Process(os.getppid()).ppid()  # the kernel's parent is the warm process, whose parent is the worker
with Path("{folder}/begun").open("a") as begun:
    begun.write(f"{{project}} {{os.getpid()}} {{worker}}\\n")
while project == "slow" and not Path("{folder}/go").exists():
    time.sleep(0.02)
if project == "lethal":
    assert "spawn_main" in " ".join(psutil.Process(worker).cmdline())  # a nanny's child, and nobody else
    os.kill(worker, 9)
    time.sleep(60)"""

needs_dask = pytest.mark.skipif(sys.platform != "linux", reason="the tests find a kernel's worker as Linux has it")


def begun(folder):
    """What kernels wrote: project, process id, worker's process id."""
    return [line.split() for line in (folder / "begun").read_text().splitlines()] if (folder / "begun").exists() else []


def until(true, seconds=30.0):
    for _ in range(int(seconds / 0.05)):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about in time")


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def furnished(folder):
    """Projects that take long, kill their worker, are at fault, or nothing of the kind; the working directory."""
    furnish(folder)
    for name in (*GOOD, "faulty", "lethal"):
        shutil.copytree(folder / "data" / "pilot", folder / "data" / name)
        toml = folder / "data" / name / "project.toml"
        toml.write_text(toml.read_text(encoding="utf-8").replace('"pilot"', f'"{name}"'), encoding="utf-8")
    (folder / "data" / "faulty" / "funding.csv").write_text(f"source,kind,declared_amount\nměsto,{VALUE},{VALUE}\n")
    write_notebook(
        folder / "notebooks" / "small.ipynb", *CELLS[:2], code("mark", MARK.format(folder=folder)), *CELLS[2:]
    )
    return folder


def files(out):
    """What is to be equal wherever it was made: pages, what stands beside them, catalogue, executed notebooks."""
    found = [path for path in out.rglob("*") if path.suffix in SUFFIXES]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in found if ".failed" not in path.name}


@pytest.fixture(scope="module")
def furniture(tmp_path_factory):
    """A furnished folder in which the reports were made on this machine, into reports-here."""
    folder = furnished(tmp_path_factory.mktemp("furniture"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        (folder / "go").touch()
        outcomes = brought_up_to_date(REPORTS, folder, in_this_process, WISHES)
        for name in ("go", "begun"):
            (folder / name).unlink()
        (folder / "reports").rename(folder / "reports-here")
        causes = {outcome.report.project: outcome.cause for outcome in outcomes}
        yield SimpleNamespace(folder=folder, causes=causes, files=files(folder / "reports-here"))


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def answers(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """What points S3 to a server on this machine, in this process and in those it starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
        cache = tmp_path_factory.mktemp("cache")  # not XDG_CACHE_HOME: matplotlib would look for its fonts anew
        patch.setattr("platformdirs.user_cache_path", lambda name: cache / name)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield SimpleNamespace(endpoint=os.environ["AWS_ENDPOINT_URL"], cache=cache)


@pytest.fixture(scope="module")
def dask(environment, tmp_path_factory):
    """A scheduler and two workers of two threads each, each watched by a nanny: address, log files, a client."""
    distributed = pytest.importorskip("distributed")
    folder = tmp_path_factory.mktemp("dask")
    said, told = folder / "scheduler.json", {"scheduler": ["--port", "0"], "worker": ["--nthreads", "2"]}
    told["worker"] += ["--nworkers", "2", "--death-timeout", "60", "--local-directory", str(folder)]
    with ExitStack() as ended:
        for what, options in told.items():
            command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--scheduler-file", str(said)]
            log = ended.enter_context((folder / f"{what}.log").open("w"))
            command += ["--host", "127.0.0.1", "--no-dashboard", *options]
            one = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
            ended.callback(one.wait)
            ended.callback(one.send_signal, signal.SIGINT)
            until(lambda: said.exists() and said.stat().st_size)  # it is there before it is written
        address = json.loads(said.read_text())["address"]
        with distributed.Client(address, set_as_default=False, timeout=30) as client:
            client.wait_for_workers(2, timeout=60)
            yield SimpleNamespace(address=address.replace("tcp", "dask"), folder=folder, client=client)


@pytest.fixture
def both(dask):
    """The cluster with both of its workers."""
    dask.client.wait_for_workers(2, timeout=60)
    return dask


# --- what dies ---


@pytest.fixture(scope="module")
def killed(furniture, dask):
    """The reports made on the cluster; the worker of one of them was killed in the midst of it."""
    folder = furniture.folder

    def kill():
        until(lambda: any(name == "slow" for name, *_ in begun(folder)))
        _, kernel, worker = next(line for line in begun(folder) if line[0] == "slow")
        try:
            assert int(worker) in dask.client.run(os.getpid).values()
            os.kill(int(worker), signal.SIGKILL)
            until(lambda: not is_alive(kernel), 5)
            ended.append(kernel)
        finally:
            (folder / "go").touch()

    ended = []
    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        outcomes = brought_up_to_date(REPORTS, folder, partial(cluster.on_dask, address=dask.address), WISHES)
    killer.join()
    return SimpleNamespace(folder=folder, outcomes=outcomes, ended=ended, begun=begun(folder))


@needs_dask
@pytest.mark.slow
class TestAWorkerIsKilled:
    def test_every_report_is_there_as_this_machine_would_have_made_it(self, killed, furniture):
        assert files(killed.folder / "reports") == furniture.files

    def test_each_good_one_was_made_once_and_the_one_under_way_began_again(self, killed):
        names = [name for name, *_ in killed.begun]

        assert names.count("slow") == 2
        with Ledger(killed.folder / "reports", begin=False) as ledger:
            assert [len(ledger.history(name)) for name in GOOD] == [1, 1, 1]

    def test_only_what_was_under_way_on_the_same_worker_began_twice(self, killed):
        dead = next(worker for name, _, worker in killed.begun if name == "slow")
        names = [name for name, *_ in killed.begun]

        twice = {name for name in names if names.count(name) > 1}
        assert twice <= {name for name, _, worker in killed.begun if worker == dead}

    def test_its_kernel_ended_by_itself(self, killed):
        assert len(killed.ended) == 1

    def test_an_error_of_the_data_is_told_as_on_this_machine(self, killed, furniture):
        causes = {outcome.report.project: outcome.cause for outcome in killed.outcomes}

        assert "DataError" in causes["faulty"]
        assert causes == furniture.causes

    def test_no_value_of_the_data_stands_in_a_log_of_the_cluster(self, killed, dask):
        log = killed.folder / "reports" / ".kpeval" / "faulty" / DAY / "small.en.log"
        assert VALUE in log.read_text(encoding="utf-8")  # or the search below would prove nothing

        for path in dask.folder.glob("*.log"):
            assert VALUE not in path.read_text(encoding="utf-8")


@needs_dask
@pytest.mark.slow
def test_who_kills_every_worker_fails_alone_after_two_tries(furniture, killed, both, monkeypatch):
    folder = furniture.folder
    monkeypatch.chdir(folder)
    (folder / "begun").unlink()
    reports = grid(("lethal", *GOOD), [DAY], ["small"], ["en"])

    outcomes = brought_up_to_date(reports, folder, partial(cluster.on_dask, address=both.address), force=True)

    ended = {outcome.report.project: (outcome.state, outcome.cause, outcome.kind) for outcome in outcomes}
    assert ended.pop("lethal") == ("failed", "the worker that made it died, twice", "process")
    assert ended == dict.fromkeys(GOOD, ("rendered", "", ""))
    assert [name for name, *_ in begun(folder)].count("lethal") == 2
    assert both.client.run_on_scheduler(lambda dask_scheduler: dask_scheduler.allowed_failures) == 3  # as it was


# --- what cannot be asked for ---


def asked(*arguments, executor, data="data", out="reports"):
    told = ("--as-of", DAY, "--lang", "en", "--notebook", "small", "--data", data, "--out", out)
    return CliRunner().invoke(main, ["report", *arguments, *told, "--executor", executor])


def with_ours(ours):
    """A look at the workers of a machine on which `ours` are the terms."""
    look = cluster.Crew.look

    def looked(self):
        self._ours = ours
        look(self)

    return looked


class TestWrongUsage:
    @pytest.mark.parametrize("executor", ["nonsense", "dask://", "nonsense://127.0.0.1:1"])
    def test_an_address_of_no_scheduler(self, place, executor):
        pytest.importorskip("distributed")

        result = asked("pilot", executor=executor)

        assert result.exit_code == 2, result.output
        assert executor in result.stderr

    def test_a_scheduler_that_is_not_there(self, place, monkeypatch):
        pytest.importorskip("distributed")
        monkeypatch.setattr(cluster, "PATIENCE", 0.5)

        result = asked("pilot", executor=f"dask://127.0.0.1:{free_port()}")

        assert result.exit_code == 2, result.output
        assert "no scheduler answers there" in result.stderr
        assert not list((place / "reports").rglob("*.html"))

    def test_dask_is_not_installed(self, place, monkeypatch):
        monkeypatch.setitem(sys.modules, "distributed", None)

        result = asked("pilot", executor="dask://127.0.0.1:8786")

        assert result.exit_code == 2, result.output
        assert "pip install 'kpeval[dask]'" in result.stderr

    @pytest.mark.slow
    def test_workers_with_other_versions(self, place, both, monkeypatch):
        ours = terms.everywhere() | {"package pandas": "0.25"}
        monkeypatch.setattr(terms, "everywhere", lambda formats=(): ours)

        result = asked("pilot", executor=both.address)

        assert result.exit_code == 2, result.output
        assert "package pandas differs from this machine's" in result.stderr

    @pytest.mark.slow
    def test_workers_that_do_not_share_the_folder(self, place, both):
        job = Job(REPORTS[0], "notebooks/small.ipynb", str(place / "gone"), str(place / "reports"))

        with pytest.raises(Misuse, match="use a shared folder, or s3"):
            list(cluster.on_dask([job], both.address))

    @pytest.mark.slow
    def test_workers_with_other_data(self, place, both, monkeypatch):
        """The same name, the same size: one digit differs between two copies of the folder."""
        before = terms.its_terms(terms.Question("data", "reports", "", ("pilot",)))
        funding = place / "data" / "pilot" / "funding.csv"
        funding.write_bytes(funding.read_bytes().replace(b"800.00", b"800.01"))
        monkeypatch.setattr(cluster.Crew, "look", with_ours(before))

        result = asked("pilot", executor=both.address)

        assert result.exit_code == 2, result.output
        assert "does not have the same data as this machine (data/pilot/funding.csv changed)" in result.stderr
        assert not list((place / "reports").rglob("*.html"))

    def test_a_worker_with_the_same_data_in_a_copy_fits(self, place):
        shutil.copytree(place / "data", place / "elsewhere")
        ours, theirs = (
            terms.its_terms(terms.Question(data, "reports", "", ("pilot",))) for data in ("data", "elsewhere")
        )

        assert terms.misfit(ours, theirs) == ""

    def test_more_differences_than_can_be_read_are_counted(self):
        ours = terms.Terms(1, {f"package {n}": "1" for n in range(5)}, {}, "")

        said = terms.misfit(ours, ours._replace(versions={}))
        assert said.startswith("package 0, package 1, package 2 and 2 more differs from this machine's")

    def test_a_worker_that_cannot_make_a_format_gets_no_work(self, place, monkeypatch):
        question = terms.Question("data", "reports", "", ("pilot",), ("html", "pdf"))
        ours = terms.its_terms(question)
        monkeypatch.setattr(terms, "hindrances", lambda formats: [f"{one}: no Pango" for one in formats[1:]])

        assert terms.misfit(ours, terms.its_terms(question)) == "pdf: no Pango"
        assert terms.its_terms(question._replace(formats=("html",))).why == ""

    def test_of_a_format_the_packages_are_compared_too(self, place):
        plain, more = (terms.its_terms(terms.Question("data", "reports", "", (), one)) for one in ((), ("pdf",)))

        assert {name for name, _ in more.versions.items() - plain.versions.items()} >= {"kpeval/reporting/pdf.py"}

    def test_a_worker_without_kpeval_is_told(self):
        said = terms.misfit(terms.Terms(1, {}, {}, ""), ModuleNotFoundError("kpeval"))

        assert said == "kpeval cannot be used there (ModuleNotFoundError)"


def task(place=None, **how):
    """A task for this process, as the client would give it."""
    job = Job(Report("pilot", DAY, "small", "en"), "", str(place / "data") if place else "data", "reports")
    told = {"job": job, "notebook": "", "versions": terms.own_versions(), "data": {}, "process": os.getpid()}
    return cluster.Task(**{**told, **how})


class TestWhatAWorkerRefuses:
    @pytest.fixture(autouse=True)
    def nothing_is_made(self, monkeypatch):
        def made(job, notebook):
            raise AssertionError("it was made")

        monkeypatch.setattr(cluster, "_made_here", made)

    def test_of_other_versions_it_makes_nothing(self):
        made = cluster.made_there(task(versions="of another kpeval"))

        assert (made.kind, made.outputs) == ("process", {})
        assert "the same kpeval" in made.cause

    def test_of_other_data_it_makes_nothing(self, place):
        made = cluster.made_there(task(place, data={"data/pilot/funding.csv": "another hash"}))

        assert (made.kind, made.outputs) == ("process", {})
        assert "not the same data" in made.cause

    def test_a_process_that_was_not_asked_makes_nothing_and_is_no_failure_of_the_report(self):
        assert cluster.made_there(task(process=1)) is None

    def test_what_goes_wrong_beside_the_report_is_told_without_its_words(self, monkeypatch):
        def failing(job, notebook):
            raise ValueError(VALUE)

        monkeypatch.setattr(cluster, "_made_here", failing)
        made = cluster.made_there(task())

        assert made.cause == "the worker could not make it (ValueError)"


class Future:
    """Dask's, as far as it is used: what came of a task."""

    def __init__(self, key, outcome, cancelled=False):
        self.key, self._outcome, self._cancelled = key, outcome, cancelled

    def add_done_callback(self, done):
        if self._outcome != "never":
            done(self)

    def result(self, timeout):
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome

    def cancelled(self):
        return self._cancelled

    def cancel(self):
        self._cancelled = True

    def release(self):
        pass


class Cluster:
    """A client of a scheduler whose workers come, go and answer as a test says."""

    def __init__(self, place, **workers):
        self.workers, self.given, self.asked, self.place = workers, [], [], place
        self.outcome = lambda address, job: Made(job.report, {}, 0.1)

    def nthreads(self):
        return dict.fromkeys(self.workers, 1)

    def run(self, function, question, workers, on_error):
        self.asked += workers
        return {address: function(question)._replace(**self.workers[address]) for address in workers}

    def submit(self, function, task, *, key, workers, **how):
        [address] = workers
        self.given.append((address, task.job.report.project))
        outcome = self.outcome(address, task.job)
        return Future(key, outcome, cancelled=outcome == "lost")

    def crew(self, *projects):
        return cluster.Crew(self, "dask://here", terms.Question(str(self.place / "data"), "reports", "", projects))

    def made(self, *projects, **how):
        """What became of a report about each project."""
        jobs = [
            Job(Report(name, DAY, "small", "en"), __file__, str(self.place / "data"), "reports") for name in projects
        ]
        return [(job.report.project, made and made.cause) for job, made in cluster._each(self.crew(), jobs, **how)]


@pytest.fixture
def there(place, monkeypatch):
    """`there(one={}, …)`: a cluster with these workers, each with what differs in its terms."""
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "LOOK", 0.01)
    return partial(Cluster, place)


class TestWhoGetsWork:
    def test_each_job_is_given_to_a_worker_that_was_asked(self, there):
        here = there(one={}, two={})

        assert sorted(here.made("a", "b", "c")) == [("a", ""), ("b", ""), ("c", "")]
        assert sorted(here.asked) == ["one", "two"]
        assert {address for address, _ in here.given} == {"one", "two"}

    def test_to_begin_with_a_worker_that_does_not_fit_is_wrong_usage(self, there):
        with pytest.raises(Misuse, match=r"two: .*package pandas"):
            there(one={}, two={"versions": terms.everywhere() | {"package pandas": "0.25"}}).crew()

    def test_a_worker_that_joins_late_is_asked_before_it_gets_work(self, there):
        here = there(one={})

        def joined(address, job):
            here.workers["late"] = {}
            time.sleep(0.02)
            return Made(job.report, {}, 0.1)

        here.outcome = joined
        here.made(*"abcdef")

        assert here.asked == ["one", "late"]
        assert ("late", "f") in here.given or ("late", "e") in here.given

    def test_a_worker_that_joins_late_and_does_not_fit_gets_no_work_and_that_is_told_once(self, there, caplog):
        here = there(one={})

        def joined(address, job):
            here.workers["late"] = {"data": {"data/pilot/funding.csv": "another"}}
            time.sleep(0.02)
            return Made(job.report, {}, 0.1)

        here.outcome = joined
        assert here.made(*"abcdef") == [(name, "") for name in "abcdef"]

        assert {address for address, _ in here.given} == {"one"}
        assert [record.getMessage().partition(" (")[0] for record in caplog.records] == [
            "the worker late gets no work: does not have the same data as this machine"
        ]

    def test_what_was_under_way_on_a_worker_that_is_gone_is_handed_back(self, there):
        here = there(one={}, two={})

        def dies(address, job):
            if address == "one":
                here.workers.pop("one", None)
                return "never"
            return Made(job.report, {}, 0.1)

        here.outcome = dies
        told = dict(here.made("a", "b", "c"))

        assert told == {"a": None, "b": "", "c": ""}

    def test_who_comes_in_the_place_of_a_process_that_died_is_asked_anew(self, there):
        here = there(one={})
        outcomes = [None, Made(REPORTS[0], {}, 0.1)]
        here.outcome = lambda address, job: outcomes.pop(0)

        assert here.made("a", "b") == [("a", None), ("b", "")]
        assert here.asked == ["one", "one"]

    def test_alone_means_one_at_a_time(self, there):
        here, at_once = there(one={}, two={}), []

        def noted(address, job):
            at_once.append(len(here.given) - len(at_once))
            return Made(job.report, {}, 0.1)

        here.outcome = noted
        here.made("a", "b", "c", alone=True)

        assert at_once == [1, 1, 1]

    def test_a_cluster_that_nobody_comes_back_to_is_given_up(self, there, monkeypatch):
        monkeypatch.setattr(cluster, "ABANDONED", 0.05)
        here = there(one={})

        def dies(address, job):
            here.workers.clear()
            return "never"

        here.outcome = dies

        assert here.made("a", "b") == [("a", None), ("b", "the cluster has no worker any more")]

    def test_a_scheduler_that_is_lost_is_said_of_every_job_that_it_had(self, there):
        here = there(one={}, two={})
        here.outcome = lambda address, job: "lost"

        assert [cause for _, cause in here.made("a", "b", "c")] == ["the connection to the scheduler was lost"] * 3

    def test_a_result_that_cannot_be_had_from_a_worker_that_is_there_is_a_failure(self, there):
        here = there(one={})
        here.outcome = lambda address, job: OSError(VALUE)

        assert here.made("a") == [("a", "the worker could not be asked for it (OSError)")]


class TestNoWork:
    def test_no_cluster_is_asked_where_nothing_is_to_be_made(self):
        assert list(cluster.on_dask([], "dask://127.0.0.1:1")) == []


# --- object storage ---


@pytest.fixture(scope="module")
def store(environment, furniture, tmp_path_factory):
    """An S3 server on this machine, with a bucket that holds the data."""
    pytest.importorskip("moto.server")
    pytest.importorskip("s3fs")
    pytest.importorskip("upath")
    port = int(environment.endpoint.rpartition(":")[2])
    with (tmp_path_factory.mktemp("moto") / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log
        )
        try:
            until(lambda: answers(port) or server.poll() is not None)
            bucket = places.place("s3://kpeval")
            bucket.fs.mkdir("kpeval")
            for path in (furniture.folder / "data").rglob("*.*"):
                (bucket / path.relative_to(furniture.folder).as_posix()).write_bytes(path.read_bytes())
            yield bucket
        finally:
            server.kill()
            server.wait()


def far_files(store, top="reports"):
    found = store.fs.cat(store.fs.find(f"kpeval/{top}"))
    named = {key.removeprefix(f"kpeval/{top}/"): content for key, content in found.items()}
    return {name: text for name, text in named.items() if name.endswith(SUFFIXES) and "failed" not in name}


FAR = {"data": "s3://kpeval/data", "out": "s3://kpeval/reports"}


@pytest.fixture(scope="module")
def far(store, furniture, dask, killed):
    """The reports made on the cluster from the bucket into the bucket, by the command."""
    dask.client.wait_for_workers(2, timeout=60)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(furniture.folder)
        return asked(*GOOD, "faulty", "--format", ",".join(MADE), executor=dask.address, **FAR)


OLD = "2020-12-31"


@pytest.fixture
def archived(store, environment):
    """An address with two days of a report, the first made twice, and with somebody else's file beside them."""
    address = f"s3://kpeval/archive-{os.urandom(4).hex()}"
    out = places.place(address)
    with at_work(out, wait=False, told=print), ledger_of(out) as ledger:
        for day, seconds in ((OLD, 1.0), (OLD, 2.0), (DAY, 3.0)):
            report = Report("first", day, "small", "en")
            made = [report.kept(out, ".ipynb"), report.page(out).with_suffix(".json"), report.page(out)]
            for path in made:
                path.write_text(f"{seconds}")
            digest = hashlib.sha256(f"{seconds}".encode()).hexdigest()
            outputs = {path.relative_to(out).as_posix(): digest for path in made}
            ledger.add(Run(report, "rendered", seconds=seconds, outputs=outputs, at="2021-01-01T00:00:00+00:00"))
    (out / "first" / OLD / "notes.txt").write_text("mine")
    catalogue.write(out)
    top = address.removeprefix("s3://")
    return SimpleNamespace(address=address, names=lambda: {key.removeprefix(f"{top}/") for key in store.fs.find(top)})


@needs_dask
@pytest.mark.slow
class TestObjectStorage:
    def test_the_files_are_those_of_this_machine(self, far, store, furniture):
        assert far.exit_code == 1, far.output  # one project is at fault
        assert far_files(store) == furniture.files

    def test_nothing_lies_on_this_machine(self, far, furniture, environment):
        assert [path for path in environment.cache.rglob("*") if path.is_file() and path.name != "lock"] == []
        assert not list(furniture.folder.glob("s3:*"))

    def test_the_second_time_nothing_is_made(self, far, store, both, furniture, monkeypatch):
        monkeypatch.chdir(furniture.folder)
        before = begun(furniture.folder)

        result = asked(*GOOD, executor=both.address, **FAR)

        assert result.exit_code == 0, result.output
        assert json.loads(result.stdout.splitlines()[-1])["unchanged"] == 3
        assert begun(furniture.folder) == before
        assert far_files(store) == furniture.files

    def test_what_changed_there_is_made_again_and_said(self, far, store, both, furniture, monkeypatch):
        monkeypatch.chdir(furniture.folder)
        (store / "data" / "second" / "goals.csv").write_text("goal_id,goal\n")
        try:
            batch = Batch(
                grid(GOOD, [DAY], ["small"], ["en"]), data=places.place(FAR["data"]), out=places.place(FAR["out"])
            )
            with ledger_of(batch.out, begin=False) as ledger:
                reasons = [one.stale and one.stale.reasons for one in batch.plan(ledger)]
        finally:
            (store / "data" / "second" / "goals.csv").unlink()

        assert reasons == [None, None, ("data/second/goals.csv added",)]

    def test_only_files_of_the_project_are_read_there(self, store):
        (store / "data" / "second" / "film.mp4").write_bytes(b"long")
        (store / "data" / "second" / "drafts" / "funding.csv").write_text("a")
        try:
            assert sorted(places.contents_of(store / "data" / "second")) == ["funding.csv", "project.toml"]
        finally:
            (store / "data" / "second" / "film.mp4").unlink()
            (store / "data" / "second" / "drafts" / "funding.csv").unlink()

    def test_this_machine_makes_them_there_too(self, store, furniture, monkeypatch):
        monkeypatch.chdir(furniture.folder)
        out = places.place("s3://kpeval/alone")
        batch = Batch(grid(["first"], [DAY], ["small"], ["en"]), data=places.place(FAR["data"]), out=out, wishes=WISHES)
        with at_work(out, wait=False, told=print):
            outcomes = list(batch.render(in_this_process, now=NOW))

        assert [(str(outcome.page), outcome.cause) for outcome in outcomes] == [
            (f"{out}/first/{DAY}/small.en.html", "")
        ]
        page = f"first/{DAY}/small.en.html"
        assert far_files(store, "alone")[page] == furniture.files[page]

    def test_a_killed_client_has_put_back_what_it_knew(self, store, monkeypatch):
        monkeypatch.setattr(places, "EVERY", 1)
        out = places.place("s3://kpeval/killed")
        ledger = FarLedger(out)
        ledger.add(Run(Report("first", DAY, "small", "en"), "rendered"))

        with ledger_of(out, begin=False) as other:  # as another machine sees it, while the first still works
            assert len(other.history("first")) == 1
        ledger.__exit__()

    def test_the_history_of_reports_there_is_listed(self, far):
        result = CliRunner().invoke(main, ["history", "first", "--json", "--out", FAR["out"], "--data", FAR["data"]])

        assert result.exit_code == 0, result.output
        assert [run["state"] for run in json.loads(result.stdout)] == ["rendered"]

    def test_the_history_of_an_unknown_project_names_those_that_are_there(self, far):
        result = CliRunner().invoke(main, ["history", "frist", "--out", FAR["out"], "--data", FAR["data"]])

        assert result.exit_code == 2, result.output
        assert "did you mean 'first'?" in result.stderr

    def test_a_command_that_needs_a_folder_takes_no_address(self, store):
        result = CliRunner().invoke(main, ["--data", FAR["data"], "check"])

        assert result.exit_code == 2, result.output
        assert "check needs a folder, not an address" in result.stderr

    @pytest.mark.parametrize("options", [[], ["--pages"], ["--dry-run"]])
    def test_old_reports_there_are_pruned_and_nothing_else(self, archived, options):
        before = archived.names()

        result = CliRunner().invoke(main, ["prune", "--keep", "1", "--out", archived.address, *options])

        assert result.exit_code == 0, result.output
        gone = {
            "": [f".kpeval/first/{OLD}/small.en.ipynb"],
            "--pages": [
                f".kpeval/first/{OLD}/small.en.ipynb",
                f"first/{OLD}/small.en.html",
                f"first/{OLD}/small.en.json",
            ],
            "--dry-run": [],
        }["".join(options)]
        assert sorted(before - archived.names()) == gone
        assert archived.names() <= before

    def test_what_was_pruned_there_is_forgotten_there(self, archived):
        CliRunner().invoke(main, ["prune", "--keep", "1", "--out", archived.address])

        with ledger_of(places.place(archived.address), begin=False) as ledger:
            assert [run.seconds for run in ledger.history("first") if run.report.as_of == OLD] == [2.0]

    @pytest.mark.parametrize(("text", "needed"), [("s3://kpeval/nothing", True), ("nonsense://kpeval/data", False)])
    def test_an_address_that_is_none(self, store, text, needed):
        with pytest.raises(Misuse, match=text):
            reached(text, needed=needed)

    def test_a_bucket_that_is_not_there_is_told_before_anything_is_made(self, far, furniture, both, monkeypatch):
        monkeypatch.chdir(furniture.folder)
        before = begun(furniture.folder)

        result = asked("first", executor=both.address, data=FAR["data"], out="s3://nowhere/reports")

        assert result.exit_code != 0
        assert "bucket does not exist" in result.stderr
        assert begun(furniture.folder) == before
