// The picture of the Explorer: paths on a surface, the loss beside them, one bar to play them.
// All paths arrive once, as binary; playing, dragging the step, toggling a rule and turning the
// surface happen here and ask Python nothing.
import {
  behind, camera, channels, clip, coarser, contrast, fill, floats, heightAt, heightScale, levelLines, lossAxis, mix, polyline,
  readable, show, upTo,
} from "./geometry.js";
import { cross, extend, marker, paintLossAxes, paintMap, paintSurface, words } from "./painting.js";

const SECONDS = 12; // a whole run at speed 1
const MESH = 57; // points along a side of the 3-D surface
const DATA = ["paths", "lengths", "events", "grid", "rules", "steps", "note"];
const CUBE = [[-1, 1], [-1, 1]];
const drivers = new WeakMap(); // which view of a model moves its step, when there are several
const reduced = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const ICONS = {
  play: '<path d="M4 2.5v11l9-5.5z"/>',
  pause: '<path d="M3.5 2.5h3.2v11H3.5zM9.3 2.5h3.2v11H9.3z"/>',
  back: '<path d="M11 3v10L4.5 8zM2.5 3h1.6v10H2.5z"/>',
  forward: '<path d="M5 3v10l6.5-5zM11.9 3h1.6v10h-1.6z"/>',
};
const icon = (name) => `<svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">${ICONS[name]}</svg>`;

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

class View {
  constructor(model, el) {
    this.model = model;
    this.exact = model.get("step");
    this.turn = { azimuth: -0.62, elevation: 0.56, on: false };
    this.stale = {};
    this.build(el);
    this.read();
    this.theme();
    this.listen();
  }

  // ---------------------------------------------------------------- the page

  build(el) {
    this.root = element("div", "descent", el, { "data-lm-suppress-shortcuts": "true" });
    const panels = element("div", "descent-panels", this.root);
    const left = element("div", "descent-left", panels);
    this.caption = element("div", "descent-caption", left);
    this.stage = element("div", "descent-stage", left, {
      tabindex: "0", role: "application", "aria-roledescription": "animated map",
      "aria-keyshortcuts": "Space ArrowLeft ArrowRight Home End",
    });
    const right = element("div", "descent-right", panels);
    this.lossCaption = element("div", "descent-caption", right, { text: "Loss" });
    this.lossBox = element("div", "descent-loss", right, { role: "img" });
    this.legend = element("div", "descent-legend", right, { role: "group", "aria-label": "Rules: show or hide" });
    const layers = (box, count) => Array.from({ length: count }, () => element("canvas", "", box, { "aria-hidden": "true" }));
    [this.base, this.lines, this.over] = layers(this.stage, 3);
    [this.lossBase, this.lossLines, this.lossOver] = layers(this.lossBox, 3);
    this.buildBar(element("div", "descent-bar", this.root, { role: "group", "aria-label": "Playback" }));
    this.hint = element("div", "descent-hint", this.root);
    this.summary = element("div", "descent-summary", this.root, { role: "status", "aria-live": "polite" });
  }

  buildBar(bar) {
    const button = (name, html, label, click) => {
      const made = element("button", `descent-button descent-${name}`, bar, { type: "button", html, "aria-label": label, title: label });
      made.addEventListener("click", click);
      return made;
    };
    this.playButton = button("play", "", "Play", () => this.toggle());
    button("back", icon("back"), "One step back (left arrow)", () => this.seek(Math.ceil(this.exact) - 1));
    button("forward", icon("forward"), "One step forward (right arrow)", () => this.seek(Math.floor(this.exact) + 1));
    this.slider = element("input", "descent-step", bar, { type: "range", min: 0, step: 1, "aria-label": "Step" });
    this.slider.addEventListener("input", () => this.seek(Number(this.slider.value)));
    this.readout = element("output", "descent-readout", bar);
    this.speed = element("select", "descent-speed", bar, { "aria-label": "Speed of playing", title: "Speed" });
    for (const [value, text] of [[0.125, "⅛ speed"], [0.25, "¼ speed"], [0.5, "½ speed"], [1, "1× speed"], [2, "2× speed"], [4, "4× speed"]]) {
      element("option", "", this.speed, { value, text });
    }
    this.speed.value = "1";
    const choice = element("div", "descent-choice", bar, { role: "group", "aria-label": "View" });
    this.viewButtons = ["contour", "3d"].map((view) => {
      const made = element("button", "descent-button", choice, { type: "button", "data-view": view, text: view === "3d" ? "3-D" : "Contours" });
      made.addEventListener("click", () => this.share({ view }));
      return made;
    });
    this.turnButton = button("turn", "Turn", "Turn the surface slowly", () => {
      this.turn.on = !this.turn.on;
      this.paintSoon();
    });
  }

