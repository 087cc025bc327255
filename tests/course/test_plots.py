import itertools
import re
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from course import plots
from course.descend import descend
from course.kept_figures import background
from course.surfaces import SURFACES, ravine, saddle


def plain(w, dw, config=None):
    return w - (config or {"learning_rate": 0.05})["learning_rate"] * dw, config or {}


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


@pytest.fixture
def traces():
    return {"sgd": descend(plain, ravine, steps=10), "adam": descend(plain, ravine, steps=4)}


def luminance(colour: str) -> float:
    return float(np.dot(to_rgb(colour), (0.2126, 0.7152, 0.0722)))


def test_no_two_rules_share_a_colour_a_dash_or_a_marker():
    for key in ("color", "dashes", "marker"):
        values = [str(style[key]) for style in plots.RULE_STYLES.values()]
        assert len(set(values)) == len(values), key


def test_a_legend_shows_a_whole_period_of_every_dash_in_the_smallest_type_that_is_used():
    figures = Path(plots.__file__).parent.glob("figures/*.py")
    sizes = [
        float(each)
        for file in figures
        for each in re.findall(r"legend\(.*fontsize=([\d.]+)", file.read_text())
    ]
    with plt.style.context(plots.STYLE):
        handle = mpl.rcParams["legend.handlelength"] * min(sizes)
        width = mpl.rcParams["lines.linewidth"]
    periods = {name: width * sum(style["dashes"]) for name, style in plots.RULE_STYLES.items()}
    assert {name: each for name, each in periods.items() if each > handle} == {}


def test_in_grey_rules_of_like_brightness_differ_in_dash():
    for one, other in itertools.combinations(plots.RULE_STYLES.values(), 2):
        near = abs(luminance(one["color"]) - luminance(other["color"])) < 0.1
        assert not near or one["dashes"] != other["dashes"]


def test_a_rule_of_the_readers_own_always_gets_the_same_style():
    assert plots.rule_style("my_rule") == plots.rule_style("my_rule")
    assert plots.rule_style("my_rule")["label"] == "my rule"


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_contour_marks_minima_and_saddles(ax, surface):
    assert plots.contour(ax, surface) is ax
    marked = sum(len(line.get_xdata()) for line in ax.lines)
    assert marked == len(surface.minima) + len(surface.saddles)
    assert ax.get_xlim() == surface.domain[0]


def test_paths_up_to_a_step_show_exactly_the_first_points(ax, traces):
    plots.paths(ax, traces, upto=3)
    shown = [line for line in ax.lines if len(line.get_xdata()) > 1]
    assert [len(line.get_xdata()) for line in shown] == [4, 4]
    np.testing.assert_array_equal(shown[0].get_xydata(), traces["sgd"].points[:4])


def test_a_stopped_trace_is_named_in_the_legend_only_where_it_ends(ax):
    trace = descend(plain, ravine, steps=500, config={"learning_rate": 0.1})
    plots.paths(ax, {"sgd": trace}, upto=2)
    assert "diverged" not in ax.get_legend().get_texts()[0].get_text()
    ax.clear()
    plots.paths(ax, {"sgd": trace})
    assert "diverged: step" in ax.get_legend().get_texts()[0].get_text()


def test_losses_are_drawn_against_evaluations(ax, traces):
    assert plots.losses(ax, traces) is ax
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), traces["sgd"].losses)
    assert ax.get_xlabel() == "gradient evaluations"


def test_alt_text_is_made_from_the_data(traces):
    text = plots.describe_traces(ravine, traces)
    assert "SGD: after 10 steps" in text
    assert "Adam: after 4 steps" in text


def test_a_picture_shows_an_image_with_its_alt_text_and_closes_the_figure(ax):
    picture = plots.Picture(ax.figure, 'a "quoted" <saddle>')
    bundle = picture._repr_mimebundle_()
    assert 'alt="a &quot;quoted&quot; &lt;saddle&gt;"' in bundle["text/html"]
    assert bundle["text/plain"] == 'a "quoted" <saddle>'
    assert not plt.fignum_exists(ax.figure.number)


