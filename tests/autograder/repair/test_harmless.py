"""Nothing that a browser would run is left of a student's notebook; honest answers stay as they were."""

import base64
import io
import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from autograder.repair import harmless

HONEST = [
    "The loss falls, then **stalls**: $a < b$ and $\\left(x - y\\right) > 0$.",
    "See [the paper](https://arxiv.org/abs/1412.6980) or <https://distill.pub>.",
    "My data: three runs. File: none. if x < y: stop",
    "`w -= lr * dw  # a <= b`",
    "1. one\n2. two\n\n> quoted",
    "Write to [me](mailto:ada@uni.example).",
    "At w[0]: note: it stops. If loss < best: stop, and w[1]: 3.",
    "[a](../05_nesterov/05_nesterov.ipynb#rate) and [b][1]\n\n[1]: https://distill.pub 'title'",
    "$$\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}$$ & more, 2 < 3",
    "```python\nw = w - lr * dw\n```",
]
HARMFUL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)></svg>",
    "<iframe src='https://evil.example'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x]( JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "![x](data:image/svg+xml;base64,AAAA)",
    "<javascript:alert(1)>",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\require{html}\\style{x}{y}$",
    "&lt;script&gt;alert(1)&lt;/script&gt;<b onclick=alert(1)>x</b>",
    "<style>*{display:none}</style>",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    "<form action=/x><button>x</button></form>",
    "<object data=x></object><embed src=x>",
    r"[x](javascript\:alert(1))",
    r"[x](vb\script\:alert(1))",
    "[x]( <data\\:text/html;base64,AAAA> )",
    r"[x][1]" + "\n\n" + r"[1]: <javascript\:alert(1)>",
    r"[x](javascript\&colon;alert(1))",
    "[x](javascript&amp;colon;alert(1))",
    "[x]<of>(javascript:alert(1))",
    "[x]<!-- -->(javascript:alert(1))",
    "[x](feed:javascript:alert(1))",
    "[x](&NewLine; javascript:alert(1))",
    "$\\mmlToken{mi}[href='javascript:alert(1)']{x}$",
    "$\\hr<of>ef{javascript:alert(1)}{x}$",
    "&#36;&#92;href{javascript:alert(1)}{x}&#36;",
    "$\\renewcommand{\\sin}{\\href{javascript:alert(1)}{x}}$",
    '```mermaid\ngraph TD; A-->B; click A "javascript:alert(1)"\n```',
    "~~~ mer\\&#109;aid\n&lt;img src=x onerror=alert(1)>\n~~~",
]


@pytest.mark.parametrize("source", HONEST)
def test_an_honest_answer_stays_as_it_was(source):
    assert harmless.markdown(source) == source


@pytest.mark.parametrize(
    "source", ["`x<y` and $a<b$, 2<3", "If loss<best, stop; <unknown> tag", "a<b, c>d, e<!f"]
)
def test_what_only_looks_like_a_tag_is_not_lost(source):
    assert harmless.markdown(source).replace("< ", "<") == source


RUNS = {"href", "src", "action", "formaction", "data", "srcset", "background", "xlink:href"}
"""Attributes that hold an address."""


class Page(HTMLParser):
    """Reads a page as a browser would and notes what it would run."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.runs, self.words = [], ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.words += "|"  # no formula goes on behind a tag
        if tag not in {*harmless.TAGS, "img", "input"}:
            self.runs.append(f"<{tag}>")
        for name, value in attrs:
            address = re.sub(r"[\x00-\x20]", "", value or "").lower()
            scheme = re.match(r"([a-z][a-z0-9+.-]*):", address)
            if name.startswith("on") or name == "style" or (name == "class" and "mermaid" in value.lower()):
                self.runs.append(name)
            if name in RUNS and scheme and scheme[1] not in harmless.SCHEMES:
                self.runs.append(value)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        self.words += "|"

    def handle_data(self, data):
        self.words += data


def runs(source):
    """What of a written answer a browser would run, MathJax's commands that reach out of a formula with it."""
    from nbconvert.filters import markdown2html

    page = Page(markdown2html(harmless.markdown(source)))
    return [*page.runs, *(found[0] for found in harmless.TEX.finditer(page.words))]


