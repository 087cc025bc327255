"""What a student's notebook may put before an instructor: text, errors and pictures, nothing that a browser runs.

formgrader opens ``autograded/`` in the instructor's browser, signed in as the instructor.  So a script in an
output, or in a written answer, could give itself marks.
"""

import base64
import html
import io
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

PIXELS = 16_000_000
"""Of a picture that is kept; a page of figures at a high resolution has a tenth of it."""

GONE = "(an output that is neither text nor a PNG picture was left out)"

TOO_MUCH = "(a picture was left out: the notebook shows more than is kept)"

LONGEST = 20_000
"""Characters of a written answer that are kept: nh3 takes minutes for a megabyte of nested tags."""

TAGS = {
    *("a", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em"),
    *("hr", "i", "kbd", "li", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "s", "span"),
    *("strong", "sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}
"""HTML that a written answer may use."""

TAG = re.compile(rf"</?({'|'.join(sorted(TAGS))})(\s[^<>]*)?/?>", re.IGNORECASE)
HTML = re.compile(rf"<(?!https?://|mailto:|{TAG.pattern[1:]})(?=[a-zA-Z!/?])", re.IGNORECASE)
"""What a browser takes for the beginning of any other tag: ``x<y`` too, which is no tag and must not be lost."""

SCHEMES = {"http", "https", "mailto"}
LINK = re.compile(r"\](\(\s*<?|:\s*<)\s*([^)>\n]{0,2000})|\](:)\s*([^\s<]{1,2000})")
"""Where an address begins, in a link or in the line that gives one a name."""

ESCAPED = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
"""The backslash of an escape of Markdown's, which the page does not show."""

FENCE = re.compile(r"(`{3,}|~{3,})([^\n]*)")
TEX = re.compile(
    r"\\(href|url|require|class|cssId|style|data|unicode|mmlToken|html[A-Za-z]*|includegraphics|input|def|let"
    r"|(re)?new(command|environment)|DeclareMathOperator|Newextarrow)"
)
"""Commands of MathJax that reach out of a formula, or that could hide one that does.

No other command begins like one of them, and a page makes links of what stands directly behind one: ``\\hrefhttps://``.
"""


@dataclass
class Room:
    """What is left for the pictures of one notebook: a few bytes can hold millions of pixels.

    pixels      that are still decoded and encoded; hostile ones take a second for six million
    characters  that the pictures may still take in the file
    """

    pixels: int = 100_000_000
    characters: int = 32_000_000


def text(value: Any) -> str:
    """Return text that can be written as UTF-8."""
    joined = "".join(value) if isinstance(value, list) else str(value)
    return joined.encode("utf-8", errors="replace").decode("utf-8")


def outputs(found: Iterable[dict[str, Any]], room: Room) -> list[dict[str, Any]]:
    """Return the outputs of a cell as plain text, errors and PNG pictures, as far as there is room for these."""
    return [output(each, room) for each in found]


def output(found: dict[str, Any], room: Room) -> dict[str, Any]:
    """Return one output with nothing in it that a browser would run."""
    kind = found["output_type"]
    if kind == "stream":
        return {"output_type": kind, "name": found["name"], "text": text(found["text"])}
    if kind == "error":
        lines = [text(each) for each in found["traceback"]]
        return {
            "output_type": kind,
            "ename": text(found["ename"]),
            "evalue": text(found["evalue"]),
            "traceback": lines,
        }
    data = found.get("data", {})
    kept = {"text/plain": text(data["text/plain"])} if "text/plain" in data else {}
    full = "image/png" in data and (room.pixels <= 0 or room.characters <= 0)
    picture = png(data["image/png"], room) if "image/png" in data and not full else None
    if picture is not None:
        kept["image/png"] = picture
    gone = {"text/plain": TOO_MUCH if full else GONE}
    made = {"output_type": kind, "data": gone if full else kept or gone, "metadata": {}}
    return made | ({"execution_count": found.get("execution_count")} if kind == "execute_result" else {})


def png(data: Any, room: Room) -> str | None:
    """Return a picture encoded anew, None for what is no PNG or is too large; take what it needs from the room."""
    from PIL import Image

    unreadable = (OSError, ValueError, SyntaxError, MemoryError, OverflowError, Image.DecompressionBombError)
    try:
        raw = base64.b64decode(text(data), validate=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(raw), formats=["PNG"]) as opened:
                if opened.width * opened.height > PIXELS:
                    return None
                room.pixels -= opened.width * opened.height
                pixels = opened.convert("RGBA")
    except unreadable:
        return None
    stream = io.BytesIO()
    pixels.save(stream, "PNG", compress_level=1)
    room.characters -= stream.tell() * 4 // 3
    return base64.b64encode(stream.getvalue()).decode() if room.characters >= 0 else None


def markdown(source: str) -> str:
    """Return a written answer without what a browser would run; words, formulas and links stay as they were."""
    import nh3

    if len(source) > LONGEST:
        source = f"{source[:LONGEST]}\n\n(The rest of this text was too long to be kept.)"
    source = HTML.sub("< ", source)
    if (
        TAG.search(source) or html.unescape(source) != source
    ):  # before links and formulas, which these can hide
        source = nh3.clean(source, tags=TAGS, attributes={"a": {"href", "title"}}, url_schemes=SCHEMES)
    return LINK.sub(link, FENCE.sub(fence, TEX.sub(r"\\mathrm{\1}", source)))


def link(found: re.Match[str]) -> str:
    """Return the beginning of a link, without an address that is no address of a page."""
    address = bare(found[2] or found[4] or "")
    scheme = re.match(r"([^/?#:]*):(.?)", address)
    if scheme is None or scheme[1].lower() in SCHEMES or (found[3] and not scheme[2]):
        return found[0]
    return f"]{found[1] or found[3]}#"


def fence(found: re.Match[str]) -> str:
    """Return the first line of a block of code, without the word that makes it a drawing made of its text."""
    drawn = "mermaid" in bare(found[2]).lower()
    return f"{found[1]}text" if drawn else found[0]


def bare(written: str) -> str:
    """Return an address or a word as a page shows it: without escapes, entities and white space."""
    shown = ESCAPED.sub("", html.unescape(written))
    return re.sub(r"[\s\x00-\x20]", "", shown) if shown == written else bare(shown)
