// What ten layers put out before any training: a histogram for each, and how wide it is from layer to layer.
import { floats, show } from "./numbers.js";
import { parts, redraw, slider } from "./playground.js";
import { Plot } from "./plot.js";

/** Where the histograms of a setting begin in the table of all: starts, then normalised or not, then scales. */
export const place = (sizes, start, normalised, scale) => (start * sizes[1] + normalised) * sizes[2] + scale;

/** The heights of a histogram as shares of the room above it; one bar that towers over the rest is cut off. */
export function heights(shares) {
  const sorted = Array.from(shares).sort((a, b) => b - a), top = sorted[1] > 0 ? sorted[1] : sorted[0] || 1;
  return Array.from(shares, (share) => Math.min(1, share / top));
}

function choice(parent, name, options, changed) {
  const label = document.createElement("label"), title = document.createElement("span"), select = document.createElement("select");
  title.textContent = name;
  options.forEach((option, i) => select.add(new Option(option, i)));
  select.addEventListener("change", () => changed(+select.value));
  label.append(title, select);
  parent.append(label);
  return select;
}

function render({ model, el }) {
  const get = (name) => model.get(name), keep = (name, value) => { model.set(name, value); model.save_changes(); draw(); };
  const starts = get("starts"), scales = get("scales"), sizes = get("sizes"), bins = sizes[4], depth = sizes[3];
  const table = floats(get("shares")), widths = floats(get("spreads"));
  const { controls, panels, status } = parts(el);
  const start = choice(controls, "start", starts.map((each) => each.name), (v) => keep("start", v));
  const scale = slider(controls, "times", scales.length - 1, get("scale"), (v) => keep("scale", v));
  const normal = choice(controls, "between", get("between"), (v) => keep("normalised", v));
  scale.input.setAttribute("aria-label", "scale of the starting weights");
  normal.setAttribute("aria-label", "batch normalisation");
  const wide = new Plot("Outputs of each layer", { height: 190 });
  const curve = new Plot("Standard deviation by layer", {
    x: [1, depth], y: [1e-6, 1e4], logY: true, marksX: [1, 4, 7, 10], marksY: [1e-6, 1e-4, 1e-2, 1, 1e2, 1e4],
    height: 190, labels: ["layer", ""],
  });
  Object.assign(wide.box.style, { flex: "3 1 430px", maxWidth: "none" });
  curve.box.style.flex = "1 1 240px";
  panels.append(wide.box, curve.box);

  function draw() {
    const s = get("start"), n = get("normalised"), k = get("scale"), now = place(sizes, s, n, k);
    start.value = s; normal.value = n; scale.input.value = k;
    scale.out.textContent = show(scales[k]);
    scale.input.setAttribute("aria-valuetext", `${show(scales[k])} times your own`);
    const spread = Array.from(widths.subarray(now * depth, (now + 1) * depth));
    const { range, name } = starts[s], [low, high] = range;

    wide.begin({ bare: true });
    const { c, area } = wide, room = area.right / depth, floor = area.bottom - 22, top = 24;
    for (let layer = 0; layer < depth; layer++) {
      const from = layer * room + 3, width = room - 6, bar = width / bins;
      const shares = table.subarray((now * depth + layer) * bins, (now * depth + layer + 1) * bins);
      c.fillStyle = wide.blue;
      heights(shares).forEach((h, i) => c.fillRect(from + i * bar, floor - h * (floor - top), bar + 0.7, h * (floor - top)));
      c.strokeStyle = wide.faint; c.lineWidth = 1;
      c.beginPath(); c.moveTo(from, floor + 0.5); c.lineTo(from + width, floor + 0.5); c.stroke();
      c.fillStyle = wide.ink; c.textAlign = "left"; c.fillText(show(low), from, floor + 13);
      c.textAlign = "right"; c.fillText(show(high), from + width, floor + 13);
      c.textAlign = "center"; c.font = "600 11px system-ui, sans-serif";
      c.fillText(layer + 1, from + width / 2, 13); c.font = "11px system-ui, sans-serif";
    }
    curve.begin();
    curve.line(spread.map((y, i) => [i + 1, y]), curve.blue, 2.5);
    spread.forEach((y, i) => curve.dot([i + 1, y], curve.blue, 3.5));

    const [first, last] = [spread[0], spread[depth - 1]];
    const said = `${name} times ${show(scales[k])}, ${get("between")[n]}: standard deviation ${show(first)} in layer 1, ${show(last)} in layer ${depth}.`;
    status.textContent = said;
    wide.canvas.setAttribute("aria-label", `Histograms of layers 1 to ${depth}. ${said}`);
    curve.canvas.setAttribute("aria-label", said);
  }
  return redraw(model, ["start", "normalised", "scale"], panels, draw);
}

export default { render };
