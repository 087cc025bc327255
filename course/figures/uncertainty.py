"""Pictures of the second half of lesson 10: calibration, uncertainty, dropout, students and costs."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from course.data import digits
from course.figures.ensembles import BLUE, GREEN, GREY, MARKERS, ORANGE, PINK, interval, seeds_in_columns
from course.plots import Picture, shown


def calibration(rows: Mapping[str, Mapping[str, Sequence[float]]]) -> Picture:
    """Draw accuracy and confidence of several kinds of prediction, and print their log loss and calibration error.

    rows  name -> accuracy, confidence, log loss and calibration error, one number per draw
    """
    fig, ax = plt.subplots(figsize=(8, 0.55 * len(rows) + 1.2))
    said = [] if rows else ["Exercises 1 and 5 come first."]
    for row, (name, told) in enumerate(rows.items()):
        accuracy, confidence = 100 * np.mean(told["accuracy"]), 100 * np.mean(told["confidence"])
        ax.plot([accuracy, confidence], [row, row], color="0.7", lw=3, zorder=1)
        ax.plot(accuracy, row, "o", color=BLUE, ms=9, label="" if row else "accuracy")
        ax.plot(confidence, row, "D", color=ORANGE, ms=8, label="" if row else "mean confidence")
        said.append(
            f"{name}: accuracy {accuracy:.1f}%, confidence {confidence:.1f}%, log loss {np.mean(told['loss']):.3f},"
            f" calibration error {np.mean(told['error']):.3f}"
        )
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set(ylim=(max(len(rows), 1) - 0.5, -0.5), xlabel="per cent")
    ax.grid(axis="y", visible=False)
    ax.set_title("Averaging lowers confidence, needed or not")
    if rows:
        ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    return shown(fig, *said)


def reliability(curves: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Picture:
    """Draw accuracy against confidence, bin by bin; on the diagonal they are equal.

    curves  name -> confidence and whether it was right, of every prediction
    """
    fig, ax = plt.subplots(figsize=(4.8, 4.4))
    said = [] if curves else ["Exercise 1 comes first."]
    ax.plot([0.3, 1], [0.3, 1], color="0.6", lw=1)
    edges = np.linspace(0, 1, 11)
    for (name, (sure, right)), color, marker, dash in zip(
        curves.items(), (GREY, ORANGE, BLUE), MARKERS, ("-", "--", ":"), strict=False
    ):
        bins = np.minimum((10 * sure).astype(int), 9)
        used = [k for k in range(10) if (bins == k).sum() >= 20]
        x = [sure[bins == k].mean() for k in used]
        y = [right[bins == k].mean() for k in used]
        ax.plot(x, y, marker=marker, color=color, ls=dash, label=name)
        said.append(f"{name}: " + ", ".join(f"{a:.2f} sure {b:.2f} right" for a, b in zip(x, y, strict=True)))
    ax.set(
        xlabel="confidence", ylabel="share that is right", xlim=(0.3, 1.02), ylim=(0.3, 1.02), aspect="equal"
    )
    ax.set_xticks(edges[3:], [f"{edge:.1f}" for edge in edges[3:]])
    if curves:
        ax.legend()
    ax.set_title("Above: not sure enough; below: too sure", fontsize=11)
    return shown(fig, *said)


def standing_out(rows: Mapping[str, Mapping[str, Sequence[float]]]) -> Picture:
    """Draw how well each measure of uncertainty tells images of several kinds from ordinary ones.

    rows  kind of images -> measure -> AUROC, one number per draw
    """
    fig, ax = plt.subplots(figsize=(8.6, 0.7 * len(rows) + 1.4))
    said = [] if rows else ["Exercise 1 comes first."]
    for row, (kind, measures) in enumerate(rows.items()):
        for k, ((name, values), color, marker) in enumerate(
            zip(measures.items(), (GREY, ORANGE, BLUE), MARKERS, strict=False)
        ):
            at = row + 0.2 * (k - 1)
            ax.plot([min(values), max(values)], [at, at], color=color, lw=2)
            ax.plot(np.mean(values), at, marker, color=color, ms=8, label="" if row else name)
        said.append(f"{kind}: " + ", ".join(f"{name} {np.mean(v):.2f}" for name, v in measures.items()))
    ax.axvline(0.5, color="0.5", ls=":", label="guessing")
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set(
        ylim=(max(len(rows), 1) - 0.5, -0.5),
        xlabel="chance that it is more uncertain than a digit",
    )
    ax.grid(axis="y", visible=False)
    ax.set_title("Disagreement sees more than one network does")
    if rows:
        ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    return shown(fig, *said)


def columns(found: Mapping[str, np.ndarray], *, title: str) -> Picture:
    """Draw accuracies of several ways, a mark for each draw, and print their means with 95% intervals."""
    fig, ax = plt.subplots(figsize=(8.6, 3.6))
    if not found:
        return shown(fig, "The exercises above come first.")
    seeds_in_columns(ax, found)
    ax.set_title(title)
    return shown(
        fig,
        *(
            f"{name.replace(chr(10), ' ')}: {100 * v.mean():.2f}% ± {100 * half_width(v):.2f} ({len(v)} draws)"
            for name, v in found.items()
        ),
    )


def students(
    classes: Mapping[str, tuple[float, float, np.ndarray]], gains: Mapping | None, single: float
) -> Picture:
    """Draw the accuracies of students, and what each gains over those that learn from labels alone.

    classes  name -> learning rate, accuracy on the images that choose, accuracies of fresh students
    gains    name -> report, or None
    single   mean accuracy of a member of the ensemble
    """
    fig, (ax, right) = plt.subplots(1, 2, figsize=(11, 3.6), width_ratios=(1.7, 1))
    if not classes:
        return shown(fig, "Exercises 1 and 6 come first.")
    seeds_in_columns(ax, {f"{name}\nrate {rate:g}": v for name, (rate, _, v) in classes.items()})
    ax.axhline(100 * single, color="0.5", ls="--", lw=1)
    ax.text(len(classes) - 0.45, 100 * single, "one member", va="bottom", ha="right")
    best = max(classes, key=lambda name: classes[name][2].mean())
    ax.set_title(f"The best students learn at {best}")
    said = [f"{name}: {100 * v.mean():.2f}%" for name, (_, _, v) in classes.items()]
    if gains:
        for x, (report, marker) in enumerate(zip(gains.values(), MARKERS, strict=False)):
            interval(right, x, report, marker=marker)
        right.axhline(0, color="0.7", lw=1)
        right.set(xlim=(-0.6, len(gains) - 0.4), ylabel="gain in points", title="Gain over the labels, 95%")
        right.set_xticks(range(len(gains)), list(gains))
        said[1:] = [
            f"{line}, over the labels {100 * g:+.2f} [{100 * low:+.2f}, {100 * high:+.2f}]"
            for line, (g, low, high) in zip(said[1:], gains.values(), strict=True)
        ]
    return shown(fig, *said, f"one member: {100 * single:.2f}%")


def half_width(values: np.ndarray) -> float:
    """Return half of Student's 95% interval for the mean of some draws; none for a single draw."""
    if len(values) < 2:
        return 0.0
    return float(stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))


