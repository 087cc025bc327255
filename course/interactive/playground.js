// What the sliders over pictures and the playgrounds share: their page, their sliders, and when they draw again.

export const floats = (view) => new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

/** A number in few letters. */
export const short = (x) =>
  x === 0 ? "0" : Math.abs(x) >= 1e4 || Math.abs(x) < 1e-3 ? x.toExponential(1) : String(+x.toPrecision(3));

/** Keep keys to an element: else JupyterLab folds headings with the arrows, or moves between cells. */
export function keepKeys(root) {
  root.dataset.lmSuppressShortcuts = "true";
  root.addEventListener("keydown", (event) => event.stopPropagation());
}

/** The three parts of a playground: sliders, pictures, and a sentence that is read out. */
export function parts(el) {
  el.classList.add("playground");
  keepKeys(el);
  const [controls, panels, status] = ["controls", "panels", "status"].map((name) => {
    const part = document.createElement("div");
    part.className = name;
    el.append(part);
    return part;
  });
  status.setAttribute("role", "status");
  return { controls, panels, status };
}

/** A slider with its name before it and its value behind it. */
export function slider(parent, name, max, value, changed) {
  const label = document.createElement("label");
  const title = document.createElement("span"), input = document.createElement("input"), out = document.createElement("output");
  title.textContent = name;
  Object.assign(input, { type: "range", min: 0, max, step: 1, value });
  input.addEventListener("input", () => changed(+input.value));
  label.append(title, input, out);
  parent.append(label);
  return { label, title, input, out };
}

/** The context of a canvas as wide as its box, sharp on any screen, and the two inks of the page. */
export function begun(box, canvas, width, height) {
  const ratio = window.devicePixelRatio || 1, style = getComputedStyle(box);
  canvas.style.height = `${height}px`;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const c = canvas.getContext("2d");
  c.scale(ratio, ratio);
  c.font = "11px system-ui, sans-serif";
  return { c, ink: style.getPropertyValue("--ink") || "#222", faint: style.getPropertyValue("--faint") || "#bbb" };
}

/** Draw now, when a trait changes and when the box is resized; return what ends that. */
export function redraw(model, names, box, draw) {
  for (const name of names) model.on(`change:${name}`, draw);
  const watch = new ResizeObserver(() => draw());
  watch.observe(box);
  draw();
  return () => {
    watch.disconnect();
    for (const name of names) model.off(`change:${name}`, draw);
  };
}
