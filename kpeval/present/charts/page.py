"""How does a drawing come into a page? Matplotlib draws it with a renderer that makes the page's SVG right away.

Matplotlib's own renderer writes a file, of which `svg.cleaned` leaves a sixth: to write it, to read it and to throw
most of it away takes longer than all else of a chart. Both ways end in the same bytes, which a test holds them to.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from lxml import etree
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Transform

from kpeval.present.paths import KNOWN, Step, short, written
from kpeval.present.svg import number, sized

LETTERS = {int(Path.MOVETO): "M", int(Path.LINETO): "L", int(Path.CURVE3): "Q", int(Path.CURVE4): "C"}
ANCHORS = {"left": None, "center": "middle", "right": "end"}
CLOSE = int(Path.CLOSEPOLY)


class Page(RendererBase):
    """Makes elements of a drawing's shapes and lines of text, in `root`; knows no clips, hatches and pictures."""

    def __init__(self, width: float, height: float, dots: float) -> None:
        """`width` and `height` in points; what is drawn comes in units of which a point has so many `dots`."""
        super().__init__()
        self.size = width, height
        self.dots = dots
        self.root = sized(number(_six(width)), number(_six(height)))

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self.size

    def flipy(self) -> bool:
        return True

    def draw_path(self, gc: GraphicsContextBase, path: Path, transform: Transform, rgbFace: Any = None) -> None:  # noqa: N803
        width, height = self.size
        place = Affine2D(transform.get_matrix()).scale(1 / self.dots, -1 / self.dots).translate(0, height)
        # Like matplotlib: what is filled is not cut at the edge, and what is not filled needs no more than is seen.
        clip = (0.0, 0.0, width, height) if rgbFace is None else None
        simplify = rgbFace is None and path.should_simplify
        course = _course(path.cleaned(place, True, clip, simplify=simplify, curves=True))
        look = {"d": course} if course else {}
        look["fill"] = "none" if rgbFace is None else _hex(rgbFace)
        dashes: Any = gc.get_dashes()[1]
        if dashes:
            look["stroke-dasharray"] = ",".join(number(_six(dash)) for dash in dashes)
        if wide := gc.get_linewidth():
            look["stroke"] = _hex(gc.get_rgb())
            if wide != 1:
                look["stroke-width"] = number(wide)
            if (ends := gc.get_capstyle()) != "butt":
                look["stroke-linecap"] = ends
        etree.SubElement(self.root, "path", look)

    def write(self, x: float, y: float, text: str, colour: str, size: float, bold: bool, align: str) -> None:
        """A line of text at its anchor: a reader of SVG measures it in the page's own font, so it need not be here."""
        look = {"x": short(_six(x / self.dots)), "y": short(_six(self.size[1] - y / self.dots))}
        if bold:
            look["font-weight"] = "700"
        look["font-size"] = number(size)
        if anchor := ANCHORS[align]:
            look["text-anchor"] = anchor
        look["fill"] = _hex(colour)
        etree.SubElement(self.root, "text", look).text = text


def _course(path: Path) -> str:
    """A path in words of SVG, rounded from six decimals: that is what matplotlib's own renderer writes."""
    out: list[Step] = []
    held: list[int] = []
    tenths = np.rint(np.round(np.asarray(path.vertices), 6) * 10).astype(np.int64).tolist()
    for code, place in zip(np.asarray(path.codes).tolist(), tenths, strict=True):
        if code == CLOSE:
            out.append(("z", held))
        elif command := LETTERS.get(code):
            held += place
            if len(held) == KNOWN[command]:
                out.append((command, held))
                held = []
    return written(out)


@lru_cache(maxsize=64)
def _hex(colour: Any) -> str:
    return to_hex(colour)


@lru_cache(maxsize=4096)
def _six(value: float) -> float:
    return float(f"{value:f}")