def menu(
    single: Sequence[float],
    wide: Sequence[float],
    exams: Mapping[int, tuple[np.ndarray, np.ndarray]] | None,
    ways: Mapping[str, np.ndarray],
    runs: np.ndarray | None,
    classes: Mapping[str, tuple[float, float, np.ndarray]],
) -> dict[str, tuple[int, np.ndarray]]:
    """Return name -> (multiplications, accuracies) of all that the lesson built, for ``costs``.

    single, wide  accuracies of members, and of networks with 80 units
    the others    what the lesson's pictures drew; empty or None where a function is missing
    """
    units = {"one member": (16, np.array(single)), "one network, 80 units": (80, np.array(wide))}
    if exams:
        units |= {f"{m} members": (16 * m, exams[m][1]) for m in (5, 20)}
    if ways:
        one_pass = ways["dropout,\none pass"]
        units |= {"64 units, no dropout": (64, ways["no dropout"]), "64 units, dropout": (64, one_pass)}
    if runs is not None:
        last, averaged = runs[:, -1].T
        units |= {"restless run, last weights": (16, last), "restless run, averaged": (16, averaged)}
    if classes:
        best = max(list(classes)[1:], key=lambda name: classes[name][1])  # on the images that choose
        units |= {f"student, {name}": (8, classes[name][2]) for name in ("labels", best)}
    return {name: (count * (64 + 10), values) for name, (count, values) in units.items()}


def costs(rows: Mapping[str, tuple[int, np.ndarray]]) -> Picture:
    """Draw accuracy against multiplications for one image: mean over draws with its 95% interval.

    rows  name -> (multiplications, accuracies of the draws)
    """
    fig, ax = plt.subplots(figsize=(9.5, 4))
    if not rows:
        return shown(fig, "Your functions come first.")
    palette = (GREY, BLUE, BLUE, "0.2", ORANGE, ORANGE, GREEN, GREEN, PINK, PINK)
    marks = (*MARKERS, "<", ">")
    for (name, (cost, values)), color, marker in zip(rows.items(), palette, marks, strict=False):
        half = 100 * half_width(values)
        ax.errorbar(cost, 100 * values.mean(), half, fmt=marker, color=color, ms=9, capsize=4, label=name)
    ax.set(xscale="log", xlabel="multiplications for one image", ylabel="accuracy, %")
    ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    ax.set_title("What each way gains, and what it costs per image")
    return shown(
        fig, *(f"{name}: {cost} multiplications, {100 * v.mean():.2f}%" for name, (cost, v) in rows.items())
    )


def divided(X: np.ndarray, y: np.ndarray, labels: np.ndarray, together: np.ndarray | None) -> Picture:
    """Draw the images on which networks are most divided; above each the label of their average.

    X         (N, 64) digits, centred
    labels    (M, N) of each network
    together  (N,) of their average, or None
    """
    if together is None:
        return nothing("Exercise 1 comes first.")
    images = (X + digits().mean).reshape(-1, 8, 8)
    apart = (labels != together).sum(axis=0)
    chosen = np.argsort(-apart, kind="stable")[:20]
    fig, axes = plt.subplots(2, 10, figsize=(9.5, 3.2))
    for ax, k in zip(axes.flat, chosen, strict=True):
        ax.axis("off")
        ax.imshow(images[k], cmap="gray_r")
        wrong = "" if together[k] == y[k] else f"\n(true: {y[k]})"
        ax.set_title(
            f"{together[k]}, {len(labels) - apart[k]} of {len(labels)}{wrong}",
            fontsize=9,
            loc="center",
            fontweight="normal",
        )
    right = (together[chosen] == y[chosen]).sum()
    return shown(
        fig, f"On the 20 images that divide {len(labels)} networks most, their average gets {right} right."
    )


def nothing(what: str) -> Picture:
    """Return a picture that says what comes first."""
    fig, _ = plt.subplots(figsize=(6, 1))
    return shown(fig, what)
