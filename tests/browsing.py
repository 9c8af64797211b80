"""Finished pages as a browser shows them, without a network: Debian's Chromium, another one by $CHROMIUM."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest

T = TypeVar("T")
CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
SWITCHES = (
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--no-first-run"),
)


def in_browser(look: Callable[[Any], T]) -> T:
    """What `look` finds with a browser, in a thread of its own: playwright would leave its event loop in this one.

    Where there is no Chromium the test is skipped, visibly.
    """
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: install it, or say where it is by CHROMIUM")

    def looking() -> T:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
            try:
                return look(browser)
            finally:
                browser.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(looking).result()


@contextmanager
def opened(browser: Any, **how: Any) -> Iterator[SimpleNamespace]:
    """An empty tab: `go(path)` opens a file in it, `events` is what a page did that no report may do.

    A request is noted and refused, be it for another file; so are dialogs, errors, messages and new windows.
    """
    context = browser.new_context(**how)
    events: list[str] = []
    own: set[str] = set()

    def asked(route: Any) -> None:
        if route.request.url.partition("#")[0] in own or route.request.url.startswith("data:image/"):
            route.continue_()
        else:
            events.append(f"request: {route.request.url[:200]}")
            route.abort()

    def dialog(box: Any) -> None:
        events.append(f"dialog: {box.message}")
        box.dismiss()

    context.route("**/*", asked)
    context.on("page", lambda new: events.append("window") if own else None)
    page = context.new_page()
    page.on("dialog", dialog)
    page.on("console", lambda said: events.append(f"console: {said.text[:200]}"))
    page.on("pageerror", lambda error: events.append(f"error: {error.message[:200]}"))

    def go(path: Path) -> None:
        own.add(path.resolve().as_uri())
        page.goto(path.resolve().as_uri(), wait_until="load")

    try:
        yield SimpleNamespace(page=page, events=events, go=go)
    finally:
        context.close()
