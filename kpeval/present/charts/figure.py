"""What is a chart here? A matplotlib figure that states its finding, says its data in words, and stands in a page.

Made without pyplot: nothing global is touched, nothing has to be closed. Horizontal places are data (shares, days),
vertical ones points counted from the top, so that rows of text and bars stack like lines of print.
"""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D

from kpeval.present.charts.drawing import CLOSE, DRAW, MOVE, Align, Drawing, Line, Look, Mark, Points
from kpeval.present.charts.page import Page
from kpeval.present.display import FLOW, Bundle, bundle
from kpeval.present.language import Language
from kpeval.present.svg import finished, house_style, inline_svg, legible
from kpeval.timespan import as_day

WIDTH = (
    380.0  # points: on a phone of 375 px, whose margins leave 343, text of 10 points has about 9 px and nothing is cut
)
SIZE = 10.0  # of all text: colour and weight say what is of second rank, for a smaller size could not be read there
LINE = 13.0  # from one line of text to the next
BAR = 12.0
MOST_ROWS = 30
MOST_LETTERS = 400  # of the data in an alternative text, which has 600 with all else

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
        super().__init__(figsize=(WIDTH / 72, height / 72), dpi=160, facecolor=SURFACE)
        self.set_layout_engine("none")
        self.title, self.subtitle, self.alt = told
        self.name = ""  # of the result it shows, as `with_name` gives it
        self.span, self.left = span, left
        self.point = (span[1] - span[0]) / (WIDTH - left - right)  # so much data is one point wide
        self.drawing = Drawing()
        self.add_artist(self.drawing)
        place = Affine2D().translate(-span[0], -height).scale(1 / (self.point * WIDTH), -1 / height)
        self.drawing.set_transform(place.translate(left / WIDTH, 0) + self.transSubfigure)

    def __str__(self) -> str:
        return self.alt

    def savefig(self, fname: Any, **options: Any) -> None:
        """As matplotlib's, in the house style whatever is set outside."""
        with house_style():
            super().savefig(fname, **options)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        caption = f"<strong>{escape(self.title)}</strong> <span{FLOW}>{escape(self.subtitle)}</span>"
        html = f'<figure class="chart"><figcaption>{caption}</figcaption>{self._svg()}</figure>'
        return bundle(html, self.alt, "chart", title=self.title, alt=self.alt, table=self.name)

    def _svg(self) -> str:
        if not self.get_visible() or self.get_children() != [self.patch, self.drawing]:
            return inline_svg(self, self.alt)  # somebody has added to it
        wide, high = (self.get_size_inches() * 72).tolist()
        page = Page(wide, high, self.dpi / 72)
        self.drawing.draw(page)
        return finished(page.root, self.alt)

    def _ipython_display_(self) -> None:
        # Without this IPython's inline backend would show the figure a second time, as PNG without alt text.
        from IPython.display import publish_display_data

        data, metadata = self._repr_mimebundle_()
        publish_display_data(data, metadata)

    def x(self, points: float) -> float:
        """The data that stands `points` from the figure's left edge."""
        return self.span[0] + (points - self.left) * self.point

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
        left, right = first + inset * self.point, last - inset * self.point
        top, bottom = y + inset, y + high - inset
        if layer is None:
            layer = BARS.index(colour) if colour in BARS else len(BARS)
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        self._closed(corners, Look(colour, edge, 0.8 if edge else 0), layer, name)

    def hatch(self, first: float, last: float, y: float, colour: str, *, step: float = 6) -> None:
        """Slanting lines over a bar; drawn as one path, which every reader of SVG and PDF shows alike."""
        slant, ends = BAR * self.point, []
        start = first - slant
        while (start := start + step * self.point) < last:
            low, top = max(start, first), min(start + slant, last)
            ends += [(low, y + BAR - (low - start) / self.point), (top, y + BAR - (top - start) / self.point)]
        if ends:
            self._add(ends, [MOVE, DRAW] * (len(ends) // 2), Look("", colour, 1), len(BARS), "hatch")

    def arrow(self, x: float, y: float, way: int, colour: str, *, high: float = BAR) -> None:
        """A triangle at the end of a bar that goes on: way 1 to the right, -1 to the left."""
        corners = [(x, y), (x + way * 6 * self.point, y + high / 2), (x, y + high)]
        self._closed(corners, Look(colour), len(BARS), "goes on")

    def line(
        self,
        xs: list[float],
        ys: list[float],
        colour: str,
        *,
        width: float = 1,
        dash: tuple[float, ...] = (),
        layer: float = 20,
        name: str = "",
    ) -> None:
        """A line through the places, where there are any; `dash` in points."""
        if xs:
            ends = list(zip(xs, ys, strict=True))
            codes = [MOVE] + [DRAW] * (len(ends) - 1)
            self._add(ends, codes, Look("", colour, width, dash), layer, name)

    def tick(self, x: float, y: float, colour: str, *, width: float = 2, over: float = 3, name: str = "") -> None:
        """A mark across a bar, with a halo in the page's colour, for it may cross a bar as dark as itself."""
        ends = [y - over, y + BAR + over]
        self.line([x, x], ends, SURFACE, width=width + 2, layer=21)
        self.line([x, x], ends, colour, width=width, layer=21 + width, name=name)

    def diamond(self, x: float, y: float, *, filled: bool, name: str = "") -> None:
        """A diamond about its centre, filled or hollow, on a halo."""
        for reach, look, layer, meant in (
            (6.5, Look(SURFACE), 30, ""),
            (4.5, Look(INK if filled else SURFACE, INK, 1.2), 31 + filled, name),
        ):
            wide = reach * self.point
            self._closed([(x - wide, y), (x, y - reach), (x + wide, y), (x, y + reach)], look, layer, meant)

    def dots(self, places: Points, colour: str, *, wide: float = 7, name: str = "dot") -> None:
        """A dot at each of the places: the round ends of a line that goes nowhere, which takes fewest letters."""
        ends = [(x + step, y) for x, y in places for step in (0, 0.1 * self.point)]
        if ends:
            self._add(ends, [MOVE, DRAW] * len(places), Look("", colour, wide, (), True), 30, name)

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        colour: str = INK,
        bold: bool = False,
        align: Align = "left",
    ) -> None:
        """One line of text on the baseline `y`."""
        if shown := legible(text):
            self.drawing.lines.append(Line(x, y, shown, colour, SIZE, bold, align))

    def _closed(self, corners: Points, look: Look, layer: float, name: str) -> None:
        codes = [MOVE] + [DRAW] * (len(corners) - 1) + [CLOSE]
        self._add([*corners, corners[0]], codes, look, layer, name)

    def _add(self, points: Points, codes: list[int], look: Look, layer: float, name: str) -> None:
        self.drawing.marks.append(Mark(points, codes, look, layer, name))


def one_project(frame: pd.DataFrame) -> None:
    """ValueError where the frame speaks of several projects: a chart shows one."""
    named = set(frame["project_id"].tolist()) if "project_id" in frame else set()
    projects = sum(not pd.isna(project) for project in named)
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


def enough(parts: list[str], words: Language) -> str:
    """The parts of an alternative text, as many as can be listened to; the table nearby has them all."""
    said: list[str] = []
    long = 0
    for part in parts:
        long += len(part) + 2
        if said and long > MOST_LETTERS:
            more = len(parts) - len(said)
            said.append(words.count("and {count} more in the table", "and {count} more in the table", more))
            break
        said.append(part)
    return "; ".join(said)


def currency(row: Any) -> str | None:
    """The currency of a row's amounts, where it states one; as short as a currency is, whatever stands there."""
    stated = getattr(row, "currency", None)
    return legible(stated, 12) or None if isinstance(stated, str) else None


def stood(as_of: str | date | None, words: Language) -> str:
    """The day as a part of a subtitle, where it is given."""
    return "" if as_of is None else words.say("as of {day}", day=words.day(as_day(as_of)))
