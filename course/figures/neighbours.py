"""Pictures of lesson F1: which image is nearest, accuracy against k, folds, and what a move of one pixel does."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MultipleLocator, NullLocator, PercentFormatter

from course.checks import needs
from course.figures.sanity import COLOURS, MARKERS, line
from course.pixels import Images, moved
from course.plots import Picture

ASKED, ANOTHER = 15, 554
"""The fresh image of the opening, a 9, and the training image of another class that is nearest to it, a 3."""


def opening(images: Images) -> dict[str, np.ndarray]:
    """Return the four images of the opening: the one asked about, and three that could be near it."""
    image = images.fresh[ASKED]
    return {
        "asked": image,
        "A": moved(image[None], right=1)[0],
        "B": image / 2,
        "C": images.train[ANOTHER],
    }


def sheet(ax: Axes, image: np.ndarray, title: str = "", colour: str = "black") -> Axes:
    """Draw one image as black ink on white paper."""
    ax.imshow(image, cmap="gray_r", vmin=0, vmax=1)
    ax.set_title(title, fontsize=11, loc="center", color=colour)
    ax.set(xticks=[], yticks=[])
    for side in ax.spines.values():
        side.set(visible=True, color="0.7")
    return ax


def which_is_nearest(images: Images, distances: Callable | None = None) -> Picture:
    """Draw the image that is asked about and the three others, with their distances if ``distances`` is given."""
    shown = opening(images)
    rows = np.array([image.ravel() for image in shown.values()])
    far = None if distances is None else np.asarray(distances(rows[:1], rows[1:]))[0]
    fig, axes = plt.subplots(1, 4, figsize=(7.2, 2.3))
    names = ["asked", "A", "B", "C"]
    for place, (ax, name) in enumerate(zip(axes, names, strict=True)):
        title = "nearest to this:" if place == 0 and far is None else name
        sheet(ax, shown[name], title if place == 0 or far is None else f"{name}: {far[place - 1]:.2f}")
    alt = (
        "Four images of 8 by 8 pixels: a handwritten 9; A, the same moved right by one pixel; B, the same at half"
        " the brightness; C, a 3."
    )
    if far is not None:
        said = ", ".join(f"{name} {each:.2f}" for name, each in zip("ABC", far, strict=True))
        alt += f" Distances from the 9: {said}."
    return Picture(fig, alt)


@needs("Exercise 1")
def nearest_found(images: Images, distances: Callable, asked: Sequence[int]) -> Picture:
    """Draw fresh images, and under each the training image that is nearest."""
    flat = images.fresh[list(asked)].reshape(len(asked), -1)
    found = np.asarray(distances(flat, images.train.reshape(len(images.train), -1))).argmin(axis=1)
    fig, axes = plt.subplots(2, len(asked), figsize=(1.05 * len(asked), 2.9))
    said = []
    for (over, under), one, other in zip(axes.T, asked, found, strict=True):
        right = images.y_fresh[one] == images.y_train[other]
        sheet(over, images.fresh[one], f"a {images.y_fresh[one]}")
        sheet(under, images.train[other], f"{images.y_train[other]}", "black" if right else COLOURS[1])
        said.append(f"{images.y_fresh[one]} by {images.y_train[other]}")
        if not right:
            for side in under.spines.values():
                side.set(color=COLOURS[1], linewidth=3)
    axes[0, 0].set_ylabel("fresh")
    axes[1, 0].set_ylabel("nearest")
    return Picture(fig, "Fresh images and the training image nearest to each: " + ", ".join(said) + ".")


def accuracy_by_k(ks: Sequence[int], shares: Mapping[str, Sequence[float]], title: str) -> Picture:
    """Draw accuracy against k for several sets of rows."""
    fig, ax = plt.subplots()
    for number, (name, values) in enumerate(shares.items()):
        ax.plot(ks, values, marker=MARKERS[number], label=name, **line(number))
    axis_of_k(ax, ks)
    ax.set(ylabel="share right", title=title)
    ax.legend()
    told = "; ".join(f"{name} " + ", ".join(f"{v:.3f}" for v in values) for name, values in shares.items())
    return Picture(fig, f"Share right at k = {', '.join(map(str, ks))}: {told}.")


def axis_of_k(ax: Axes, ks: Sequence[int]) -> Axes:
    """Give an axes a logarithmic axis of k that names the values tried."""
    ax.set(xscale="log", xlabel="number of neighbours $k$")
    ax.set_xticks(list(ks), [str(k) for k in ks])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_locator(MultipleLocator(0.05))  # whole per cents
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    return ax


def over_the_folds(ks: Sequence[int], table: np.ndarray) -> Picture:
    """Draw the share right of every fold and their mean, against k."""
    table = np.asarray(table, dtype=np.float64)
    means = table.mean(axis=1)
    best = int(means.argmax())
    fig, ax = plt.subplots()
    for fold, shares in enumerate(table.T):
        ax.plot(
            ks, shares, linestyle="", marker="o", ms=5, color="0.6", label="one fold" if fold == 0 else None
        )
    ax.plot(ks, means, marker="s", label="mean of the folds", **line(0))
    ax.plot(ks[best], means[best], marker="o", ms=15, mfc="none", mec=COLOURS[1], mew=2, linestyle="")
    axis_of_k(ax, ks)
    ax.set(ylabel="share right", title=f"The folds choose k = {ks[best]}")
    ax.legend(loc="lower center")
    told = "; ".join(
        f"k = {k}: {mean:.3f}, folds {row.min():.3f} to {row.max():.3f}"
        for k, mean, row in zip(ks, means, table, strict=True)
    )
    return Picture(fig, f"Mean share right over {table.shape[1]} folds. {told}.")


def before_and_after(shares: Mapping[str, tuple[float, float]] | None) -> Picture:
    """Draw, for several ways of training, the share right on images as they are and on images that moved."""
    fig, ax = plt.subplots(figsize=(6.4, 3.2))
    said = []
    for row, (name, (plain, by_one)) in enumerate((shares or {}).items()):
        ax.plot([by_one, plain], [row, row], color="0.7", linewidth=2, zorder=0)
        ax.plot(plain, row, "o", ms=10, color=COLOURS[0], label="as they are" if row == 0 else None)
        ax.plot(by_one, row, "D", ms=9, color=COLOURS[1], label="moved by one pixel" if row == 0 else None)
        for share, colour, up in ((plain, COLOURS[0], 9), (by_one, COLOURS[1], -17)):
            ax.annotate(f"{share:.1%}", (share, row), xytext=(0, up), textcoords="offset points", ha="center",
                        color=colour)  # fmt: skip
        said.append(f"{name}: {plain:.3f} as they are, {by_one:.3f} moved by one pixel")
    if shares:
        ax.set_yticks(range(len(shares)), list(shares))
        ax.set(xlim=(0, 1.08), ylim=(len(shares) - 0.4, -0.6), xlabel="share of fresh images right")
        ax.xaxis.set_major_formatter(PercentFormatter(1))
        ax.legend(loc="lower left")
    ax.set_title("One pixel, and what it costs")
    return Picture(fig, ". ".join(said) + "." if said else "Nothing to draw before Exercise 6 is written.")
