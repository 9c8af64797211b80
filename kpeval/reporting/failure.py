"""Why could a report not be made, in words that may be shown to anybody?"""

from __future__ import annotations


class Failed(Exception):
    """A report cannot be made; the cell and the cause hold no value of the data, which the private log may."""

    def __init__(self, cause: str, cell: str = "", details: str = "") -> None:
        self.cause, self.cell, self.details = " ".join(cause.split()), cell, details
        super().__init__(f"cell {cell}: {self.cause}" if cell else self.cause)

    def __reduce__(self) -> tuple[type[Failed], tuple[str, str, str]]:  # crosses from worker to worker
        return Failed, (self.cause, self.cell, self.details)
