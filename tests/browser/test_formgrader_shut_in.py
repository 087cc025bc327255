"""formgrader shows a hostile submission without running anything of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.grading.config import write
from autograder.marks import nbgrader_of
from autograder.project import Project
from tests.browser.lab import jupyterlab

pytestmark = pytest.mark.long

LESSON = "05_adaptive_rates"
RUN = "window.ran = (window.ran || 0) + 1"
CODED = RUN.replace(" ", "%20")
WRITTEN = f"""
<script>{RUN}</script>
<img src=x onerror="{RUN}">
<svg onload="{RUN}"><animate onbegin="{RUN}"></svg>
<iframe srcdoc="<script>parent.ran = 1</script>"></iframe>
[press](javascript:{CODED}) $\\href{{javascript:{RUN}}}{{x}}$
<a id="press" href="javascript:{RUN}">press</a>
![x](data:image/svg+xml,<svg/onload=alert(1)>)
<iframe src="data:text/html,<script>parent.ran = 1</script>"></iframe>
<a href="data:text/html,<script>opener.ran = 1</script>">press</a>
<object data="data:text/html,<script>parent.ran = 1</script>"></object>
<details open ontoggle="{RUN}">x</details>
<form action="javascript:{RUN}"><button>press</button></form>
<meta http-equiv="refresh" content="0;javascript:{RUN}"><base href="javascript:/x/">
<math href="javascript:{RUN}">press</math>

[press][there] [press](java&#115;cript:{CODED}) [press]( \tjavascript:{CODED}) <javascript:{CODED}>

[there]: javascript:{CODED}

[press](javascript\\:{CODED}) [press](javascript\\&colon;{CODED}) [press]<of>(javascript:{CODED})
[press]<!-- -->(javascript:{CODED}) [press][elsewhere] &#36;&#92;href{{javascript:{CODED}}}{{press}}&#36;
$\\mmlToken{{mi}}[href="javascript:{CODED}"]{{press}}$
$\\renewcommand{{\\sin}}{{\\href{{javascript:{CODED}}}{{press}}}}\\sin$

[elsewhere]: javascript\\:{CODED}

$$\\begin{{array}}{{c}}<img src=x onerror="{RUN}">\\end{{array}}$$ $<svg onload="{RUN}">$
\\(<img src=x onerror="{RUN}">\\)
$\\require{{html}}\\style{{background:url(javascript:{CODED})}}{{x}} \\cssId{{press}}{{x}} \\class{{x}}{{x}}$
$\\unicode[x" onmouseover="{RUN}]{{x41}} \\def\\x#1{{\\href{{#1}}{{x}}}}\\x{{javascript:{CODED}}}$
"""
SHOWN = f"""
from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display
display(HTML({WRITTEN!r}))
display(Javascript({RUN!r}))
display(SVG('<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN.replace('"', "'")}"></svg>'))
display(Markdown({WRITTEN!r}))
display(Latex(r"$\\href{{javascript:{RUN}}}{{x}}$"))
display({{"text/html": {WRITTEN!r}, "application/vnd.jupyter.widget-view+json": {{"model_id": "x"}}}}, raw=True)
"""


def hand_in(course: Path) -> None:
    notebook = json.loads(Project.here().released(LESSON).read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
        if nbgrader_of(cell).get("solution"):
            cell["source"] = WRITTEN if cell["cell_type"] == "markdown" else SHOWN + cell["source"]
    own = {"cell_type": "markdown", "metadata": {}, "source": WRITTEN}
    folder = course / "submitted" / "eve" / LESSON
    folder.mkdir(parents=True)
    (folder / f"{LESSON}.ipynb").write_text(json.dumps({**notebook, "cells": [own, *notebook["cells"]]}))


def test_nothing_of_a_hostile_submission_runs_in_formgrader(
    tmp_path: Path, chromium: Any, picture: Any
) -> None:
    hand_in(tmp_path)
    write(tmp_path)
    done = CliRunner().invoke(
        cli.main, ["grade", "--course", str(tmp_path), "--jobs", "1", "--sandbox", "process"]
    )
    assert done.exit_code == 0, done.output
    (file,) = tmp_path.glob("autograded/**/*.ipynb")
    outputs = [each for cell in json.loads(file.read_text())["cells"] for each in cell.get("outputs", [])]
    assert {kind for each in outputs for kind in each.get("data", {})} <= {"text/plain", "image/png"}
    (feedback,) = tmp_path.glob("feedback/**/*.html")
    with jupyterlab(tmp_path) as lab:
        root = f"http://127.0.0.1:{lab.port}/formgrader"
        page = chromium.new_page(viewport={"width": 1200, "height": 900})
        answer = page.goto(f"{root}?token={lab.token}")
        assert "object-src 'none'" in answer.headers["content-security-policy"]
        page.goto(feedback.as_uri())
        page.wait_for_timeout(500)
        assert page.evaluate("window.ran") is None
        page.goto(f"{root}/gradebook/{LESSON}/{LESSON}")
        page.wait_for_selector("tbody tr a", timeout=120_000)
        page.click("tbody tr a")
        page.wait_for_selector("input.score", timeout=120_000)
        for link in page.locator("#notebook a:has-text('press')").all():
            link.click(timeout=2000, no_wait_after=True)
        page.wait_for_timeout(1500)
        picture("formgrader-hostile", page)
        assert page.evaluate("window.ran") is None
        for kind in (
            "iframe",
            "svg",
            "img[onerror]",
            "object",
            "form",
            "meta",
            "base",
            "[ontoggle]",
            "math[href]",
        ):
            assert page.locator(f"#notebook {kind}").count() == 0, kind
        for scheme in ("javascript", "data:text"):
            assert page.locator(f"#notebook a[href^='{scheme}' i]").count() == 0, scheme
