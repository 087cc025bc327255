// The loss of each rule against gradient evaluations, beside the map.
import { head, polyline } from "./geometry.js";
import { cross, extend, marker } from "./marks.js";
import { layers, sized } from "./page.js";
import { lossAxis } from "./scales.js";
import { paintLossAxes } from "./scenes.js";

export class Losses {
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
    const shown = view.rules.filter((rule) => !rule.hidden);
    const values = [];
    for (const { points } of shown) for (let k = 2; k < points.length; k += 3) values.push(points[k]);
    this.axis = lossAxis(values, view.stage.lowest, view.stage.highest);
    for (const rule of shown) {
      const pairs = new Float32Array(rule.points.length);
      for (let k = 0; k <= rule.last; k++) pairs.set([k, this.axis.of(rule.points[3 * k + 2])], 3 * k);
      rule.lossLine = polyline(pairs, [[0, view.steps], [-0.002, 1.002]], (k, share, out) => this.place(k, share, out));
    }
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
      if (rule.hidden) continue;
      extend(c, rule.lossLine, rule, look.paper, this.drawn, step);
      const here = head(rule, exact, view.domain);
      const share = this.axis.of(here.loss);
      if (share < -0.01 || share > 1.01) continue;
      this.place(Math.min(exact, rule.last), share, out);
      const stopped = exact >= rule.last && rule.last < view.steps;
      if (stopped) cross(o, out[0], out[1], 5, rule.ink, look.paper, 2.6);
      else marker(o, rule.marker, out[0], out[1], 4.5, rule.ink, look.paper);
    }
    this.drawn = step;
  }
}
