"""What is a chart here? A matplotlib figure that states its finding, says its data in words, and stands in a page.

Made without pyplot: nothing global is touched, nothing has to be closed. Horizontal places are data (shares, days),
vertical ones points counted from the top, so that rows of text and bars stack like lines of print.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse, Patch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.textpath import text_to_path

from kpeval.present.display import Bundle, bundle
from kpeval.present.language import Language
from kpeval.present.svg import inline_svg, legible
from kpeval.timespan import as_day

STYLE = Path(__file__).parent.with_name("kpeval.mplstyle")
WIDTH = 388.8  # points, 5.4 in: on a phone of 375 px text of 10 points still has 9 px and nothing is cut
LINE = 13.0  # from one line of text to the next
BAR = 12.0
MOST_ROWS = 30

# Light and dark. The first six of the analysts' palette (#12436d #28a197 #801650 #f46a25 #3d3d3d #a285d1) that
# touch keep 3:1 to each other; a page turns light into dark by `svg [fill="#12436d"] {fill: …}`, so no chart may use
# any other colour. Meaning never hangs on colour alone: hatch, outline or a word says the same.
PALETTE = {
    "surface": ("#ffffff", "#12171c"),
    "ink": ("#1b2733", "#e8edf2"),  # text, markers
    "muted": ("#525d68", "#aab5c0"),  # text of second rank
    "track": ("#e4e8ec", "#2b343d"),  # the room a bar may fill, planned bars
    "shade": ("#f3f5f7", "#1a2128"),  # the project's period
    "edge": ("#737f8b", "#84919e"),  # outlines
    "accent": ("#12436d", "#6cb0e8"),  # what is
    "second": ("#801650", "#f29bc4"),  # what should be, and what is late
    "surplus": ("#f46a25", "#f58a4f"),  # what is too much
}
SURFACE, INK, MUTED, TRACK, SHADE, EDGE, ACCENT, SECOND, SURPLUS = (light for light, _ in PALETTE.values())
BARS = (SHADE, TRACK, SURFACE, ACCENT, SURPLUS)  # which covers which, from below


@contextmanager
def house_style() -> Iterator[None]:
    """The style file on matplotlib's own defaults, for the time of the block."""
    with matplotlib.rc_context(rc=_settings()):
        yield


@lru_cache(maxsize=1)
def _settings() -> Any:
    settings = matplotlib.rc_params_from_file(STYLE, use_default_template=True)
    return {name: settings[name] for name in settings if "backend" not in name and name != "interactive"}


class Told(NamedTuple):
    """A chart in words: the finding, what is shown, and all of it for those who do not see it."""

    title: str
    subtitle: str
    alt: str


