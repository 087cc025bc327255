# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 6. The saddle explorer
#
# **Five balls lie on the same ridge. One never comes down. Which, and why?**
#
# All five start at $x = 1$ on $x^2 - y^2$ and follow plain gradient descent. They differ in how far off the ridge they
# lie: $y_0$ is 0.1, a thousandth, a millionth, a billionth, or nothing.
#
# *You will be able to* build a picture that moves, for any rule on any surface; say why most notebooks of this kind flicker; and
# tell from a path which kind of rule made it.
#
# *Time* about 130 minutes, with a good place to stop after section 6.2. *You need* NumPy slices and a
# Matplotlib `ax`; rules from lessons 04 and 05 are welcome, not required. *Points* 25.

# %%
import warnings

import ipywidgets as widgets
import numpy as np

from course import mine, plots
from course.checks import check, written
from course.descend import descend
from course.figures import saddles
from course.kept_figures import background, blank_axes, png
from course.mine import plain_gradient_descent
from course.surfaces import SURFACES, saddle
from course.widgets import Explorer

plots.use_style()

# %% tags=["picture"]
distances = [1e-1, 1e-3, 1e-6, 1e-9, 0.0]
saddles.five_balls(distances)

# %% [markdown]
# A picture that moves shows in a second what a table of losses hides: that a rule is slow at one place, overshoots at another,
# or goes its own way. You build one from three functions: one makes the path, one draws a frame, one makes the controls.
#
# Letters: $w_t$ is the point after $t$ steps, $y_0$ the distance of the start from the ridge.
#
# **Write your guess** below: which ball stays, and how much longer does D wait than C?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-five", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
saddles.waits(distances)

# %% [markdown]
# Each step multiplies $y$ by the same factor, so the lines are straight and parallel: starting a thousand times nearer to
# the ridge costs the same number of extra steps each time. D waits one and a half times as long as C, not a thousand times. (B is
# only a hundred times nearer than A.) If you guessed a thousand, you expected steps of one size; these grow.
#
# E stays for ever: at $y = 0$ the gradient has no $y$ part. The origin is a *saddle
# point*: the slope is zero, and the surface rises in one direction and falls in another. Rules differ in that factor, and
# the explorer will show it.

# %% [markdown]
# ## 6.1 A path is a rule, repeated
#
# A rule takes the point, the gradient there and its own memory, and gives back a point and a memory:
#
# $$w_{t+1},\; c_{t+1} = \text{rule}\big(w_t,\ \nabla f(w_t),\ c_t\big)$$
#
# The path is $w_0, w_1, \dots, w_T$: one more point than steps. Here are three rules small enough to read at a glance. `plain` steps
# by the gradient. `stride` steps by its direction, always equally far: *normalized gradient descent*. `signs` steps by the sign
# of each coordinate: *signSGD*.

# %%
def plain(w, dw, config=None):
    """Step down the gradient."""
    config = {"learning_rate": 0.05} | (config or {})
    return w - config["learning_rate"] * dw, config


def stride(w, dw, config=None):
    """Step down the gradient's direction, always equally far."""
    config = {"learning_rate": 0.05} | (config or {})
    return w - config["learning_rate"] * dw / max(np.hypot(*dw), 1e-12), config


def signs(w, dw, config=None):
    """Step each coordinate by its sign. This one writes over `w`, as a rule may."""
    config = {"learning_rate": 0.05} | (config or {})
    w -= config["learning_rate"] * np.sign(dw)
    return w, config


rules = {"plain": plain, "stride": stride, "signs": signs}

# %% [markdown]
# ### Exercise 1. Trace · 5 points · about 15 minutes · difficulty 2/5
#
# Return the path of a rule on a surface.
#
# | | |
# |---|---|
# | in | `rule(w, dw, config)` returns `(next_w, config)`; `surface.gradient(w)` the gradient; `start` two numbers; `steps` $T$ |
# | out | array of shape $(T + 1, 2)$, the start first; **shorter** if the path diverges |
# | config | what the first call gets, a dict or None; every later call gets what the rule returned |
# | limit | the path ends before the first point with a coordinate that is not below `limit` in size, NaN included |
#
# The caller's `start` and `config` must be as they were afterwards, though a rule may write over the `w` it is given and put
# its memory into the `config` it is given.
#
# Worked: `plain` on the saddle from `(1, 0.5)` with rate 0.25 goes to `(0.5, 0.75)`, then `(0.25, 1.125)`.
# Often missed: a rule may write over the array it is given, and then every row of your path is one and the same array.
#
# <details><summary>Hint 1: a question</summary>Who else holds the array you have just put into your list?</details>
# <details><summary>Hint 2: a place</summary>Copy at three places: the start, the config, and the point you hand to the rule.</details>
# <details><summary>Hint 3: the formula</summary><code>w, config = rule(w.copy(), surface.gradient(w), config)</code>; stop unless <code>np.abs(w).max() &lt; limit</code>, which NaN fails too; then append.</details>

