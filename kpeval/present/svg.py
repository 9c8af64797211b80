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
from collections import Counter
from collections.abc import Iterator

from lxml import etree
from matplotlib import rc_context
from matplotlib.figure import Figure

ELEMENTS = {"svg", "g", "defs", "path", "rect", "text", "use", "pattern", "clipPath"}
PRESENTATION = {
    *("fill", "fill-opacity", "fill-rule", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray"),
    *("stroke-linecap", "stroke-linejoin", "opacity", "font-size", "font-weight", "font-style", "text-anchor"),
}
PLACES = {"x", "y", "width", "height", "d", "transform", "viewBox", "patternUnits", "clip-path", "href", "id"}
DEFAULTS = {"text-anchor": "start", "stroke-linejoin": "miter", "stroke-linecap": "butt", "stroke-width": "1"}
REFERENCE = re.compile(r"(?:url\()?#([\w-]+)\)?")
NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")
NO_TURN = re.compile(r"rotate\(-?0 [^)]*\)")
NATURAL = 1.5  # user units are points; at this size text of 10 units is as large as the page's smaller text
MOST_BYTES = 8_000_000
# Not allowed in XML, or able to turn the reading direction of what follows.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


def legible(text: object, longest: int = 200) -> str:
    """The text on one line, without characters that no page may hold, shortened with "…" beyond `longest`."""
    words = re.split(r"[ \t\r\n\u2028\u2029]+", UNSEEN.sub("", str(text)[: 20 * longest]).strip())
    shown = " ".join(words)
    if len(shown) <= longest:
        return shown
    cut = shown[: longest - 1]
    while unicodedata.combining(shown[len(cut)]):  # never between a letter and its accent
        cut = cut[:-1]
    return cut.rstrip() + "…"


def inline_svg(figure: Figure, alt: str) -> str:
    """The figure as an `svg` element that stands in a page: scales with it, and is named by `alt`."""
    raw = io.BytesIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "kpeval"}):
        figure.savefig(
            raw, format="svg", facecolor="none", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    return cleaned(raw.getvalue(), alt)


def cleaned(svg: bytes, alt: str) -> str:
    """`svg` reduced to the short list; ValueError where it is not well-formed, too large or without a view box."""
    if len(svg) > MOST_BYTES:
        raise ValueError(f"the figure has {len(svg):,} bytes of SVG, more than {MOST_BYTES:,}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(svg, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"the figure's SVG is not well-formed: {error}") from None
    if "viewBox" not in root.attrib:
        raise ValueError("the figure's SVG has no viewBox, so it cannot scale")
    _strip(root)
    _flatten(root)
    _merge(root)
    _share(root)
    _name_ids(root, alt)
    return etree.tostring(root, encoding="unicode").replace("&#160;", "\u00a0")


def _strip(root: etree._Element) -> None:
    """Leaves only listed elements and attributes, `style=` as attributes, numbers with two decimals at most."""
    for element in list(root.iter()):
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if name not in ELEMENTS:
            _drop(element)
            continue
        kept = dict(_attributes(element))
        element.tag = name
        element.attrib.clear()
        _set(element, kept)
        if name != "text":
            element.text = None
        element.tail = None
    etree.cleanup_namespaces(root)
    _, _, width, height = (float(number) for number in root.get("viewBox", "").split())
    _set(root, {"width": _number(width * NATURAL), "height": _number(height * NATURAL)})


def _attributes(element: etree._Element) -> Iterator[tuple[str, str]]:
    given = {str(etree.QName(name).localname): str(value) for name, value in element.attrib.items()}
    for declaration in given.pop("style", "").split(";"):
        name, _, value = declaration.partition(":")
        given[name.strip()] = value.strip()
    if str(element.tag).endswith(("path", "text", "use")):
        given.setdefault("fill", "#000000")  # what matplotlib leaves unsaid, since others say it for a whole group
    if "stroke" in given:
        given.setdefault("stroke-linejoin", "round")
    for name, value in given.items():
        if DEFAULTS.get(name) == value:
            continue
        if name not in PRESENTATION | PLACES:
            continue
        if name in ("clip-path", "href") and not REFERENCE.fullmatch(value):
            continue
        if "url(" in value and not REFERENCE.fullmatch(value):
            continue
        if name == "transform" and NO_TURN.fullmatch(value):
            continue
        yield name, _path(value) if name == "d" else _short(name, value)


def _short(name: str, value: str) -> str:
    if name in ("id", "href", "clip-path", "fill", "stroke"):
        return value
    return NUMBER.sub(lambda found: _number(float(found[0])), value.removesuffix("px"))


def _number(value: float) -> str:
    shown = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if shown in ("-0", "") else shown


def _path(path: str) -> str:
    """The path with absolute lines along an axis as H and V, and no spaces that a reader of paths can do without."""
    out: list[str] = []
    at = ("", "")
    for command, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        numbers = [_number(float(number)) for number in NUMBER.findall(rest)]
        if command == "L" and len(numbers) == 2 and at[1] == numbers[1]:
            out.append(f"H{numbers[0]}")
        elif command == "L" and len(numbers) == 2 and at[0] == numbers[0]:
            out.append(f"V{numbers[1]}")
        else:
            out.append(command + " ".join(numbers))
        at = (numbers[-2], numbers[-1]) if len(numbers) >= 2 else at
    return "".join(out)


def _flatten(root: etree._Element) -> None:
    """Groups that say nothing are dissolved, empty ones and ids that nothing refers to dropped."""
    wanted = {name for element in root.iter() for name in _references(element)}
    for element in list(root.iter()):
        if "id" in element.attrib and element.get("id") not in wanted:
            del element.attrib["id"]
    for group in reversed(list(root.iter("g", "defs"))):
        parent = group.getparent()
        if parent is not None and (not len(group) or (group.tag == "g" and not group.attrib)):
            place = parent.index(group)
            parent[place : place + 1] = list(group)


def _merge(root: etree._Element) -> None:
    """Neighbours that differ in their course only become one path; what would not be seen goes."""
    before: etree._Element | None = None
    for path in list(root.iter("path", "text", "use", "g")):
        if path.tag == "path" and path.get("fill") == "none" and "stroke" not in path.attrib:
            _drop(path)
            continue
        if before is not None and path.getprevious() is before and _look(path) == _look(before) != {}:
            before.set("d", before.get("d", "") + path.get("d", ""))
            _drop(path)
        else:
            before = path if path.tag == "path" else None


def _look(path: etree._Element) -> dict[str, str]:
    """How a path is drawn; empty for what is no path, or has a name that something may refer to."""
    if path.tag != "path" or "id" in path.attrib:
        return {}
    return {str(name): str(value) for name, value in path.attrib.items() if name != "d"}


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
    whole.extend(list(root))
    root.append(whole)


def _references(element: etree._Element) -> Iterator[str]:
    for name in ("href", "clip-path", "fill", "stroke"):
        found = REFERENCE.fullmatch(element.get(name, ""))
        if found and (name == "href" or "url(" in element.get(name, "")):
            yield found[1]


def _name_ids(root: etree._Element, alt: str) -> None:
    """Ids start with a hash of the figure's content, so that figures on one page never share one."""
    title = etree.Element("title")
    title.text = legible(alt, 4000)
    root.insert(0, title)
    prefix = "c" + hashlib.sha256(etree.tostring(root)).hexdigest()[:8]
    for element in root.iter():
        for name in ("href", "clip-path", "fill", "stroke"):
            for old in [found for found in _references(element) if found in element.get(name, "")]:
                element.set(name, element.get(name, "").replace(f"#{old}", f"#{prefix}{old}"))
        if "id" in element.attrib:
            element.set("id", prefix + element.get("id", ""))
    title.set("id", f"{prefix}t")
    _set(root, {"role": "img", "aria-labelledby": f"{prefix}t"})


def _set(element: etree._Element, attributes: dict[str, str]) -> None:
    for name, value in attributes.items():
        element.set(name, value)


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
