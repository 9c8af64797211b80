"""How does every page look: its style, the policy that allows that style and nothing else, its language links?"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from kpeval.present.language import Language, language

TEMPLATE = Path(__file__).parent / "template"
POLICY = "default-src 'none'; img-src data:; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"


def stylesheet(running: Iterable[str] = (), warnings: Iterable[str] = ()) -> str:
    """The style of every page, with the words that run at the head of each printed one."""
    places = {"top-left": " · ".join(running), "top-right": " · ".join(warnings)}
    boxes = "".join(f"@{place}{{content:{_text(words)}}}" for place, words in places.items() if words)
    return _style() + (f"@page{{{boxes}}}" if boxes else "")


@lru_cache
def _style() -> str:
    """style.css without comments and indentation."""
    style = (TEMPLATE / "style.css").read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/|\n\s*", "", style, flags=re.DOTALL)


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
    """A CSS string; all but letters and digits as code points, so that no title can end the string or the style."""
    return '"' + "".join(sign if sign.isalnum() else f"\\{ord(sign):06x}" for sign in words) + '"'
