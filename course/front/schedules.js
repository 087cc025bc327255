// A schedule in the hand. The mathematics mirrors course/interactive/schedules.py; a test compares the two.
import { floats, show } from "./numbers.js";
import { parts, redraw, slider } from "./playground.js";
import { Plot } from "./plot.js";

export const CURVATURE = [1, 4];

/** Points of a ball in the noisy bowl: rates (T), noise (2T, interleaved) -> array of T + 1 pairs. */
export function bounce(rates, noise, start, sigma) {
  const points = [[start[0], start[1]]];
  for (let t = 0; t < rates.length; t++) {
    const last = points[t];
    points.push([0, 1].map((i) => (1 - rates[t] * CURVATURE[i]) * last[i] - rates[t] * sigma * noise[2 * t + i]));
  }
  return points;
}

/** The loss averaged over all noise, T + 1 numbers, exactly. */
export function expectedLoss(rates, start, sigma) {
  let square = start.map((x) => x * x);
  const loss = () => (CURVATURE[0] * square[0] + CURVATURE[1] * square[1]) / 2;
  const losses = [loss()];
  for (const rate of rates) {
    square = square.map((m, i) => (1 - rate * CURVATURE[i]) ** 2 * m + (rate * sigma) ** 2);
    losses.push(loss());
  }
  return losses;
}

export const lossAt = (p) => (CURVATURE[0] * p[0] ** 2 + CURVATURE[1] * p[1] ** 2) / 2;

function render({ model, el }) {
  const get = (name) => model.get(name);
  const entries = get("entries"), steps = get("steps"), shapes = floats(get("shapes")), noise = floats(get("noise"));
  const rates = get("rates"), start = get("start");
  let shown = steps, timer = null;
  const { controls, panels, status } = parts(el);

  const choice = document.createElement("label"), select = document.createElement("select");
  choice.innerHTML = "<span>schedule</span>";
  entries.forEach((e, i) => select.add(new Option(e.missing ? `${e.name} (not written yet)` : e.name, i)));
  choice.append(select);
  controls.append(choice);
  const keep = (name, value) => { model.set(name, value); model.save_changes(); };
  select.addEventListener("change", () => { keep("chosen", +select.value); keep("knob", entries[+select.value].values.length >> 1); draw(); });
  const knob = slider(controls, "knob", 1, 0, (v) => { keep("knob", v); draw(); });
  const rate = slider(controls, "initial rate", rates.length - 1, get("rate"), (v) => { keep("rate", v); draw(); });
  const sigma = slider(controls, "noise", 40, get("sigma") * 20, (v) => { keep("sigma", v / 20); draw(); });
  const step = slider(controls, "step", steps, steps, (v) => { shown = v; draw(); });
  const play = document.createElement("button");
  play.textContent = "Play";
  play.addEventListener("click", () => (timer ? stop() : begin()));
  controls.append(play);

  const left = new Plot("The rate", { x: [0, steps], y: [1e-4, 1], logY: true, labels: ["step", "learning rate η"] });
  const middle = new Plot("The loss", { x: [0, steps], y: [1e-3, 10], logY: true, labels: ["step", "loss"] });
  const right = new Plot("The ball", { x: [-2.4, 2.4], y: [-1.8, 1.8], labels: ["x", "y"] });
  panels.append(left.box, middle.box, right.box);

  function begin() { shown = shown >= steps ? 0 : shown; play.textContent = "Pause"; timer = requestAnimationFrame(tick); }
  function stop() { cancelAnimationFrame(timer); timer = null; play.textContent = "Play"; }
  function tick() { shown = Math.min(steps, shown + 1); draw(); timer = shown < steps ? requestAnimationFrame(tick) : (stop(), null); }

  function draw() {
    const i = get("chosen"), entry = entries[i], k = Math.min(get("knob"), entry.values.length - 1);
    const row = entries.slice(0, i).reduce((sum, e) => sum + e.values.length, 0) + k;
    const initial = rates[get("rate")], now = Array.from(shapes.subarray(row * steps, (row + 1) * steps), (s) => s * initial);
    const noisy = get("sigma"), points = bounce(now, noise, start, noisy), mean = expectedLoss(now, start, noisy);
    select.value = i;
    knob.label.style.visibility = entry.values.length > 1 ? "visible" : "hidden";
    Object.assign(knob.input, { max: entry.values.length - 1 });
    knob.input.value = k;
    rate.input.value = get("rate"); sigma.input.value = noisy * 20; step.input.value = shown;
    knob.title.textContent = entry.label; knob.out.textContent = show(entry.values[k]);
    rate.out.textContent = show(initial); sigma.out.textContent = show(noisy); step.out.textContent = shown;
    for (const plot of [left, middle, right]) plot.begin();
    left.line(now.map((r, t) => [t, r]), left.ink, 2);
    if (shown < steps) left.dot([shown, now[shown]], "#D55E00", 5);
    middle.line(points.slice(0, shown + 1).map((p, t) => [t, lossAt(p)]), "#888", 1);
    middle.line(mean.map((loss, t) => [t, loss]), middle.blue, 2.5, [6, 3]);
    middle.key([["this run", "#888"], ["mean of all runs", middle.blue, [6, 3]]]);
    for (const level of [0.02, 0.1, 0.5, 1, 2]) {
      const ring = Array.from({ length: 61 }, (_, j) => [Math.sqrt(2 * level) * Math.cos(j / 30 * Math.PI), Math.sqrt(level / 2) * Math.sin(j / 30 * Math.PI)]);
      right.line(ring, right.faint, 0.7);
    }
    right.line(points.slice(0, shown + 1), "#888", 0.8);
    for (const p of points.slice(Math.max(0, shown - 49), shown + 1)) right.dot(p, "#D55E00", 2.2);
    right.dot(points[shown], right.ink, 5);
    const wild = Math.max(...mean) > 1e3 ? " The steps are too long: the run diverges." : "";
    const said = entry.missing ? `${entry.name} is not written yet.` :
      `After step ${steps} the mean loss is ${show(mean[steps])}.${wild}`;
    status.textContent = said;
    left.canvas.setAttribute("aria-label", `Rate of ${entry.name} from ${show(now[0])} to ${show(now[steps - 1])}.`);
    middle.canvas.setAttribute("aria-label", said);
    right.canvas.setAttribute("aria-label", `The ball at step ${shown}, loss ${show(lossAt(points[shown]))}.`);
  }
  const end = redraw(model, ["chosen", "knob", "rate", "sigma"], panels, draw);
  return () => { stop(); end(); };
}

export default { render };
