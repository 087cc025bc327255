"""The Explorer in a file: an animation, or a page that plays."""

from __future__ import annotations

import base64
import html
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.front import module, page_template, style
from course.widgets import movie
from course.widgets.picture import alt_text

if TYPE_CHECKING:
    from course.widgets.explorer import Explorer

PAGE_TRAITS = (
    *("surface", "domain", "grid_size", "levels", "minima", "saddles", "rules", "lengths"),
    *("events", "note", "steps", "step", "view", "hidden", "start", "ran_at", "ridge", "rate"),
    *("rates", "momentum", "race", "pad"),
)
BINARY_TRAITS = ("grid", "paths", "slopes")


def save(explorer: Explorer, path: str | Path, *, seconds: float = 8.0, rate: int = 20) -> Path:
    """Write the animation to ``path`` and return it; the ending chooses how.

    .html  one self-contained page: playing, steps, toggles and the 3-D view work, the settings need Python
    .gif   an animation of ``seconds`` at ``rate`` frames per second, written by Pillow
    .mp4   the same as a movie; needs ``imageio-ffmpeg``

    Raises ``ValueError`` for another ending, ``RuntimeError`` where the movie writer is missing.
    """
    path = Path(path)
    if path.suffix == ".html":
        path.write_text(page(explorer), encoding="utf-8")
    elif path.suffix == ".gif":
        movie.save_gif(path, movie.frames(explorer, round(seconds * rate)), rate)
    elif path.suffix == ".mp4":
        movie.save_mp4(path, movie.frames(explorer, round(seconds * rate)), rate)
    else:
        raise ValueError(f"The file must end in .gif, .mp4 or .html; got {path.name!r}.")
    return path


def page(explorer: Explorer) -> str:
    """Return the picture as one page that needs no network and no Python."""
    canvas = explorer.canvas
    data: dict[str, Any] = {name: getattr(canvas, name) for name in PAGE_TRAITS}
    data |= {"playing": False, "saved": True}
    binary = {name: base64.b64encode(getattr(canvas, name)).decode() for name in BINARY_TRAITS}
    settings = [f"{explorer.steps} gradient evaluations", f"learning rate {explorer.rate:.3g}"]
    listens = frozenset().union(*(explorer.config(name) for name in explorer.runs))
    for key, trait in (
        ("momentum", "momentum"),
        ("decay_rate", "decay"),
        ("beta1", "beta1"),
        ("beta2", "beta2"),
        ("weight_decay", "weight_decay"),
    ):
        if key in listens:
            settings.append(f"{trait.replace('_', ' ')} {getattr(explorer, trait):.4g}")
    if explorer.race:
        settings = [explorer.canvas.note]
    if explorer.noise:
        settings.append(f"gradient noise {explorer.noise:.3g}")
    template = page_template()
    parts = {
        "TITLE": html.escape(f"Paths on the {explorer.surface.name}"),
        "STYLE": style("explorer"),
        "SETTINGS": html.escape(", ".join(settings)),
        "ALT": html.escape(alt_text(explorer)),
        "DATA": json.dumps({"plain": data, "binary": binary}).replace("</", "<\\/"),
        "MODULE": module("explorer")
        .replace("export default {", "const explorer = {")
        .replace("</script", "<\\/script"),
    }
    for name, text in parts.items():
        template = template.replace(f"@{name}@", text)
    return template
