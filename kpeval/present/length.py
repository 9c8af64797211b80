"""How long may a text be where it is shown, and how is a longer one shown? The whole text stays in the data."""

from __future__ import annotations

import unicodedata

LONGEST = 2_000  # characters: a page of print; what is longer is no name and no remark, and would bury the rest
CUT = "[…]"


def is_long(text: str) -> bool:
    """Whether the text is too long to be shown whole."""
    return len(text) > LONGEST


def shortened(text: str) -> str:
    """The text, or its beginning and `CUT`, which whoever shows it explains: `LONGEST` characters at most."""
    if not is_long(text):
        return text
    end = LONGEST - len(CUT) - 1
    while end and unicodedata.combining(text[end]):  # never between a letter and its accent
        end -= 1
    return f"{text[:end].rstrip()} {CUT}"