class Chart(Figure):
    """A figure with `title`, `subtitle` and `alt`; shows itself as inline SVG in a `figure` element."""

    def __init__(
        self, told: Told, height: float, span: tuple[float, float] = (0, 1), left: float = 0, right: float = 0
    ) -> None:
        super().__init__(figsize=(WIDTH / 72, height / 72))
        self.title, self.subtitle, self.alt = told
        self.left, self.right = left, right
        self.plot = self.add_axes((left / WIDTH, 0, (WIDTH - left - right) / WIDTH, 1))
        self.plot.set(xlim=span, ylim=(height, 0))
        self.plot.set_axis_off()
        self.point = (span[1] - span[0]) / (WIDTH - left - right)  # so much data is one point wide

    def __str__(self) -> str:
        return self.alt

    def savefig(self, fname: Any, **options: Any) -> None:
        """As matplotlib's, in the house style whatever is set outside."""
        with house_style(), warnings.catch_warnings():
            # A letter that DejaVu Sans lacks is measured as a box; the page's font shows it.
            warnings.filterwarnings("ignore", message="Glyph .* missing from")
            super().savefig(fname, **options)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        caption = f"<strong>{escape(self.title)}</strong> <span>{escape(self.subtitle)}</span>"
        svg = inline_svg(self, self.alt)
        html = f'<figure class="chart"><figcaption>{caption}</figcaption>{svg}</figure>'
        return bundle(html, self.alt, "chart", title=self.title, alt=self.alt)

    def _ipython_display_(self) -> None:
        # Without this IPython's inline backend would show the figure a second time, as PNG without alt text.
        from IPython.display import publish_display_data

        data, metadata = self._repr_mimebundle_()
        publish_display_data(data, metadata)

    def x(self, points: float) -> float:
        """The data that stands `points` from the figure's left edge."""
        return float(self.plot.get_xlim()[0] + (points - self.left) * self.point)

    def bar(
        self,
        first: float,
        last: float,
        y: float,
        colour: str,
        *,
        high: float = BAR,
        edge: str = "",
        layer: float | None = None,
        name: str = "",
    ) -> None:
        """A bar from `first` to `last`, its top at `y`; outlined in the colour `edge`, empty without `colour`."""
        inset = 0.4 if edge else 0
        wide = last - first - 2 * inset * self.point
        bar = Rectangle((first + inset * self.point, y + inset), wide, high - 2 * inset)
        if layer is None:
            layer = BARS.index(colour) if colour in BARS else len(BARS)
        self._add(bar, colour, edge, 0.8, layer, name)

    def hatch(self, first: float, last: float, y: float, colour: str, *, step: float = 6) -> None:
        """Slanting lines over a bar; drawn as one path, which every reader of SVG and PDF shows alike."""
        slant, ends = BAR * self.point, []
        start = first - slant
        while (start := start + step * self.point) < last:
            low, top = max(start, first), min(start + slant, last)
            ends += [(low, y + BAR - (low - start) / self.point), (top, y + BAR - (top - start) / self.point)]
        if ends:
            lines = Outline(ends, [Outline.MOVETO, Outline.LINETO] * (len(ends) // 2))
            self._add(PathPatch(lines), "", colour, 1, len(BARS))

    def arrow(self, x: float, y: float, way: int, colour: str, *, high: float = BAR) -> None:
        """A triangle at the end of a bar that goes on: way 1 to the right, -1 to the left."""
        corners = [(x, y), (x + way * 6 * self.point, y + high / 2), (x, y + high)]
        self._add(Polygon(corners), colour, "", 0, len(BARS))

    def line(
        self,
        xs: list[float],
        ys: list[float],
        colour: str,
        *,
        width: float = 1,
        dash: Any = "-",
        layer: float = 20,
        name: str = "",
    ) -> None:
        look: dict[str, Any] = {
            "color": colour,
            "linewidth": width,
            "linestyle": dash,
            "zorder": layer,
            "gid": name or None,
        }
        self.plot.add_line(Line2D(xs, ys, clip_on=False, **look))

    def tick(self, x: float, y: float, colour: str, *, width: float = 2, over: float = 3, name: str = "") -> None:
        """A mark across a bar, with a halo in the page's colour, for it may cross a bar as dark as itself."""
        ends = [y - over, y + BAR + over]
        self.line([x, x], ends, SURFACE, width=width + 2, layer=21)
        self.line([x, x], ends, colour, width=width, layer=21 + width, name=name)

    def diamond(self, x: float, y: float, *, filled: bool, name: str = "") -> None:
        """A diamond about its centre, filled or hollow, on a halo."""
        for reach, fill, edge, layer in ((6.5, SURFACE, "", 30), (4.5, INK if filled else SURFACE, INK, 31 + filled)):
            wide = reach * self.point
            corners = [(x - wide, y), (x, y - reach), (x + wide, y), (x, y + reach)]
            self._add(Polygon(corners), fill, edge, 1.2, layer, name if edge else "")

    def dot(self, x: float, y: float, colour: str) -> None:
        self._add(Ellipse((x, y), 7 * self.point, 7), colour, "", 0, 30)

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        colour: str = INK,
        size: float = 10,
        bold: bool = False,
        align: str = "left",
    ) -> None:
        """One line of text on the baseline `y`."""
        if shown := legible(text):
            look: dict[str, Any] = {"color": colour, "size": size, "weight": "bold" if bold else "normal", "ha": align}
            self.plot.text(x, y, shown, zorder=40, clip_on=False, **look)

    def _add(self, patch: Patch, colour: str, edge: str, width: float, layer: float, name: str = "") -> None:
        """One kind of thing is drawn after the other, not row by row: so the SVG says the look of each kind once."""
        look = {"facecolor": colour or "none", "edgecolor": edge or "none", "linewidth": width if edge else 0}
        patch.set(zorder=layer, gid=name or None, clip_on=False, **look)
        self.plot.add_patch(patch)


@lru_cache(maxsize=4096)
def breadth(text: str, size: float = 10, bold: bool = False) -> float:
    """How wide a text is, in points, in DejaVu Sans: wider than most fonts of a page, so what fits here fits there."""
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


def wrapped(text: object, width: float, *, lines: int = 2, size: float = 10, bold: bool = False) -> list[str]:
    """The text in at most so many lines of `width` points; "…" stands for what does not fit."""
    left, out = legible(text), [""]
    for word in left.split(" "):
        longer = f"{out[-1]} {word}".strip()
        if breadth(longer, size, bold) <= width or not out[-1]:
            out[-1] = longer
        else:
            out.append(word)
    kept = out[:lines] if len(out) <= lines else [*out[: lines - 1], " ".join(out[lines - 1 :])]
    return [_fitting(line, width, size, bold) for line in kept]


def _fitting(line: str, width: float, size: float, bold: bool) -> str:
    if breadth(line, size, bold) <= width:
        return line
    while line and breadth(line + "…", size, bold) > width:
        line = line[:-1]
    return line.rstrip() + "…"


def one_project(frame: pd.DataFrame) -> None:
    """ValueError where the frame speaks of several projects: a chart shows one."""
    projects = frame["project_id"].nunique() if "project_id" in frame else 1
    if projects > 1:
        raise ValueError(f"a chart shows one project, and this frame has {projects}: filter by project_id first")


def subtitle(*parts: str, projects: pd.DataFrame | None = None, note: str = "") -> str:
    """The parts that are known, the project's title where `projects` is given, and what is not drawn."""
    given = (
        []
        if projects is None or "title" not in projects
        else [legible(title, 80) for title in projects["title"].head(1)]
    )
    return " · ".join(part for part in (*parts, *given, note) if part)


def stood(as_of: str | date | None, words: Language) -> str:
    """The day as a part of a subtitle, where it is given."""
    return "" if as_of is None else words.say("as of {day}", day=words.day(as_day(as_of)))
