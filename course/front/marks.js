// Marks on a canvas: markers, crosses, lines that grow, words.
import { upTo } from "./geometry.js";

const corners = (count, radius, turn = 0) =>
  Array.from({ length: count }, (_, k) => {
    const angle = (2 * Math.PI * k) / count + turn;
    const r = typeof radius === "function" ? radius(k) : radius;
    return [Math.sin(angle) * r, -Math.cos(angle) * r];
  });

// Matplotlib's names, so that one table of styles serves every picture of the course.
const PLUS = [[-0.4, -1.1], [0.4, -1.1], [0.4, -0.4], [1.1, -0.4], [1.1, 0.4], [0.4, 0.4], [0.4, 1.1], [-0.4, 1.1],
  [-0.4, 0.4], [-1.1, 0.4], [-1.1, -0.4], [-0.4, -0.4]];
const SHAPES = {
  o: corners(24, 1),
  s: corners(4, 1.25, Math.PI / 4),
  D: corners(4, 1.3),
  d: corners(4, (k) => (k % 2 ? 0.85 : 1.4)),
  "^": corners(3, 1.3),
  v: corners(3, 1.3, Math.PI),
  "<": corners(3, 1.3, -Math.PI / 2),
  ">": corners(3, 1.3, Math.PI / 2),
  h: corners(6, 1.15),
  H: corners(6, 1.15, Math.PI / 6),
  p: corners(5, 1.25),
  8: corners(8, 1.15),
  "*": corners(10, (k) => (k % 2 ? 0.6 : 1.45)),
  P: PLUS,
  X: PLUS.map(([x, y]) => [(x - y) * 0.75, (x + y) * 0.75]),
};

/** A filled shape with an outline. */
export function marker(c, shape, x, y, radius, fill, outline) {
  c.beginPath();
  for (const [dx, dy] of SHAPES[shape] ?? SHAPES.o) c.lineTo(x + dx * radius, y + dy * radius);
  c.closePath();
  c.setLineDash([]);
  c.lineJoin = "round";
  c.lineWidth = 2.4;
  c.strokeStyle = outline;
  c.stroke();
  c.fillStyle = fill;
  c.fill();
}

/** A cross: a saddle of the surface, or the end of a path that was stopped. */
export function cross(c, x, y, radius, colour, paper, width = 2.2) {
  c.setLineDash([]);
  for (const [ink, extra] of [[paper, 2.4], [colour, 0]]) {
    c.strokeStyle = ink;
    c.lineWidth = width + extra;
    c.beginPath();
    c.moveTo(x - radius, y - radius);
    c.lineTo(x + radius, y + radius);
    c.moveTo(x + radius, y - radius);
    c.lineTo(x - radius, y + radius);
    c.stroke();
  }
}

/** Draw the vertices of a line that are reached after step `from` and up to step `to`. */
export function extend(c, line, rule, paper, from, to) {
  const first = upTo(line.at, from);
  const end = upTo(line.at, to);
  if (end <= first) return;
  const start = Math.max(first - 1, 0);
  const trail = (faint) => {
    c.beginPath();
    let down = false;
    for (let k = start; k < end; k++) {
      const drawn = k > start && line.pen[k] && (!line.faint || line.faint[k] === faint);
      if (drawn && !down) c.moveTo(line.xy[2 * k - 2], line.xy[2 * k - 1]);
      if (drawn) c.lineTo(line.xy[2 * k], line.xy[2 * k + 1]);
      down = drawn;
    }
  };
  c.lineJoin = "round";
  const stroke = (alpha) => {
    c.setLineDash([]);
    c.globalAlpha = 0.6 * alpha;
    c.strokeStyle = paper;
    c.lineWidth = 5;
    c.stroke();
    c.setLineDash(rule.dashes);
    c.lineDashOffset = line.along[start];
    c.globalAlpha = alpha;
    c.strokeStyle = rule.ink;
    c.lineWidth = 2.3;
    c.stroke();
    c.globalAlpha = 1;
  };
  trail(0);
  stroke(1);
  if (line.faint) {
    trail(1);
    c.globalAlpha = 0.3;
    c.setLineDash([2, 3]);
    c.strokeStyle = rule.ink;
    c.lineWidth = 1.6;
    c.stroke();
    c.globalAlpha = 1;
  }
}

/** Text with a halo, so that it can be read on lines. */
export function words(c, text, x, y, look, align = "center", baseline = "middle") {
  c.textAlign = align;
  c.textBaseline = baseline;
  c.lineJoin = "round";
  c.setLineDash([]);
  if (look.halo) {
    c.strokeStyle = look.halo;
    c.lineWidth = 3.5;
    c.strokeText(text, x, y);
  }
  c.fillStyle = look.ink;
  c.fillText(text, x, y);
}
