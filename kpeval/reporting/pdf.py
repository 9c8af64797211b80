"""How does a page become a PDF that a screen reader can read aloud, the same bytes every time?"""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO

PANGO = "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


def hindrance() -> str:
    """What is wanting here for making a PDF, with its remedy; '' if nothing is. WeasyPrint is imported for it."""
    try:
        with redirect_stdout(StringIO()):  # it prints where to read of it
            import weasyprint  # noqa: F401
    except ImportError as error:
        return f"WeasyPrint cannot be imported ({error}): pip install 'kpeval[pdf]'"
    except OSError:
        return f"the libraries that WeasyPrint needs (Pango) cannot be loaded: on Debian and Ubuntu, {PANGO}"
    return ""


def pdf(html: str) -> bytes:
    """The page as PDF/UA-1."""
    from weasyprint import HTML

    made: bytes = HTML(string=html).write_pdf(pdf_variant="pdf/ua-1")
    return made
