// What an ensemble thinks of a digit. The mathematics mirrors course/interactive/temperature.py; a test compares them.
import { floats, show } from "./numbers.js";
import { parts, redraw, slider } from "./playground.js";
import { Plot } from "./plot.js";

const TINY = 1e-12;

/** Probabilities at a temperature: p^(1/T), normalised. */
export function soften(p, temperature) {
  const logs = p.map((x) => Math.log(Math.max(x, TINY)) / temperature), top = Math.max(...logs);
  const odds = logs.map((x) => Math.exp(x - top)), total = odds.reduce((a, b) => a + b, 0);
  return odds.map((x) => x / total);
}

/** Entropy in bits. */
export const bits = (p) => -p.reduce((sum, x) => sum + x * Math.log2(Math.max(x, TINY)), 0);

function render({ model, el }) {
  const get = (name) => model.get(name), keep = (name, value) => { model.set(name, value); model.save_changes(); draw(); };
  const pixels = floats(get("pixels")), table = floats(get("probabilities")), side = get("side"), C = get("classes");
  const labels = get("labels"), counts = get("counts"), temperatures = get("temperatures"), n = labels.length;
  const { controls, panels, status } = parts(el);
  const warm = slider(controls, "temperature", temperatures.length - 1, get("temperature"), (v) => keep("temperature", v));
  const many = slider(controls, "networks", counts.length - 1, get("count"), (v) => keep("count", v));
  const which = slider(controls, "image", n - 1, get("image"), (v) => keep("image", v));
  const high = 230, digit = new Plot("The image", { height: high });
  const bars = new Plot("Probabilities", {
    x: [-0.5, C - 0.5], marksX: [...Array(C).keys()], height: high, labels: ["class", "probability"],
  });
  const curve = new Plot("How undecided", {
    x: [temperatures[0], temperatures[temperatures.length - 1]], logX: true, marksX: [0.25, 1, 4, 16],
    y: [0, 1.03 * Math.log2(C)], marksY: [0, 1, 2, 3], height: high, labels: ["temperature T", "entropy in bits"],
  });
  for (const [plot, weight] of [[digit, 2], [bars, 4], [curve, 3]]) { // all three side by side beside a file browser
    plot.box.style.flex = `${weight} 1 ${80 * weight}px`;
    plot.box.style.minWidth = `${70 * weight}px`;
    panels.append(plot.box);
  }

  function draw() {
    const i = get("image"), k = get("count"), T = temperatures[get("temperature")];
    const p = Array.from(table.subarray((k * n + i) * C, (k * n + i + 1) * C)), q = soften(p, T);
    const order = q.map((_, j) => j).sort((a, b) => q[b] - q[a]), [first, second] = order;
    warm.input.value = get("temperature"); many.input.value = k; which.input.value = i;
    warm.out.textContent = show(T); many.out.textContent = counts[k]; which.out.textContent = `${i + 1} of ${n}`;
    warm.input.setAttribute("aria-valuetext", show(T)); many.input.setAttribute("aria-valuetext", counts[k]);

    digit.begin({ bare: true });
    digit.caption.textContent = `A ${labels[i]}`;
    const { c } = digit, cell = Math.min(digit.area.right - 12, digit.area.bottom - 4) / side;
    c.strokeStyle = digit.faint;
    for (let r = 0; r < side * side; r++) {
      c.fillStyle = `rgb(${[0, 1, 2].map(() => Math.round(255 * (1 - pixels[i * side * side + r]))).join()})`;
      c.fillRect((r % side) * cell, Math.floor(r / side) * cell, cell + 0.6, cell + 0.6);
    }
    c.strokeRect(0.5, 0.5, side * cell - 0.5, side * cell - 0.5);

    bars.begin();
    q.forEach((x, j) => {
      const from = bars.u(j - 0.38), width = bars.u(j + 0.38) - from, floor = bars.v(0);
      bars.c.fillStyle = j === labels[i] ? bars.blue : "#D55E00";
      bars.c.fillRect(from, bars.v(x), width, floor - bars.v(x));
      bars.c.strokeStyle = bars.ink; bars.c.setLineDash([2, 2]);
      bars.c.strokeRect(from, bars.v(p[j]), width, floor - bars.v(p[j])); bars.c.setLineDash([]);
    });

    curve.begin();
    curve.line(temperatures.map((t) => [t, bits(soften(p, t))]), curve.ink, 2);
    curve.dot([T, bits(q)], "#D55E00", 5);

    const said = `${counts[k]} network${counts[k] > 1 ? "s" : ""}, T = ${show(T)}: ${q[first].toFixed(3)} for ${first}, ` +
      `${q[second].toFixed(3)} for ${second}; entropy ${bits(q).toFixed(2)} bits. Blue: the true class. Dotted: T = 1.`;
    status.textContent = said;
    digit.canvas.setAttribute("aria-label", `Image of a ${labels[i]}.`);
    bars.canvas.setAttribute("aria-label", said);
    curve.canvas.setAttribute("aria-label", `The entropy at this temperature is ${bits(q).toFixed(2)} of at most ${Math.log2(C).toFixed(2)} bits.`);
  }
  return redraw(model, ["image", "count", "temperature"], panels, draw);
}

export default { render };
