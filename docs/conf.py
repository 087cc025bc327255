"""How Sphinx builds the guide; `make docs` calls it.

Pages of commands, of `course` and of lessons are made here before Sphinx reads anything, into files that git
ignores. `GUIDE_RUNS=no` runs no lesson, so that no page has figures; `GUIDE_RUNS=04,06` runs these two.
"""

import os
import shutil
import sys
import warnings
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from guide import api, commands, lessons, runs  # noqa: E402

from autograder.project import Project  # noqa: E402

MADE = HERE / "_made"
(MADE / "static").mkdir(parents=True, exist_ok=True)  # Sphinx looks for it before anything is made

project = "Descent"
author = "the authors of Descent"
copyright = "BSD-3-Clause"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.mathjax"]
exclude_patterns = ["_build", "_made", "guide", "hub/*.py"]
nitpicky = False

html_theme = "furo"
html_title = "Descent"
html_static_path = ["_static", "_made/static"]
html_css_files = ["guide.css"]
html_js_files = ["live.js"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
templates_path: list[str] = []

# One file with its fonts as outlines, so that a page opened from a folder has its formulas too.
mathjax_path = "mathjax/tex-svg-full.js"
mathjax3_config = {"svg": {"fontCache": "global"}, "options": {"enableMenu": False}}

myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"
nb_ipywidgets_js: dict[str, dict] = {}
nb_merge_streams = True
autodoc_typehints = "none"
autodoc_preserve_defaults = True
pygments_style = "friendly"
pygments_dark_style = "native"


def make(_app):
    """Make what Sphinx is to read."""
    here, told = Project.here(), os.environ.get("GUIDE_RUNS", "all")
    chosen = here.chosen(told.split(",") if told != "all" else []) if told != "no" else []
    run = runs.runs(here, MADE / "runs", chosen, jobs=os.cpu_count() or 1)
    static = MADE / "static"
    shutil.rmtree(static, ignore_errors=True)
    lessons.pages(here, HERE / "lessons", run, static / "live")
    lessons.changed(HERE / "reference" / "commands.md", commands.page())
    lessons.changed(HERE / "reference" / "glossary.md", lessons.glossary(here))
    made = api.pages(here.root / "course")
    place = HERE / "reference" / "course"
    for file in set(place.glob("*.md")) - {place / name for name in made}:
        file.unlink()
    for name, text in made.items():
        lessons.changed(place / name, text)
    (static / "mathjax").mkdir(parents=True)
    (found,) = (
        file for file in metadata.files("sphinx-mathjax-offline") or [] if file.name == "tex-svg-full.js"
    )
    shutil.copy(found.locate(), static / "mathjax")


def setup(app):
    """Make pages first; write docstrings as the course lays them out."""
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="myst_nb")
    app.connect("builder-inited", make)
    app.connect("autodoc-process-docstring", api.tabulated)
