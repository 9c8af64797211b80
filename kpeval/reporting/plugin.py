"""What does papermill find under the name `kpeval`? An engine that imports nothing until it is used.

Papermill loads every engine that is installed when it is itself imported, and `engine.py` imports papermill.
"""

from __future__ import annotations

from typing import Any


class Engine:
    """Papermill's engine `kpeval`, for `papermill --engine kpeval`: that of `engine.py`."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, output_path: str | None = None, **options: Any) -> Any:
        """Execute the notebook; the options are those of papermill's engine and of kpeval's."""
        from kpeval.reporting.engine import Engine as Ours

        return Ours.execute_notebook(nb, kernel_name, output_path, **options)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> Any:
        """The kernel that is asked for, else the notebook's own."""
        from papermill.utils import nb_kernel_name

        return nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> Any:
        """The language that is asked for, else the notebook's own."""
        from papermill.utils import nb_language

        return nb_language(nb, language)