# %% nbgrader={"grade": false, "grade_id": "trace", "locked": false, "schema_version": 3, "solution": true, "task": false}
def trace(rule, surface, start, steps, config=None, limit=1e3):
    """Return the points of a path, (T + 1, 2), the start first; it ends before it reaches the limit."""
    ### BEGIN SOLUTION
    w = np.array(start, dtype=float)
    config = dict(config or {})
    points = [w]
    for _ in range(steps):
        w, config = rule(w.copy(), surface.gradient(w), config)
        if not np.abs(w).max() < limit:
            break
        points.append(w)
    ### END SOLUTION
    return np.array(points)

# %%
check("trace", trace)

# %% nbgrader={"grade": true, "grade_id": "trace-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import saddle_explorer

saddle_explorer.grade("trace", trace)
### END HIDDEN TESTS
path = trace(plain, saddle, (1.0, 0.5), 2, {"learning_rate": 0.25})
assert np.shape(path) == (3, 2), "two steps make three points, the start among them: shape (3, 2)"
assert np.allclose(path, [[1.0, 0.5], [0.5, 0.75], [0.25, 1.125]]), "two steps of `plain` make these three points"
assert len(np.unique(trace(signs, saddle, (1.0, 0.3), 3), axis=0)) == 4, "`signs` writes over `w`; four rows must be four points"

# %% [markdown]
# ### Break it: one array under six names
#
# Below is the same loop without its copies, run with `signs`, which writes over `w`. All six rows are the same array, so
# only its last state is left. This is called *aliasing*: it raises no error, and the path is drawn as a single dot.

# %% tags=["picture"]
w, seen = np.array([1.0, 0.3]), []
for _ in range(6):
    seen.append(w)
    w, _config = signs(w, saddle.gradient(w), {"learning_rate": 0.1})
kept = descend(signs, saddle, (1.0, 0.3), steps=5, config={"learning_rate": 0.1}).points
saddles.copied_or_not(kept, np.array(seen))

# %% [markdown]
# ## 6.2 A frame is a prefix
#
# To animate a path nothing has to be computed again: frame $k$ shows its first $k + 1$ points. From one frame to the next only
# the ends of a few lines change. The surface below them stays.

# %% [markdown]
# ### Exercise 2. Draw a frame · 6 points · about 25 minutes · difficulty 3/5
#
# Draw step `step` of some paths on the axes `ax`, which may be empty or hold the frame before, perhaps of other paths.
#
# | | |
# |---|---|
# | in | `ax` Matplotlib axes; `surface`; `paths` name → points $(T + 1, 2)$, not to be changed; `step` $k \ge 0$ |
# | out | `ax`, with one labelled line for each path that shows its points 0 to $k$, and no other labelled line |
# | label | the name; if the path has no point $k$, draw all of it, as `name (stopped at step T)`, $T$ its last step |
# | colour | one for each name, the same in every frame: `plots.line_style(name)["color"]` |
# | start | a marker on point 0 of each path, without a label: frame 0 is no empty map |
# | limits | those of `surface.domain`, whatever the paths do |
# | legend | `ax.legend()`, which tells the lines apart and says which path has stopped |
#
# `background(ax, surface)` draws the level lines as one image: only when `ax.images` is empty, for the surface stays.
#
# Worked: a path of 9 points at `step=3` is a line of 4 points labelled `plain`; a path of 3 points at `step=5` is a line of 3
# points labelled `plain (stopped at step 2)`.
# Often missed: one point too few; lines of the frame before; colours that change at every frame because Matplotlib's
# colour cycle goes on; a runaway path that stretches the map.
#
# <details><summary>Hint 1: a question</summary>What is on the axes already when the second frame comes, and what of it must go?</details>
# <details><summary>Hint 2: a place</summary>First the surface, if there is none; then remove every line in <code>list(ax.lines)</code>, for the surface is an image; then one loop over the paths.</details>
# <details><summary>Hint 3: the formula</summary><code>ax.plot(*points[: step + 1].T, label=..., color=...)</code> and <code>ax.plot(*points[0], "o", color=...)</code>; stopped when <code>step &gt; len(points) - 1</code>; last of all <code>ax.set(xlim=surface.domain[0], ylim=surface.domain[1])</code>.</details>

