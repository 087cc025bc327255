"""Interactive figures of lesson 03: rate and batch over runs made beforehand, saturation by initial scale."""

import numpy as np
from matplotlib.figure import Figure

from course.data import Split
from course.figures import layers
from course.histories import Setup, make
from course.interactive.frames import Frames, frames
from course.network import MLP
from course.threads import one_thread


def rate_and_batch(
    data: Split,
    *,
    rates: tuple[float, ...] = (0.003, 0.03, 0.3, 3.0, 14.0, 60.0),
    batches: tuple[int, ...] = (10, 100, 1000),
    epochs: int = 6,
) -> Frames:
    """Return the loss of a digits network with sliders for learning rate and batch size.

    Every combination is trained once, here; the sliders choose among the finished runs.
    """
    runs = {
        (rate, batch): make(Setup(rate=rate, batch=batch, epochs=epochs, limit=1e6), data)
        for rate in rates
        for batch in batches
    }

    def draw(figure: Figure, rate: float, batch: int) -> str:
        history = runs[rate, batch]
        ax = figure.add_axes((0.1, 0.15, 0.86, 0.72))
        steps, losses = np.asarray(history["step_loss"]), history["train_loss"]
        x = np.arange(len(steps)) * batch / len(data.y_train)
        ax.plot(x, np.minimum(steps, 5), color="0.7", linewidth=0.7, label="mini-batch")
        ax.plot(range(len(losses)), np.minimum(losses, 5), "o-", color="#0072B2", label="all training rows")
        over = bool((steps > 1e6).any() or not np.isfinite(steps).all())
        if over:
            ax.plot(x[-1], 5, "X", color="#D55E00", ms=11, clip_on=False)
        end = "diverged" if over else f"ends at loss {losses[-1]:.3f}"
        accuracy = history["val_accuracy"][-1]
        ax.set_title(f"rate {rate:g}, batch {batch}: {end}, validation accuracy {accuracy:.2f}", fontsize=10)
        ax.set(xlabel="epoch", ylabel="loss, cut at 5", ylim=(0, 5), xlim=(0, epochs))
        ax.legend(loc="upper right")
        return f"Loss over {epochs} epochs at rate {rate:g} and batch {batch}: {end}."

    return frames(
        draw, {"learning rate": rates, "batch size": batches}, start=(2, 1), label=lambda value: f"{value:g}"
    )  # fmt: skip


def saturation(data: Split, *, scales: tuple[float, ...] = (0.02, 0.05, 0.1, 0.14, 0.2, 0.4, 1.0)) -> Frames:
    """Return histograms of five tanh layers with a slider for the standard deviation all weights start from."""
    network = MLP(sizes=(64, 100, 100, 100, 100, 100, 10), activation="tanh")

    def draw(figure: Figure, scale: float) -> str:
        params = network.start(np.random.default_rng(0), scale=scale)
        X, y = data.X_train[:300], data.y_train[:300]
        with one_thread():
            found, grads = network.layers(params, X)[1:-1], network.loss(params, X, y)[1]
        told = []
        for k, layer in enumerate(found):
            ax = figure.add_axes((0.03 + 0.195 * k, 0.14, 0.17, 0.66))
            full = float((np.abs(layer) > 0.97).mean())
            length = float(np.linalg.norm(grads[f"W{k + 1}"]))
            words = [f"spread {layer.std():.2g}", f"{full:.0%} saturated", f"gradient {length:.0e}"]
            told.append(f"layer {k + 1}: {', '.join(words)}")
            note = "\n".join(words)
            layers.histogram(ax, layer, low=-1, high=1, title=f"layer {k + 1}", note=note)
        xavier = np.sqrt(2 / 200)
        figure.text(0.03, 0.93, f"standard deviation {scale:g}; Xavier asks for {xavier:.2g} between equal layers",
                    weight="bold", fontsize=11)  # fmt: skip
        return f"Histograms of five tanh layers at initial scale {scale:g}. " + "; ".join(told) + "."

    return frames(
        draw, {"initial scale": scales}, start=(2,), label=lambda value: f"{value:g}", size=(8.4, 3.0)
    )
