"""What somebody might write into data to run a script, fetch something, or disturb the page around it.

Each payload that could run calls `ran(…)`, which a test watches for; each that could fetch asks `canary.invalid`.
"""

# ruff: noqa: RUF001  signs that look like others are meant

import csv
import tomllib
from itertools import cycle
from pathlib import Path
from typing import Any

from kpeval.schema import PROJECT_TABLES, PROJECTS

MARKUP = [
    "<script>ran(1)</script>",
    '"><script>ran(2)</script>',
    "'><img src=x onerror=ran(3)>",
    "<img src=//canary.invalid/4.png>",
    "<svg onload=ran(5)><circle r=9 /></svg>",
    "<svg><script>ran(6)</script></svg>",
    '<svg><a xlink:href="javascript:ran(7)"><text y="9">x</text></a></svg>',
    '<svg><use href="data:image/svg+xml,<svg id=x onload=ran(8)>#x"/></svg>',
    '<svg><foreignObject><iframe srcdoc="<script>parent.ran(9)</script>"></iframe></foreignObject></svg>',
    "<math><mtext></p><style><img src=x onerror=ran(10)></style></mtext></math>",
    '<math href="javascript:ran(11)">x</math>',
    "<iframe src=javascript:ran(12)></iframe>",
    '<object data="data:text/html,<script>ran(13)</script>"></object>',
    "<embed src=//canary.invalid/14>",
    '<a href="javascript:ran(15)">x</a>',
    "javascript:ran(16)//",
    '<form action=//canary.invalid/17><input name=x autofocus onfocus=ran(17)></form>"',
    "<body onload=ran(18)>",
    "<details open ontoggle=ran(19)>x</details>",
    "<style>@import '//canary.invalid/20.css'; * { color: red }</style>",
    '<link rel=stylesheet href="//canary.invalid/21.css">',
    "<base href=//canary.invalid/>",
    '<meta http-equiv=refresh content="0;url=//canary.invalid/23">',
    "<video><source onerror=ran(24)></video>",
    '<div style="background:url(//canary.invalid/25)">x</div>',
    "<marquee onstart=ran(26)>x</marquee>",
    '<template><script>ran(27)</script></template><slot name="x">',
    "<noscript><p title='</noscript><img src=x onerror=ran(28)>'>",
]
BREAKOUTS = [
    "</script><script>ran(31)</script>",
    "</title><script>ran(32)</script>",
    "</style><script>ran(33)</script>",
    "</td></tr></table><script>ran(34)</script>",
    "</textarea></svg></figure><script>ran(35)</script>",
    "<!--><script>ran(36)</script>",
    "--><script>ran(37)</script><!--",
    "]]><script>ran(38)</script>",
    "<![CDATA[<script>ran(39)</script>]]>",
    "<?php ran(40) ?>",
    "x onmouseover=ran(41) y=",
    '" autofocus onfocus="ran(42)" x="',
    "' onclick='ran(43)' x='",
    '\\"; } @page { background: url(//canary.invalid/44) } /*',
    "\\22 ; } body { display: none } /*",
]
ENCODED = [
    "&lt;script&gt;ran(51)&lt;/script&gt;",
    "&#60;script&#62;ran(52)&#60;/script&#62;",
    "&amp;lt;b&amp;gt; &nbsp; &copy &#x0; &#xD800;",
    "%3Cscript%3Eran(54)%3C/script%3E",
    "\\u003cscript\\u003eran(55)\\u003c/script\\u003e",
    "＜script＞ran(56)＜/script＞",
    "+ADw-script+AD4-ran(57)+ADw-/script+AD4-",
]
TEMPLATES = [
    "{{7*7}} {{ cycler.__init__.__globals__ }}",
    "{% for x in (1,2) %}x{% endfor %}{# gone #}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "{0.__class__} {count} {} {x!r:>99}",
    "%s %(x)s %n %00",
    "$x^$ and $\\frac{1}{0}$ and 5$ a 6$",
    "\\(x\\) \\[x\\] \\begin{x}",
    "**b** _i_ `c` # h [x](javascript:ran(67)) ![x](//canary.invalid/67)",
    "__import__('os').system('true')",
]
FORMULAS = ["=cmd|' /C calc'!A0", '=HYPERLINK("//canary.invalid/71","x")', "+1+1", "@SUM(1)", "-2+3", "\tx=1\r\n=1+1"]
SIGNS = [  # plain text to every program but one that is steered by them
    "before\u202eafter\u202c end",
    "one\u2066two\u2067three",
    "left\u200eright\u200f mark \u061c",
    "zero\u200bwidth\u200d joined\ufeff",
    "line\u2028paragraph\u2029next\u0085",
    "bell\x07 escape \x1b[2J\x1b[31mred\x1b]0;title\x07 csi \x9b31m",
    "back\x08\x08space\x7f\x0b\x0c\x1f",
    "\ufffe\uffff\ufdd0 \U000e0041\U000e0042 \U0010ffff",
    "שלום 123 (עולם) مرحبا 456",
    "a\u0301\u0302\u0303" + "\u0316\u0317" * 20,
    "𝔨𝔭𝔢𝔳𝔞𝔩 👩\u200d💻 ﷽ ﬁ Ǆ",
]
LONG = ["w" * 300, "x" * 1_999 + "<b>", "slovo " * 5_000, "ž" * 1_000_000]

