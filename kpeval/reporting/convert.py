"""What does nbconvert find that asks for the `page.Page` of the template's conf.json? What the template lays out.

So `jupyter nbconvert --to html --template kpeval` makes the same page as `kpeval report`, but for the record that
`kpeval verify` reads: nbconvert knows neither what was asked for nor what stands beside. `kpeval report` does without
the exporters of nbconvert: they take long to import, mostly for pages of other kinds.
"""

from __future__ import annotations

from typing import Any

from nbconvert.preprocessors.base import Preprocessor
from nbformat import NotebookNode

from kpeval.reporting.page import parts


class Page(Preprocessor):
    """Puts everything that the template needs into `resources["page"]`."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """The notebook as it is, and the resources with the page's parts; Failed where it must not be shown."""
        asked = resources.get("kpeval", {})
        resources["page"] = parts(nb, asked.get("parameters", {}), asked.get("sisters", {}))
        return nb, resources
