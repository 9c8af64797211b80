"""Which result does a chart show? The one its function is named after, so that a page can say where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from kpeval.present.charts.figure import Chart

Asked = ParamSpec("Asked")
Shown = TypeVar("Shown")


def with_name(make: Callable[Asked, Shown]) -> Callable[Asked, Shown]:
    """The chart that `make` makes knows the name of the result it shows."""

    @wraps(make)
    def made(*args: Asked.args, **kwargs: Asked.kwargs) -> Shown:
        shown = make(*args, **kwargs)
        if isinstance(shown, Chart):
            shown.name = make.__name__
        return shown

    return made
