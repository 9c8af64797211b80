"""How are a notebook's cells executed: which kernel, in which surroundings, for how long, with how much memory?

`Engine` is a papermill engine (entry point `papermill.engine`): `papermill --engine kpeval -k kpeval IN OUT` uses it as
`run.py` does. Against papermill's own it saves nothing after each cell (a reader never finds half a notebook), waits
for nothing that a fixed pause would have to make sure of, and ends every kernel that it started.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Callable, Mapping
from hmac import compare_digest
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat.v4
import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellExecutionComplete, CellExecutionError, DeadKernelError
from nbclient.util import ensure_async
from nbformat import NotebookNode, from_dict
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from traitlets import Type

from kpeval.reporting.job import KERNEL_ARGUMENTS, Limits

if sys.platform == "linux":
    import resource

START_SECONDS, END_SECONDS = 60, 5
USUAL = Limits()
Messages = Callable[[float], Any]  # the next one of a channel, waited for so many seconds
ALIVE = 1.0  # seconds of silence after which is asked whether the kernel lives
SHOWING = {"display_data": ("metadata", "data"), "execute_result": ("metadata", "data", "execution_count")}
AGAIN = 0.05  # seconds after which a kernel that answered on one channel only is asked once more


class ReportTimeout(Exception):
    """The whole notebook took longer than a report may."""


class CellTimeout(Exception):
    """A cell took longer than it may."""

    def __init__(self, cell: str, seconds: float) -> None:
        self.cell = cell
        super().__init__(f"it ran longer than {seconds:g} seconds")


class Client(AsyncKernelClient):
    """A client that is ready as soon as the kernel has answered on both channels; the usual one pauses 0.2 s."""

    def connect_iopub(self, identity: Any = None) -> Any:
        """As usual, but what is shown waits here however much it is: ZeroMQ drops it from 1,000 messages on."""
        self.context.setsockopt(zmq.RCVHWM, 0)
        return super().connect_iopub(identity)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for the first answer; DeadKernelError if the kernel ends before, TimeoutError after `timeout`."""
        until = time.monotonic() + (timeout or START_SECONDS)
        while time.monotonic() < until:
            self.kernel_info()
            with contextlib.suppress(Empty):
                reply = await self.shell_channel.get_msg(timeout=1)
                await self.iopub_channel.get_msg(timeout=AGAIN)  # subscribed: what a cell shows will arrive
                self._handle_kernel_info_reply(reply)
                self.language_info = reply["content"]["language_info"]
                return
            if not await self.is_alive():
                raise DeadKernelError("the kernel ended before it was ready")
        raise TimeoutError("the kernel was not ready in time")


class Kernel(AsyncKernelManager):
    """A kernel's manager whose clients are those above."""

    client_factory = Type(Client)

    async def limit_memory(self, most: int) -> None:
        """Let the kernel take `most` bytes: a cell that wants more ends with MemoryError, and nobody else starves."""
        pid = getattr(self.provisioner, "pid", None)
        if pid and sys.platform == "linux":
            _, hard = resource.prlimit(pid, resource.RLIMIT_DATA)
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)  # somebody was stricter already
            resource.prlimit(pid, resource.RLIMIT_DATA, (most, most))


