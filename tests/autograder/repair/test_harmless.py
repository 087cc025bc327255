"""Nothing that a browser would run is left of a student's notebook; honest answers stay as they were."""

import base64
import io
import re

import pytest
from PIL import Image

from autograder.repair import harmless

HONEST = [
    "The loss falls, then **stalls**: $a < b$ and $\\left(x - y\\right) > 0$.",
    "See [the paper](https://arxiv.org/abs/1412.6980) or <https://distill.pub>.",
    "My data: three runs. File: none. if x < y: stop",
    "`w -= lr * dw  # a <= b`",
    "1. one\n2. two\n\n> quoted",
    "Write to [me](mailto:ada@uni.example).",
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
]


@pytest.mark.parametrize("source", HONEST)
def test_an_honest_answer_stays_as_it_was(source):
    assert harmless.markdown(source) == source


@pytest.mark.parametrize("source", HARMFUL)
def test_what_a_browser_would_run_is_gone(source):
    from nbconvert.filters import markdown2html

    made = markdown2html(harmless.markdown(source)).casefold()
    for word in (
        "<script",
        "<svg",
        "<iframe",
        "<object",
        "<embed",
        "<form",
        "<style",
        "onerror=",
        "onclick=",
    ):
        assert word not in made
    for word in ("data:image", "\\href", "\\require", "\\style{"):
        assert word not in made
    assert not re.search(r"(href|src)\s*=\s*[\"']?\s*javascript", made)


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
