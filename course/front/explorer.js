// The picture of the Explorer: paths on a surface, the loss beside them, one bar to play them.
// All paths arrive once, as binary; playing, dragging the step, toggling a rule and turning the
// surface happen here and ask Python nothing.
import { inkOf, lookOf } from "./colours.js";
import { cover } from "./covering.js";
import { Losses } from "./losses.js";
import { floats } from "./numbers.js";
import { legendRow, page } from "./page.js";
import { Pad } from "./pad.js";
import { Player } from "./playing.js";
import { Hand, pressed } from "./pointing.js";
import { Stage } from "./stage.js";
import { tell } from "./telling.js";

const DATA = ["paths", "lengths", "events", "grid", "rules", "steps", "note"];

class View {
  constructor(model, el) {
    this.model = model;
    this.player = new Player(this);
    this.turn = { azimuth: -0.62, elevation: 0.56, on: false };
    this.stale = {};
    this.arrows = false;
    this.parts = page(el, {
      toggle: () => this.player.toggle(),
      back: () => this.player.by(-1),
      forward: () => this.player.by(1),
      seek: (step) => this.player.seek(step),
      look: (view) => this.share({ view }),
      panel: (panel) => {
        this.losses.distance = panel === "distance";
        this.again("loss");
      },
      arrows: () => {
        this.arrows = !this.arrows;
        this.paintSoon();
      },
      turn: () => {
        this.turn.on = !this.turn.on;
        this.paintSoon();
      },
    });
    this.stage = new Stage(this, this.parts.stage);
    this.losses = new Losses(this, this.parts.lossBox);
    this.read();
    this.theme();
    this.listen();
  }

  get exact() {
    return this.player.exact;
  }

  // ---------------------------------------------------------------- data

  read() {
    const get = (name) => this.model.get(name);
    this.steps = get("steps");
    this.domain = get("domain");
    if (this.stage.read(get("grid"), get("grid_size"))) this.stale.base = true;
    const flat = floats(get("paths"));
    const slopes = floats(get("slopes"));
    let offset = 0;
    const events = get("events");
    this.rules = get("rules").map((rule, k) => {
      const length = get("lengths")[k];
      const points = flat.subarray(3 * offset, 3 * (offset + length));
      const downhill = slopes.length ? slopes.subarray(2 * offset, 2 * (offset + length)) : null;
      offset += length;
      const told = events[k] ?? [];
      const absent = told.some((event) => event.kind === "absent"); // a recording that does not fit
      return { ...rule, points, slopes: downhill, rate: get("ran_at")[k], last: length - 1, events: told, absent };
    });
    if (this.look) this.inks();
    const named = JSON.stringify(get("rules"));
    Object.assign(this.stale, { cover: true, paths: true, loss: true, legend: this.stale.legend || named !== this.named });
    this.named = named;
    this.rows?.forEach((row, k) => (row.rule = this.rules[k]));
    this.player.exact = Math.min(this.exact, this.steps);
    this.where = /^[A-Z]/.test(get("surface")) ? `${get("surface")} function` : get("surface");
    this.parts.caption.textContent = `Paths on the ${this.where}`;
    this.parts.slider.max = this.steps;
  }

  theme() {
    if (!this.parts.root.isConnected) return; // a colour is known once the page has one
    this.look = lookOf(this.parts.root);
    this.inks();
    this.restage();
  }

  inks() {
    for (const rule of this.rules) rule.ink = inkOf(rule.color, this.look);
  }

