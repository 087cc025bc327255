// Sliders over pictures that were drawn beforehand: the front end picks a frame, the kernel is never asked.
// State: controls [{name, labels}], place [index per control], frames [PNG], alts [text], all from Python.

function number(controls, place) {
  // Row-major, the last control fastest, as numpy.ravel_multi_index.
  return controls.reduce((index, control, k) => index * control.labels.length + place[k], 0);
}

function render({ model, el }) {
  const controls = model.get("controls");
  const alts = model.get("alts");
  const urls = model.get("frames").map((png) => URL.createObjectURL(new Blob([png], { type: "image/png" })));
  const root = document.createElement("div");
  root.className = "descent-frames";
  // Else JupyterLab takes the arrow keys: its shortcuts fold headings, its notebook moves between cells.
  root.setAttribute("data-lm-suppress-shortcuts", "true");
  root.addEventListener("keydown", (event) => event.stopPropagation());

  const rows = controls.map((control, k) => {
    const label = document.createElement("label");
    const name = document.createElement("span");
    name.textContent = control.name;
    const input = document.createElement("input");
    input.type = "range";
    input.min = 0;
    input.max = control.labels.length - 1;
    input.step = 1;
    input.setAttribute("aria-label", control.name);
    const value = document.createElement("output");
    label.append(name, input, value);
    root.append(label);
    input.addEventListener("input", () => {
      const place = [...model.get("place")];
      place[k] = Number(input.value);
      model.set("place", place);
      model.save_changes();
      show();
    });
    return { input, value };
  });

  const image = document.createElement("img");
  image.width = model.get("width");
  root.append(image);
  el.append(root);

  function show() {
    const place = model.get("place");
    const index = number(controls, place);
    image.src = urls[index];
    image.alt = alts[index];
    rows.forEach(({ input, value }, k) => {
      const text = controls[k].labels[place[k]];
      input.value = place[k];
      input.setAttribute("aria-valuetext", text);
      value.textContent = text;
    });
  }

  model.on("change:place", show);
  show();
  return () => {
    model.off("change:place", show);
    urls.forEach((url) => URL.revokeObjectURL(url));
  };
}

export default { render };
