"""How does a page become a PDF that loses nothing of it, can be read aloud, and has the same bytes every time?

WeasyPrint prints the page in its own print style. Three things are done for it here: it may fetch nothing but what the
page itself holds; what it could not show fails the report, for it would only say so in a log; and of its tags those are
mended that a reader of PDF/UA would stumble over.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from threading import get_ident
from typing import Any

from kpeval.reporting.failure import Failed

DEBIAN = "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
# The running head says the same on each page, and is not read aloud each time.
STYLE = ".stamp { display: none !important }"


def hindrance() -> str:
    """What is wanting here for making a PDF, with its remedy; '' if nothing is. WeasyPrint is imported for it."""
    try:
        with redirect_stdout(StringIO()), warnings.catch_warnings():  # both say at length what is said here
            warnings.simplefilter("ignore", DeprecationWarning)
            from weasyprint.text import ffi
    except ImportError as error:
        return f"WeasyPrint cannot be imported ({error}): pip install 'kpeval[pdf]'"
    except OSError:
        return f"WeasyPrint finds no Pango; on Debian and Ubuntu: {DEBIAN}"
    if ffi.harfbuzz_subset is None:  # another program would shrink the fonts, to other bytes
        return f"WeasyPrint finds no HarfBuzz-Subset; on Debian and Ubuntu: {DEBIAN}"
    return ""


def pdf(html: str) -> bytes:
    """A page as PDF/UA-1: tagged, with its language and title, the headings as its outline.

    The same page gives the same bytes where WeasyPrint, Pango and the fonts are the same: no clock and no chance is in
    it. Only `data:` addresses are fetched. Failed where anything of the page cannot be shown, or where a picture has no
    alternative text.
    """
    from weasyprint import CSS, HTML, URLFetcher

    with _complaints() as complaints:
        fetcher = URLFetcher(allowed_protocols=["data"], allow_redirects=False)
        page = HTML(string=html, url_fetcher=fetcher)
        own = CSS(string=STYLE, url_fetcher=fetcher)
        links = {link.get("href", "").lstrip("#"): _text(link) for link in page.etree_element.iter("a")}
        made: bytes = page.write_pdf(
            pdf_variant="pdf/ua-1",
            pdf_identifier=True,  # of the contents
            stylesheets=[own],
            finisher=lambda _, pdf: _mended(pdf, links),
        )
    if complaints:
        raise Failed(f"the PDF would not show all of the page ({len(complaints)})", details="\n".join(complaints))
    return made


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


class Complaints(logging.Handler):
    """Collects what is said in this thread; in another one another PDF may be under way, as in a worker of Dask."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.found: list[str] = []
        self._thread = get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what was said."""
        if record.thread == self._thread:
            self.found.append(record.getMessage())


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What WeasyPrint says that it could not load or show; of what it only ignores in a style, nothing is heard."""
    logger, handler = logging.getLogger("weasyprint"), Complaints(logging.ERROR)
    logger.propagate = False
    logger.addHandler(handler)
    try:
        yield handler.found
    finally:
        logger.removeHandler(handler)


def _mended(pdf: Any, links: Mapping[str, str]) -> None:
    """Lists hold nothing but items, links are called what they say, and every picture has words of its own.

    WeasyPrint puts the groups of a <dl> between the list and its items, and calls a link by the name of its target.
    """
    objects: dict[bytes, Any] = {one.reference: one for one in pdf.objects}
    for reference, one in objects.items():
        if not isinstance(one, dict):
            continue
        if one.get("S") == "/L":
            one["K"][:] = list(_items(one, reference, objects))
        elif one.get("S") == "/Figure" and "Alt" not in one:
            raise Failed("a picture in the PDF has no alternative text")
        elif one.get("Subtype") == "/Link" and (said := links.get(one["Contents"].string)):
            one["Contents"].string = said


def _items(parent: Any, of_list: bytes, objects: Mapping[bytes, Any]) -> Iterator[Any]:
    """The items of a list, those in groups too, each of which then stands in the list itself."""
    for kid in parent["K"]:
        group = objects.get(kid)
        if group is not None and group["S"] in ("/Div", "/NonStruct"):
            yield from _items(group, of_list, objects)
            group.clear()
        else:
            if group is not None:
                group["P"] = of_list
            yield kid
