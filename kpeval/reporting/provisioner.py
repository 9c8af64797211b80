"""How does Jupyter start a kernel that is warm already?

`WarmProvisioner` is a kernel provisioner (entry point `jupyter_client.kernel_provisioners`, chosen by the kernelspec
`kpeval`): papermill, nbclient and JupyterLab use it unmodified. It asks this program's warm process for a forked
kernel; where there is none to be had, the ordinary kernel is started, and that is said once.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from kpeval.reporting import kernels
from kpeval.reporting.warm import ENDED, READY

START_SECONDS, TELLING_SECONDS = 60.0, 0.05
log = logging.getLogger("kpeval")


class ForkedKernel:
    """A forked kernel, seen as `subprocess.Popen` shows a child: what LocalProvisioner asks of its process."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, lifeline: socket.socket) -> None:
        self.pid, self.lifeline = pid, lifeline
        self.returncode: int | None = None
        self._ended = os.pidfd_open(pid)  # tells of the end also while the warm process is busy

    def poll(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        return self._status(0)

    def wait(self, timeout: float | None = None) -> int:
        """The exit status, waited for."""
        status = self._status(timeout)
        if status is None:
            raise subprocess.TimeoutExpired("kernel", timeout or 0)
        return status

    def _status(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._ended], [], [], timeout)[0]:
            said = b""
            with contextlib.suppress(OSError, ValueError):  # closed: by the warm process, which has ended, or by us
                if select.select([self.lifeline], [], [], TELLING_SECONDS)[0]:
                    said = self.lifeline.recv(32)
            self.returncode = int(said.removeprefix(ENDED)) if said.startswith(ENDED) else -signal.SIGKILL
            self.lifeline.close()
            os.close(self._ended)
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel, unless it has ended."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._ended, signum)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel by forking the warm process; everything else is as for an ordinary local kernel."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start a kernel: a forked one, else an ordinary one; connection information as the client needs it."""
        forked = await self._forked(cmd, kwargs)
        if forked is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = forked  # type: ignore[assignment]  # as Popen, as far as it is used
        self.pid = self.pgid = forked.pid
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and all that it started, unless it has ended: another may have its number."""
        if self.process is not None and self.process.poll() is None:
            await super().send_signal(signum)

    async def wait(self) -> int | None:
        """Wait for the kernel's end; the parent's method looks every 100 ms, which is longer than an end takes."""
        while self.process and self.process.poll() is None:
            await asyncio.sleep(0.002)
        return await super().wait()

    async def _forked(self, cmd: list[str], kwargs: Mapping[str, Any]) -> ForkedKernel | None:
        if not kernels.FORKS:
            _say_once(f"kernels cannot be forked on {sys.platform}: ordinary ones are used, which start more slowly")
            return None
        cause: Exception | None = None
        for address in _addresses():
            try:
                return await asyncio.wait_for(_ask(address, cmd, kwargs), START_SECONDS)
            except OSError as error:  # it has died, or its kernel has: the next one, or a new one, may answer
                cause = error
                own = kernels.Current.own
                if own is not None and own.address == address and isinstance(error, ConnectionError):
                    kernels.stop()
        _say_once(f"no kernel can be forked ({cause}): ordinary ones are used, which start more slowly")
        return None


def _addresses() -> Iterator[str]:
    """Of the warm process that was lent to this one, of its own, and of a new one if that died a moment ago."""
    if kernels.Current.lent:
        yield kernels.Current.lent
    for _ in range(2):
        if own := kernels.start():
            yield own.address


async def _ask(address: str, cmd: list[str], kwargs: Mapping[str, Any]) -> ForkedKernel:
    loop = asyncio.get_running_loop()
    lifeline = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    lifeline.setblocking(False)
    asked = os.memfd_create("kpeval")
    try:
        argv = cmd[cmd.index("-f") :] if "-f" in cmd else cmd[1:]
        request = {"argv": argv, "cwd": str(kwargs.get("cwd") or Path.cwd()), "env": dict(kwargs["env"])}
        os.write(asked, json.dumps(request).encode())
        os.lseek(asked, 0, os.SEEK_SET)
        await _connected(lifeline, address)
        with Path(os.devnull).open("wb") as nowhere:
            streams = [_descriptor(kwargs.get(name), nowhere, usual) for name, usual in (("stdout", 1), ("stderr", 2))]
            socket.send_fds(lifeline, [b"?"], [asked, *streams])
        said = await loop.sock_recv(lifeline, 32)
        if said.startswith(ENDED):  # no other kernel would fare better
            raise RuntimeError("the kernel ended before it could be talked to")
        if not said.startswith(READY):
            raise ConnectionResetError("the warm process has ended")
        return ForkedKernel(int(said.removeprefix(READY)), lifeline)
    except BaseException:
        lifeline.close()
        raise
    finally:
        os.close(asked)


async def _connected(lifeline: socket.socket, address: str) -> None:
    """Connect, once there is something to connect to: the warm process may have been started a moment ago."""
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            return await asyncio.get_running_loop().sock_connect(lifeline, address)
        except FileNotFoundError:
            own = kernels.Current.own
            gone = own is not None and own.address == address and own.process.poll() is not None
            if gone or not Path(address).parent.is_dir() or time.monotonic() > until:
                raise
            await asyncio.sleep(0.005)


def _descriptor(stream: int | IO[Any] | None, nowhere: IO[bytes], usual: int) -> int:
    if stream is None:
        return usual
    number = stream if isinstance(stream, int) else stream.fileno()
    return number if number >= 0 else nowhere.fileno()  # PIPE and DEVNULL: nobody reads it


@cache
def _say_once(message: str) -> None:
    log.warning(message)
