"""How is `make` imported without what no report needs: up to 2 s of a core?

Papermill reads notebooks from the web and from S3 too, and imports for that, at once, requests and boto3: here they are
imported when they are first used. Papermill and nbformat import jsonschema, to check the form of notebooks only, which
imports for its formats of texts (which nobody asks for) what JupyterLab brings, and builds with one of these packages a
grammar of all that an address in other scripts may be. So whoever makes reports imports `make` from here.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

__all__ = ["make"]

FORMATS = ("isoduration", "rfc3986_validator", "rfc3987_syntax", "uri_template")
WEB, S3 = "requests", "papermill.s3"
# which papermill does without, and we too; gcsfs uses requests as it is imported
STORES = ("papermill.adl", "papermill.abs", "gcsfs", "github", "pyarrow.fs")


@contextmanager
def _leanly() -> Iterator[None]:
    """In the places of these modules others are found meanwhile, or none; what was imported before stays."""
    web, s3 = ModuleType(WEB), ModuleType(S3)
    web.__getattr__ = lambda name: getattr(import_module(WEB), name)  # type: ignore[method-assign]
    s3.S3 = lambda: import_module(S3).S3()  # type: ignore[attr-defined]
    places: dict[str, Any] = {WEB: web, S3: s3} | dict.fromkeys(STORES)
    if "jsonschema" not in sys.modules:
        places |= dict.fromkeys(FORMATS)  # None: the import fails, as where it is not installed
    places = {name: module for name, module in places.items() if name not in sys.modules}
    sys.modules.update(places)
    try:
        yield
    finally:
        for name in places:
            sys.modules.pop(name, None)


with _leanly():
    from kpeval.reporting.make import make