  buildLegend() {
    const focused = this.legend.contains(document.activeElement) && document.activeElement.dataset.rule;
    this.legend.replaceChildren();
    this.rows = this.rules.map((rule) => {
      const row = element("button", "descent-rule", this.legend, { type: "button", "data-rule": rule.name });
      const swatch = element("canvas", "descent-swatch", row, { "aria-hidden": "true" });
      const name = element("span", "descent-name", row, { text: rule.label });
      const loss = element("span", "descent-value", row);
      const note = element("span", "descent-note", row);
      row.title = `Show or hide ${rule.label}`;
      row.addEventListener("click", () => {
        const now = this.model.get("hidden");
        this.share({ hidden: now.includes(rule.name) ? now.filter((n) => n !== rule.name) : [...now, rule.name] });
      });
      const c = this.size(swatch, 48, 16);
      c.strokeStyle = rule.ink;
      c.lineWidth = 2.4;
      c.setLineDash(rule.dashes);
      c.beginPath();
      c.moveTo(1, 8);
      c.lineTo(40, 8);
      c.stroke();
      marker(c, rule.marker, 40, 8, 5, rule.ink, this.look.paper);
      return { row, name, loss, note, rule };
    });
    this.rows.find(({ rule }) => rule.name === focused)?.row.focus();
  }

  // ---------------------------------------------------------------- data

  read() {
    const get = (name) => this.model.get(name);
    this.steps = get("steps");
    this.n = get("grid_size");
    this.domain = get("domain");
    if (this.gridBytes !== get("grid")) {
      this.gridBytes = get("grid");
      this.stale.base = true;
      this.grid = floats(this.gridBytes);
      this.coarse = coarser(this.grid, this.n, this.domain, MESH);
      this.height = heightScale(this.coarse);
      this.heights = this.coarse.map((z) => this.height.of(z));
      this.cells = [];
      levelLines(this.coarse, MESH, CUBE, get("levels"), (i, j, x0, y0, x1, y1, z) => {
        (this.cells[j * MESH + i] ??= []).push([x0, y0, x1, y1, this.height.of(z)]);
      });
      [this.lowest, this.highest] = this.grid.reduce(([a, b], z) => [Math.min(a, z), Math.max(b, z)], [Infinity, -Infinity]);
    }
    const flat = floats(get("paths"));
    let offset = 0;
    const events = get("events");
    this.rules = get("rules").map((rule, k) => {
      const length = get("lengths")[k];
      const points = flat.subarray(offset, (offset += 3 * length));
      return { ...rule, points, last: length - 1, events: events[k] ?? [] };
    });
    if (this.look) this.inks();
    const named = JSON.stringify(get("rules"));
    Object.assign(this.stale, { paths: true, loss: true, legend: this.stale.legend || named !== this.named });
    this.named = named;
    this.rows?.forEach((row, k) => (row.rule = this.rules[k]));
    this.exact = Math.min(this.exact, this.steps);
    this.where = /^[A-Z]/.test(get("surface")) ? `${get("surface")} function` : get("surface");
    this.caption.textContent = `Paths on the ${this.where}`;
    this.slider.max = this.steps;
  }

