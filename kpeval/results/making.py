"""How is a result declared? As a table like the data themselves, which every project's key opens."""

from __future__ import annotations

from kpeval.columns import PROJECT_ID, Column, Table


def fraction(name: str, en: str, cs: str) -> Column:
    return Column(name, "share", en, cs)  # no limits: a measured share may pass 1 or fall below 0


def result(name: str, en: str, cs: str, *columns: Column, key: str = "") -> Table:
    return Table(name, en, cs, (PROJECT_ID, *columns), tuple(key.split()))
