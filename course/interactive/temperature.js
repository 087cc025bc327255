// What an ensemble thinks of a digit. The mathematics mirrors course/interactive/temperature.py; a test compares them.
import { begun, floats, parts, redraw, short, slider } from "./playground.js";

const TINY = 1e-12;

/** Probabilities at a temperature: p^(1/T), normalised. */
export function soften(p, temperature) {
  const logs = p.map((x) => Math.log(Math.max(x, TINY)) / temperature), top = Math.max(...logs);
  const odds = logs.map((x) => Math.exp(x - top)), total = odds.reduce((a, b) => a + b, 0);
  return odds.map((x) => x / total);
}

/** Entropy in bits. */
export const bits = (p) => -p.reduce((sum, x) => sum + x * Math.log2(Math.max(x, TINY)), 0);

/** A titled canvas that knows its size in CSS pixels. */
function panel(parent, title, weight) {
  const box = document.createElement("figure"), caption = document.createElement("figcaption");
  const canvas = document.createElement("canvas");
  box.style.flex = `${weight} 1 ${80 * weight}px`; // all three side by side in a notebook beside its file browser
  box.style.minWidth = `${70 * weight}px`;
  caption.textContent = title;
  canvas.setAttribute("role", "img");
  box.append(caption, canvas);
  parent.append(box);
  const begin = () => {
    const width = box.clientWidth || 250, height = 230;
    return { ...begun(box, canvas, width, height), left: 44, right: width - 12, top: 8, bottom: height - 34 };
  };
  return { begin, canvas, caption };
}

/** A frame with labelled marks; u and v turn data into pixels. */
function axes(a, { u, v, xs, ys, x, y }) {
  const { c } = a;
  c.strokeStyle = a.faint; c.fillStyle = a.ink; c.lineWidth = 1;
  c.strokeRect(a.left, a.top, a.right - a.left, a.bottom - a.top);
  c.textAlign = "center";
  for (const mark of xs) c.fillText(short(mark), u(mark), a.bottom + 14);
  c.fillText(x, (a.left + a.right) / 2, a.bottom + 29);
  c.textAlign = "right";
  for (const mark of ys) {
    c.fillText(short(mark), a.left - 5, v(mark) + 4);
    c.globalAlpha = 0.4; c.beginPath(); c.moveTo(a.left, v(mark)); c.lineTo(a.right, v(mark)); c.stroke(); c.globalAlpha = 1;
  }
  c.save(); c.translate(11, (a.top + a.bottom) / 2); c.rotate(-Math.PI / 2);
  c.textAlign = "center"; c.fillText(y, 0, 0); c.restore();
}

function render({ model, el }) {
  const get = (name) => model.get(name), keep = (name, value) => { model.set(name, value); model.save_changes(); draw(); };
  const pixels = floats(get("pixels")), table = floats(get("probabilities")), side = get("side"), C = get("classes");
  const labels = get("labels"), counts = get("counts"), temperatures = get("temperatures"), n = labels.length;
  const { controls, panels, status } = parts(el);
  const warm = slider(controls, "temperature", temperatures.length - 1, get("temperature"), (v) => keep("temperature", v));
  const many = slider(controls, "networks", counts.length - 1, get("count"), (v) => keep("count", v));
  const which = slider(controls, "image", n - 1, get("image"), (v) => keep("image", v));
  const digit = panel(panels, "The image", 2), bars = panel(panels, "Probabilities", 4), curve = panel(panels, "How undecided", 3);

  function draw() {
    const i = get("image"), k = get("count"), T = temperatures[get("temperature")];
    const p = Array.from(table.subarray((k * n + i) * C, (k * n + i + 1) * C)), q = soften(p, T);
    const order = q.map((_, j) => j).sort((a, b) => q[b] - q[a]), [first, second] = order;
    warm.input.value = get("temperature"); many.input.value = k; which.input.value = i;
    warm.out.textContent = short(T); many.out.textContent = counts[k]; which.out.textContent = `${i + 1} of ${n}`;
    warm.input.setAttribute("aria-valuetext", short(T)); many.input.setAttribute("aria-valuetext", counts[k]);

    let a = digit.begin();
    digit.caption.textContent = `A ${labels[i]}`;
    const cell = Math.min(a.right, a.bottom + 30) / side;
    a.c.strokeStyle = a.faint;
    for (let r = 0; r < side * side; r++) {
      a.c.fillStyle = `rgb(${[0, 1, 2].map(() => Math.round(255 * (1 - pixels[i * side * side + r]))).join()})`;
      a.c.fillRect((r % side) * cell, Math.floor(r / side) * cell, cell + 0.6, cell + 0.6);
    }
    a.c.strokeRect(0.5, 0.5, side * cell - 0.5, side * cell - 0.5);

    a = bars.begin();
    const u = (j) => a.left + ((j + 0.5) / C) * (a.right - a.left), v = (x) => a.bottom - (x / 1) * (a.bottom - a.top);
    axes(a, { u, v, xs: [...Array(C).keys()], ys: [0, 0.25, 0.5, 0.75, 1], x: "class", y: "probability" });
    q.forEach((x, j) => {
      const half = (0.38 / C) * (a.right - a.left);
      a.c.fillStyle = j === labels[i] ? a.blue : "#D55E00";
      a.c.fillRect(u(j) - half, v(x), 2 * half, a.bottom - v(x));
      a.c.strokeStyle = a.ink; a.c.setLineDash([2, 2]);
      a.c.strokeRect(u(j) - half, v(p[j]), 2 * half, a.bottom - v(p[j])); a.c.setLineDash([]);
    });

    a = curve.begin();
    const most = Math.log2(C), low = Math.log(temperatures[0]), high = Math.log(temperatures[temperatures.length - 1]);
    const x = (t) => a.left + ((Math.log(t) - low) / (high - low)) * (a.right - a.left), y = (h) => a.bottom - (h / most) * (a.bottom - a.top - 6);
    axes(a, { u: x, v: y, xs: [0.25, 1, 4, 16], ys: [0, 1, 2, 3], x: "temperature T", y: "entropy in bits" });
    a.c.strokeStyle = a.ink; a.c.lineWidth = 2; a.c.beginPath();
    temperatures.forEach((t, j) => (j ? a.c.lineTo(x(t), y(bits(soften(p, t)))) : a.c.moveTo(x(t), y(bits(soften(p, t))))));
    a.c.stroke();
    a.c.fillStyle = "#D55E00"; a.c.beginPath(); a.c.arc(x(T), y(bits(q)), 5, 0, 7); a.c.fill();

    const said = `${counts[k]} network${counts[k] > 1 ? "s" : ""}, T = ${short(T)}: ${q[first].toFixed(3)} for ${first}, ` +
      `${q[second].toFixed(3)} for ${second}; entropy ${bits(q).toFixed(2)} bits. Blue: the true class. Dotted: T = 1.`;
    status.textContent = said;
    digit.canvas.setAttribute("aria-label", `Image of a ${labels[i]}.`);
    bars.canvas.setAttribute("aria-label", said);
    curve.canvas.setAttribute("aria-label", `The entropy at this temperature is ${bits(q).toFixed(2)} of at most ${most.toFixed(2)} bits.`);
  }
  return redraw(model, ["image", "count", "temperature"], panels, draw);
}

export default { render };