  theme() {
    if (!this.root.isConnected) return; // a colour is known once the page has one
    const style = getComputedStyle(this.root);
    const [paper, ink] = [mix(style.backgroundColor, "#000000", 0), mix(style.color, "#000000", 0)];
    const dark = contrast(paper, "#ffffff") > contrast(paper, "#000000");
    const tint = dark ? "#93aed2" : "#3f5f86";
    const ramp = (from, to) => Array.from({ length: 65 }, (_, k) => mix(paper, tint, from + ((to - from) * k) / 64));
    this.look = {
      paper, ink, dark, font: style.fontFamily,
      shades: dark ? ramp(0.05, 0.38) : ramp(0.36, 0.02), // a valley is darker than a ridge in both themes
      relief: dark ? ramp(0.1, 0.62) : ramp(0.66, 0.04),
      level: mix(paper, tint, dark ? 0.5 : 0.5),
      faint: mix(paper, ink, 0.68),
      grid: mix(paper, ink, 0.12),
    };
    this.inks();
    this.restage();
  }

  /** Each rule in its own colour, as far as that can be told from the paper. */
  inks() {
    const { dark, paper, ink } = this.look;
    for (const rule of this.rules) {
      const [r, g, b] = channels(rule.color);
      const grey = Math.max(r, g, b) - Math.min(r, g, b) < 12; // black stays the strongest ink in the dark
      rule.ink = dark && grey ? mix(ink, paper, r / 400) : readable(rule.color, paper, dark ? 5 : 2.6);
    }
  }

  /** Write traits that Python may want to know. */
  share(changes) {
    for (const [key, value] of Object.entries(changes)) this.model.set(key, value);
    this.model.save_changes();
  }

  shareSoon() {
    if (this.waiting) return;
    this.waiting = setTimeout(() => {
      this.waiting = 0;
      this.model.save_changes();
    }, 400);
  }

  // ---------------------------------------------------------------- events

