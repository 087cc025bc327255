"""The guide as a reader has it: built, opened from its folder without a network, on a phone, in light and dark.

One test, because building it is most of its time; each part is reported by itself.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
RUN = ("F3", "01", "06")
"""Lessons that are run for this test: a circuit, sliders over frames and the Explorer, in well under a minute."""


class Page(HTMLParser):
    """The links of a page, its anchors, and what it loads."""

    def __init__(self, file: Path):
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = {""}
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag == "link" and found.get("rel") in ("stylesheet", "icon", "preload"):
            self.loads.append(found["href"])
        elif "src" in found:
            self.loads.append(found["src"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the guide in a copy of its folder; runs that lie in the checkout are taken if they still hold."""
    place = tmp_path_factory.mktemp("guide")
    left = shutil.ignore_patterns("_build", "static", "lessons")
    shutil.copytree(ROOT / "docs", place / "docs", ignore=left)
    (place / "autograder").symlink_to(ROOT / "autograder")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-d", place / "trees"]
    done = subprocess.run(
        [*command, "-b", "html", place / "docs", place / "html"],
        env={**os.environ, "GUIDE_RUNS": ",".join(RUN)}, capture_output=True, text=True, timeout=1200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    return place / "html"


def broken(site: Path, pages: dict[Path, Page]) -> list[tuple[str, str]]:
    """Return the links that lead nowhere within the guide."""
    found = []
    for file, page in pages.items():
        for link in [*page.links, *page.loads]:
            parts = urlsplit(link)
            if parts.scheme or link.startswith("//"):
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            known = pages[target].anchors if target in pages else {unquote(parts.fragment)}
            if not target.exists() or (unquote(parts.fragment) not in known):
                found.append((file.relative_to(site).as_posix(), link))
    return found


def window(context: Any, troubles: list[str]) -> Any:
    """Open an empty page and collect what goes wrong in whatever it shows."""
    page = context.new_page()
    page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
    page.on("console", lambda said: said.type == "error" and troubles.append(f"{page.url}: {said.text}"))
    page.on(
        "request",
        lambda asked: (
            asked.url.startswith(("file:", "data:", "blob:")) or troubles.append(f"{page.url}: {asked.url}")
        ),
    )
    return page


def alive(page: Any) -> list[Any]:
    """Scroll to every widget of a page, and return those that have painted."""
    places = page.locator(".live").all()
    for place in places:
        place.scroll_into_view_if_needed()
        place.locator(".live-view :is(canvas, img, svg)").first.wait_for(timeout=20_000)
    return places


def test_the_guide(site: Path, chromium: Any, picture: Any, subtests: Any) -> None:
    pages = {file: Page(file) for file in sorted(site.rglob("*.html"))}
    assert len(pages) > 60

    with subtests.test("every link leads somewhere, and nothing is loaded from elsewhere"):
        assert broken(site, pages) == []
        away = [
            (file.name, each)
            for file, page in pages.items()
            for each in page.loads
            if urlsplit(each).scheme not in ("", "data") or each.startswith("//")
        ]
        assert away == []

    with subtests.test("no page shows an answer"):
        sys.path.insert(0, str(ROOT / "docs"))
        from guide import lessons

        from autograder.project import Project

        secret = lessons.answers(Project.here())
        for file in (file for name in RUN for file in (site / "lessons").glob(f"{name}_*.html")):
            outputs = re.findall(
                r'<div class="output .*?(?=<div class="cell_input|<section|\Z)', file.read_text(), re.DOTALL
            )
            assert len(outputs) > 10
            told = {
                line.strip() for each in outputs for line in lessons.html_text(each).splitlines()
            } & secret
            assert told == set(), file.name

    for scheme, width in (("light", 390), ("dark", 1200)):
        context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
        context.set_offline(True)
        troubles: list[str] = []
        with subtests.test("pages fit the window", scheme=scheme, width=width):
            wide, page = [], window(context, troubles)
            for file in pages if width == 390 else ():
                if "course" in file.parts and "index" not in file.stem:
                    continue
                page.goto(file.as_uri())
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    wide.append(file.name)
            page.close()
            assert wide == []
        with subtests.test("formulas are set and widgets paint", scheme=scheme, width=width):
            for name in RUN:
                (file,) = (site / "lessons").glob(f"{name}_*.html")
                page = window(context, troubles)
                page.goto(file.as_uri())
                page.locator("mjx-container svg").first.wait_for(timeout=20_000)
                assert page.locator("mjx-merror").count() == 0
                assert alive(page), name
                assert not page.locator(".live-painted > .live-still").first.is_visible()
                sliders = page.locator(".live input[type=range]").all()
                assert min(slider.bounding_box()["width"] for slider in sliders) > 90, name
                assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
                picture(f"guide-{name}-{scheme}-{width}", page.locator(".live").last)
                page.close()
        with subtests.test("no error, no request", scheme=scheme, width=width):
            assert troubles == []
        context.close()

    page = window(chromium.new_context(offline=True), [])
    page.goto(next((site / "lessons").glob("01_*.html")).as_uri())
    with subtests.test("a slider moves its picture"):
        (place, *_) = alive(page)
        image, before = place.locator(".live-view img"), place.locator(".live-view img").get_attribute("src")
        place.locator("input[type=range]").first.press("ArrowRight")
        assert image.get_attribute("src") != before

    with subtests.test("the Explorer plays"):
        page.goto(next((site / "lessons").glob("06_*.html")).as_uri())
        (place,) = alive(page)
        place.get_by_role("button", name="Play").click()
        page.wait_for_timeout(700)
        first = place.locator(".descent-readout").inner_text()
        page.wait_for_timeout(700)
        assert place.locator(".descent-readout").inner_text() != first

    with subtests.test("a widget follows the theme of the page"):
        shades = set()
        for _ in range(3):
            page.locator(".theme-toggle").first.dispatch_event("click")
            page.wait_for_timeout(300)
            shades.add(page.evaluate("getComputedStyle(document.querySelector('.descent')).backgroundColor"))
        assert len(shades) == 2

    with subtests.test("the search finds a page without a network"):
        page.goto((site / "search.html").as_uri() + "?q=momentum")
        page.locator("#search-results li a").first.wait_for(timeout=20_000)
