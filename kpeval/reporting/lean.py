"""How is `make` imported without 1.7 s that nobody needs?

Where the package rfc3987_syntax is installed (JupyterLab brings it), jsonschema builds a grammar of all that an address
in other scripts may be, each time it is imported. Papermill and nbconvert import jsonschema to check the form of
notebooks only. So whoever makes reports imports `make` from here.
"""

import sys

__all__ = ["make"]

if "jsonschema" not in sys.modules and "rfc3987_syntax" not in sys.modules:
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # its import fails, as where it is not installed
    try:
        from kpeval.reporting.make import make
    finally:
        del sys.modules["rfc3987_syntax"]
else:
    from kpeval.reporting.make import make
