// The map: the surface with a path for each rule, from above or from the side, and where things lie on it.
import { paintArrows } from "./arrows.js";
import {
  behind, camera, clip, coarser, fill, head, heightAt, heightScale, levelLines, polyline, upTo,
} from "./geometry.js";
import { cross, extend, marker, words } from "./marks.js";
import { floats } from "./numbers.js";
import { layers, sized } from "./page.js";
import { paintMap, paintSurface } from "./scenes.js";

const MESH = 57; // points along a side of the 3-D surface
const CUBE = [[-1, 1], [-1, 1]];
const across = ([low, high], x) => (2 * (x - low)) / (high - low) - 1; // where it is in the cube

export class Stage {
  constructor(view, box) {
    this.view = view;
    this.box = box;
    [this.base, this.lines, this.over] = layers(box);
  }

  /** Take the heights of a new surface. */
  read(bytes, n) {
    const { view } = this;
    if (this.bytes === bytes) return false;
    this.bytes = bytes;
    this.n = n;
    this.grid = floats(bytes);
    this.coarse = coarser(this.grid, n, view.domain, MESH);
    this.height = heightScale(this.coarse);
    this.heights = this.coarse.map((z) => this.height.of(z));
    this.cells = [];
    levelLines(this.coarse, MESH, CUBE, view.model.get("levels"), (i, j, x0, y0, x1, y1, z) => {
      (this.cells[j * MESH + i] ??= []).push([x0, y0, x1, y1, this.height.of(z)]);
    });
    [this.lowest, this.highest] = this.grid.reduce(([a, b], z) => [Math.min(a, z), Math.max(b, z)], [Infinity, -Infinity]);
    return true;
  }

  get flat() {
    return this.view.model.get("view") !== "3d";
  }

  get fixed() {
    return Boolean(this.view.model.get("saved")); // a saved page has no Python behind it
  }

  place(x, y, out) {
    const { view } = this;
    const [[x0, x1], [y0, y1]] = view.domain;
    if (this.flat) {
      out[0] = this.plot.x + ((x - x0) / (x1 - x0)) * this.plot.w;
      out[1] = this.plot.y + this.plot.h - ((y - y0) / (y1 - y0)) * this.plot.h;
      return out;
    }
    const [u, v] = [across(view.domain[0], x), across(view.domain[1], y)];
    return this.camera.place(u, v, heightAt(this.heights, MESH, CUBE, u, v), out);
  }

  unplace(px, py) {
    const { view } = this;
    const round = (value, [low, high]) => {
      const unit = (high - low) / 1000;
      return Number(Math.min(Math.max(Math.round(value / unit) * unit, low), high).toPrecision(6));
    };
    const [[x0, x1], [y0, y1]] = view.domain;
    const x = x0 + ((px - this.plot.x) / this.plot.w) * (x1 - x0);
    const y = y0 + ((this.plot.y + this.plot.h - py) / this.plot.h) * (y1 - y0);
    return [round(x, view.domain[0]), round(y, view.domain[1])];
  }

  overStart(x, y) {
    const { view } = this;
    const [px, py] = this.place(...view.model.get("start"), [0, 0]);
    return !this.fixed && Math.hypot(px - x, py - y) < 16;
  }

  /** Whether a place on the screen is on the map. */
  onMap(x, y) {
    const { plot } = this;
    return this.flat && x >= plot.x && x <= plot.x + plot.w && y >= plot.y && y <= plot.y + plot.h;
  }

  project() {
    const { view } = this;
    const [[x0, x1], [y0, y1]] = view.domain;
    const hugging = (ax, ay, bx, by) =>
      Math.min(24, Math.max(1, Math.ceil(Math.hypot((bx - ax) / (x1 - x0), (by - ay) / (y1 - y0)) * MESH * 0.6)));
    const place = (x, y, out) => this.place(x, y, out);
    for (const rule of view.rules) {
      rule.hidden = view.model.get("hidden").includes(rule.name);
      if (rule.hidden) continue;
      rule.line = polyline(rule.points, view.domain, place, this.flat ? undefined : hugging);
      if (!this.flat) rule.line.faint = this.occluded(rule.line);
    }
  }

  /** The angle from which most of the paths can be seen. */
  aim() {
    const { view } = this;
    const { azimuth, elevation } = view.turn;
    let best = -1;
    for (let k = 0; k < 16; k++) {
      const angle = azimuth + (2 * Math.PI * (k % 2 ? -(k + 1) / 2 : k / 2)) / 16;
      this.camera = camera(angle, elevation, 200, 0, 0);
      let seen = 0;
      for (const rule of view.rules) {
        const line = polyline(rule.points, view.domain, (x, y, out) => this.place(x, y, out));
        const faint = this.occluded(line);
        for (let i = 1; i < faint.length; i++) if (!faint[i] && line.pen[i]) seen += line.along[i] - line.along[i - 1];
      }
      if (seen > 1.1 * best) {
        best = seen;
        view.turn.azimuth = angle;
      }
    }
    this.aimed = this.bytes;
  }

