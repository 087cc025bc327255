"""The Explorer as an animation: frames drawn once per picture, written by Pillow or ffmpeg."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from course import plots
from course.widgets.picture import figure, shown_traces

if TYPE_CHECKING:
    from course.widgets.explorer import Explorer


def frames(explorer: Explorer, count: int) -> Iterator[np.ndarray]:
    """Yield ``count`` pictures of the growing paths, (height, width, 3) uint8, with even sides."""
    traces = shown_traces(explorer)
    made = figure(explorer, moving=True)
    left, right = made.axes
    moving = []
    for name, trace in traces.items():
        line, style = plots.line_style(name), plots.rule_style(name)
        end = {"marker": style["marker"], "color": style["color"], "mec": "white", "animated": True}
        (path,) = left.plot([], [], **line, animated=True)
        (head,) = left.plot([], [], **end)
        (loss,) = right.plot([], [], **line)
        loss.set_animated(True)
        (loss_head,) = right.plot([], [], **end)
        moving.append((trace, path, head, loss, loss_head))
    if traces:
        left.plot(*next(iter(traces.values())).points[0], marker="o", ms=9, mfc="none", mec="black")
        right.legend()
    canvas = FigureCanvasAgg(made)
    canvas.draw()
    still = canvas.copy_from_bbox(made.bbox)
    last = max((trace.evaluations for trace in traces.values()), default=0)
    for step in np.linspace(0, last, count).round().astype(int):
        canvas.restore_region(still)
        for trace, path, head, loss, loss_head in moving:
            k = min(step, trace.evaluations)
            path.set_data(*trace.points[: k + 1].T)
            head.set_data(*trace.points[k : k + 1].T)
            loss.set_data(np.arange(k + 1), trace.losses[: k + 1])
            loss_head.set_data([k], [trace.losses[k]])
            for ax, artist in ((left, path), (left, head), (right, loss), (right, loss_head)):
                ax.draw_artist(artist)
        picture = np.asarray(canvas.buffer_rgba())[..., :3]
        yield picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2].copy()


def save_gif(path: Path, pictures: Iterable[np.ndarray], rate: int) -> None:
    """Write pictures as an animated GIF of ``rate`` frames per second that plays for ever."""
    images = [
        Image.fromarray(picture).quantize(255, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        for picture in pictures
    ]
    images[0].save(path, save_all=True, append_images=images[1:], duration=round(1000 / rate), loop=0)


def save_mp4(path: Path, pictures: Iterable[np.ndarray], rate: int) -> None:
    """Write pictures as an H.264 movie.  Raises ``RuntimeError`` without ``imageio-ffmpeg``."""
    try:
        import imageio_ffmpeg
    except ImportError:
        raise RuntimeError(
            "An .mp4 needs the package imageio-ffmpeg: `pip install imageio-ffmpeg`, or save a .gif or .html."
        ) from None
    writer = None
    try:
        for picture in pictures:
            if writer is None:
                size = (picture.shape[1], picture.shape[0])
                writer = imageio_ffmpeg.write_frames(
                    str(path), size, fps=rate, macro_block_size=2, ffmpeg_log_level="error"
                )
                writer.send(None)
            writer.send(np.ascontiguousarray(picture))
    finally:
        if writer is not None:
            writer.close()
