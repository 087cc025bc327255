"""What is measured by ``frames.py``: the cells of its notebook, and how a page notes when it painted.

All of them show five rules, 400 steps, the saddle with level lines, and the losses beside it.
"""

SETUP = """
import os
import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
from course import plots
from course.descend import descend
from course.surfaces import saddle
from course.widgets import Explorer

def rolling(kept, divide=False):
    def rule(w, dw, config=None):
        config = {"learning_rate": 0.01, "velocity": 0.0, "seen": 0.0} | (config or {})
        seen = 0.99 * config["seen"] + 0.01 * dw**2
        scale = np.sqrt(seen) + 1e-8 if divide else 1.0
        velocity = kept * config["velocity"] - config["learning_rate"] * dw / scale
        return w + velocity, config | {"velocity": velocity, "seen": seen}
    return rule

names = ["sgd", "sgd_momentum", "sgd_nesterov_momentum", "rmsprop", "adam"]
rules = dict(zip(names, [rolling(0.0), rolling(0.9), rolling(0.8), rolling(0.0, True), rolling(0.3, True)]))
def traces(rate):
    config = {"learning_rate": rate}
    return {name: descend(rule, saddle, steps=400, config=config, limit=50) for name, rule in rules.items()}

plots.use_style()
print(os.getpid())
"""
OURS = "Explorer(saddle, rules, steps=400)"
INLINE = """
def draw(step, rate):
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    found = traces(rate)
    plots.contour(left, saddle)
    for name, trace in found.items():
        left.plot(*trace.points[: step + 1].T, **plots.line_style(name))
        right.plot(trace.losses[: step + 1], **plots.line_style(name))
    right.set(ylim=(-2, 2), xlim=(0, 400))
    plt.show()

play, step = widgets.Play(max=400, interval=16), widgets.IntSlider(max=400, value=400)
rate = widgets.FloatLogSlider(description="rate", value=0.01, min=-4, max=0)
widgets.jslink((play, "value"), (step, "value"))
out = widgets.interactive_output(draw, {"step": step, "rate": rate})
widgets.VBox([widgets.HBox([play, step, rate]), out])
"""
IPYMPL = """
%matplotlib widget
with plt.ioff():
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
plots.contour(left, saddle)
right.set(ylim=(-2, 2), xlim=(0, 400))
lines = {name: (left.plot([], [], **plots.line_style(name))[0], right.plot([], [], **plots.line_style(name))[0])
         for name in names}
play, step = widgets.Play(max=400, interval=16), widgets.IntSlider(max=400, value=400)
rate = widgets.FloatLogSlider(description="rate", value=0.01, min=-4, max=0)
widgets.jslink((play, "value"), (step, "value"))
found = traces(rate.value)

def draw(change=None):
    for name, trace in found.items():
        k = step.value + 1
        lines[name][0].set_data(*trace.points[:k].T)
        lines[name][1].set_data(np.arange(len(trace.losses[:k])), trace.losses[:k])
    fig.canvas.draw_idle()

def again(change=None):
    found.update(traces(rate.value))
    draw()

step.observe(draw, "value")
rate.observe(again, "value")
draw()
widgets.VBox([widgets.HBox([play, step, rate]), fig.canvas])
"""
MANY = """
%matplotlib inline
many = {f"rule {k}": rolling(0.09 * k, divide=k % 2) for k in range(10)}
Explorer(saddle.noisy(1.0), many, steps=5000, rate=0.001, start=(1.0, 0.0))
"""

WATCH = """
() => {
  const marks = (window.marks = []);
  let last = -1;
  const mark = () => {
    const now = document.timeline.currentTime;
    if (now !== last) marks.push(performance.now());
    last = now;
  };
  const paint = CanvasRenderingContext2D.prototype;
  for (const name of ["stroke", "fill", "drawImage", "putImageData"]) {
    const old = paint[name];
    paint[name] = function (...args) {
      if (this.canvas.isConnected ?? false) mark();
      return old.apply(this, args);
    };
  }
  document.addEventListener("load", (event) => event.target.tagName === "IMG" && mark(), true);
  document.addEventListener("keydown", () => (window.pressed = performance.now()), true);
}
"""
