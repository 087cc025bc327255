// The elements of the Explorer: what is on the page, without what moves in it.
import { marker } from "./marks.js";

const ICONS = {
  play: '<path d="M4 2.5v11l9-5.5z"/>',
  pause: '<path d="M3.5 2.5h3.2v11H3.5zM9.3 2.5h3.2v11H9.3z"/>',
  back: '<path d="M11 3v10L4.5 8zM2.5 3h1.6v10H2.5z"/>',
  forward: '<path d="M5 3v10l6.5-5zM11.9 3h1.6v10h-1.6z"/>',
};
export const icon = (name) => `<svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">${ICONS[name]}</svg>`;

function element(tag, className, parent, attributes = {}) {
  const made = document.createElement(tag);
  made.className = className;
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "text") made.textContent = value;
    else if (key === "html") made.innerHTML = value;
    else made.setAttribute(key, value);
  }
  parent?.append(made);
  return made;
}

/** Write only what has changed: a screen reader reads every write. */
export function put(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/** The context of a canvas, as large as it is shown and sharp on any screen. */
export function sized(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  const c = canvas.getContext("2d");
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  return c;
}

/** Three canvases on top of each other: what stays, what grows, what moves. */
export function layers(box) {
  return Array.from({ length: 3 }, () => element("canvas", "", box, { "aria-hidden": "true" }));
}

/** Everything on the page, by name. */
export function page(el, acts) {
  const made = {};
  made.root = element("div", "descent", el, { "data-lm-suppress-shortcuts": "true" });
  const body = element("div", "descent-body", made.root);
  const panels = element("div", "descent-panels", body);
  const left = element("div", "descent-left", panels);
  made.caption = element("div", "descent-caption", left);
  made.stage = element("div", "descent-stage", left, {
    tabindex: "0", role: "application", "aria-roledescription": "animated map",
    "aria-keyshortcuts": "Space ArrowLeft ArrowRight Home End",
  });
  const right = element("div", "descent-right", panels);
  const above = element("div", "descent-above", right);
  made.lossCaption = element("div", "descent-caption", above, { text: "Loss" });
  made.panels = element("div", "descent-choice", above, { role: "group", "aria-label": "What is drawn beside the map" });
  made.panelButtons = ["loss", "distance"].map((panel) => {
    const text = panel[0].toUpperCase() + panel.slice(1);
    const pressed = element("button", "descent-button descent-small", made.panels, { type: "button", "data-panel": panel, text });
    pressed.addEventListener("click", () => acts.panel(panel));
    return pressed;
  });
  made.lossBox = element("div", "descent-loss", right, { role: "img" });
  made.legend = element("div", "descent-legend", right, { role: "group", "aria-label": "Rules: show or hide" });
  Object.assign(made, playback(element("div", "descent-bar", body, { role: "group", "aria-label": "Playback" }), acts));
  made.note = element("div", "descent-said", body);
  const below = element("div", "descent-below", body);
  const pad = element("div", "descent-both", below);
  element("div", "descent-caption descent-light", pad);
  made.pad = element("div", "descent-pad", pad, { tabindex: "0", role: "group" });
  made.hint = element("div", "descent-hint", below);
  made.summary = element("div", "descent-summary", made.root, { role: "status", "aria-live": "polite" });
  return made;
}

/** The buttons, the slider and the menus under the pictures; what they do is in `acts`. */
function playback(bar, acts) {
  const made = {};
  const button = (name, html, label, click) => {
    const pressed = element("button", `descent-button descent-${name}`, bar, { type: "button", html, "aria-label": label, title: label });
    pressed.addEventListener("click", click);
    return pressed;
  };
  made.playButton = button("play", "", "Play", acts.toggle);
  button("back", icon("back"), "One step back (left arrow)", acts.back);
  button("forward", icon("forward"), "One step forward (right arrow)", acts.forward);
  made.slider = element("input", "descent-step", bar, { type: "range", min: 0, step: 1, "aria-label": "Step" });
  made.slider.addEventListener("input", () => acts.seek(Number(made.slider.value)));
  made.readout = element("output", "descent-readout", bar);
  made.speed = element("select", "descent-speed", bar, { "aria-label": "Speed of playing", title: "Speed" });
  for (const [value, text] of [[0.125, "⅛ speed"], [0.25, "¼ speed"], [0.5, "½ speed"], [1, "1× speed"], [2, "2× speed"], [4, "4× speed"]]) {
    element("option", "", made.speed, { value, text });
  }
  made.speed.value = "1";
  const choice = element("div", "descent-choice", bar, { role: "group", "aria-label": "View" });
  made.viewButtons = ["contour", "3d"].map((view) => {
    const pressed = element("button", "descent-button", choice, { type: "button", "data-view": view, text: view === "3d" ? "3-D" : "Contours" });
    pressed.addEventListener("click", () => acts.look(view));
    return pressed;
  });
  made.arrowsButton = button("arrows", "Arrows", "Show the slope and the step of each rule as arrows", acts.arrows);
  made.turnButton = button("turn", "Turn", "Turn the surface slowly", acts.turn);
  return made;
}

/** One rule of the legend: its line and marker, its name, its loss, what happened to it. */
export function legendRow(legend, rule, paper, click) {
  const row = element("button", "descent-rule", legend, { type: "button", "data-rule": rule.name });
  const swatch = element("canvas", "descent-swatch", row, { "aria-hidden": "true" });
  const name = element("span", "descent-name", row, { text: rule.label });
  const loss = element("span", "descent-value", row);
  const note = element("span", "descent-note", row);
  row.title = `Show or hide ${rule.label}`;
  row.addEventListener("click", click);
  const c = sized(swatch, 48, 16);
  c.strokeStyle = rule.ink;
  c.lineWidth = 2.4;
  c.setLineDash(rule.dashes);
  c.beginPath();
  c.moveTo(1, 8);
  c.lineTo(40, 8);
  c.stroke();
  marker(c, rule.marker, 40, 8, 5, rule.ink, paper);
  return { row, name, loss, note, rule };
}
