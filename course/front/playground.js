// What the sliders over pictures and the playgrounds share: their page, their sliders, and when they draw again.

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

/** The context of a canvas as wide as its box, sharp on any screen, and the inks of the page. */
export function begun(box, canvas, width, height) {
  const ratio = window.devicePixelRatio || 1, style = getComputedStyle(box);
  canvas.style.height = `${height}px`;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const c = canvas.getContext("2d");
  c.scale(ratio, ratio);
  c.font = "11px system-ui, sans-serif";
  const colour = (name, other) => style.getPropertyValue(`--${name}`) || other;
  return { c, ink: colour("ink", "#222"), faint: colour("faint", "#bbb"), blue: colour("blue", "#0072b2") };
}

/** Draw now, when a trait changes, when the box is resized and when the theme changes; return what ends that. */
export function redraw(model, names, box, draw) {
  for (const name of names) model.on(`change:${name}`, draw);
  const size = new ResizeObserver(() => draw());
  size.observe(box);
  let later = [];
  const theme = new MutationObserver(() => {
    later.forEach(clearTimeout);
    later = [0, 150, 600].map((wait) => setTimeout(draw, wait)); // the attribute may change before the style sheet
  });
  theme.observe(document.body, { attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"] });
  draw();
  return () => {
    later.forEach(clearTimeout);
    size.disconnect();
    theme.disconnect();
    for (const name of names) model.off(`change:${name}`, draw);
  };
}
