// Sliders over pictures that were drawn beforehand: the front end picks a frame, the kernel is never asked.
// State: controls [{name, labels}], place [index per control], frames [PNG], alts [text], all from Python.
import { keepKeys, slider } from "./playground.js";

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
  keepKeys(root);
  const rows = controls.map((control, k) =>
    slider(root, control.name, control.labels.length - 1, 0, (at) => {
      const place = [...model.get("place")];
      place[k] = at;
      model.set("place", place);
      model.save_changes();
      show();
    }),
  );
  rows.forEach(({ input }, k) => input.setAttribute("aria-label", controls[k].name));

  const image = document.createElement("img");
  image.width = model.get("width");
  root.append(image);
  el.append(root);

  function show() {
    const place = model.get("place");
    const index = number(controls, place);
    image.src = urls[index];
    image.alt = alts[index];
    rows.forEach(({ input, out }, k) => {
      const text = controls[k].labels[place[k]];
      input.value = place[k];
      input.setAttribute("aria-valuetext", text);
      out.textContent = text;
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
