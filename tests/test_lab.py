"""JupyterLab's server uses the kernel `kpeval` as any other: it starts, computes, is restarted, interrupted, ended."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from secrets import token_hex

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only"),
]
MARK = "KPEVAL_TEST_MARK"
WHO = "import os, sys\nprint(os.getpid(), os.getppid(), 'pandas' in sys.modules)"


def until(found, seconds=30.0):
    """What `found` returns once that is something."""
    deadline = time.monotonic() + seconds
    while not (what := found()):
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)
    return what


class Server:
    """A headless server of Jupyter on this machine, as JupyterLab's page talks to it."""

    def __init__(self, folder):
        self.token, self.log = token_hex(16), folder / "log"
        told = {"JUPYTER_RUNTIME_DIR": folder / "runtime", "JUPYTER_CONFIG_DIR": folder / "config"}
        told |= {"IPYTHONDIR": folder / "ipython", "TMPDIR": folder, MARK: self.token}
        settings = ("ServerApp.ip=127.0.0.1", "ServerApp.port=0", f"ServerApp.root_dir={folder}")
        settings += (f"IdentityProvider.token={self.token}", "ServerApp.jpserver_extensions={}")
        command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*command, *(f"--{setting}" for setting in settings)],
                env=os.environ | {name: str(value) for name, value in told.items()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        [said] = until(lambda: self._alive() and list(folder.glob("runtime/jpserver-*.json")))
        self.url = until(lambda: said.read_text() and json.loads(said.read_text())["url"])
        until(self._answers)

    def _alive(self):
        assert self.process.poll() is None, self.log.read_text()
        return True

    def _answers(self):
        try:
            return self.asked("GET", "status")
        except OSError:
            return None

    def asked(self, method, path, **body):
        request = urllib.request.Request(  # noqa: S310  this machine's
            f"{self.url}api/{path}",
            method=method,
            data=json.dumps(body).encode() if body else (b"" if method == "POST" else None),
            headers={"Authorization": f"token {self.token}"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            text = answer.read()
        return json.loads(text) if text else {}

    def processes(self):
        """Those of the server, by process id: what it is, and what it started."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if f"{MARK}={self.token}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
            except OSError:  # it has ended a moment ago
                continue
        return found


class Kernel:
    """A kernel of the server, and what cells in it show, by the websocket that JupyterLab's page uses."""

    def __init__(self, server):
        self.server, self.id = server, server.asked("POST", "kernels", name="kpeval")["id"]

    def begun(self, source):
        from websocket import create_connection

        link = create_connection(
            f"ws{self.server.url.removeprefix('http')}api/kernels/{self.id}/channels?session_id={token_hex(4)}",
            header=[f"Authorization: token {self.server.token}"],
            timeout=60,
        )
        head = {"msg_id": token_hex(8), "username": "", "session": "s", "msg_type": "execute_request", "version": "5.3"}
        content = {"code": source, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        told = {"header": head, "parent_header": {}, "metadata": {}, "channel": "shell", "content": content}
        link.send(json.dumps(told))
        return link, head["msg_id"]

    def messages(self, begun):
        link, asked = begun
        while True:
            message = json.loads(link.recv())
            if message["channel"] != "iopub" or message["parent_header"].get("msg_id") != asked:
                continue
            yield message["content"]
            if message["content"].get("execution_state") == "idle":
                link.close()
                return

    def shown(self, source):
        said = [content.get("text") or content.get("ename") or "" for content in self.messages(self.begun(source))]
        return "".join(said)

    def changed(self, how):
        self.server.asked("POST", f"kernels/{self.id}/{how}")

    def end(self):
        self.server.asked("DELETE", f"kernels/{self.id}")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    pytest.importorskip("jupyter_server")
    pytest.importorskip("websocket")
    started = Server(tmp_path_factory.mktemp("lab"))
    if "kpeval" not in started.asked("GET", "kernelspecs")["kernelspecs"]:
        started.process.kill()
        pytest.skip("the kernelspec is not installed: `make` installs kpeval, and the kernelspec with it")
    yield started
    started.process.kill()
    started.process.wait()


@pytest.fixture
def kernel(server):
    started = Kernel(server)
    yield started
    if server.process.poll() is None:
        started.end()


def test_a_kernel_is_forked_from_the_warm_process_of_the_server(server, kernel):
    pid, parent, warm = kernel.shown(WHO).split()

    processes = server.processes()
    assert "kpeval.reporting.warm" in processes[int(parent)]
    assert int(pid) in processes
    assert warm == "True", "pandas is there before a cell asked for it"


def test_a_restarted_kernel_is_a_fresh_one(kernel):
    before = kernel.shown("x = 1\n" + WHO).split()[0]

    kernel.changed("restart")

    assert kernel.shown(WHO).split()[0] != before
    assert kernel.shown("x") == "NameError"


def test_an_interrupted_cell_ends_and_the_kernel_goes_on(kernel):
    begun = kernel.begun("import time\nprint('begun', flush=True)\nwhile True:\n    time.sleep(0.01)")
    said = []
    for content in kernel.messages(begun):
        said.append(content.get("text") or content.get("ename"))
        if said[-1] == "begun\n":
            kernel.changed("interrupt")

    assert "KeyboardInterrupt" in said
    assert kernel.shown("print(1)") == "1\n"


def test_a_kernel_that_is_shut_down_is_gone(server, kernel):
    pid = int(kernel.shown(WHO).split()[0])
    other = Kernel(server)
    gone = int(other.shown(WHO).split()[0])

    other.end()

    until(lambda: gone not in server.processes(), 5)
    assert pid in server.processes()


def test_warm_process_and_kernels_end_with_the_server(server, kernel):
    """The last of these tests: the server is ended as by Ctrl-C twice, or the system's shutdown."""
    assert kernel.shown("print(1)") == "1\n"

    server.process.terminate()
    server.process.wait(20)

    until(lambda: not server.processes(), 5)