# %% nbgrader={"grade": false, "grade_id": "draw_frame", "locked": false, "schema_version": 3, "solution": true, "task": false}
def draw_frame(ax, surface, paths, step):
    """Draw the first step + 1 points of every path on the surface, and return the axes."""
    ### BEGIN SOLUTION
    if not ax.images:
        background(ax, surface)
    for line in list(ax.lines):
        line.remove()
    for name, points in paths.items():
        last = len(points) - 1
        label = name if step <= last else f"{name} (stopped at step {last})"
        look = plots.line_style(name) | {"label": label}
        ax.plot(*points[: step + 1].T, **look)
        ax.plot(*points[0], marker="o", color=look["color"])
    ax.set(xlim=surface.domain[0], ylim=surface.domain[1])
    ax.legend(loc="upper right")
    ### END SOLUTION
    return ax

# %% [markdown]
# The check draws frames on the same axes, one after the other, and reads the axes: lines, labels, colours, markers, limits.

# %%
def points_drawn(*steps):
    """Return how long the line of a path of nine points is after some frames on the same axes."""
    axes = blank_axes()
    for step in steps:
        draw_frame(axes, saddle, {"plain": np.zeros((9, 2))}, step)
    return [len(line.get_xdata()) for line in axes.lines if line.get_label() == "plain"]


check("draw_frame", draw_frame)

# %% nbgrader={"grade": true, "grade_id": "draw_frame-check", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import saddle_explorer

saddle_explorer.grade("draw_frame", draw_frame)
### END HIDDEN TESTS
assert points_drawn(7, 3) == [4], "frame 3 shows four of nine points, and the line of frame 7 is gone"

# %% [markdown]
# **Guess again.** All three rules start at $y_0 = 0.02$ with the same rate. Which is the first to be far from the ridge, and
# which the last?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-first", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture", "raises-exception"]
saddles.three_frames(trace, draw_frame, rules)

# %% [markdown]
# `signs` leaves first, on a straight diagonal: it steps as far along $y$, where there is almost no slope, as along $x$, where
# there is much. Adaptive rules do nearly that, which is why they are quick at saddles. `stride` hurries to the saddle, turns the
# corner and hurries away, because its steps never shrink. `plain` slows down as the slope fades and is last.

# %% [markdown]
# **A good place to stop.** Your pictures are right. What follows makes them move.

# %% [markdown]
# ## 6.3 Why such notebooks flicker
#
# The obvious way to make a plot follow a slider is to draw the whole plot in the function that the slider calls: a new figure,
# new axes, the level lines, the paths. The next cell does that ten times, as a slider would. Then it lets your `draw_frame` draw
# the same ten frames on one pair of axes. How many times longer does the first way take, and how many figures does it leave in
# memory? Write two numbers down before you run it.

# %% tags=["measured", "raises-exception"]
saddles.flicker(trace, draw_frame, rules)

# %% [markdown]
# If you guessed a large ratio: both ways paint and compress a PNG for every frame, and that takes most of the time; section 6.4
# removes it too. If you guessed one figure: pyplot keeps every figure until somebody closes it, so memory grows while you play.
# And the first way clears the old picture before it shows the new one; in between the page collapses and jumps. That is the
# flicker.
#
# The cure has three parts. **One figure**, made before the slider moves. **Events change data**, not axes. **One place on
# the page**: a `widgets.Image`, whose bytes are replaced without anything being removed. Here it is with a single control.

# %%
def smallest_widget():
    """Return a slider and an image that shows a ball at the slider's place."""
    ax = blank_axes(6, 1.6)
    (ball,) = ax.plot([0], [0], "o", ms=20)
    ax.set(xlim=(-1, 11), yticks=[])
    place = widgets.IntSlider(description="place", max=10)
    image = widgets.Image(layout=widgets.Layout(width="560px"))

    def draw(change=None):  # an observer is called with what has changed
        ball.set_xdata([place.value])
        image.value = png(ax.figure)

    place.observe(draw, "value")  # whenever its value changes
    draw()  # and once now, or the image stays empty
    return widgets.VBox([place, image])


smallest_widget()

