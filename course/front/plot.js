// A small plot on a canvas of its own: a frame with marks, linear or logarithmic axes, lines and dots in data units.
import { show } from "./numbers.js";
import { begun } from "./playground.js";

const evenly = ([low, high], count = 4) => Array.from({ length: count + 1 }, (_, i) => low + ((high - low) * i) / count);
const decades = ([low, high]) => {
  const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
};

/**
 * x, y          limits of the axes
 * logX, logY    whether an axis is logarithmic
 * marksX/Y      where the axes carry numbers; by default four steps, or every decade
 * labels        of the two axes
 * height        pixels; by default 0.78 of the width
 */
export class Plot {
  constructor(title, { x = [0, 1], y = [0, 1], logX = false, logY = false, marksX, marksY, labels = ["", ""], height } = {}) {
    Object.assign(this, { x, y, logX, logY, marksX, marksY, labels, height });
    this.box = document.createElement("figure");
    this.caption = document.createElement("figcaption");
    this.caption.textContent = title;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.box.append(this.caption, this.canvas);
  }

  /** Clear the canvas and draw the frame; without axes, the whole canvas is the picture's. */
  begin({ bare = false } = {}) {
    const width = this.box.clientWidth || 300, height = this.height ?? Math.round(width * 0.78);
    Object.assign(this, begun(this.box, this.canvas, width, height), { width });
    this.area = bare ? { left: 0, right: width, top: 0, bottom: height }
      : { left: 54, right: width - 16, top: 6, bottom: height - 34 };
    if (!bare) this.axes();
  }

  u(x) {
    const a = this.area, f = this.logX ? Math.log10 : (z) => z;
    return a.left + ((f(x) - f(this.x[0])) / (f(this.x[1]) - f(this.x[0]))) * (a.right - a.left);
  }

  v(y) {
    const a = this.area, f = this.logY ? Math.log10 : (z) => z, low = f(this.y[0]), high = f(this.y[1]);
    const at = this.logY && !(y > 0) ? low - 1 : f(y);
    return Math.max(a.top - 40, Math.min(a.bottom + 40, a.bottom - ((at - low) / (high - low)) * (a.bottom - a.top)));
  }

  axes() {
    const { c, area: a } = this;
    c.strokeStyle = this.faint;
    c.fillStyle = this.ink;
    c.lineWidth = 1;
    c.strokeRect(a.left, a.top, a.right - a.left, a.bottom - a.top);
    c.textAlign = "center";
    for (const x of this.marksX ?? (this.logX ? decades(this.x) : evenly(this.x))) {
      c.fillText(show(+x.toPrecision(6)), this.u(x), a.bottom + 14);
    }
    c.fillText(this.labels[0], (a.left + a.right) / 2, a.bottom + 29);
    c.textAlign = "right";
    for (const y of this.marksY ?? (this.logY ? decades(this.y) : evenly(this.y))) {
      c.fillText(show(+y.toPrecision(6)), a.left - 5, this.v(y) + 4);
      c.globalAlpha = 0.4;
      c.beginPath(); c.moveTo(a.left, this.v(y)); c.lineTo(a.right, this.v(y)); c.stroke();
      c.globalAlpha = 1;
    }
    c.save(); c.translate(10, (a.top + a.bottom) / 2); c.rotate(-Math.PI / 2);
    c.textAlign = "center"; c.fillText(this.labels[1], 0, 0); c.restore();
  }

  inside(draw) {
    const { c, area: a } = this;
    c.save(); c.beginPath(); c.rect(a.left, a.top, a.right - a.left, a.bottom - a.top); c.clip(); draw(c); c.restore();
  }

  line(points, colour, width = 1.5, dash = []) {
    this.inside((c) => {
      c.strokeStyle = colour; c.lineWidth = width; c.setLineDash(dash); c.beginPath();
      points.forEach(([x, y], i) => (i ? c.lineTo(this.u(x), this.v(y)) : c.moveTo(this.u(x), this.v(y))));
      c.stroke(); c.setLineDash([]);
    });
  }

  dot([x, y], colour, size = 4) {
    this.inside((c) => { c.fillStyle = colour; c.beginPath(); c.arc(this.u(x), this.v(y), size, 0, 7); c.fill(); });
  }

  key(rows) {
    rows.forEach(([text, colour, dash], i) => {
      const { c, area: a } = this, y = a.top + 14 + 15 * i;
      c.strokeStyle = colour; c.lineWidth = 2.5; c.setLineDash(dash || []);
      c.beginPath(); c.moveTo(a.right - 128, y - 4); c.lineTo(a.right - 104, y - 4); c.stroke(); c.setLineDash([]);
      c.fillStyle = this.ink; c.textAlign = "left"; c.fillText(text, a.right - 98, y);
    });
  }
}