  legend() {
    const { legend } = this.parts;
    const focused = legend.contains(document.activeElement) && document.activeElement.dataset.rule;
    legend.replaceChildren();
    this.rows = this.rules.map((rule) =>
      legendRow(legend, rule, this.look.paper, () => {
        const now = this.model.get("hidden");
        this.share({ hidden: now.includes(rule.name) ? now.filter((n) => n !== rule.name) : [...now, rule.name] });
      }),
    );
    this.rows.find(({ rule }) => rule.name === focused)?.row.focus();
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

  /** Write nothing later that was to be written soon. */
  hush() {
    clearTimeout(this.waiting);
    this.waiting = 0;
  }

  // ---------------------------------------------------------------- events

  listen() {
    const off = (this.off = new AbortController());
    const on = (target, name, act) => target.addEventListener(name, act, { signal: off.signal });
    this.handlers = [
      ...DATA.map((name) => [`change:${name}`, () => this.refresh()]),
      ["change:step", () => this.model.get("step") !== Math.floor(this.exact) && this.player.moved(this.model.get("step"))],
      ["change:playing", () => (this.model.get("playing") ? this.player.play() : this.paintSoon())],
      ["change:view", () => this.again("base", "paths")],
      ["change:hidden", () => this.again("cover", "paths", "loss")],
      ...["start", "rate", "momentum", "pad", "race"].map((name) => [`change:${name}`, () => this.paintSoon()]),
    ];
    for (const [name, act] of this.handlers) this.model.on(name, act);
    on(this.parts.root, "keydown", (event) => pressed(this, event));
    this.hand = new Hand(this, on);
    this.pad = new Pad(this, this.parts.pad, on);
    const scrub = (event) => {
      if (event.type === "pointermove" && !event.buttons) return;
      const box = this.losses.plot;
      this.player.seek(Math.round(((event.offsetX - box.x) / box.w) * this.steps));
    };
    on(this.parts.lossBox, "pointerdown", scrub);
    on(this.parts.lossBox, "pointermove", scrub);
    on(matchMedia("(prefers-color-scheme: dark)"), "change", () => this.theme());
    this.resizing = new ResizeObserver(() => this.fit());
    this.resizing.observe(this.parts.root);
    this.watching = new MutationObserver(() => {
      this.theme(); // the attribute may change before the style sheet has been applied
      for (const wait of [150, 600]) setTimeout(() => this.theme(), wait);
    });
    this.watching.observe(document.body, { attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class"] });
    if (this.model.get("playing")) this.player.play();
  }

  destroy() {
    for (const [name, act] of this.handlers) this.model.off(name, act);
    this.off.abort();
    this.resizing.disconnect();
    this.watching.disconnect();
    cancelAnimationFrame(this.frame);
    this.hush();
    this.player.leave();
    this.parts.root.remove();
  }

  /** New data: several traits arrive together, so wait until all are set. */
  refresh() {
    if (this.refreshing) return;
    this.refreshing = true;
    queueMicrotask(() => {
      this.refreshing = false;
      this.read();
      this.player.moved(Math.min(this.model.get("step"), this.steps), this.model.get("playing"));
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

  rotate(azimuth, elevation) {
    this.turn.azimuth += azimuth;
    this.turn.elevation = Math.min(Math.max(this.turn.elevation + elevation, 0.12), 1.45);
    if (!this.stage.flat) this.stale.base = this.stale.paths = true;
    this.paintSoon();
  }

  // ---------------------------------------------------------------- painting

  fit() {
    const ratio = window.devicePixelRatio || 1;
    const { stage, lossBox, legend } = this.parts;
    const width = stage.clientWidth;
    if (width < 20) return;
    if (!this.look) this.theme();
    const tall = Math.max(430, 210 + legend.offsetHeight);
    const height = Math.round(Math.max(Math.min(width * 0.84, tall), 260));
    const lossWidth = lossBox.clientWidth;
    const key = [width, height, lossWidth, ratio].join();
    if (key === this.fitted) return;
    this.fitted = key;
    stage.style.height = `${height}px`;
    this.stage.plot = { x: 46, y: 8, w: width - 56, h: height - 46, width, height };
    lossBox.style.height = "186px";
    this.losses.plot = { x: 52, y: 8, w: lossWidth - 72, h: 136, width: lossWidth, height: 186 };
    this.restage();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.paint(performance.now()); // at once: the browser clears a resized canvas
  }

  /** Note which rules are not drawn, and which paths lie under others. */
  hide() {
    const hidden = this.model.get("hidden");
    for (const rule of this.rules) {
      rule.hidden = hidden.includes(rule.name);
      rule.drawn = !rule.hidden && !rule.absent;
    }
    cover(this.rules, this.domain);
  }

  paintSoon() {
    if (!this.frame && this.fitted) this.frame = requestAnimationFrame((now) => this.paint(now));
  }

  paint(now) {
    this.frame = 0;
    if (!this.fitted || !this.look) return;
    const playing = this.player.driving;
    if (playing) this.player.advance(now);
    const turning = !this.stage.flat && this.turn.on;
    if (turning) {
      this.turn.azimuth += 0.0045;
      this.stale.base = this.stale.paths = true;
    }
    const { legend, base, cover: covering, paths, loss } = this.stale;
    this.stale = {};
    if (legend) this.legend();
    if (base) this.stage.paintBase();
    if (covering) this.hide();
    if (paths) this.stage.project();
    if (loss) {
      this.losses.paintAxes();
      this.parts.lossCaption.textContent = this.losses.title;
    }
    this.stage.paintPaths(paths);
    this.losses.paintCurves(loss);
    if (!playing || !(now - this.told < 120)) {
      this.told = now;
      this.pad.paint();
      tell(this, playing);
    }
    if ((playing && this.model.get("playing")) || turning) this.paintSoon();
  }
}

/** What anywidget calls, and the saved page. */
function render({ model, el }) {
  const view = new View(model, el);
  return () => view.destroy();
}

export default { render };
