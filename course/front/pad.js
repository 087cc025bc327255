// A pad of learning rate times momentum: one hand moves both.
import { words } from "./marks.js";
import { show } from "./numbers.js";
import { put, sized } from "./page.js";

const HEIGHT = 128;
const MOST = 2; // decades of 1 - momentum: up to 0.99
const between = (value, low, high) => Math.min(Math.max(value, low), high);

export class Pad {
  constructor(view, box, on) {
    this.view = view;
    this.box = box;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    box.append(this.canvas);
    box.style.height = `${HEIGHT}px`;
    on(box, "pointerdown", (event) => {
      box.setPointerCapture(event.pointerId);
      this.held = true;
      this.move(event.offsetX, event.offsetY);
    });
    on(box, "pointermove", (event) => this.held && this.move(event.offsetX, event.offsetY));
    for (const name of ["pointerup", "pointercancel"]) on(box, name, () => (this.held = false));
    on(box, "keydown", (event) => this.key(event));
  }

  get shown() {
    return this.view.model.get("pad") && !this.view.model.get("saved");
  }

  /** Where rate and momentum are, from 0 to 1 on each axis; momentum by the decades of 1 - momentum. */
  get place() {
    const { model } = this.view;
    const [low, high] = model.get("rates").map(Math.log10);
    return [(Math.log10(model.get("rate")) - low) / (high - low), -Math.log10(1 - model.get("momentum")) / MOST];
  }

  set(u, v) {
    const { view } = this;
    const [low, high] = view.model.get("rates").map(Math.log10);
    const rate = Number((10 ** (low + between(u, 0, 1) * (high - low))).toPrecision(3));
    const momentum = Number((1 - 10 ** (-between(v, 0, 1) * MOST)).toFixed(3));
    view.share({ rate: between(rate, ...view.model.get("rates")), momentum });
    view.paintSoon();
  }

  move(x, y) {
    const { plot } = this;
    this.set((x - plot.x) / plot.w, (plot.y + plot.h - y) / plot.h);
  }

  key(event) {
    const [u, v] = this.place;
    const far = event.shiftKey ? 0.1 : 0.02;
    const ways = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, far], ArrowDown: [0, -far] };
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    this.set(u + way[0], v + way[1]);
  }

  paint() {
    const { view, box } = this;
    box.parentElement.hidden = !this.shown;
    if (!this.shown || box.clientWidth < 20) return;
    const { look, model } = view;
    const width = box.clientWidth;
    const plot = (this.plot = { x: 56, y: 8, w: width - 76, h: HEIGHT - 46 });
    const c = sized(this.canvas, width, HEIGHT);
    c.clearRect(0, 0, width, HEIGHT);
    c.font = `12px ${look.font}`;
    c.lineWidth = 1;
    const text = { ink: look.faint };
    const [low, high] = model.get("rates").map(Math.log10);
    for (let e = Math.ceil(low); e <= high; e++) {
      const x = plot.x + (plot.w * (e - low)) / (high - low);
      c.strokeStyle = look.grid;
      c.beginPath();
      c.moveTo(x, plot.y);
      c.lineTo(x, plot.y + plot.h);
      c.stroke();
      if (e % 2 === 0 || plot.w > 46 * (high - low)) words(c, show(10 ** e), x, plot.y + plot.h + 12, text);
    }
    for (const momentum of [0, 0.5, 0.9, 0.99]) {
      const y = plot.y + plot.h * (1 + Math.log10(1 - momentum) / MOST);
      c.strokeStyle = look.grid;
      c.beginPath();
      c.moveTo(plot.x, y);
      c.lineTo(plot.x + plot.w, y);
      c.stroke();
      words(c, String(momentum), plot.x - 6, y, text, "right");
    }
    c.strokeStyle = look.faint;
    c.strokeRect(plot.x, plot.y, plot.w, plot.h);
    words(c, "learning rate", plot.x + plot.w / 2, plot.y + plot.h + 29, text);
    c.save();
    c.translate(9, plot.y + plot.h / 2);
    c.rotate(-Math.PI / 2);
    words(c, "momentum", 0, 0, text);
    c.restore();
    const [u, v] = this.place.map((each) => between(each, 0, 1));
    const [x, y] = [plot.x + u * plot.w, plot.y + (1 - v) * plot.h];
    c.globalAlpha = model.get("race") ? 0.4 : 1; // in a race every rule has a rate of its own
    for (const [ink, line] of [[look.paper, 5], [look.ink, 2]]) {
      c.strokeStyle = ink;
      c.lineWidth = line;
      c.beginPath();
      c.arc(x, y, 7, 0, 2 * Math.PI);
      c.stroke();
    }
    c.globalAlpha = 1;
    const said = `Learning rate ${show(model.get("rate"))}, momentum ${show(model.get("momentum"))}`;
    box.setAttribute("aria-label", `${said}. Arrow keys change both.`);
    const race = `Momentum ${show(model.get("momentum"))} · fair race: every rule has its own rate`;
    put(box.previousElementSibling, model.get("race") ? race : `${said} · drag, or arrow keys`);
  }
}