  listen() {
    const off = (this.off = new AbortController());
    const on = (target, name, act) => target.addEventListener(name, act, { signal: off.signal });
    this.handlers = [
      ...DATA.map((name) => [`change:${name}`, () => this.refresh()]),
      ["change:step", () => this.model.get("step") !== Math.floor(this.exact) && this.moved(this.model.get("step"))],
      ["change:playing", () => (this.model.get("playing") ? this.play() : this.paintSoon())],
      ["change:view", () => this.again("base", "paths")],
      ["change:hidden", () => this.again("paths", "loss")],
      ["change:start", () => this.paintSoon()],
    ];
    for (const [name, act] of this.handlers) this.model.on(name, act);
    on(this.root, "keydown", (event) => this.key(event));
    on(this.stage, "pointerdown", (event) => this.grab(event));
    on(this.stage, "pointermove", (event) => this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) on(this.stage, name, () => this.release());
    const scrub = (event) => {
      if (event.type === "pointermove" && !event.buttons) return;
      const box = this.lossPlot;
      this.seek(Math.round(((event.offsetX - box.x) / box.w) * this.steps));
    };
    on(this.lossBox, "pointerdown", scrub);
    on(this.lossBox, "pointermove", scrub);
    on(matchMedia("(prefers-color-scheme: dark)"), "change", () => this.theme());
    this.resizing = new ResizeObserver(() => this.fit());
    this.resizing.observe(this.root);
    this.watching = new MutationObserver(() => {
      this.theme(); // the attribute may change before the style sheet has been applied
      for (const wait of [150, 600]) setTimeout(() => this.root.isConnected && this.theme(), wait);
    });
    this.watching.observe(document.body, { attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class"] });
    if (this.model.get("playing")) this.play();
  }

  destroy() {
    for (const [name, act] of this.handlers) this.model.off(name, act);
    this.off.abort();
    this.resizing.disconnect();
    this.watching.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.waiting);
    if (drivers.get(this.model) === this) drivers.delete(this.model);
    this.root.remove();
  }

  /** New data: several traits arrive together, so wait until all are set. */
  refresh() {
    if (this.refreshing) return;
    this.refreshing = true;
    queueMicrotask(() => {
      this.refreshing = false;
      this.read();
      this.moved(Math.min(this.model.get("step"), this.steps), this.model.get("playing"));
    });
  }

  /** Paint these parts anew at the next frame. */
  again(...parts) {
    for (const part of parts) this.stale[part] = true;
    this.paintSoon();
  }

  restage() {
    this.again("base", "paths", "legend", "loss");
  }

  key(event) {
    const tag = event.target.tagName;
    if (tag === "SELECT" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (tag === "BUTTON" && (event.key === " " || event.key === "Enter")) return;
    const stride = event.shiftKey ? 10 : 1;
    const acts = {
      " ": () => this.toggle(),
      ArrowRight: () => this.seek(Math.floor(this.exact) + stride),
      ArrowLeft: () => this.seek(Math.ceil(this.exact) - stride),
      Home: () => this.seek(0),
      End: () => this.seek(this.steps),
      "[": () => this.rotate(-0.12, 0),
      "]": () => this.rotate(0.12, 0),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  toggle() {
    if (this.model.get("playing")) return this.pause();
    if (this.exact >= this.steps) this.exact = 0;
    drivers.set(this.model, this);
    this.share({ playing: true, step: Math.floor(this.exact) });
  }

  play() {
    if (!drivers.has(this.model)) drivers.set(this.model, this);
    if (this.exact >= this.steps) this.exact = 0;
    this.clock = 0;
    this.paintSoon();
  }

  pause() {
    this.exact = Math.min(Math.round(this.exact), this.steps);
    clearTimeout(this.waiting);
    this.waiting = 0;
    drivers.delete(this.model);
    this.share({ playing: false, step: this.exact });
    this.paintSoon();
  }

  /** The user chose a step: playing stops. */
  seek(step) {
    this.exact = Math.min(Math.max(step, 0), this.steps);
    drivers.delete(this.model);
    if (this.model.get("playing")) this.model.set("playing", false);
    this.model.set("step", this.exact);
    this.shareSoon();
    this.paintSoon();
  }

  /** Somebody else chose a step. */
  moved(step, keep = false) {
    if (!keep) this.exact = step;
    this.paintSoon();
  }

  grab(event) {
    const [x, y] = [event.offsetX, event.offsetY];
    if (this.flat) {
      if (this.fixed || !this.overStart(x, y)) return;
      this.dragging = { start: true };
    } else {
      this.dragging = { x, y };
      this.turn.on = false;
    }
    this.stage.setPointerCapture(event.pointerId);
    this.stage.classList.add("descent-grabbing");
  }

  drag(event) {
    const [x, y] = [event.offsetX, event.offsetY];
    if (!this.dragging) {
      this.stage.style.cursor = !this.flat || this.overStart(x, y) ? "grab" : "";
      return;
    }
    if (this.dragging.start) {
      this.share({ start: this.unplace(x, y) });
      this.paintSoon();
    } else {
      this.rotate((this.dragging.x - x) * 0.009, (y - this.dragging.y) * 0.006);
      this.dragging = { x, y };
    }
  }

  release() {
    this.dragging = null;
    this.stage.classList.remove("descent-grabbing");
  }

  rotate(azimuth, elevation) {
    this.turn.azimuth += azimuth;
    this.turn.elevation = Math.min(Math.max(this.turn.elevation + elevation, 0.12), 1.45);
    if (!this.flat) this.stale.base = this.stale.paths = true;
    this.paintSoon();
  }

  overStart(x, y) {
    const [px, py] = this.place(...this.model.get("start"), [0, 0]);
    return !this.fixed && Math.hypot(px - x, py - y) < 16;
  }

  // ---------------------------------------------------------------- geometry

  get flat() {
    return this.model.get("view") !== "3d";
  }

  get fixed() {
    return Boolean(this.model.get("saved")); // a saved page has no Python behind it
  }

  size(canvas, width, height) {
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    const c = canvas.getContext("2d");
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    return c;
  }

  fit() {
    const ratio = window.devicePixelRatio || 1;
    const width = this.stage.clientWidth;
    if (width < 20) return;
    if (!this.look) this.theme();
    const tall = Math.max(430, 210 + this.legend.offsetHeight);
    const height = Math.round(Math.max(Math.min(width * 0.84, tall), 260));
    const lossWidth = this.lossBox.clientWidth;
    const key = [width, height, lossWidth, ratio].join();
    if (key === this.fitted) return;
    this.fitted = key;
    this.stage.style.height = `${height}px`;
    this.plot = { x: 46, y: 8, w: width - 56, h: height - 46, width, height };
    this.lossBox.style.height = "186px";
    this.lossPlot = { x: 52, y: 8, w: lossWidth - 72, h: 136, width: lossWidth, height: 186 };
    this.restage();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.paint(performance.now()); // at once: the browser clears a resized canvas
  }

  place(x, y, out) {
    const [[x0, x1], [y0, y1]] = this.domain;
    if (this.flat) {
      out[0] = this.plot.x + ((x - x0) / (x1 - x0)) * this.plot.w;
      out[1] = this.plot.y + this.plot.h - ((y - y0) / (y1 - y0)) * this.plot.h;
      return out;
    }
    const u = (2 * (x - x0)) / (x1 - x0) - 1;
    const v = (2 * (y - y0)) / (y1 - y0) - 1;
    return this.camera.place(u, v, heightAt(this.heights, MESH, CUBE, u, v), out);
  }

  unplace(px, py) {
    const round = (value, [low, high]) => {
      const unit = (high - low) / 1000;
      return Number(Math.min(Math.max(Math.round(value / unit) * unit, low), high).toPrecision(6));
    };
    const [[x0, x1], [y0, y1]] = this.domain;
    const x = x0 + ((px - this.plot.x) / this.plot.w) * (x1 - x0);
    const y = y0 + ((this.plot.y + this.plot.h - py) / this.plot.h) * (y1 - y0);
    return [round(x, this.domain[0]), round(y, this.domain[1])];
  }

  hiddenAt(x, y) {
    const [[x0, x1], [y0, y1]] = this.domain;
    const u = (2 * (x - x0)) / (x1 - x0) - 1;
    const v = (2 * (y - y0)) / (y1 - y0) - 1;
    const h = heightAt(this.heights, MESH, CUBE, u, v);
    return behind(this.heights, MESH, this.camera.towards, u, v, h + 0.01);
  }

  project() {
    const [[x0, x1], [y0, y1]] = this.domain;
    const hugging = (ax, ay, bx, by) =>
      Math.min(24, Math.max(1, Math.ceil(Math.hypot((bx - ax) / (x1 - x0), (by - ay) / (y1 - y0)) * MESH * 0.6)));
    const place = (x, y, out) => this.place(x, y, out);
    for (const rule of this.rules) {
      rule.hidden = this.model.get("hidden").includes(rule.name);
      if (rule.hidden) continue;
      rule.line = polyline(rule.points, this.domain, place, this.flat ? undefined : hugging);
      if (!this.flat) rule.line.faint = this.occluded(rule.line);
    }
  }

  /** The angle from which most of the paths can be seen. */
  aim() {
    const { azimuth, elevation } = this.turn;
    let best = -1;
    for (let k = 0; k < 16; k++) {
      const angle = azimuth + (2 * Math.PI * (k % 2 ? -(k + 1) / 2 : k / 2)) / 16;
      this.camera = camera(angle, elevation, 200, 0, 0);
      let seen = 0;
      for (const rule of this.rules) {
        const line = polyline(rule.points, this.domain, (x, y, out) => this.place(x, y, out));
        const faint = this.occluded(line);
        for (let i = 1; i < faint.length; i++) if (!faint[i] && line.pen[i]) seen += line.along[i] - line.along[i - 1];
      }
      if (seen > 1.1 * best) {
        best = seen;
        this.turn.azimuth = angle;
      }
    }
    this.aimed = this.gridBytes;
  }

  occluded(line) {
    const [[x0, x1], [y0, y1]] = this.domain;
    return Uint8Array.from(line.at, (_, k) => {
      const u = (2 * (line.data[2 * k] - x0)) / (x1 - x0) - 1;
      const v = (2 * (line.data[2 * k + 1] - y0)) / (y1 - y0) - 1;
      return Number(behind(this.heights, MESH, this.camera.towards, u, v, heightAt(this.heights, MESH, CUBE, u, v) + 0.01));
    });
  }

  projectLosses() {
    const shown = this.rules.filter((rule) => !rule.hidden);
    const values = [];
    for (const { points } of shown) for (let k = 2; k < points.length; k += 3) values.push(points[k]);
    this.axis = lossAxis(values, this.lowest, this.highest);
    for (const rule of shown) {
      const pairs = new Float32Array(rule.points.length);
      for (let k = 0; k <= rule.last; k++) pairs.set([k, this.axis.of(rule.points[3 * k + 2])], 3 * k);
      rule.lossLine = polyline(pairs, [[0, this.steps], [-0.002, 1.002]], (k, share, out) => this.placeLoss(k, share, out));
    }
  }

  placeLoss(k, share, out) {
    const box = this.lossPlot;
    out[0] = box.x + (k / Math.max(this.steps, 1)) * box.w;
    out[1] = box.y + box.h * (1 - share);
    return out;
  }

  /** Where a rule is at a (fractional) step: x, y, loss, and whether it is still on the map. */
  head(rule, exact) {
    const k = Math.min(Math.floor(exact), rule.last);
    const next = Math.min(k + 1, rule.last);
    const part = k === next ? 0 : exact - k;
    const at = (m) => rule.points[3 * k + m] + part * (rule.points[3 * next + m] - rule.points[3 * k + m]);
    const [x, y, loss] = [at(0), at(1), at(2)];
    const [[x0, x1], [y0, y1]] = this.domain;
    return { x, y, loss, k, on: x >= x0 && x <= x1 && y >= y0 && y <= y1 };
  }

  // ---------------------------------------------------------------- painting

  paintSoon() {
    if (!this.frame && this.plot) this.frame = requestAnimationFrame((now) => this.paint(now));
  }

  paint(now) {
    this.frame = 0;
    if (!this.plot || !this.look) return;
    const playing = this.model.get("playing") && drivers.get(this.model) === this;
    if (playing) this.advance(now);
    if (!this.flat && this.turn.on) {
      this.turn.azimuth += 0.0045;
      this.stale.base = this.stale.paths = true;
    }
    if (this.stale.legend) this.buildLegend();
    const again = this.stale.paths;
    if (this.stale.base) this.paintBase();
    if (this.stale.paths) this.project();
    if (this.stale.loss) this.paintLossBase();
    this.paintPaths(again);
    this.paintLosses(this.stale.loss);
    this.stale = {};
    if (!playing || !(now - this.told < 120)) this.tell(now, playing);
    if (this.model.get("playing") && playing) this.paintSoon();
    else if (!this.flat && this.turn.on) this.paintSoon();
  }

  advance(now) {
    const passed = this.clock ? Math.min(now - this.clock, 100) : 0;
    if (reduced() && this.clock && now - this.clock < 250) return; // four still pictures a second
    const share = reduced() && this.clock ? now - this.clock : passed;
    this.clock = now;
    this.exact += (share / 1000) * (this.steps / SECONDS) * Number(this.speed.value);
    if (reduced()) this.exact = Math.floor(this.exact + 0.5);
    if (this.exact >= this.steps) {
      this.exact = this.steps;
      this.pause();
      return;
    }
    const step = Math.floor(this.exact);
    if (step !== this.model.get("step")) {
      this.model.set("step", step);
      this.shareSoon();
    }
  }

  paintBase() {
    const { plot } = this;
    const c = this.size(this.base, plot.width, plot.height);
    const scene = { plot, look: this.look, domain: this.domain, levels: this.model.get("levels") };
    if (this.flat) {
      paintMap(c, { ...scene, grid: this.grid, n: this.n, place: (x, y, out) => this.place(x, y, out) });
    } else {
      if (this.aimed !== this.gridBytes) this.aim();
      const { azimuth, elevation } = this.turn;
      const { scale, centreY } = fill(this.heights, MESH, elevation, plot.width, plot.height);
      this.camera = camera(azimuth, elevation, scale, plot.width / 2, centreY);
      paintSurface(c, { ...scene, heights: this.heights, mesh: MESH, cells: this.cells, camera: this.camera });
    }
    const out = [0, 0];
    for (const [x, y] of this.model.get("minima")) {
      if (!this.head({ points: [x, y, 0], last: 0 }, 0).on) continue;
      this.place(x, y, out);
      marker(c, "*", out[0], out[1], 8, this.look.paper, this.look.ink);
    }
    for (const [x, y] of this.model.get("saddles")) {
      this.place(x, y, out);
      cross(c, out[0], out[1], 6, this.look.ink, this.look.paper);
    }
  }

  paintPaths(again) {
    const { plot, look, exact } = this;
    const c = this.size(this.lines, plot.width, plot.height);
    const step = Math.floor(exact);
    if (again || step < this.drawn) {
      c.clearRect(0, 0, plot.width, plot.height);
      this.drawn = -1;
    }
    const o = this.size(this.over, plot.width, plot.height);
    o.clearRect(0, 0, plot.width, plot.height);
    o.font = `12px ${look.font}`;
    for (const rule of this.rules) {
      if (rule.hidden) continue;
      extend(c, rule.line, rule, look.paper, this.drawn, step);
    }
    this.drawn = step;
    this.paintStart(o);
    for (const rule of this.rules) if (!rule.hidden) this.paintHead(o, rule, exact);
  }

  paintStart(o) {
    const [x, y] = this.place(...this.model.get("start"), [0, 0]);
    for (const [ink, width] of [[this.look.paper, 5], [this.look.ink, 1.8]]) {
      o.setLineDash([]);
      o.strokeStyle = ink;
      o.lineWidth = width;
      o.beginPath();
      o.arc(x, y, 9, 0, 2 * Math.PI);
      o.stroke();
    }
    const right = x > this.plot.width - 60;
    if (this.flat) words(o, "start", right ? x - 2 : x + 14, y - 15, { ink: this.look.ink, halo: this.look.paper }, right ? "right" : "left");
  }

  /** The piece of the path since its last vertex, and the rule's marker at its end. */
  paintHead(o, rule, exact) {
    const here = this.head(rule, exact);
    const out = [0, 0];
    const last = upTo(rule.line.at, here.k) - 1;
    const inside = clip(rule.points[3 * here.k], rule.points[3 * here.k + 1], here.x, here.y, this.domain);
    if (last >= 0 && inside && this.head(rule, here.k).on) {
      o.beginPath();
      o.moveTo(rule.line.xy[2 * last], rule.line.xy[2 * last + 1]);
      this.place(inside[0], inside[1], out);
      o.lineTo(out[0], out[1]);
      this.place(inside[2], inside[3], out);
      o.lineTo(out[0], out[1]);
      o.strokeStyle = rule.ink;
      o.lineWidth = 2.3;
      o.setLineDash(rule.dashes);
      o.lineDashOffset = rule.line.along[last];
      o.stroke();
    }
    const stopped = exact >= rule.last && rule.last < this.steps;
    if (here.on || last < 0) this.place(here.x, here.y, out);
    else if (!inside) [out[0], out[1]] = [rule.line.xy[2 * last], rule.line.xy[2 * last + 1]];
    if (!here.on) o.globalAlpha = 0.8; // off the map: it waits, small, where it left
    if (stopped && rule.events.some((event) => event.kind === "stopped")) cross(o, out[0], out[1], 6, rule.ink, this.look.paper, 3);
    else marker(o, rule.marker, out[0], out[1], here.on ? 6 : 4.5, rule.ink, this.look.paper);
    o.globalAlpha = 1;
  }

  paintLossBase() {
    this.projectLosses();
    const box = this.lossPlot;
    paintLossAxes(this.size(this.lossBase, box.width, box.height), box, this.axis, this.steps, this.look);
    this.lossCaption.textContent = this.axis.log ? "Loss (logarithmic)" : "Loss";
  }

  paintLosses(again) {
    const { lossPlot: box, look, exact } = this;
    const c = this.size(this.lossLines, box.width, box.height);
    const step = Math.floor(exact);
    if (again || step < this.lossDrawn) {
      c.clearRect(0, 0, box.width, box.height);
      this.lossDrawn = -1;
    }
    const o = this.size(this.lossOver, box.width, box.height);
    o.clearRect(0, 0, box.width, box.height);
    const out = [0, 0];
    this.placeLoss(exact, 0, out);
    o.setLineDash([]);
    o.strokeStyle = look.faint;
    o.lineWidth = 1;
    o.beginPath();
    o.moveTo(out[0], box.y);
    o.lineTo(out[0], box.y + box.h);
    o.stroke();
    for (const rule of this.rules) {
      if (rule.hidden) continue;
      extend(c, rule.lossLine, rule, look.paper, this.lossDrawn, step);
      const here = this.head(rule, exact);
      const share = this.axis.of(here.loss);
      if (share < -0.01 || share > 1.01) continue;
      this.placeLoss(Math.min(exact, rule.last), share, out);
      const stopped = exact >= rule.last && rule.last < this.steps;
      if (stopped) cross(o, out[0], out[1], 5, rule.ink, look.paper, 2.6);
      else marker(o, rule.marker, out[0], out[1], 4.5, rule.ink, look.paper);
    }
    this.lossDrawn = step;
  }

  // ---------------------------------------------------------------- words

  tell(now = 0, playing = false) {
    this.told = now;
    const step = Math.floor(this.exact);
    const parts = [];
    for (const { row, loss, note, rule } of this.rows) {
      row.setAttribute("aria-pressed", String(!rule.hidden));
      const here = this.head(rule, step);
      const past = rule.events.filter((event) => event.step <= step || event.kind === "stopped");
      put(loss, `loss ${show(here.loss)}`);
      put(note, past.map((event) => event.text).join("; "));
      note.classList.toggle("descent-bad", past.some((event) => event.kind === "stopped"));
      if (!rule.hidden) {
        parts.push(`${rule.label} at (${show(here.x)}, ${show(here.y)}), loss ${show(here.loss)}${note.textContent && `, ${note.textContent}`}.`);
      }
    }
    this.slider.value = step;
    this.slider.setAttribute("aria-valuetext", `step ${step} of ${this.steps}`);
    put(this.readout, `step ${step} of ${this.steps}`);
    const running = this.model.get("playing");
    if (this.running !== running) {
      this.running = running;
      this.playButton.innerHTML = running ? `${icon("pause")}<span>Pause</span>` : `${icon("play")}<span>Play</span>`;
      this.playButton.setAttribute("aria-label", running ? "Pause (space)" : "Play (space)");
      this.playButton.title = running ? "Pause (space)" : "Play (space)";
    }
    for (const made of this.viewButtons) made.setAttribute("aria-pressed", String((made.dataset.view === "3d") !== this.flat));
    this.turnButton.hidden = this.flat;
    this.turnButton.setAttribute("aria-pressed", String(this.turn.on));
    put(this.hint, this.hintText());
    if (playing) return; // a screen reader hears where things stand when they stand
    const text = `Step ${step} of ${this.steps} on the ${this.where}. ${parts.join(" ")}`;
    put(this.summary, text);
    this.stage.setAttribute("aria-label", `Map of the ${this.where} with the path of each rule. Space plays, arrow keys step. ${text}`);
    this.lossBox.setAttribute("aria-label", `Loss against gradient evaluations. ${parts.join(" ")}`);
  }

  hintText() {
    const marks = [this.model.get("saddles").length ? "✕ saddle" : "", this.model.get("minima").length ? "☆ minimum" : ""];
    const act = this.flat ? (this.fixed ? "" : "drag the ring to move the start") : "drag to turn";
    const scale = !this.flat && this.height.log ? "height on a logarithmic scale" : "";
    return [...marks, act, scale, "click a rule to hide it", "space plays, arrow keys step", this.model.get("note")].filter(Boolean).join(" · ");
  }
}

function put(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/** What anywidget calls, and the saved page. */
function render({ model, el }) {
  const view = new View(model, el);
  return () => view.destroy();
}

export default { render };