DAY = "2023-12-31"
PAYLOADS = [*MARKUP, *BREAKOUTS, *ENCODED, *TEMPLATES, *FORMULAS, *SIGNS]


def plant(source: Path, folder: Path) -> None:
    """A copy of the project `source` in `folder` with a payload in every cell of text and in every key of its TOML.

    What is the same stays the same, so that references hold; each payload also is a goal, and a fact as stated.
    """
    folder.mkdir(parents=True)
    chosen: dict[str, str] = {}
    turn = cycle(PAYLOADS)

    def poisoned(value: str) -> str:
        return chosen.setdefault(value, f"{next(turn)} {value}") if value else value

    whole = cycle(text for text in PAYLOADS if ";" not in text and text == text.strip())  # what a list leaves whole

    def listed(value: str) -> str:
        return ";".join(chosen.setdefault(one, f"{next(whole)} {one}") for one in filter(None, value.split(";")))

    severals = {(table.name, column.name): column for table in PROJECT_TABLES.values() for column in table.columns}
    severals = {place: column for place, column in severals.items() if column.several}
    for table, name in [*severals, *(tuple(column.refers.split(".")) for column in severals.values())]:
        if (source / f"{table}.csv").is_file():
            with (source / f"{table}.csv").open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    listed(row[name])  # so that each is the same where it stands alone

    for table in PROJECT_TABLES.values():
        path = source / table.file
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        texts = {column.name for column in table.columns if column.kind == "text"}
        several = {column.name for column in table.columns if column.several}
        planted = [
            {
                name: listed(cell) if name in several else poisoned(cell) if name in texts else cell
                for name, cell in row.items()
            }
            for row in rows
        ]
        if table.name == "goals":
            planted += [{"goal_id": f"X{place}", "text": text} for place, text in enumerate((*PAYLOADS, *LONG))]
        with (folder / table.file).open("w", encoding="utf-8", newline="") as file:
            lines = csv.DictWriter(file, list(rows[0]), restval="")
            lines.writeheader()
            lines.writerows(planted)
    told = tomllib.loads((source / "project.toml").read_text(encoding="utf-8"))
    texts = {column.name for column in PROJECTS.columns if column.kind == "text"} - {
        "project_id",
        "language",
        "currency",
    }  # what is no code is refused
    told |= {"project_id": folder.name} | {name: poisoned(told[name]) for name in sorted(texts & told.keys())}
    facts = [{"label": poisoned(fact["label"]), "value": poisoned(fact["value"])} for fact in told.pop("stated")]
    facts += [{"label": f"{place} {text}", "value": text} for place, text in enumerate(PAYLOADS)]
    of_day = told.pop("report")[DAY] | {"number": poisoned("number")}
    rules = told.pop("rules", {})  # numbers only
    lines = [
        *map(_line, told.items()),
        "[rules]",
        *map(_line, rules.items()),
        "[report]",
        _line(("author", poisoned("author"))),
    ]
    lines += [f"[report.{DAY}]", *map(_line, of_day.items())]
    lines += [line for fact in facts for line in ("[[stated]]", *map(_line, fact.items()))]
    (folder / "project.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "commentary").mkdir()
    for lang in ("cs", "en"):
        (folder / "commentary" / f"{DAY}.{lang}.md").write_text(_commentary(), encoding="utf-8")


def _commentary() -> str:
    """What an evaluator would say: each payload as a paragraph, in a list, a link, a table and a recommendation."""
    lines = [text.replace("\n", " ").replace("\r", " ") for text in PAYLOADS]
    links = [f"[{text}]({text}) ![{text}]({text}) <{text}>" for text in lines]
    rows = [f"| {text} | `{text}` |" for text in lines]
    wanted = [f"- {text}\n  To whom: {text}\n  By when: {text}\n  Priority: high" for text in lines[:9]]
    parts = {
        "Summary": "\n\n".join(lines),
        "Budget": "\n".join(f"- {text}" for text in lines),
        "Indicators": "\n\n".join(links),
        "Findings": "\n".join(["| a | b |", "|---|---|", *rows]),
        "Recommendations": "\n".join(wanted),
    }
    return "\n\n".join(f"# {heading}\n\n{text}" for heading, text in parts.items()) + "\n"


def _line(entry: tuple[str, Any]) -> str:
    name, value = entry
    if not isinstance(value, str):
        return f"{name} = {str(value).lower()}"
    escaped = "".join(sign if sign.isalnum() else f"\\U{ord(sign):08x}" for sign in value)
    return f'{name} = "{escaped}"'
