"""How long does a report take, beside what people use today? Run it with `make bench`; on Linux.

All ways render the same reports in one interleaved run; the outputs of all are compared with what the notebook's cells
show when they are run as plain Python, and the charts are counted. `--long` renders 1,000 reports besides.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from apart import ENGINE, python
from compare import interleaved
from compare import table as costs
from long import long, told
from measure import CommandFailed, cost
from measures import measures
from outputs import Different, Reference
from targets import compared, endured
from targets import table as targets
from task import environment, invented
from variants import Variant, variants

PACKAGES = ("papermill", "nbconvert", "nbclient", "ipykernel", "pandas", "matplotlib")


def machine(cores: int, ploomber: Path | None) -> str:
    """Where this is measured, with which versions."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = {line.partition(": ")[2] for line in lines if line.startswith("model name")}
    versions = [f"{name} {version(name)}" for name in PACKAGES]
    if ploomber:
        asking = f"from importlib.metadata import version; print(version('{ENGINE}'))"
        found = subprocess.run([ploomber, "-c", asking], capture_output=True, text=True, check=True)
        versions.append(f"{ENGINE} {found.stdout.strip()}")
    cpu = ", ".join(models) or platform.machine()
    return f"{platform.system()}, {cores} cores ({cpu}), Python {platform.python_version()}: {', '.join(versions)}."


def reference(folder: Path, data: Path, limit: Variant, projects: list[str]) -> Reference:
    """What the plain cells show, not measured; it also warms the machine up."""
    out = folder / "plain"
    out.mkdir()
    cost(limit.commands(data, out, projects), folder / "said", environment(data, folder))
    return Reference(limit.files(out, projects))


def compare(options: argparse.Namespace, folder: Path, ways: list[Variant]) -> None:
    """Prints the interleaved run and its targets."""
    data = folder / "data"
    projects = invented(data, 2 * options.reports + 8)  # not all have the same number of charts
    limit = next(way for way in ways if way.key == "limit")
    plain = reference(folder, data, limit, projects)
    alike = plain.alike(options.reports)
    chosen = [way for way in ways if not options.only or way.key in options.only]
    results = interleaved(chosen, options.rounds, data, alike, plain)
    print(f"\n{costs(results)}\n")
    print(f"Medians of {options.rounds} rounds; of ratios, which are taken round by round, with the range. ", end="")
    print("CPU and memory (PSS) are of all processes together.")
    counted = ", ".join(f"{number} {what}" for what, number in plain.compared.items())
    print(f"Compared: {counted}; all alike, with {plain.shown[alike[0]].charts} charts a report.\n")
    print(targets(list(compared(results))))


def endure(options: argparse.Namespace, folder: Path, cores: int) -> None:
    """Prints the long run and its targets."""
    took = long(folder, options.long, cores)
    print(f"\n{told(took)}\n\n{targets(list(endured(took)))}")


def asked() -> argparse.Namespace:
    """What is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of the interleaved run; 0 leaves it out")
    parser.add_argument("--reports", type=int, default=40, help="in a batch of kpeval's")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[], help='ways: "a,c,d,e,kpeval,limit"')
    parser.add_argument("--long", type=int, nargs="?", const=1_000, default=0, help="reports end to end")
    parser.add_argument("--projects", type=int, default=20_000, help="that are measured at once; 0 leaves it out")
    return parser.parse_args()


def main() -> None:
    """The whole benchmark."""
    options, cores = asked(), len(os.sched_getaffinity(0))
    ploomber, missing = python() if not options.only or "e" in options.only else (None, "not asked for")
    print(machine(cores, ploomber))
    if not ploomber:
        print(f"Without {ENGINE}: {missing}.")
    with tempfile.TemporaryDirectory(prefix="kpeval-bench-") as folder:
        if options.rounds:
            compare(options, Path(folder), variants(options.reports, cores, ploomber))
        if options.long:
            (many := Path(folder) / "long").mkdir()
            endure(options, many, cores)
    if options.projects:
        measures(options.projects)


if __name__ == "__main__":
    if sys.platform != "linux":
        sys.exit("The benchmark counts processes and memory as only Linux tells them.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("The benchmark was ended."))  # and ends what it started
    try:
        main()
    except (CommandFailed, Different) as error:
        sys.exit(f"The benchmark stopped: {error}")
