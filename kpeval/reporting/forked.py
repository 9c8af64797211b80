"""What runs in a forked kernel? IPython's kernel as it is, without three things that only cost time there."""

from __future__ import annotations

from collections.abc import Callable

from ipykernel.iostream import OutStream
from ipykernel.kernelapp import IPKernelApp
from traitlets import Unicode


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

    def init_heartbeat(self) -> None:
        """As usual; it is the last of the sockets."""
        super().init_heartbeat()  # type: ignore[no-untyped-call]
        self.ready()

    def init_poller(self) -> None:
        """Nothing to look after: the kernel dies with its parent."""

    def init_kernel(self) -> None:
        """As usual, without the half millisecond that lets a slow screen catch up."""
        super().init_kernel()  # type: ignore[no-untyped-call]
        if hasattr(self.kernel, "_execute_sleep"):
            self.kernel._execute_sleep = 0
