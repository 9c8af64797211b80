"""Why could a report not be made, in words that may be shown to anybody? And would it help to try again?"""

from __future__ import annotations

from kpeval.present.language import Language

AGAIN = ("died", "time", "process")  # what may pass by itself: tried once more
TRIES = 2
INFRASTRUCTURE = (
    *AGAIN,
    "memory",
    "disk",
    "absent",
)  # nothing that data or notebook can be blamed for: tried at the next call


class Failed(Exception):
    """A report cannot be made; the cell and the cause hold no value of the data, which `details` may.

    `kind` is data, notebook, page or privacy (it would fail again as it is), or one of INFRASTRUCTURE.
    """

    def __init__(self, cause: str, cell: str = "", details: str = "", kind: str = "page") -> None:
        self.cause, self.cell, self.details, self.kind = " ".join(cause.split()), cell, details, kind
        super().__init__(f"cell {cell}: {self.cause}" if cell else self.cause)


def plainly(kind: str, words: Language) -> str:
    """The cause in a sentence for a reader of reports, who knows neither cells nor kernels."""
    said = {
        "data": words.say("The data hold faults that the author of the report has to mend."),
        "notebook": words.say("The report's notebook stopped at an error."),
        "page": words.say("What the report would have shown did not pass the checks of a page."),
        "privacy": words.say(
            "The report is to be public and quotes an e-mail address, a birth number or a phone number."
        ),
        "died": words.say("The program that computes the report was ended from outside."),
        "process": words.say("The program that computes the report was ended from outside."),
        "time": words.say("Computing the report took longer than it may."),
        "memory": words.say("Computing the report needed more memory than it may take."),
        "disk": words.say("The report could not be stored."),
        "absent": words.say("What the list of wanted reports asks for is not there."),
    }
    return said.get(kind, said["notebook"])
