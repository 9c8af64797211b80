"""How wide is a text in print, and how is it broken into lines?

Texts are measured with matplotlib's metrics of DejaVu Sans, which is wider than most fonts of a page: what fits here
fits there.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from itertools import pairwise

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from kpeval.present.svg import legible

FONT = "DejaVu Sans"
# Letters, digits and signs that stand one after the other: what a letter takes depends on its neighbours alone. Other
# scripts, and accents that stand on their own, may change the shape of more than that.
ROW = re.compile("[ -~\u00a0-\u024f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2212\u2260-\u2265]*")
LETTER = re.compile("([^ \u00a0])([ \u00a0]*)")


@lru_cache(maxsize=64)
def font(size: float, bold: bool) -> FontProperties:
    """The font of every text, whatever is set outside; nobody may change what is handed out here."""
    weight = "bold" if bold else "normal"
    return FontProperties(family=FONT, style="normal", variant="normal", weight=weight, stretch="normal", size=size)


@lru_cache(maxsize=4096)
def breadth(text: str, size: float = 10, bold: bool = False) -> float:
    """How wide a text is, in points.

    A row of letters is put together from its pairs, of which there are few: that is exact but where three letters and
    more melt into one (ffi), and thirty times as fast as to have each text set by the font's library.
    """
    letters: list[tuple[str, str]] = LETTER.findall(text)
    if len(letters) < 2 or text != text.strip() or not ROW.fullmatch(text):
        return _measured(text, bold) * size / 100
    pairs = sum(_measured(one + gap + other, bold) for (one, gap), (other, _) in pairwise(letters))
    return (pairs - sum(_measured(letter, bold) for letter, _ in letters[1:-1])) * size / 100


@lru_cache(maxsize=16_384)
def _measured(text: str, bold: bool) -> float:
    """The breadth at a size of 100 points, which is a whole number of 64ths: sums and differences are exact."""
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
