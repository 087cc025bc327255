// Basins of attraction: the map, the damping, and the path under the pointer. Nothing here asks the kernel.
import { floats } from "./numbers.js";
import { begun, keepKeys, redraw } from "./playground.js";

const near = (x) => String(+x.toPrecision(3));

/** The points of one start at one damping, without the repeated end. */
export function pathOf(paths, { grid, steps }, which, cell) {
  const at = (which * grid * grid + cell) * (steps + 1) * 2, points = [];
  for (let t = 0; t <= steps; t++) {
    const p = [paths[at + 2 * t], paths[at + 2 * t + 1]], last = points[points.length - 1];
    if (last && last[0] === p[0] && last[1] === p[1]) break;
    points.push(p);
  }
  return points;
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const grid = get("grid"), [[left, right], [low, high]] = get("domain"), colours = get("colours"), names = get("names");
  const bytes = get("kinds"), kinds = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), paths = floats(get("paths"));
  el.classList.add("playground");
  keepKeys(el);
  el.innerHTML = `<div class="controls"><label><span>damping λ</span><input type="range" min="0" step="1"><output></output></label></div>
    <div class="panels"><figure style="max-width:560px"><figcaption>Where each start ends</figcaption><canvas tabindex="0" role="application"></canvas></figure>
    <figure style="max-width:340px"><figcaption>How many</figcaption><div class="legend"></div><p>Point at a start, or focus the map and use the arrow keys.</p>
    <div class="status" role="status"></div></figure></div>`;
  const input = el.querySelector("input"), out = el.querySelector("output"), canvas = el.querySelector("canvas");
  const legend = el.querySelector(".legend"), status = el.querySelector(".status");
  input.max = get("dampings").length - 1;
  const keep = (name, value) => { if (get(name) !== value) { model.set(name, value); model.save_changes(); } draw(); };
  input.addEventListener("input", () => keep("chosen", +input.value));
  const cellAt = (event) => {
    const box = canvas.getBoundingClientRect();
    const i = Math.floor(((event.clientX - box.left) / box.width) * grid), j = Math.floor((1 - (event.clientY - box.top) / box.height) * grid);
    return Math.max(0, Math.min(grid - 1, j)) * grid + Math.max(0, Math.min(grid - 1, i));
  };
  canvas.addEventListener("pointermove", (event) => keep("cell", cellAt(event)));
  canvas.addEventListener("pointerdown", (event) => keep("cell", cellAt(event)));
  canvas.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    const i = (get("cell") % grid) + move[0], j = Math.floor(get("cell") / grid) + move[1];
    if (i >= 0 && i < grid && j >= 0 && j < grid) keep("cell", j * grid + i);
  });

  function draw() {
    const which = get("chosen"), cell = get("cell"), width = canvas.parentElement.clientWidth || 480;
    const height = width * 0.92, { c } = begun(canvas.parentElement, canvas, width, height);
    const u = (x) => ((x - left) / (right - left)) * width, v = (y) => height - ((y - low) / (high - low)) * height;
    const mine = kinds.subarray(which * grid * grid, (which + 1) * grid * grid), w = width / grid, h = height / grid;
    c.fillStyle = "#fff"; c.fillRect(0, 0, width, height);
    for (let k = 0; k < grid * grid; k++) {
      const x = (k % grid) * w, y = height - (Math.floor(k / grid) + 1) * h;
      c.fillStyle = colours[mine[k]]; c.globalAlpha = 0.75; c.fillRect(x, y, w + 0.5, h + 0.5); c.globalAlpha = 1;
      if (mine[k] === 1) { c.strokeStyle = "rgba(0,0,0,.45)"; c.lineWidth = 0.8; c.beginPath(); c.moveTo(x, y + h); c.lineTo(x + w, y); c.stroke(); }
    }
    c.font = "20px system-ui"; c.textAlign = "center"; c.textBaseline = "middle"; c.lineWidth = 3; c.strokeStyle = "#fff"; c.fillStyle = "#000";
    for (const [sign, list] of [["★", get("places").minima], ["✕", get("places").saddles]])
      for (const [x, y] of list) { c.strokeText(sign, u(x), v(y)); c.fillText(sign, u(x), v(y)); }
    const points = pathOf(paths, { grid, steps: get("steps") }, which, cell);
    for (const [colour, thick] of [["#fff", 5], ["#0b3d91", 2.5]]) {
      c.strokeStyle = colour; c.lineWidth = thick; c.beginPath();
      points.forEach(([x, y], t) => (t ? c.lineTo(u(x), v(y)) : c.moveTo(u(x), v(y))));
      c.stroke();
    }
    points.forEach(([x, y], t) => { c.fillStyle = t ? "#0b3d91" : "#fff"; c.strokeStyle = "#000"; c.lineWidth = 1.5; c.beginPath(); c.arc(u(x), v(y), t ? 3.5 : 6, 0, 7); c.fill(); c.stroke(); });
    input.value = which; out.textContent = near(get("dampings")[which]);
    const total = grid * grid, count = names.map((_, k) => mine.filter((m) => m === k).length / total);
    legend.innerHTML = names.map((name, k) => `<div><span style="display:inline-block;width:1em;height:1em;border:1px solid #555;background:${colours[k]};vertical-align:-2px"></span> ${name}: ${Math.round(100 * count[k])}%</div>`).join("");
    const [x0, y0] = points[0], end = points[points.length - 1];
    status.textContent = `From (${near(x0)}, ${near(y0)}), ${points.length - 1} steps, to ${names[mine[cell]]}` +
      (mine[cell] < 3 ? ` at (${near(end[0])}, ${near(end[1])}).` : ".");
    canvas.setAttribute("aria-label", status.textContent);
  }
  return redraw(model, ["chosen", "cell"], canvas.parentElement, draw);
}

export default { render };