def test_a_picture_turns_dark_unless_its_shades_stand_for_data(ax):
    def shown(ax):
        return plots.Picture(ax.figure, "A picture.")._repr_mimebundle_()["text/html"]

    ax.plot([0, 1])
    assert "invert(" in shown(ax)
    background(ax, saddle)
    assert "invert(" in shown(ax)
    mesh = ax.pcolormesh([[0, 1], [1, 0]])
    assert "invert(" not in shown(ax)
    mesh.remove()
    assert "invert(" in shown(ax)
    ax.imshow([[0, 1], [1, 0]])
    assert "invert(" not in shown(ax)


def as_the_filter_shows(colour):
    """Return a colour (3,) after the filters of the dark theme, by the formulas of the W3C's Filter Effects."""
    filters = re.search(r"filter: ([^;]+);", plots.DARK).group(1)
    for name, number in re.findall(r"([a-z-]+)\(([\d.]+)", filters):
        amount = float(number)
        if name == "invert":
            colour = amount + colour * (1 - 2 * amount)
        elif name == "hue-rotate":
            cos, sin = np.cos(np.radians(amount)), np.sin(np.radians(amount))
            grey = np.array([0.213, 0.715, 0.072])
            turn = np.array([[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]])
            colour = (np.outer(np.ones(3), grey) + cos * (np.eye(3) - grey) + sin * turn) @ colour
        else:
            assert name == "brightness"
            colour = amount * colour
        colour = np.clip(colour, 0, 1)
    return colour


def contrast(one, other):
    """Return the contrast of two colours (3,), by the formula of the WCAG."""

    def luminance(c):
        return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]

    low, high = sorted(luminance(each) for each in (one, other))
    return (high + 0.05) / (low + 0.05)


def test_every_rule_stands_out_from_a_dark_figure():
    ground = as_the_filter_shows(np.ones(3))
    assert (255 * ground).max() < 24  # JupyterLab's own is 17
    for name, style in plots.RULE_STYLES.items():
        assert contrast(as_the_filter_shows(np.array(to_rgb(style["color"]))), ground) > 4.5, name


def test_a_picture_without_alt_text_is_refused(ax):
    with pytest.raises(ValueError, match="alt text"):
        plots.Picture(ax.figure, " ")


def test_the_style_sheet_is_valid():
    with mpl.rc_context():
        plots.use_style()
        assert mpl.rcParams["axes.titlelocation"] == "left"


def test_an_empty_comparison_is_a_clear_error(ax):
    with pytest.raises(ValueError, match="at least one trace"):
        plots.paths(ax, {})


def test_saddle_is_marked_by_a_cross(ax):
    plots.contour(ax, saddle)
    assert ax.lines[0].get_marker() == "x"


def test_a_figure_is_drawn_on_as_many_axes_as_it_has_titles(monkeypatch):
    drawn = []
    monkeypatch.setattr(plots, "Picture", lambda fig, alt: drawn.append(fig) or alt)

    def one(ax, height):
        ax.plot([0, height])
        return f"A line up to {height}."

    def two(axes):
        left, right = axes
        right.twinx().plot([0, 1])
        left.set_title("its own")
        return "Two lines."

    assert plots.draw(one, 3, title="It rises", size=(4, 3)) == "A line up to 3."
    assert plots.draw(two, title=("", "It rises, too"), sharey=True) == "Two lines."
    titles = [[ax.get_title(loc="left") or ax.get_title() for ax in fig.axes[:2]] for fig in drawn]
    assert titles == [["It rises"], ["its own", "It rises, too"]]
    assert tuple(drawn[0].get_size_inches()) == (4, 3)
    for fig in drawn:
        plt.close(fig)


def test_a_long_line_that_a_figure_says_is_broken_between_words(ax, capsys):
    ax.plot([0, 1])
    sentence = "One of many words that a narrow page would break anywhere. " * 4
    picture = plots.shown(ax.figure, "short  line", sentence)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "short  line"
    assert max(map(len, lines)) <= plots.WIDE
    assert " ".join(" ".join(lines[1:]).split()) == sentence.strip()
    assert sentence.strip() in picture.alt
