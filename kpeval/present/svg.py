"""How does a matplotlib figure become lean, safe, inline SVG?

Matplotlib's own SVG repeats ids from figure to figure, carries `style=` (which the page's Content-Security-Policy
forbids), metadata and six times the bytes needed. What comes out here holds elements and attributes of a short list
only, text as text in the page's font, ids of its own, and the same bytes every time.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import groupby
from typing import Any

from lxml import etree
from matplotlib import rc_context, rcParamsDefault
from matplotlib.figure import Figure

from kpeval.present.paths import NUMBER, short, steps, written

ELEMENTS = {"svg", "g", "defs", "path", "rect", "text", "use", "pattern", "clipPath"}
ATTRIBUTES = {
    *("x", "y", "width", "height", "d", "transform", "viewBox", "patternUnits", "clip-path", "href", "id"),
    *("fill", "fill-opacity", "fill-rule", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray"),
    *("stroke-linecap", "stroke-linejoin", "opacity", "font-size", "font-weight", "font-style", "text-anchor"),
}
LOOKS = ("font-weight", "text-anchor", "fill")
PLACES = {"x", "y", "d"}
DEFAULTS = {"text-anchor": "start", "stroke-linejoin": "miter", "stroke-linecap": "butt", "stroke-width": "1"}
REFERRED = re.compile(rb"#([\w-]+)")
REFERENCE = re.compile(r"(?:url\()?#([\w-]+)\)?")
NO_TURN = re.compile(r"rotate\(-?0 [^)]*\)")
NATURAL = 1.5  # user units are points; at this size text of 10 units is as large as the page's smaller text
MOST_BYTES = 8_000_000
# Not allowed in XML, or able to turn the reading direction of what follows.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)

# Words of the Latin, Greek and Cyrillic scripts, one space or no-break space between any two of them.
PLAIN = re.compile("[!-~\u00a1-\u052f]+(?:[ \u00a0][!-~\u00a1-\u052f]+)*")


def legible(text: object, longest: int = 200) -> str:
    """The text on one line, without characters that no page may hold, shortened with "…" beyond `longest`."""
    if isinstance(text, str) and len(text) <= longest and PLAIN.fullmatch(text):
        return text  # as most are
    words = re.split(r"[ \t\r\n\u2028\u2029]+", UNSEEN.sub("", str(text)[: 20 * longest]).strip())
    shown = " ".join(words)
    if len(shown) <= longest:
        return shown
    cut = shown[: longest - 1]
    while unicodedata.combining(shown[len(cut)]):  # never between a letter and its accent
        cut = cut[:-1]
    return cut.rstrip() + "…"


@contextmanager
def house_style() -> Iterator[None]:
    """For the time of the block a figure is saved in one way, whatever is set outside: text stays text."""
    with rc_context(_settings()), warnings.catch_warnings():
        # A letter that DejaVu Sans lacks is drawn as a box in a picture; a page's font shows it.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


@lru_cache(maxsize=1)
def _settings() -> Any:
    saving = ("agg.", "path.", "pdf.", "ps.", "savefig.", "svg.", "text.")
    defaults = {name: value for name, value in rcParamsDefault.items() if name.startswith(saving)}
    return defaults | {"svg.fonttype": "none", "svg.hashsalt": "kpeval", "pdf.fonttype": 42}


def inline_svg(figure: Figure, alt: str) -> str:
    """The figure as an `svg` element that stands in a page: scales with it, and is named by `alt`."""
    raw, unsaid = io.BytesIO(), dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with house_style():
        figure.canvas.print_figure(raw, format="svg", facecolor="none", edgecolor="none", metadata=unsaid)
    return cleaned(raw.getvalue(), alt)


def cleaned(svg: bytes, alt: str) -> str:
    """`svg` reduced to the short list; ValueError where it is not well-formed, too large or without a view box."""
    if len(svg) > MOST_BYTES:
        raise ValueError(f"the figure has {len(svg):,} bytes of SVG, more than {MOST_BYTES:,}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        given = etree.fromstring(svg, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"the figure's SVG is not well-formed: {error}") from None
    if "viewBox" not in given.attrib:
        raise ValueError("the figure's SVG has no viewBox, so it cannot scale")
    wanted = {name.decode() for name in REFERRED.findall(svg)}
    root = etree.Element("svg", dict(_attributes(given, "svg", wanted)))
    _, _, width, height = (float(length) for length in root.get("viewBox", "").split())
    _set(root, {"width": number(width * NATURAL), "height": number(height * NATURAL)})
    root.extend(lean for child in given for lean in _lean(child, wanted))
    return finished(root, alt)


def sized(width: str, height: str) -> etree._Element:
    """An empty `svg` of so many points, which is shown in its natural size."""
    natural = {"width": number(float(width) * NATURAL), "height": number(float(height) * NATURAL)}
    return etree.Element("svg", natural | {"viewBox": f"0 0 {width} {height}"})


def finished(root: etree._Element, alt: str) -> str:
    """An `svg` of listed elements and attributes only as it stands in a page, named by `alt`; `root` is changed."""
    _share(root)
    _name_ids(root, alt)
    return etree.tostring(root, encoding="unicode").replace("&#160;", "\u00a0")


def _lean(element: etree._Element, wanted: set[str]) -> list[etree._Element]:
    """What stands for an element: itself with what is listed; its children, where a group says nothing; or nothing."""
    name = _local(element.tag)
    if name not in ELEMENTS:
        return []
    attributes = dict(_attributes(element, name, wanted))
    inside = [lean for child in element for lean in _lean(child, wanted)]
    if name in ("g", "defs") and (not inside or (name == "g" and not attributes)):
        return inside
    if name == "path" and attributes.get("fill") == "none" and "stroke" not in attributes:
        return []  # it would not be seen
    lean = etree.Element(name, attributes)
    lean.text = element.text if name == "text" else None
    lean.extend(inside)
    return [lean]


def _local(name: object) -> str:
    """An element's or attribute's name without its namespace; empty for what is no element."""
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def _plain(element: etree._Element) -> dict[str, str]:
    return {_local(name): str(value) for name, value in element.attrib.items()}


def _attributes(element: etree._Element, tag: str, wanted: set[str]) -> Iterator[tuple[str, str]]:
    """The listed attributes, `style=` as attributes, numbers with two decimals at most, ids that are referred to."""
    given = _plain(element)
    given |= _declared(given.pop("style", ""))
    if tag in ("path", "text", "use"):
        given.setdefault("fill", "#000000")  # what matplotlib leaves unsaid, since others say it for a whole group
    if "stroke" in given:
        given.setdefault("stroke-linejoin", "round")
    for name, value in given.items():
        said = _place(name, value) if name in PLACES else _said(name, value)
        if said is not None and (name != "id" or value in wanted):
            yield name, said


@lru_cache(maxsize=1024)
def _declared(style: str) -> dict[str, str]:
    """What a `style=` declares, by name."""
    declarations = (declaration.partition(":") for declaration in style.split(";"))
    return {name.strip(): value.strip() for name, _, value in declarations}


def _place(name: str, value: str) -> str:
    """Where something is: a path, or a number."""
    return written(steps(value)) if name == "d" else short(float(value.removesuffix("px")))


@lru_cache(maxsize=4096)
def _said(name: str, value: str) -> str | None:
    """What an attribute says, in short; None where it is not listed, goes without saying, or leads out of the file."""
    if name not in ATTRIBUTES or DEFAULTS.get(name) == value or (name == "transform" and NO_TURN.fullmatch(value)):
        return None
    if (name in ("clip-path", "href") or "url(" in value) and not REFERENCE.fullmatch(value):
        return None
    if name in ("id", "href", "clip-path", "fill", "stroke"):
        return value
    return NUMBER.sub(lambda found: number(float(found[0])), value.removesuffix("px"))


def number(value: float) -> str:
    """A number with two decimals at most."""
    shown = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if shown in ("-0", "") else shown


def _share(root: etree._Element) -> None:
    """Size and colour that most texts have are said once, for all."""
    texts = list(root.iter("text"))
    whole = etree.Element("g")
    for name in ("fill", "font-size"):
        values = Counter(text.get(name, "") for text in texts)
        if values:
            common = min(values, key=lambda value: (-values[value], value))
            whole.set(name, common)
            for text in texts:
                if text.get(name) == common:
                    del text.attrib[name]
    whole.extend(_together(list(root)))
    root.append(whole)


def _together(elements: list[etree._Element]) -> Iterator[etree._Element]:
    """The elements; of texts that follow each other those that look alike, as a group that says their look once.

    Texts stand beside each other: their order is not seen, and nobody hears it, for a chart is one picture.
    """
    for are_texts, some in groupby(elements, key=lambda element: element.tag == "text"):
        if not are_texts:
            yield from some
            continue
        looks: dict[tuple[str | None, ...], list[etree._Element]] = {}
        for text in some:
            looks.setdefault(tuple(map(text.get, LOOKS)), []).append(text)
        for look, alike in looks.items():
            if len(alike) == 1 or not any(look):
                yield from alike
                continue
            group = etree.Element("g", {name: said for name, said in zip(LOOKS, look, strict=True) if said})
            for text in alike:
                for name in group.attrib:
                    del text.attrib[name]
            group.extend(alike)
            yield group


def _name_ids(root: etree._Element, alt: str) -> None:
    """Ids start with a hash of the figure's content, so that figures on one page never share one."""
    title = etree.Element("title")
    title.text = legible(alt, 4000)
    root.insert(0, title)
    said = etree.tostring(root)
    prefix = "c" + hashlib.sha256(said).hexdigest()[:8]
    referring = any(word in said for word in (b"href=", b"url(", b"id="))
    for element in root.iter() if referring else ():
        for name, value in _plain(element).items():
            if name == "href" or "url(" in value:
                element.set(name, value.replace("#", f"#{prefix}"))
            elif name == "id":
                element.set(name, prefix + value)
    title.set("id", f"{prefix}t")
    _set(root, {"role": "img", "aria-labelledby": f"{prefix}t"})


def _set(element: etree._Element, attributes: dict[str, str]) -> None:
    for name, value in attributes.items():
        element.set(name, value)