class Cells(PapermillNotebookClient):  # type: ignore[misc]  # papermill ships no types
    """Executes the cells of one notebook in one kernel, which is ended whatever happens."""

    km: Any
    kc: Any
    failed: Path | None = None  # where the notebook is left, as far as it came, if a cell fails
    timed = True  # papermill notes in the notebook when each cell ran
    until: float  # when the report's time is up

    def execute(self, *, surroundings: Mapping[str, Any], seconds: float, memory: int) -> NotebookNode:
        """The notebook executed; the error of a cell is noted in it, and papermill raises it."""
        return asyncio.run(self._execute(surroundings, seconds, memory))

    async def _execute(self, surroundings: Mapping[str, Any], seconds: float, memory: int) -> NotebookNode:
        self.reset_execution_trackers()
        manager = self.create_kernel_manager()
        try:
            await self.async_start_new_kernel(**surroundings)
            await manager.limit_memory(memory)
            self.until = time.monotonic() + seconds
            async with asyncio.timeout(seconds):
                client = await self.async_start_new_kernel_client()
                await self._execute_cells()
                self.nb.metadata["language_info"] = client.language_info
                self.set_widgets_metadata()
        except TimeoutError:
            raise ReportTimeout(f"the report took longer than {seconds:g} seconds") from None
        finally:
            if self.km is not None:
                await self._async_cleanup_kernel()
        return self.nb  # type: ignore[no-any-return]

    async def _async_cleanup_kernel(self) -> None:
        """End the kernel at once: it holds nothing that is wanted any more."""
        manager: Any = self.km
        client: Any = self.kc
        self.km = self.kc = None
        try:
            if manager.provisioner is not None and manager.provisioner.has_process:
                await manager.provisioner.kill()
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(manager.provisioner.wait(), END_SECONDS)
        finally:
            await ensure_async(manager.cleanup_resources())
            if client is not None:
                client.stop_channels()

    async def _execute_cells(self) -> None:
        """All cells are sent at once, and their messages read as they come: the kernel waits for nothing between."""
        cells = [(index, cell) for index, cell in enumerate(self.nb.cells) if self._runs(cell)]
        asked = [self.kc.execute(cell.source, store_history=True, stop_on_error=True) for _, cell in cells]
        shown, answered = _messages(self.kc.iopub_channel), _messages(self.kc.shell_channel)
        for request, (index, cell) in zip(asked, cells, strict=True):
            if self.timed:
                self.nb_man.cell_start(cell, index)
            cell.outputs = []
            try:
                await self._listen(shown, request, cell, index)
                self._believe(answered, request, cell)
                if error := next((output for output in cell.outputs if output.output_type == "error"), None):
                    told = CellExecutionError("", error.ename, error.evalue)
                    self.nb_man.cell_exception(cell, cell_index=index, exception=told)
                    if self.failed is not None:
                        self.failed.write_text(nbformat.v4.writes(self.nb), encoding="utf-8")  # type: ignore[no-untyped-call]
                    return  # what runs after it is nobody's: the kernel is ended
            finally:
                if self.timed:
                    self.nb_man.cell_complete(cell, cell_index=index)

    def _believe(self, answered: Messages, request: str, cell: NotebookNode) -> None:
        """What the kernel answers counts: one that was short of memory may fail without showing an error."""
        try:
            while (reply := answered(END_SECONDS))["parent_header"].get("msg_id") != request:
                pass
        except zmq.Again:
            raise DeadKernelError("the kernel gave no answer") from None
        said = reply["content"]
        if said["status"] != "ok" and not any(output.output_type == "error" for output in cell.outputs):
            told = {name: said.get(name, "") for name in ("ename", "evalue")}
            cell.outputs.append(from_dict({"output_type": "error", "traceback": [], **told}))  # type: ignore[no-untyped-call]

    def output(self, outs: Any, msg: Any, display_id: Any, cell_index: int) -> Any:
        """What a cell shows, as usual; the usual way checks each piece against the notebook's schema, in a slow way."""
        plain = msg["msg_type"] in SHOWING and not (display_id or self.clear_before_next_output)
        if not plain or self.output_hook_stack[msg["parent_header"].get("msg_id")]:
            return super().output(outs, msg, display_id, cell_index)
        fields = {name: msg["content"][name] for name in SHOWING[msg["msg_type"]]}
        outs.append(from_dict({"output_type": msg["msg_type"], **fields}))  # type: ignore[no-untyped-call]
        return outs[-1]

    def _runs(self, cell: NotebookNode) -> bool:
        skipped = self.skip_cells_with_tag in cell.metadata.get("tags", [])
        return cell.cell_type == "code" and bool(cell.source.strip()) and not skipped

    async def _listen(self, shown: Messages, request: str, cell: NotebookNode, index: int) -> None:
        """Take in what the cell shows until the kernel is through with it, or is dead, or the cell's time is up."""
        seconds = self._get_timeout(cell) or float("inf")
        until = time.monotonic() + seconds
        self.clear_before_next_output = False
        while True:
            if time.monotonic() > self.until:
                raise TimeoutError
            if time.monotonic() > until:
                raise CellTimeout(cell.get("id", ""), seconds)
            try:
                message = shown(ALIVE)
            except zmq.Again:
                await self._async_check_alive()
                continue
            if message["parent_header"].get("msg_id") == request:
                try:
                    self.process_message(message, cell, index)
                except CellExecutionComplete:
                    return


def _messages(channel: Any) -> Messages:
    """What gives the next message on a channel; zmq.Again if there is none for so long, ValueError if it is forged.

    Waited for and read in the plain way: this process has nothing else to do, asyncio's way takes as long as all the
    rest, and so does turning the days in its header, which nobody asks for, into timestamps.
    """
    socket: Any = zmq.Socket.shadow(channel.socket.underlying)
    session = channel.session

    def following(patience: float) -> Any:
        if not socket.poll(patience * 1000):
            raise zmq.Again
        _, (signature, *parts) = session.feed_identities(socket.recv_multipart(copy=True))
        if session.auth is not None and not compare_digest(signature, session.sign(parts[:4])):
            raise ValueError("a message with a wrong signature")
        header, parent, metadata, content = map(session.unpack, parts[:4])
        facts = {"msg_id": header["msg_id"], "msg_type": header["msg_type"], "buffers": parts[4:]}
        return {"header": header, "parent_header": parent, "metadata": metadata, "content": content, **facts}

    return following


class Engine(NBClientEngine):  # type: ignore[misc]
    """Papermill's engine `kpeval`."""

    @classmethod
    def execute_notebook(cls, nb: NotebookNode, kernel_name: str, output_path: str | None = None, **kw: Any) -> Any:
        """As papermill's own, but saved once, by papermill, when all is done."""
        return super().execute_notebook(nb, kernel_name, output_path=None, **kw)

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        surroundings: Mapping[str, Any] | None = None,
        execution_timeout: float | None = None,
        report_timeout: float = USUAL.report,
        memory: int = USUAL.memory,
        failed: Path | None = None,
        timed: bool = True,
        start_timeout: int = START_SECONDS,
        kernel_manager_class: type[AsyncKernelManager] = Kernel,
        **kw: Any,
    ) -> Any:
        """Execute; `surroundings` go to the kernel's start (cwd, env, stderr), the rest is as in papermill."""
        kw.pop("input_path", None)
        options = {"timeout": execution_timeout or USUAL.cell, "startup_timeout": start_timeout} | kw
        cells = Cells(
            nb_man,
            kernel_name=kernel_name,
            kernel_manager_class=kernel_manager_class,
            record_timing=False,  # as papermill's own engine does not
            extra_arguments=[*KERNEL_ARGUMENTS],
            **options,
        )
        cells.failed, cells.timed = failed, timed
        return cells.execute(surroundings=surroundings or {}, seconds=report_timeout, memory=memory)
