// The mathematics of the canvas: no document, no model, only numbers in and numbers out.
// A grid is a Float32Array of n x n heights, row by row from the lowest y; a domain is [[x0, x1], [y0, y1]].

/** Height at (x, y), bilinear between grid points; a point outside counts as the nearest edge. */
export function heightAt(grid, n, domain, x, y) {
  const [[x0, x1], [y0, y1]] = domain;
  const u = Math.min(Math.max(((x - x0) / (x1 - x0)) * (n - 1), 0), n - 1);
  const v = Math.min(Math.max(((y - y0) / (y1 - y0)) * (n - 1), 0), n - 1);
  const i = Math.min(Math.floor(u), n - 2);
  const j = Math.min(Math.floor(v), n - 2);
  const a = u - i;
  const b = v - j;
  const k = j * n + i;
  return (1 - b) * ((1 - a) * grid[k] + a * grid[k + 1]) + b * ((1 - a) * grid[k + n] + a * grid[k + n + 1]);
}

/** Marching squares: for every cell that a level crosses, call segment(i, j, x0, y0, x1, y1, level). */
export function levelLines(grid, n, domain, levels, segment) {
  const [[x0, x1], [y0, y1]] = domain;
  const dx = (x1 - x0) / (n - 1);
  const dy = (y1 - y0) / (n - 1);
  const cut = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let j = 0; j < n - 1; j++) {
    for (let i = 0; i < n - 1; i++) {
      const a = grid[j * n + i];
      const b = grid[j * n + i + 1];
      const c = grid[(j + 1) * n + i + 1];
      const d = grid[(j + 1) * n + i];
      const low = Math.min(a, b, c, d);
      const high = Math.max(a, b, c, d);
      for (const level of levels) {
        if (level <= low || level > high) continue;
        let count = 0;
        const cross = (p, q, px, py, qx, qy) => {
          if (p < level === q < level) return;
          const t = (level - p) / (q - p);
          cut[2 * count] = x0 + (i + px + t * (qx - px)) * dx;
          cut[2 * count + 1] = y0 + (j + py + t * (qy - py)) * dy;
          count++;
        };
        cross(a, b, 0, 0, 1, 0);
        cross(b, c, 1, 0, 1, 1);
        cross(c, d, 1, 1, 0, 1);
        cross(d, a, 0, 1, 0, 0);
        if (count >= 2) segment(i, j, cut[0], cut[1], cut[2], cut[3], level);
        if (count === 4) segment(i, j, cut[4], cut[5], cut[6], cut[7], level);
      }
    }
  }
}

/** A grid with fewer points, for the mesh of the 3-D view. */
export function coarser(grid, n, domain, m) {
  const [[x0, x1], [y0, y1]] = domain;
  const small = new Float32Array(m * m);
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < m; i++) {
      const x = x0 + ((x1 - x0) * i) / (m - 1);
      const y = y0 + ((y1 - y0) * j) / (m - 1);
      small[j * m + i] = heightAt(grid, n, domain, x, y);
    }
  }
  return small;
}

/**
 * A monotone map of heights to 0..1 for the 3-D view.  A surface whose top is far above its median
 * (Rosenbrock) is drawn on a logarithmic height, or its valley would be flat.
 */
export function heightScale(grid) {
  const sorted = Float32Array.from(grid).sort();
  const low = sorted[0];
  const high = sorted[sorted.length - 1];
  const median = sorted[sorted.length >> 1];
  const span = high - low || 1;
  if (median - low > 0.12 * span) return { log: false, of: (z) => (z - low) / span };
  const unit = Math.max((median - low) / 8, 1e-12 * span);
  const top = Math.log1p(span / unit);
  return { log: true, of: (z) => Math.log1p(Math.max(z - low, 0) / unit) / top };
}

