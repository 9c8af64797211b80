"""Did everybody make the same reports? Nothing is faster that shows less: charts are counted, outputs compared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

CHART = re.compile(r"<figure\b")
PICTURES = ("image/svg+xml", "image/png", "image/jpeg")


class Different(Exception):
    """An output is not what the plain cells show."""


class Shown(NamedTuple):
    """What an executed notebook shows: the text/html of each output, in order, and how many of them are charts."""

    html: tuple[str, ...]
    charts: int


def shown(executed: Path) -> Shown:
    """What the notebook at this path shows."""
    cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    bundles = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    html = tuple("".join(bundle["text/html"]) for bundle in bundles if "text/html" in bundle)
    pictures = sum(any(kind in bundle for kind in PICTURES) and "text/html" not in bundle for bundle in bundles)
    return Shown(html, pictures + charts("\n".join(html)))


def charts(html: str) -> int:
    """How many charts a page, or a part of one, shows; each must have its picture."""
    count = len(CHART.findall(html))
    if html.count("<svg") < count:
        raise Different(f"{count} charts, but {html.count('<svg')} pictures")
    return count


class Reference:
    """What the plain cells showed of each project, and their page; `compared` counts what was held against it."""

    def __init__(self, files: dict[str, tuple[Path, Path]]) -> None:
        self.shown = {project: shown(executed) for project, (executed, _) in files.items()}
        self.pages = {project: page.read_bytes() for project, (_, page) in files.items()}
        self.compared = {"executed notebooks": 0, "pages": 0}

    def alike(self, wanted: int) -> list[str]:
        """As many projects as wanted, the reports of which have the same number of charts, namely the commonest."""
        counts = [one.charts for one in self.shown.values()]
        commonest = max(set(counts), key=counts.count)
        found = [project for project, one in self.shown.items() if one.charts == commonest]
        if len(found) < wanted:
            raise Different(f"only {len(found)} invented projects have {commonest} charts; {wanted} were wanted")
        return found[:wanted]

    def hold(self, who: str, projects: Iterable[str], files: dict[str, tuple[Path, Path]], *, own: bool) -> None:
        """Different where a notebook shows another thing, a page other charts, or kpeval's `own` page other bytes."""
        for project in projects:
            executed, page = files[project]
            wanted, found = self.shown[project], shown(executed)
            if found.charts != wanted.charts:
                raise Different(f"{who}: {project} has {found.charts} charts instead of {wanted.charts}")
            if found.html != wanted.html:
                raise Different(f"{who}: {project} shows something else")
            if own and page.read_bytes() != self.pages[project]:
                raise Different(f"{who}: the page of {project} is another one")
            if (count := charts(page.read_text(encoding="utf-8"))) != wanted.charts:
                raise Different(f"{who}: the page of {project} has {count} charts instead of {wanted.charts}")
            self.compared["executed notebooks"] += 1
            self.compared["pages"] += 1
