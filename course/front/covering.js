// Which paths lie under others, so that the page can say it.
import { clip } from "./geometry.js";

const CELLS = 250; // along each side of the map
const REACH = 1; // cells to each side in which a line drawn later hides what lies there

/** Visit the cells of the map under a path of (x, y, loss) triples, with the step at which each is reached. */
function walk(points, domain, visit) {
  const [[x0, x1], [y0, y1]] = domain;
  const cell = (share) => Math.min(Math.floor(share * CELLS), CELLS - 1);
  for (let k = 0; k < points.length / 3; k++) {
    const from = Math.max(k - 1, 0);
    const inside = clip(points[3 * from], points[3 * from + 1], points[3 * k], points[3 * k + 1], domain);
    if (!inside) continue;
    const [u, du] = [(inside[0] - x0) / (x1 - x0), (inside[2] - inside[0]) / (x1 - x0)];
    const [v, dv] = [(inside[1] - y0) / (y1 - y0), (inside[3] - inside[1]) / (y1 - y0)];
    const strides = Math.max(Math.ceil(CELLS * Math.max(Math.abs(du), Math.abs(dv))), 1);
    for (let s = 0; s <= strides; s++) visit(cell(u + (du * s) / strides), cell(v + (dv * s) / strides), k);
  }
}

/** For every cell of the map, the first step at which a path has come so near that it hides the cell. */
export function hiding(points, domain) {
  const first = new Float32Array(CELLS * CELLS).fill(Infinity);
  let [column, row] = [-1, -1];
  walk(points, domain, (i, j, k) => {
    if (i === column && j === row) return;
    [column, row] = [i, j];
    for (let b = Math.max(j - REACH, 0); b <= Math.min(j + REACH, CELLS - 1); b++) {
      for (let a = Math.max(i - REACH, 0); a <= Math.min(i + REACH, CELLS - 1); a++) {
        first[b * CELLS + a] = Math.min(first[b * CELLS + a], k);
      }
    }
  });
  return first;
}

/** For every step of a path, the step that others must have reached to hide all of it up to there. */
export function hiddenFrom(points, domain, others) {
  const from = new Float32Array(points.length / 3);
  let [most, at] = [0, 0];
  walk(points, domain, (i, j, k) => {
    while (at < k) from[at++] = most;
    most = Math.max(most, Math.min(...others.map((first) => first[j * CELLS + i])));
  });
  return from.fill(most, at);
}

/** Find for each rule that is drawn which rules drawn after it hide its path, and from when on. */
export function cover(rules, domain) {
  const above = [];
  for (const rule of [...rules].reverse()) {
    rule.covers = [];
    if (!rule.drawn || rule.last < 1) continue;
    rule.covers = above.map((other) => ({ label: other.label.replace(" (recorded)", ""), from: hiddenFrom(rule.points, domain, [other.ground]) }));
    if (above.length > 1) {
      rule.covers.push({ label: "other paths", from: hiddenFrom(rule.points, domain, above.map((other) => other.ground)) });
    }
    rule.ground ??= hiding(rule.points, domain);
    above.push(rule);
  }
}

/** What hides a rule's path at a step, by its name, or undefined. */
export function coverOf(rule, step) {
  const at = Math.min(step, rule.last);
  return step < 1 ? undefined : rule.covers.find(({ from }) => from[at] <= step)?.label;
}
