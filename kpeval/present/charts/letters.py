"""How wide is a text in print, and how is it broken into lines?

Texts are measured with matplotlib's metrics of DejaVu Sans, which is wider than most fonts of a page: what fits here
fits there.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from io import BytesIO
from itertools import repeat
from math import floor, isnan
from pathlib import Path
from typing import Any

from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font, Kerning, LoadFlags
from matplotlib.textpath import text_to_path

from kpeval.present.svg import legible

FONT = "DejaVu Sans"
# Letters, digits and signs that stand one after the other: what a letter takes depends on its neighbours alone. Other
# scripts, and accents that stand on their own, may change the shape of more than that; a soft hyphen is not seen.
ROW = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u024f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2212\u2260-\u2265]+"
)
SETTING = 100 * 64  # widths are whole 64ths of a point at a size of 100 points, so their sums are exact


@lru_cache(maxsize=64)
def font(size: float, bold: bool) -> FontProperties:
    """The font of every text, whatever is set outside; nobody may change what is handed out here."""
    weight = "bold" if bold else "normal"
    return FontProperties(family=FONT, style="normal", variant="normal", weight=weight, stretch="normal", size=size)


@lru_cache(maxsize=4096)
def breadth(text: str, size: float = 10, bold: bool = False) -> float:
    """How wide a text is, in points.

    A row of letters is as wide as they are, each nearer to the next by what the font says of the two: that is exact but
    where three letters melt into one (ffi), and takes a fraction of the time it takes the font's library to set a text.
    """
    if text == text.strip() and ROW.fullmatch(text):
        wide = sum(map(_advance, text, repeat(bold))) + sum(map(_kern, text, text[1:], repeat(bold)))
        if not isnan(wide):
            return wide / 64 * size / 100
    return _measured(text, bold) * size / 100


@lru_cache(maxsize=2)
def _face(bold: bool) -> FT2Font:
    """The font, read whole: from a file left open, processes forked from this one would read at each other's place."""
    face = FT2Font(BytesIO(Path(findfont(font(10, bold))).read_bytes()))
    face.set_size(100, 72)
    return face


@lru_cache(maxsize=2048)
def _glyph(letter: str, bold: bool) -> Any:
    """The letter's number in the font; 0 where it lacks it."""
    return _face(bold).get_char_index(ord(letter))


@lru_cache(maxsize=2048)
def _advance(letter: str, bold: bool) -> float:
    """How far a letter moves the pen, in 64ths; NaN where the font lacks it, and another font would step in."""
    if not _glyph(letter, bold):
        return float("nan")
    face = _face(bold)
    units = face.load_char(ord(letter), LoadFlags.NO_SCALE).horiAdvance
    return floor(units * SETTING / face.units_per_EM + 0.5)


@lru_cache(maxsize=16_384)
def _kern(one: str, other: str, bold: bool) -> int:
    """By how much more or less the pen moves between two letters, in 64ths; the font melts ff, fi and fl into one."""
    face = _face(bold)
    if one == "f" and other in "fil":
        face.set_text(one + other, 0, LoadFlags.NO_HINTING)
        return int(face.get_width_height()[0] - _advance(one, bold) - _advance(other, bold))
    units = face.get_kerning(_glyph(one, bold), _glyph(other, bold), Kerning.UNSCALED)
    return floor(units * SETTING / face.units_per_EM + 0.5)


@lru_cache(maxsize=1024)
def _measured(text: str, bold: bool) -> float:
    """The breadth at a size of 100 points, as the font's library sets it."""
    with warnings.catch_warnings():
        # A letter that DejaVu Sans lacks is measured as a box; the page's font shows it.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        return float(text_to_path.get_text_width_height_descent(text, font(100, bold), ismath=False)[0])


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
