"""How do shapes and lines of text come onto a figure? All of a chart is one artist, which draws like after like.

Matplotlib's own artists (axes, ticks, a patch for each bar) ask for their place and look anew, one by one, and measure
each text before they draw it: ten times the work for the same picture.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Literal, NamedTuple

from matplotlib import rcParamsDefault
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from kpeval.present.charts.letters import breadth, font
from kpeval.present.charts.page import Page

Align = Literal["left", "center", "right"]
Points = list[tuple[float, float]]
MOVE, DRAW, CLOSE = (int(code) for code in (Path.MOVETO, Path.LINETO, Path.CLOSEPOLY))
MANY = 8  # places from which on those are left out that are not seen
COARSE = rcParamsDefault["path.simplify_threshold"]
BEFORE = {"center": 0.5, "right": 1.0}  # the part of a text that stands left of its anchor


class Look(NamedTuple):
    """How a shape is drawn; without a colour it is not filled, or not outlined."""

    fill: str = ""
    stroke: str = ""
    width: float = 0
    dash: tuple[float, ...] = ()
    round: bool = False  # its ends


class Mark(NamedTuple):
    """A shape in data across and points down; a higher layer covers a lower one."""

    points: Points
    codes: list[int]  # as those of matplotlib's Path
    look: Look
    layer: float
    name: str


class Line(NamedTuple):
    """A line of text, in data across and points down to its baseline."""

    x: float
    y: float
    text: str
    colour: str
    size: float
    bold: bool
    align: Align


class Drawing(Artist):
    """The marks of a picture, and above them its lines; its transform brings data and points onto the figure."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[Mark] = []
        self.lines: list[Line] = []

    def draw(self, renderer: RendererBase) -> None:
        place = Affine2D(self.get_transform().get_matrix())
        for look, alike in _alike(self.marks):
            _draw_alike(renderer, look, alike, place)
        anchors = place.transform([(line.x, line.y) for line in self.lines]).tolist() if self.lines else []
        for (x, y), line in zip(anchors, self.lines, strict=True):
            if isinstance(renderer, Page):
                renderer.write(x, y, *line[2:])
            else:
                _write(renderer, line, x, y)


def _alike(marks: list[Mark]) -> list[tuple[Look, list[Mark]]]:
    """The marks of one look in one layer together, the looks of a layer in the order in which they first come."""
    found: dict[tuple[float, Look], list[Mark]] = {}
    for mark in marks:
        found.setdefault((mark.layer, mark.look), []).append(mark)
    return [(look, found[layer, look]) for layer, look in sorted(found, key=itemgetter(0))]


def _draw_alike(renderer: RendererBase, look: Look, marks: list[Mark], place: Affine2D) -> None:
    """Shapes of one look as one path: so the SVG says the look of each kind once."""
    pen = renderer.new_gc()
    pen.set_joinstyle("miter")
    pen.set_linewidth(look.width if look.stroke else 0)
    if look.stroke:
        pen.set_foreground(look.stroke)
    if look.dash:
        pen.set_dashes(0, look.dash)
    if look.round:
        pen.set_capstyle("round")
        pen.set_snap(False)  # onto dots of a picture: a line that goes nowhere would go quite away
    codes = [code for mark in marks for code in mark.codes]
    path = Path([point for mark in marks for point in mark.points], codes)
    # A course of many days, not what has many ends; by itself a path would ask what is set outside.
    path.should_simplify = len(marks) == 1 and len(codes) >= MANY and max(codes) <= DRAW
    path.simplify_threshold = COARSE
    renderer.draw_path(pen, path, place, to_rgba(look.fill) if look.fill else None)
    pen.restore()


def _write(renderer: RendererBase, line: Line, x: float, y: float) -> None:
    """One line, its anchor at x and y; SVG keeps the anchor, other formats want to know where the text begins."""
    look = font(line.size, line.bold)
    begin = x if line.align == "left" else x - BEFORE[line.align] * _wide(renderer, line)
    down = renderer.get_canvas_width_height()[1] - y if renderer.flipy() else y
    said = Text(x, y, line.text, fontproperties=look, horizontalalignment=line.align, parse_math=False)
    pen = renderer.new_gc()
    pen.set_foreground(line.colour)
    renderer.draw_text(pen, begin, down, line.text, look, 0, mtext=said)
    pen.restore()


def _wide(renderer: RendererBase, line: Line) -> float:
    """A line's width in the renderer's units: in a picture made of dots letters are fitted to them, so it is asked."""
    if renderer.points_to_pixels(1.0) == 1:
        return breadth(line.text, line.size, line.bold)
    return renderer.get_text_width_height_descent(line.text, font(line.size, line.bold), False)[0]
