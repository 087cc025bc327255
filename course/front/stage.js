// The map: the surface with a path for each rule, from above or from the side, and where things lie on it.
import { paintArrows } from "./arrows.js";
import {
  behind, camera, clip, coarser, fill, head, heightAt, heightScale, levelLines, onRidge, polyline, upTo,
} from "./geometry.js";
import { cross, extend, marker, words } from "./marks.js";
import { floats, roundTo } from "./numbers.js";
import { layers, sized } from "./page.js";
import { paintMap, paintSurface } from "./scenes.js";

const AIM = 3; // pixels by which a hand may miss
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

  /** The place on the map under a place on the screen, in round numbers, and on a ridge if that is as near as a hand can aim. */
  unplace(px, py) {
    const { plot, view } = this;
    const [[x0, x1], [y0, y1]] = view.domain;
    const x = roundTo((x1 - x0) / plot.w, x0 + ((px - plot.x) / plot.w) * (x1 - x0));
    const y = roundTo((y1 - y0) / plot.h, y0 + ((plot.y + plot.h - py) / plot.h) * (y1 - y0));
    const [a, b] = onRidge(x, y, view.model.get("ridge"));
    const [qx, qy] = this.place(a, b, [0, 0]);
    const at = Math.hypot(qx - px, qy - py) <= AIM ? [a, b] : [x, y];
    return at.map((value, k) => Math.min(Math.max(value, view.domain[k][0]), view.domain[k][1]));
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
      if (!rule.drawn) continue;
      rule.line = polyline(rule.points, view.domain, place, this.flat ? undefined : hugging);
      if (!this.flat) rule.line.faint = this.occluded(rule.line);
    }
    this.named = this.beside();
  }

  /** Where the word "start" covers the fewest lines: its corner at the ring, to the right or left and above or below. */
  beside() {
    const { view, plot } = this;
    const [x, y] = this.place(...view.model.get("start"), [0, 0]);
    const lines = view.rules.filter((rule) => rule.drawn).map((rule) => rule.line);
    let best = { lies: Infinity };
    for (const [right, up] of [[1, -1], [-1, -1], [1, 1], [-1, 1]]) {
      const [a, b] = [x + 12 * right, y + 14 * up];
      const box = [[Math.min(a, a + 32 * right), Math.max(a, a + 32 * right)], [b - 8, b + 8]];
      let lies = box[0][0] < plot.x || box[0][1] > plot.x + plot.w || box[1][0] < 0 || box[1][1] > plot.y + plot.h ? 1e6 : 0;
      for (const { xy, pen } of lines) {
        for (let k = 1; k < pen.length; k++) {
          if (pen[k] && clip(xy[2 * k - 2], xy[2 * k - 1], xy[2 * k], xy[2 * k + 1], box)) lies++;
        }
      }
      if (lies < best.lies) best = { lies, right, up };
    }
    return best;
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
    const shown = view.rules.filter((rule) => rule.drawn);
    for (const rule of shown) extend(c, rule.line, rule, look.paper, this.drawn, step);
    this.drawn = step;
    this.paintStart(o);
    if (view.arrows && this.flat) this.paintArrows(o, shown);
    for (const rule of shown) this.paintHead(o, rule, exact);
  }

  paintArrows(o, shown) {
    const { view, plot } = this;
    o.save();
    o.beginPath();
    o.rect(plot.x, plot.y, plot.w, plot.h);
    o.clip();
    for (const rule of shown) {
      const here = head(rule, view.exact, view.domain);
      if (here.on) paintArrows(o, rule, here.k, (x, y, out) => this.place(x, y, out), view.look);
    }
    o.restore();
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
    if (!this.flat) return;
    const { right, up } = this.named;
    const look = { ink: view.look.ink, halo: view.look.paper };
    words(o, "start", x + 12 * right, y + 14 * up, look, right > 0 ? "left" : "right");
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
