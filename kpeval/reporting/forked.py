"""What runs in a forked kernel? IPython's kernel as it is, without what only costs time there.

A kernel for a report needs nothing of its user's: no configuration, no history, no second shell. Such a kernel is
prepared in the warm process, as far as nothing of it belongs to one process: command line, configuration, shell. Any
other kernel (in JupyterLab, with a profile) starts as an ordinary one does, but for its imports.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import zmq
from ipykernel.iostream import OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from IPython.core.profiledir import ProfileDir
from traitlets import Type, Unicode

from kpeval.reporting.job import KERNEL_ARGUMENTS

FOLDER = "IPYTHONDIR"  # where a user's configuration lies


class Stream(OutStream):
    """Standard output or error: a flush with nothing to flush does not wait for another thread, six times a cell."""

    def flush(self) -> None:
        """Send what was written, if anything was."""
        if getattr(self, "_buffers", True) or self.echo is not None or not self._is_master_process():  # type: ignore[no-untyped-call]
            super().flush()  # type: ignore[no-untyped-call]


class Forked(IPKernelApp):
    """The kernel's application: no thread that looks whether the parent lives (the system tells), no pause a cell."""

    outstream_class = Unicode("kpeval.reporting.forked.Stream")

    ready: Callable[[], None]  # called once the kernel can be talked to: who connects earlier waits 0.1 s and more

    def init_iopub(self, context: Any) -> None:
        """As usual, but what is shown waits however much it is, until it is fetched: ZeroMQ drops it from 1,000 on."""
        context.setsockopt(zmq.SNDHWM, 0)
        super().init_iopub(context)  # type: ignore[no-untyped-call]

    def init_heartbeat(self) -> None:
        """As usual; it is the last of the sockets."""
        super().init_heartbeat()  # type: ignore[no-untyped-call]
        self.ready()

    def init_poller(self) -> None:
        """Nothing to look after: the kernel dies with its parent."""

    def init_kernel(self) -> None:
        """As usual, without the half millisecond that lets a slow screen catch up."""
        self._found_by_tqdm()
        super().init_kernel()  # type: ignore[no-untyped-call]
        if hasattr(self.kernel, "_execute_sleep"):
            self.kernel._execute_sleep = 0

    def _found_by_tqdm(self) -> None:
        """Tqdm looks for this section; where it is not, the shell writes something there that is complained of."""
        self.config.IPKernelApp.quiet = self.quiet


class NoThread:
    """In the place of a thread that is not there; ipykernel asks it for its parent, where a cell awaits something."""

    def __init__(self) -> None:
        self.parent_thread = threading.current_thread()

    def __bool__(self) -> bool:
        return False


class ReportKernel(IPythonKernel):
    """A kernel that can be made before it is connected."""

    @property
    def _supports_kernel_subshells(self) -> bool:
        return False  # ipykernel only asks whether the thread for them is None

    @classmethod
    def instance(cls, *args: Any, **given: Any) -> ReportKernel:
        """The one kernel of this process: made at the first call, connected at the second."""
        kernel: ReportKernel = super().instance(*args, **given)
        for name in given.keys() - {"user_ns"}:  # the shell has made its own
            setattr(kernel, name, given[name])
        kernel._stdout, kernel._stderr = sys.stdout, sys.stderr
        shell: Any = kernel.shell
        for channel in (shell.displayhook, shell.display_pub):
            channel.session, channel.pub_socket = kernel.session, kernel.iopub_socket
        return kernel


class Prepared(Forked):
    """The application of a report's kernel, made before the fork; what it does afterwards is what a process must."""

    kernel_class = Type(ReportKernel)

    def beforehand(self) -> None:
        """Command line, configuration, kernel and shell: all but the connection."""
        super().parse_command_line([*KERNEL_ARGUMENTS])
        super().init_profile_dir()  # type: ignore[no-untyped-call]
        super().init_config_files()  # type: ignore[no-untyped-call]
        super().load_config_file()  # type: ignore[no-untyped-call]
        self._found_by_tqdm()
        self.log.setLevel(self.log_level)  # traitlets makes a record of each message, and drops those below afterwards
        ReportKernel.instance(parent=self, log=self.log, profile_dir=self.profile_dir, user_ns=self.user_ns)

    def parse_command_line(self, argv: Sequence[str] | None = None) -> None:
        """Nothing stands there but where the connection is described."""
        self.connection_file = (argv or [])[1]

    def init_profile_dir(self) -> None:
        """The folders of this kernel's own."""
        self.ipython_dir = os.environ[FOLDER]
        self.profile_dir = ProfileDir.create_profile_dir_by_name(self.ipython_dir, "default")

    def init_config_files(self) -> None:
        """They are read already."""

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:
        """It is read already."""

    def init_control(self, context: Any) -> None:
        """As usual, without the thread that would hand requests to several shells: there is one."""
        super().init_control(context)  # type: ignore[no-untyped-call]
        self.shell_channel_thread = NoThread()

    def init_kernel(self) -> None:
        """As usual; the kernel that was made beforehand is connected."""
        super().init_kernel()
        shell = self.kernel.shell
        shell.ipython_dir, shell.profile_dir = self.ipython_dir, self.profile_dir
        shell.starting_dir, shell.user_ns["_dh"][:] = str(Path.cwd()), [Path.cwd()]
        shell.init_environment()


def prepare(folder: Path) -> None:
    """Make a report's kernel in this process, for those that are forked from it; `folder` stands for its user's."""
    os.environ[FOLDER] = str(folder)
    Prepared.instance().beforehand()
    del os.environ[FOLDER]


def become(argv: Sequence[str], ready: Callable[[], None]) -> None:
    """Run the kernel that `argv` asks for, until it ends; `ready` is called once it can be talked to."""
    app: Any = Prepared.instance()
    if not (_is_bare() and tuple(argv[2:]) == KERNEL_ARGUMENTS and argv[0] == "-f"):
        kernel: Any = ReportKernel.instance()
        for made in (app, kernel, kernel.shell):
            made.clear_instance()
        app = Forked.instance()
    app.ready = ready
    app.parent_handle = os.getppid()
    app.initialize([*argv])
    app.start()


def _is_bare() -> bool:
    """Whether its user, or who stands for one, has configured nothing."""
    return FOLDER in os.environ and not (Path(os.environ[FOLDER]) / "profile_default").exists()