# %% [markdown]
# ### Exercise 3. Make an explorer · 14 points · about 45 minutes · difficulty 4/5
#
# Return a box of widgets that plays any rules on any surface of the course.
#
# | control | `description` | what it does |
# |---|---|---|
# | `IntSlider` | `step` | 0 to `steps`, at first 0: shows the frame. It must not call a rule |
# | `Play` | | 0 to `steps`; linked to the slider: `widgets.jslink((play, "value"), (step, "value"))` |
# | `FloatLogSlider` | `rate` | at first 0.05 (moved, it goes in tenths of a power of ten: 0.0501, 0.0631); from 0.001 or less to beyond 2 (its `min` and `max` are exponents of ten: `min=-3` is 0.001): traces every rule again from the surface's start |
# | `Dropdown` | `surface` | options `list(SURFACES)`, at first `surface.name`: another map, other paths |
# | a `Checkbox` for each rule | the rule's name | on at first: shows and hides that path; with all off, the map is left |
# | `Image` | | made once; after every event its value is the figure's `png`, as in the smallest widget; give it a width |
#
# `explorer.figure` is the one figure, made by `blank_axes`, on which `draw_frame` draws. A change of rate or surface
# leaves the step and hidden paths as they are. Each trace gets a fresh config: `{"learning_rate": rate.value}`.
#
# Worked: with `steps=12`, `step` at 9 and `rate` at 2, the path of `plain` on the saddle is labelled `plain (stopped at step 6)`.
# Often missed: nothing drawn at first; the figure changes, the image does not; the old map stays on a new
# surface; all checkboxes move the last path: a function made in a loop sees its last name (*late binding*).
#
# <details><summary>Hint 1: a question</summary>Which events need new paths, which only another frame, and which a new map?</details>
# <details><summary>Hint 2: a place</summary>Three functions inside this one: <code>draw</code>, which reads all controls and calls draw_frame; <code>compute</code>, which fills a dict of paths and draws; <code>travel</code>, which clears the axes and computes. Observe each control with one of them; it is called with the change, so write <code>def compute(change=None)</code>.</details>
# <details><summary>Hint 3: the formula</summary><code>shown = {name: paths[name] for name in rules if toggles[name].value}</code>, then <code>draw_frame(ax, SURFACES[place.value], shown, step.value)</code> and <code>image.value = png(ax.figure)</code>. At the end <code>compute()</code>, <code>explorer = widgets.VBox([...])</code>, <code>explorer.figure = ax.figure</code>.</details>

# %% nbgrader={"grade": false, "grade_id": "make_explorer", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_explorer(surface, rules, steps=100):
    """Return a box of widgets that plays rules on a surface; its attribute `figure` is what it draws on."""
    ### BEGIN SOLUTION
    step = widgets.IntSlider(description="step", max=steps)
    play = widgets.Play(max=steps, interval=100)
    rate = widgets.FloatLogSlider(description="rate", value=0.05, min=-3, max=0.5)
    place = widgets.Dropdown(description="surface", options=list(SURFACES), value=surface.name)
    toggles = {name: widgets.Checkbox(description=name, value=True) for name in rules}
    ax, image, paths = blank_axes(), widgets.Image(layout=widgets.Layout(width="480px")), {}
    def draw(change=None):
        shown = {name: paths[name] for name in rules if toggles[name].value}
        image.value = png(draw_frame(ax, SURFACES[place.value], shown, step.value).figure)
    def compute(change=None):
        for name, where in dict.fromkeys(rules, SURFACES[place.value]).items():
            paths[name] = trace(rules[name], where, where.start, steps, {"learning_rate": rate.value})
        draw()
    def travel(change=None):
        ax.clear()
        compute()
    for control, act in [(step, draw), (rate, compute), (place, travel), *((each, draw) for each in toggles.values())]:
        control.observe(act, "value")
    widgets.jslink((play, "value"), (step, "value"))
    compute()
    explorer = widgets.VBox([play, step, rate, place, *toggles.values(), image])
    explorer.figure = ax.figure
    ### END SOLUTION
    return explorer

# %% tags=["picture", "raises-exception"]
make_explorer(saddle, rules) if written(make_explorer, saddle, rules, 2) else print("make_explorer is not written yet.")

# %% [markdown]
# The check moves the controls as a hand would, every checkbox among them, and reads the figure and the picture after each
# move. It uses your `trace` and your `draw_frame`, so see that these pass theirs.

# %% tags=["measured"]
check("make_explorer", make_explorer)

# %% nbgrader={"grade": true, "grade_id": "make_explorer-check", "locked": true, "points": 14, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import saddle_explorer

saddle_explorer.grade("make_explorer", make_explorer)
### END HIDDEN TESTS
explorer = make_explorer(saddle, {"plain": plain_gradient_descent}, 5)
assert explorer is not None, "The box of widgets is returned."

