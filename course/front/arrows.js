// Arrows at a rule's head: what plain descent would do from here, and what the rule does.
const LONGEST = 52; // pixels of the longer of the two
const REST = 1e-3; // pixels: who moves less stands still

function arrow(c, x, y, dx, dy, ink, paper, width) {
  const length = Math.hypot(dx, dy);
  if (length < 2) return;
  const [ux, uy] = [dx / length, dy / length];
  const tip = Math.min(3 + 2 * width, length);
  const [ex, ey] = [x + dx, y + dy];
  c.setLineDash([]);
  for (const [colour, extra] of [[paper, 2.4], [ink, 0]]) {
    c.strokeStyle = colour;
    c.lineWidth = width + extra;
    c.beginPath();
    c.moveTo(x, y);
    c.lineTo(ex, ey);
    c.moveTo(ex - tip * (ux - 0.55 * uy), ey - tip * (uy + 0.55 * ux));
    c.lineTo(ex, ey);
    c.lineTo(ex - tip * (ux + 0.55 * uy), ey - tip * (uy - 0.55 * ux));
    c.stroke();
  }
}

/**
 * Draw both arrows of a rule from the point of step k, to one scale, so that the longer has a fixed length.
 *
 * place  (x, y, out) -> the screen position
 */
export function paintArrows(c, rule, k, place, look) {
  if (rule.last < 1 || !rule.slopes) return;
  const from = Math.min(k, rule.last - 1); // a path that has ended shows its last step
  const at = (n, m) => rule.points[3 * n + m];
  const start = place(at(k, 0), at(k, 1), [0, 0]);
  const away = (dx, dy) => {
    const end = place(at(k, 0) + dx, at(k, 1) + dy, [0, 0]);
    return [end[0] - start[0], end[1] - start[1]];
  };
  const downhill = away(-rule.rate * rule.slopes[2 * k], -rule.rate * rule.slopes[2 * k + 1]);
  const step = away(at(from + 1, 0) - at(from, 0), at(from + 1, 1) - at(from, 1));
  const longer = Math.max(Math.hypot(...downhill), Math.hypot(...step));
  if (longer < REST) return;
  const scale = LONGEST / longer;
  arrow(c, ...start, ...step.map((d) => d * scale), rule.ink, look.paper, 3.2);
  arrow(c, ...start, ...downhill.map((d) => d * scale), look.ink, look.paper, 1.4);
}
