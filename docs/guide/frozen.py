"""Runs in the kernel before a lesson: sliders that would ask the kernel become pictures drawn beforehand."""

import io
import itertools

import ipywidgets
from IPython.display import display
from PIL import Image

from course.interactive.drawn import Drawn
from course.interactive.frames import Frames

PICTURES = 64
"""About how many pictures a figure may have."""
WIDEST = 900


def positions(slider, count):
    """Return about ``count`` values of a slider, its present one among them, and where that is."""
    kept = slider.value
    if isinstance(slider, ipywidgets.SelectionSlider):
        values = [each[1] if isinstance(each, tuple) else each for each in slider.options]
        last, present = len(values) - 1, values.index(kept)
        places = {round(k * last / (count - 1)) for k in range(count)} if count > 1 else {present}
        nearest = min(places, key=lambda at: abs(at - present))
        places = sorted(places - {nearest} | {present})
        return [values[at] for at in places], places.index(present)
    if isinstance(slider, ipywidgets.FloatLogSlider):
        steps = [
            slider.base ** (slider.min + k * (slider.max - slider.min) / (count - 1)) for k in range(count)
        ]
    else:
        every = max(1, round((slider.max - slider.min) / slider.step / (count - 1)))
        steps = [
            slider.min + slider.step * k
            for k in range(0, round((slider.max - slider.min) / slider.step) + 1, every)
        ]
        steps = [round(step, 10) if isinstance(kept, float) else step for step in steps]
    nearest = min(range(len(steps)), key=lambda at: abs(steps[at] - kept))
    steps[nearest] = kept
    return steps, nearest


def small(png):
    """Return a picture at most ``WIDEST`` pixels wide, in a palette: a tenth of the size."""
    buffer = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.thumbnail((WIDEST, WIDEST))
    picture.quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        buffer, "png", optimize=True
    )
    return buffer.getvalue()


def freeze(figure):
    """Show a figure with sliders as one that needs no kernel."""
    count = round(PICTURES ** (1 / len(figure.sliders)))
    chosen = {
        name: positions(slider, min(count, 31) if len(figure.sliders) == 1 else count)
        for name, slider in figure.sliders.items()
    }
    frames, alts = [], []
    for values in itertools.product(*(steps for steps, _ in chosen.values())):
        picture = figure._draw(**dict(zip(chosen, values, strict=True)))
        frames.append(small(picture.png))
        alts.append(picture.alt)
    controls = [
        {"name": figure.sliders[name].description, "labels": [f"{step:.3g}" for step in steps]}
        for name, (steps, _) in chosen.items()
    ]
    place = [nearest for _, nearest in chosen.values()]
    width = int(figure.screen.width)
    display(Frames(controls=controls, place=place, frames=frames, alts=alts, width=width))


if __name__ == "frozen":  # as ``runs`` runs it in the kernel of a lesson
    Drawn._ipython_display_ = freeze
