"""How long may a text be where it is shown, and how is a longer one shown? The whole text stays in the data."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 2_000  # characters: a page of print; what is longer is no name and no remark, and would bury the rest
LONGEST_WORD = 300  # characters without a space: an address may have as many; longer ones keep a PDF busy for minutes
ENDLESS = re.compile(rf"\S{{{LONGEST_WORD + 1}}}")
CUT = "[…]"


def is_long(text: str) -> bool:
    """Whether the text, or a word of it, is too long to be shown whole."""
    return len(text) > LONGEST or (len(text) > LONGEST_WORD and ENDLESS.search(text) is not None)


def shortened(text: str) -> str:
    """The text, or its beginning and `CUT`, which whoever shows it explains: `LONGEST` characters at most.

    It ends within the first word that is longer than `LONGEST_WORD`.
    """
    if not is_long(text):
        return text
    end = LONGEST - len(CUT) - 1
    if word := ENDLESS.search(text):
        end = min(end, word.start() + LONGEST_WORD)
    while end and unicodedata.combining(text[end]):  # never between a letter and its accent
        end -= 1
    return f"{text[:end].rstrip()} {CUT}"
