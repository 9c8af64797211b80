"""Imported first, spares 1.2 s: what jsonschema builds when it is imported and nobody here needs.

Where the package rfc3987_syntax is installed (JupyterLab brings it), jsonschema has a grammar made of all that an
address in other scripts may be. Papermill and nbconvert import jsonschema to check the form of notebooks only.
"""

import sys

if "jsonschema" not in sys.modules and "rfc3987_syntax" not in sys.modules:
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # its import fails, as where it is not installed
    try:
        import jsonschema  # type: ignore[import-untyped]  # noqa: F401
    finally:
        del sys.modules["rfc3987_syntax"]
