// The loss of each rule against gradient evaluations, beside the map.
import { distances, head, polyline, smoothed, turns } from "./geometry.js";
import { cross, extend, marker } from "./marks.js";
import { layers, sized } from "./page.js";
import { lossAxis } from "./scales.js";
import { paintLossAxes } from "./scenes.js";

const FLAT = 9; // pixels over which a curve that swings up and down all the time is averaged

export class Losses {
  /** Whether the panel shows distances instead of losses, and from what. */
  get from() {
    const { model } = this.view;
    if (model.get("ridge").length) return "the ridge";
    return model.get("minima").length ? "the nearest minimum" : "";
  }

  get title() {
    const what = this.distance ? `Distance from ${this.from}` : "Loss";
    return this.axis?.log ? `${what} (log)` : what;
  }

  constructor(view, box) {
    this.view = view;
    this.box = box;
    [this.base, this.lines, this.over] = layers(box);
  }

  place(k, share, out) {
    const { view } = this;
    const box = this.plot;
    out[0] = box.x + (k / Math.max(view.steps, 1)) * box.w;
    out[1] = box.y + box.h * (1 - share);
    return out;
  }

  project() {
    const { view } = this;
    const shown = view.rules.filter((rule) => rule.drawn);
    const values = [];
    this.distance &&= this.from !== "";
    const { model } = view;
    const [[x0, x1], [y0, y1]] = view.domain;
    for (const rule of shown) {
      rule.track = this.distance
        ? distances(rule.points, model.get("ridge"), model.get("minima"))
        : Float32Array.from({ length: rule.last + 1 }, (_, k) => rule.points[3 * k + 2]);
      for (const value of rule.track) values.push(value);
    }
    this.axis = this.distance
      ? lossAxis(values, 0, Math.hypot(x1 - x0, y1 - y0), model.get("ridge").length ? 1e-14 : 1e-8, 1.001)
      : lossAxis(values, view.stage.lowest, view.stage.highest);
    for (const rule of shown) {
      let shares = rule.track.map((value) => this.axis.of(value));
      rule.band = null;
      if (turns(shares) > this.plot.w / 4) {
        rule.band = shares;
        const half = Math.ceil((FLAT * view.steps) / this.plot.w / 2);
        shares = smoothed(smoothed(shares, half), half); // twice, or what alternates would still show
      }
      rule.shares = shares;
      const pairs = new Float32Array(rule.points.length);
      for (let k = 0; k <= rule.last; k++) pairs.set([k, shares[k]], 3 * k);
      rule.lossLine = polyline(pairs, [[0, view.steps], [-0.002, 1.002]], (k, share, out) => this.place(k, share, out));
    }
  }

  /** Shade how far a swinging curve goes up and down, a column of pixels at a time. */
  paintBand(c, rule, from, to) {
    const { view, plot: box } = this;
    const perColumn = Math.max(view.steps / box.w, 1);
    const last = Math.min(to, rule.last);
    c.fillStyle = rule.ink;
    c.globalAlpha = 0.16;
    for (let k = Math.floor(Math.max(from, 0) / perColumn) * perColumn; k < last; k += perColumn) {
      const part = rule.band.subarray(Math.floor(k), Math.min(Math.ceil(k + perColumn) + 1, rule.last + 1));
      const [low, high] = [Math.max(Math.min(...part), 0), Math.min(Math.max(...part), 1)];
      if (k + perColumn <= from || high < low) continue;
      c.fillRect(box.x + (k / view.steps) * box.w, box.y + box.h * (1 - high), (perColumn / view.steps) * box.w, box.h * (high - low));
    }
    c.globalAlpha = 1;
  }

  paintAxes() {
    const { view } = this;
    this.project();
    const box = this.plot;
    paintLossAxes(sized(this.base, box.width, box.height), box, this.axis, view.steps, view.look);
  }

  paintCurves(again) {
    const { view, plot: box } = this;
    const { look, exact } = view;
    const c = sized(this.lines, box.width, box.height);
    const step = Math.floor(exact);
    if (again || step < this.drawn) {
      c.clearRect(0, 0, box.width, box.height);
      this.drawn = -1;
    }
    const o = sized(this.over, box.width, box.height);
    o.clearRect(0, 0, box.width, box.height);
    const out = [0, 0];
    this.place(exact, 0, out);
    o.setLineDash([]);
    o.strokeStyle = look.faint;
    o.lineWidth = 1;
    o.beginPath();
    o.moveTo(out[0], box.y);
    o.lineTo(out[0], box.y + box.h);
    o.stroke();
    for (const rule of view.rules) {
      if (!rule.drawn) continue;
      if (rule.band) this.paintBand(c, rule, this.drawn, step);
      extend(c, rule.lossLine, rule, look.paper, this.drawn, step);
      const { k } = head(rule, exact, view.domain);
      const next = Math.min(k + 1, rule.last);
      const share = rule.shares[k] + (k === next ? 0 : (exact - k) * (rule.shares[next] - rule.shares[k]));
      if (share < -0.01 || share > 1.01) continue;
      this.place(Math.min(exact, rule.last), share, out);
      const stopped = exact >= rule.last && rule.last < view.steps;
      if (stopped) cross(o, out[0], out[1], 5, rule.ink, look.paper, 2.6);
      else marker(o, rule.marker, out[0], out[1], 4.5, rule.ink, look.paper);
    }
    this.drawn = step;
  }
}