  occluded(line) {
    const { view } = this;
    return Uint8Array.from(line.at, (_, k) => {
      const u = across(view.domain[0], line.data[2 * k]);
      const v = across(view.domain[1], line.data[2 * k + 1]);
      return Number(behind(this.heights, MESH, this.camera.towards, u, v, heightAt(this.heights, MESH, CUBE, u, v) + 0.01));
    });
  }

  paintBase() {
    const { view, plot } = this;
    const c = sized(this.base, plot.width, plot.height);
    const scene = { plot, look: view.look, domain: view.domain, levels: view.model.get("levels") };
    if (this.flat) {
      paintMap(c, { ...scene, grid: this.grid, n: this.n, place: (x, y, out) => this.place(x, y, out) });
    } else {
      if (this.aimed !== this.bytes) this.aim();
      const { azimuth, elevation } = view.turn;
      const { scale, centreY } = fill(this.heights, MESH, elevation, plot.width, plot.height);
      this.camera = camera(azimuth, elevation, scale, plot.width / 2, centreY);
      paintSurface(c, { ...scene, heights: this.heights, mesh: MESH, cells: this.cells, camera: this.camera });
    }
    const out = [0, 0];
    for (const [x, y] of view.model.get("minima")) {
      if (!head({ points: [x, y, 0], last: 0 }, 0, view.domain).on) continue;
      this.place(x, y, out);
      marker(c, "*", out[0], out[1], 8, view.look.paper, view.look.ink);
    }
    for (const [x, y] of view.model.get("saddles")) {
      this.place(x, y, out);
      cross(c, out[0], out[1], 6, view.look.ink, view.look.paper);
    }
  }

  paintPaths(again) {
    const { view, plot } = this;
    const { look, exact } = view;
    const c = sized(this.lines, plot.width, plot.height);
    const step = Math.floor(exact);
    if (again || step < this.drawn) {
      c.clearRect(0, 0, plot.width, plot.height);
      this.drawn = -1;
    }
    const o = sized(this.over, plot.width, plot.height);
    o.clearRect(0, 0, plot.width, plot.height);
    o.font = `12px ${look.font}`;
    for (const rule of view.rules) {
      if (rule.hidden) continue;
      extend(c, rule.line, rule, look.paper, this.drawn, step);
    }
    this.drawn = step;
    this.paintStart(o);
    for (const rule of view.rules) {
      if (rule.hidden) continue;
      const here = head(rule, exact, view.domain);
      if (view.arrows && this.flat && here.on) paintArrows(o, rule, here.k, (x, y, out) => this.place(x, y, out), look);
      this.paintHead(o, rule, exact);
    }
  }

  paintStart(o) {
    const { view } = this;
    const [x, y] = this.place(...view.model.get("start"), [0, 0]);
    for (const [ink, width] of [[view.look.paper, 5], [view.look.ink, 1.8]]) {
      o.setLineDash([]);
      o.strokeStyle = ink;
      o.lineWidth = width;
      o.beginPath();
      o.arc(x, y, 9, 0, 2 * Math.PI);
      o.stroke();
    }
    const right = x > this.plot.width - 60;
    if (this.flat) words(o, "start", right ? x - 2 : x + 14, y - 15, { ink: view.look.ink, halo: view.look.paper }, right ? "right" : "left");
  }

  /** The piece of the path since its last vertex, and the rule's marker at its end. */
  paintHead(o, rule, exact) {
    const { view } = this;
    const here = head(rule, exact, view.domain);
    const out = [0, 0];
    const last = upTo(rule.line.at, here.k) - 1;
    const inside = clip(rule.points[3 * here.k], rule.points[3 * here.k + 1], here.x, here.y, view.domain);
    if (last >= 0 && inside && head(rule, here.k, view.domain).on) {
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
    const stopped = exact >= rule.last && rule.last < view.steps;
    if (here.on || last < 0) this.place(here.x, here.y, out);
    else if (!inside) [out[0], out[1]] = [rule.line.xy[2 * last], rule.line.xy[2 * last + 1]];
    if (!here.on) o.globalAlpha = 0.8; // off the map: it waits, small, where it left
    if (stopped && rule.events.some((event) => event.kind === "stopped")) cross(o, out[0], out[1], 6, rule.ink, view.look.paper, 3);
    else marker(o, rule.marker, out[0], out[1], here.on ? 6 : 4.5, rule.ink, view.look.paper);
    o.globalAlpha = 1;
  }
}