/** The part of the segment a-b inside a domain as [ax, ay, bx, by], or null (Liang and Barsky). */
export function clip(ax, ay, bx, by, domain) {
  let t0 = 0;
  let t1 = 1;
  const dx = bx - ax;
  const dy = by - ay;
  const sides = [
    [-dx, ax - domain[0][0]],
    [dx, domain[0][1] - ax],
    [-dy, ay - domain[1][0]],
    [dy, domain[1][1] - ay],
  ];
  for (const [p, q] of sides) {
    if (p === 0) {
      if (q < 0) return null;
    } else if (p < 0) {
      t0 = Math.max(t0, q / p);
    } else {
      t1 = Math.min(t1, q / p);
    }
  }
  return t0 > t1 ? null : [ax + t0 * dx, ay + t0 * dy, ax + t1 * dx, ay + t1 * dy];
}

/**
 * A path as a line on the screen: clipped to the domain, vertices nearer than half a pixel merged.
 *
 * points   Float32Array of (x, y, loss) triples
 * place    (x, y, out) -> writes the screen position into out[0], out[1]
 * pieces   (ax, ay, bx, by) -> into how many pieces a long segment is cut (it hugs the surface in 3-D)
 *
 * Returns xy (screen), data (x, y), at (the step at which each vertex is reached), pen (0: move there,
 * 1: draw) and along (screen length so far, so that dashes continue when the line grows).
 */
export function polyline(points, domain, place, pieces = () => 1) {
  const total = points.length / 3;
  const xy = [];
  const data = [];
  const at = [];
  const pen = [];
  const along = [];
  const out = [0, 0];
  let length = 0;
  let lastX = NaN;
  let lastY = NaN;
  const add = (x, y, step, draw) => {
    place(x, y, out);
    const distance = Math.hypot(out[0] - lastX, out[1] - lastY);
    if (draw && distance < 0.5) return;
    if (!draw && distance < 1e-6) return;
    length += draw ? distance : 0;
    xy.push(out[0], out[1]);
    data.push(x, y);
    at.push(step);
    pen.push(draw ? 1 : 0);
    along.push(length);
    lastX = out[0];
    lastY = out[1];
  };
  for (let k = 0; k + 1 < total; k++) {
    const ax = points[3 * k];
    const ay = points[3 * k + 1];
    const inside = clip(ax, ay, points[3 * k + 3], points[3 * k + 4], domain);
    if (inside === null) continue;
    const [px, py, qx, qy] = inside;
    if (at.length === 0 || px !== ax || py !== ay) {
      lastX = at.length === 0 ? NaN : lastX;
      add(px, py, k + (at.length === 0 && k === 0 ? 0 : 1), false);
    }
    const cuts = pieces(px, py, qx, qy);
    for (let c = 1; c <= cuts; c++) {
      add(px + ((qx - px) * c) / cuts, py + ((qy - py) * c) / cuts, k + 1, true);
    }
  }
  return {
    xy: Float32Array.from(xy),
    data: Float32Array.from(data),
    at: Int32Array.from(at),
    pen: Uint8Array.from(pen),
    along: Float32Array.from(along),
  };
}

/** The number of entries of a sorted Int32Array that are at most k. */
export function upTo(sorted, k) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= k) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An orthographic camera looking at the unit cube [-1, 1]^2 x [0, 1]; angles in radians. */
export function camera(azimuth, elevation, scale, centreX, centreY, tall = 0.95) {
  const [ca, sa, ce, se] = [Math.cos(azimuth), Math.sin(azimuth), Math.cos(elevation), Math.sin(elevation)];
  return {
    // Horizontal direction towards the viewer, in the surface's own coordinates.
    towards: [sa * ce, -ca * ce, se / tall],
    place(u, v, h, out) {
      const right = u * ca + v * sa;
      const deep = -u * sa + v * ca; // grows away from the viewer
      out[0] = centreX + scale * right;
      out[1] = centreY - scale * (deep * se + (h - 0.5) * tall * ce);
      return out;
    },
  };
}