# %% [markdown]
# ### Break it: a rate beyond the limit
#
# In the explorer above, choose the ravine, move `step` to its end, and raise the rate little by little. The steepest
# curvature of the ravine is 25, so plain descent is stable below $2/25 = 0.08$. Watch the label of `plain` when you pass that.
#
# `stride` and `signs` never run away, because their steps have a bounded length. For the same reason they do not settle:
# once near the minimum they jump back and forth over it, at a distance of up to about one rate. The cell shows all three just
# below the limit and just above it.

# %% tags=["picture", "raises-exception"]
saddles.beyond_the_limit(trace, draw_frame, rules)

# %% [markdown]
# ## 6.4 Your rules in the course's explorer
#
# Your explorer computes a PNG in Python for every frame. The course's own sends all paths to the browser once and draws them
# there: playing and dragging the step ask Python nothing. It takes the same rules: those of this notebook, and those you wrote in
# lessons 04 and 05 if they lie beside it. A rule that you have not written is shown as a recording, from the
# surface's own start and at one rate only.

# %% tags=["picture"]
wanted = {"sgd_momentum": "04_momentum", "rmsprop": "05_adaptive_rates", "adam": "05_adaptive_rates"}
with warnings.catch_warnings(record=True):
    warnings.simplefilter("always")
    own = {name: mine(folder, name) for name, folder in wanted.items()}
own = {name: rule for name, rule in own.items() if rule is not plain_gradient_descent}
missing = sorted(wanted.keys() - own.keys())
print(f"Recorded, because not found or not written yet: {', '.join(missing)}." if missing else "All rules are your own.")
Explorer(saddle, {**rules, **own}, demonstrations=missing)

# %% [markdown]
# Press Play. Click on the map to place the start, first near the ridge and then on it, at $y = 0$; *Distance* shows the straight
# lines of the first picture again. *Arrows* compare what the slope asks for with the step that is taken. Then try the monkey saddle,
# the noise, and the fair race.

# %% [markdown]
# In the fair race every rule gets the same number of gradient evaluations and the best of several rates. On most surfaces
# it changes the order of the rules: a rule that looks better at one shared rate has often only been given the rate that suits
# it. On a saddle without a minimum there is no best rate: the larger the rate, the sooner a rule has left. The line below the
# map says so.

# %% [markdown]
# ### Where does it end?
#
# Three balls start close together on Himmelblau's function, which has four minima, and follow `plain` with a small rate.

# %% tags=["picture"]
side_by_side = [(-0.5, -0.5), (0.2, -1.0), (-0.5, -1.0)]
saddles.starts("Himmelblau", side_by_side)

# %% [markdown]
# Write down the number of the minimum that A, B and C reach.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-ends", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *A to ..., B to ..., C to ...*

# %% tags=["picture"]
saddles.endings(plain, "Himmelblau", side_by_side)

# %% [markdown]
# If you got all three, you went by the level lines and not by the distances. Between the starts run the ridges that separate
# the minima; each leads to a saddle point. Choose Himmelblau in the explorer and click along such a ridge: the two sides
# part, and close to the ridge the ball first spends many steps near the saddle.

# %% [markdown]
# ## Say it back
#
# 1. A path is a rule repeated, with a copy at every step; a frame is the beginning of a path, so playing computes nothing.
# 2. One figure, events that move data, one image on the page: without these a notebook flickers and its memory grows.
# 3. At a saddle plain descent waits a fixed number of steps longer for each factor by which it starts nearer to the ridge;
#    rules that step by the direction or the signs of the slope wait hardly longer.
#
# **Next.** In *Annealing* the rate itself moves while a path runs.

# %% [markdown]
# **An open question for you.** Noise pushes E off its ridge. Raise it until `plain` leaves: what does the wait depend on then?
#
# **What the field argues about.** Whether saddles are what makes deep networks slow to train. Dauphin et al.
# (*Identifying and attacking the saddle point problem*, NIPS 2014) say they are; Lee et al. (*Gradient descent only converges to
# minimizers*, COLT 2016) prove that from almost every start plain descent gets past them, and Du et al. (*Gradient descent can
# take exponential time to escape saddle points*, NIPS 2017) that it may take exponentially long. Your five balls show a little of each.
#
# **To read.** Goodfellow, Vinyals and Saxe, *Qualitatively characterizing neural network optimization problems* (ICLR 2015).

# %% [markdown]
# ## Check your work
#
# Save the notebook first. The button runs the graded checks on the saved file, if they are on this machine, and shows
# you their results; after a real attempt it also opens the lesson's own answer. The panel below it shows where
# you are in all lessons, read from the notebooks beside this one.

# %% tags=["picture"]
from course import progress
from course.widgets.check_button import check_my_work

check_my_work()

# %% tags=["picture"]
progress()
