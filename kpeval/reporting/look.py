"""How does every page look: its style, the policy that allows that style and nothing else, its language links?"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from kpeval.present.language import Language, language

TEMPLATE = Path(__file__).parent / "template"
PLAIN = " ,.()%/-"  # beside letters and digits
POLICY = "default-src 'none'; img-src data:; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"


def stylesheet(
    running: Iterable[str] = (), warnings: Iterable[str] = (), headings: Mapping[str, Sequence[str]] | None = None
) -> str:
    """The style of every page, with the words that run at the head of each printed one.

    `headings` are those of tables, by their id, that stand on a phone as lists: each value there has its own above it.
    """
    labels = "".join(
        f"#{name}{{{';'.join(f'--{place}:{_text(one)}' for place, one in enumerate(told[1:], start=2))}}}"
        for name, told in (headings or {}).items()
    )
    places = {"top-left": " · ".join(running), "top-right": " · ".join(warnings)}
    boxes = "".join(f"@{place}{{content:{_text(words)}}}" for place, words in places.items() if words)
    return _style("style.css") + labels + (f"@page{{{boxes}}}" if boxes else "")


@lru_cache
def _style(file: str) -> str:
    """A style without comments, indentation, and the blanks about signs that need none."""
    style = (TEMPLATE / file).read_text(encoding="utf-8")
    style = re.sub(r"/\*.*?\*/|\n\s*", "", style, flags=re.DOTALL)
    return re.sub(r"(?<=:) |(?<=[{};,]) | (?=[{}])|;(?= ?})", "", style)


def catalogue_stylesheet() -> str:
    """The style of the catalogue: that of every page, and its own."""
    return _style("style.css") + _style("catalogue.css")


def policy(style: str) -> str:
    """The Content-Security-Policy that allows this one style, and no script and no request."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return POLICY.format(hash=digest)


@lru_cache
def own_name(code: str) -> str:
    """What a language calls itself: "Čeština", "English"."""
    locale = language(code).locale
    name = str(locale.languages[locale.language])
    return name[:1].upper() + name[1:]


def format_name(code: str, words: Language) -> str:
    """What a link to a report in a format is called."""
    return {"pdf": words.say("PDF"), "xlsx": words.say("Workbook (XLSX)")}[code]


def _text(words: str) -> str:
    """A CSS string; all but plain signs as code points, so that no title can end the string or the style."""
    plain = (sign if sign.isalnum() or sign in PLAIN else f"\\{ord(sign):x} " for sign in words)
    return '"' + "".join(plain) + '"'