@pytest.mark.parametrize("source", HARMFUL)
def test_what_a_browser_would_run_is_gone(source):
    assert runs(source) == []


def test_without_us_each_of_these_would_run(monkeypatch):
    monkeypatch.setattr(harmless, "markdown", lambda source: source)
    harmless_already = [source for source in HARMFUL if not runs(source)]
    assert len(harmless_already) <= 8, harmless_already


PIECES = [
    *("[x]", "(y)", *"][()<>:\\!&;`$#/\"'=|"),
    *("javascript", ":", "alert(1)", "[x](", "](", "[y]: ", "[y]", "<b>", "<of>", "</of>", "<!--", "-->"),
    *("&colon;", "&#58;", "&amp;", "&lt;", "&Tab;", "&NewLine;", "&bsol;", "&#92;", "&dollar;", "&lpar;"),
    *("\\href", "\\", "{javascript:x}", "{x}", "```", "~~~", "mermaid", "onclick=x", "<a ", "<img src=x "),
    *(
        "\n",
        "\n\n",
        "    ",
        "\t",
        "- ",
        "> ",
        "| a |\n|---|\n| ",
        "https://",
        "<https://",
        "data",
        "h",
        "ref",
    ),
]


@settings(max_examples=400, deadline=None)
@example("```[x]mermaid")
@example("\\hrefhttps://[x]")
@given(st.lists(st.sampled_from(PIECES), min_size=2, max_size=12).map("".join))
def test_no_mixture_of_signs_gets_through(source):
    assert runs(source) == []


def encoded(**options):
    stream = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(stream, **options)
    return base64.b64encode(stream.getvalue()).decode()


def shown(**data):
    return harmless.output(
        {"output_type": "display_data", "data": data, "metadata": {"a": 1}}, harmless.Room()
    )


def test_a_picture_is_encoded_anew_and_what_was_hidden_in_it_is_gone():
    raw = base64.b64decode(encoded(format="PNG")) + b"<script>alert(1)</script>"
    made = shown(**{"image/png": base64.b64encode(raw).decode(), "text/plain": "<Figure>"})
    assert made["data"].keys() == {"image/png", "text/plain"}
    again = base64.b64decode(made["data"]["image/png"])
    assert b"script" not in again
    assert Image.open(io.BytesIO(again)).convert("RGB").getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize(
    "data",
    [
        {"text/html": "<script>alert(1)</script>"},
        {"image/svg+xml": "<svg onload=alert(1)/>"},
        {"application/javascript": "alert(1)"},
        {"text/markdown": "<img onerror=alert(1)>"},
        {"text/latex": "$\\href{javascript:alert(1)}{x}$"},
        {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}},
        {"image/png": "no picture"},
        {"image/png": encoded(format="GIF")},
        {"image/jpeg": encoded(format="JPEG")},
    ],
)
def test_nothing_but_text_and_png_is_kept(data):
    assert shown(**data) == {
        "output_type": "display_data",
        "data": {"text/plain": harmless.GONE},
        "metadata": {},
    }


def test_a_picture_of_too_many_pixels_is_left_out(monkeypatch):
    monkeypatch.setattr(harmless, "PIXELS", 5)
    assert harmless.png(encoded(format="PNG"), harmless.Room()) is None


@pytest.mark.parametrize("room", [harmless.Room(pixels=30), harmless.Room(characters=250)])
def test_pictures_are_kept_until_the_notebook_shows_too_much(room):
    picture = {"output_type": "display_data", "data": {"image/png": encoded(format="PNG"), "text/plain": "x"}}
    made = [each["data"] for each in harmless.outputs([picture] * 9, room)]
    kept = ["image/png" in each for each in made]
    assert kept == sorted(kept, reverse=True)
    assert 0 < sum(kept) < 9
    assert made[-1] == {"text/plain": harmless.TOO_MUCH}


def test_half_a_character_can_be_written():
    made = harmless.outputs([{"output_type": "stream", "name": "stdout", "text": "\ud83d"}], harmless.Room())
    made[0]["text"].encode("utf-8")