/** Scale and vertical centre with which a surface fills a box at this elevation, however it is turned. */
export function fill(heights, m, elevation, width, height, tall = 0.95) {
  const [ce, se] = [Math.cos(elevation), Math.sin(elevation)];
  let top = -Infinity;
  let bottom = -Infinity;
  for (let k = 0; k < heights.length; k++) {
    const reach = Math.hypot((2 * (k % m)) / (m - 1) - 1, (2 * Math.floor(k / m)) / (m - 1) - 1) * se;
    const rise = (heights[k] - 0.5) * tall * ce;
    top = Math.max(top, reach + rise);
    bottom = Math.max(bottom, reach - rise);
  }
  const scale = Math.min(width / 3.05, height / (top + bottom + 0.16));
  return { scale, centreY: height / 2 + (scale * (top - bottom)) / 2 };
}

/** Whether the surface stands between a point (u, v, h) of the cube and the viewer. */
export function behind(heights, m, towards, u, v, h) {
  const unit = [[-1, 1], [-1, 1]];
  const reach = Math.hypot(towards[0], towards[1]) || 1;
  const stride = 2 / (m - 1) / reach;
  for (let t = stride * 1.5; ; t += stride) {
    const x = u + t * towards[0];
    const y = v + t * towards[1];
    const z = h + t * towards[2];
    if (x < -1 || x > 1 || y < -1 || y > 1 || z > 1) return false;
    if (heightAt(heights, m, unit, x, y) > z + 0.012) return true;
  }
}

/** Where a rule is at a (fractional) step: x, y, loss, the step before, and whether it is still on the map. */
export function head(rule, exact, domain) {
  const k = Math.min(Math.floor(exact), rule.last);
  const next = Math.min(k + 1, rule.last);
  const part = k === next ? 0 : exact - k;
  const at = (m) => rule.points[3 * k + m] + part * (rule.points[3 * next + m] - rule.points[3 * k + m]);
  const [x, y, loss] = [at(0), at(1), at(2)];
  const [[x0, x1], [y0, y1]] = domain;
  return { x, y, loss, k, on: x >= x0 && x <= x1 && y >= y0 && y <= y1 };
}

/** The point of a ridge [x, y, vx, vy] that lies nearest to a point; without a ridge the point itself. */
export function onRidge(x, y, ridge) {
  if (!ridge.length) return [x, y];
  const off = (x - ridge[0]) * ridge[2] + (y - ridge[1]) * ridge[3];
  return [x - off * ridge[2], y - off * ridge[3]];
}

/** Distances (T + 1) of a path from a ridge [x, y, vx, vy], which falls along v, or else from the nearest minimum. */
export function distances(points, ridge, minima) {
  const away = new Float32Array(points.length / 3);
  for (let k = 0; k < away.length; k++) {
    const [x, y] = [points[3 * k], points[3 * k + 1]];
    away[k] = ridge.length
      ? Math.abs((x - ridge[0]) * ridge[2] + (y - ridge[1]) * ridge[3])
      : Math.min(...minima.map(([a, b]) => Math.hypot(x - a, y - b)));
  }
  return away;
}

/** How often a curve turns up or down. */
export function turns(curve) {
  let count = 0;
  let last = 0;
  for (let k = 1; k < curve.length; k++) {
    const way = Math.sign(curve[k] - curve[k - 1]);
    if (way && last && way !== last) count++;
    last = way || last;
  }
  return count;
}

/** A curve averaged over windows that reach so far to both sides, as far as there is a curve. */
export function smoothed(curve, half) {
  const sums = new Float64Array(curve.length + 1);
  for (let k = 0; k < curve.length; k++) sums[k + 1] = sums[k] + curve[k];
  return Float32Array.from(curve, (_, k) => {
    const [from, to] = [Math.max(k - half, 0), Math.min(k + half + 1, curve.length)];
    return (sums[to] - sums[from]) / (to - from);
  });
}
