"""Where does ploomber-engine live? In a virtual environment of its own, made once: kpeval's never has it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from task import ROOT

ENGINE = "ploomber-engine"
LOCK = ROOT / "requirements.lock"


def python() -> tuple[Path | None, str]:
    """Its Python, or None and why there is none."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kpeval-bench"
    key = hashlib.sha256(LOCK.read_bytes() + sys.version.encode() + str(ROOT).encode()).hexdigest()[:16]
    folder = cache / key
    if not (folder / "ready").exists():
        shutil.rmtree(cache, ignore_errors=True)  # of an older lock
        print(f"Installing {ENGINE} into {folder}: once, some minutes.", flush=True)
        if fault := _installed(folder):
            shutil.rmtree(folder, ignore_errors=True)
            return None, fault
        (folder / "ready").touch()
    return folder / "bin" / "python", ""


def _installed(folder: Path) -> str:
    """The lock's versions, the engine with what it needs besides, kpeval from this checkout; why not, if not."""
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", folder],
        [*pip, "--no-deps", "--require-hashes", "--requirement", LOCK],
        [*pip, ENGINE],
        [*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT],
    ):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.strip()]
            return said[-1] if said else f"{command[0]} ended with {done.returncode}"
    return ""
