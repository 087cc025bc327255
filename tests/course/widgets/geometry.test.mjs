// Run by test_explorer.py where node is installed: node --test tests/course/widgets/geometry.test.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (name) => readFileSync(new URL(`../../../course/front/${name}.js`, import.meta.url), "utf8");
const source = ["numbers", "geometry", "covering", "scales"].map(read).join("").replace(/^import .*$/gm, "");
const g = await import(`data:text/javascript,${encodeURIComponent(source)}`);

const square = [[-1, 1], [-1, 1]];
const saddle = (n) => Float32Array.from({ length: n * n }, (_, k) => {
  const [x, y] = [(2 * (k % n)) / (n - 1) - 1, (2 * Math.floor(k / n)) / (n - 1) - 1];
  return x * x - y * y;
});
const identity = (x, y, out) => { out[0] = 100 * x; out[1] = 100 * y; };
const near = (a, b, tolerance = 1e-6) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

test("floats of a view that does not begin at a multiple of four", () => {
  const bytes = new Uint8Array(9);
  bytes.set(new Uint8Array(new Float32Array([1.5, -2]).buffer), 1);
  assert.deepEqual([...g.floats(new DataView(bytes.buffer, 1, 8))], [1.5, -2]);
  assert.equal(g.floats(null).length, 0);
});

test("height between grid points, and at the edge", () => {
  const grid = Float32Array.from([0, 1, 2, 3]);
  near(g.heightAt(grid, 2, square, 0, 0), 1.5);
  near(g.heightAt(grid, 2, square, 9, -1), 1);
});

test("level lines lie on their level", () => {
  let count = 0;
  g.levelLines(saddle(41), 41, square, [0.25], (i, j, x0, y0, x1, y1) => {
    count++;
    for (const [x, y] of [[x0, y0], [x1, y1]]) near(x * x - y * y, 0.25, 0.002);
  });
  assert.ok(count > 20);
});

test("a segment is clipped to a domain", () => {
  assert.deepEqual(g.clip(-2, 0, 2, 0, square), [-1, 0, 1, 0]);
  assert.deepEqual(g.clip(0, 0, 0.5, 0.5, square), [0, 0, 0.5, 0.5]);
  assert.equal(g.clip(2, 2, 3, 3, square), null);
  assert.equal(g.clip(5, 0, 5, 1, square), null);
});

test("a path that leaves and comes back is two strokes, and knows when", () => {
  const points = Float32Array.from([0, 0, 0, 0.5, 0, 0, 3, 0, 0, 3, 0.5, 0, 0, 0.5, 0]);
  const line = g.polyline(points, square, identity);
  assert.deepEqual([...line.pen], [0, 1, 1, 0, 1]);
  assert.deepEqual([...line.at], [0, 1, 2, 4, 4]);
  assert.deepEqual([...line.xy], [0, 0, 50, 0, 100, 0, 100, 50, 0, 50]);
  near(line.along.at(-1), 200);
});

test("vertices nearer than half a pixel are merged", () => {
  const points = Float32Array.from({ length: 3000 }, (_, k) => (k % 3 ? 0 : (k / 3) * 1e-5));
  assert.ok(g.polyline(points, square, identity).at.length <= 3);
});

test("a path that never moves is one vertex", () => {
  assert.equal(g.polyline(new Float32Array(30), square, identity).at.length, 1);
});

test("how many vertices are reached by a step", () => {
  const at = Int32Array.from([0, 1, 1, 4]);
  assert.deepEqual([0, 1, 3, 4, -1].map((k) => g.upTo(at, k)), [1, 3, 3, 4, 0]);
});

test("the camera sees the near side below and what is hidden behind a hill", () => {
  const camera = g.camera(0, 0.5, 100, 0, 0);
  const [front, back] = [camera.place(0, -1, 0, [0, 0])[1], camera.place(0, 1, 0, [0, 0])[1]];
  assert.ok(front > back);
  const m = 41;
  const wall = Float32Array.from({ length: m * m }, (_, k) => (Math.abs((2 * Math.floor(k / m)) / (m - 1) - 1) < 0.1 ? 1 : 0));
  assert.ok(g.behind(wall, m, camera.towards, 0, 0.5, 0));
  assert.ok(!g.behind(wall, m, camera.towards, 0, -0.5, 0));
});

test("a surface fills its box at every angle", () => {
  const m = 21;
  const heights = saddle(m).map((z) => (z + 1) / 2);
  const { scale, centreY } = g.fill(heights, m, 0.6, 600, 400);
  for (let angle = 0; angle < 6.3; angle += 0.3) {
    const camera = g.camera(angle, 0.6, scale, 300, centreY);
    for (let k = 0; k < m * m; k++) {
      const [x, y] = camera.place((2 * (k % m)) / (m - 1) - 1, (2 * Math.floor(k / m)) / (m - 1) - 1, heights[k], [0, 0]);
      assert.ok(x >= 0 && x <= 600 && y >= 0 && y <= 400, `${x}, ${y}`);
    }
  }
});

test("round ticks inside the limits", () => {
  assert.deepEqual(g.ticks(-1.2, 1.2), [-1, -0.5, 0, 0.5, 1]);
  assert.deepEqual(g.ticks(0, 400, 4), [0, 100, 200, 300, 400]);
});

test("numbers for people", () => {
  assert.deepEqual([0, -0.5, 1234.5, 1e-6, -9.3e5, NaN, -Infinity].map(g.show),
    ["0", "−0.5", "1230", "1e−6", "−9.3e5", "not a number", "−∞"]);
});

test("contrast as WCAG defines it, and inks that reach it", () => {
  near(g.contrast("#000000", "#ffffff"), 21);
  for (const paper of ["#ffffff", "rgb(17, 17, 17)"]) {
    for (const ink of ["#000000", "#0072B2", "#56B4E9", "#009E73", "#D55E00", "#CC79A7", "#E69F00"]) {
      assert.ok(g.contrast(g.readable(ink, paper, 3), paper) >= 3);
    }
  }
  assert.equal(g.readable("#0072B2", "#ffffff", 3), "rgb(0, 114, 178)"); // dark enough: unchanged
});

test("losses over decades get a logarithmic axis, others do not", () => {
  const log = g.lossAxis([100, 1, 1e-4], 0, 1000);
  assert.ok(log.log && log.of(1e-4) < 0.1 && log.of(100) > 0.9);
  const linear = g.lossAxis([1, 0.5, -400], -1.4, 1.4);
  assert.ok(!linear.log && linear.of(-1.4) > 0 && linear.of(-400) < 0);
});

test("steep surfaces get a logarithmic height", () => {
  assert.equal(g.heightScale(saddle(21)).log, false);
  const steep = Float32Array.from({ length: 400 }, (_, k) => (k / 400) ** 8);
  const scale = g.heightScale(steep);
  assert.ok(scale.log && scale.of(0) === 0);
  near(scale.of(steep[399]), 1);
});

const triples = (...places) => Float32Array.from(places.flatMap(([x, y]) => [x, y, 0]));

test("a path is hidden from the step at which those drawn later have passed over all of it", () => {
  const slow = triples([0, 0], [0.1, 0], [0.2, 0]);
  const fast = triples([0, 0], [0.9, 0]);
  const late = triples([0, 0], [0, 0.9], [0.9, 0]);
  const beside = triples([0, 0.1], [0.9, 0.1]);
  const from = (...others) => Array.from(g.hiddenFrom(slow, square, others.map((each) => g.hiding(each, square))));
  assert.deepEqual(from(fast), [0, 1, 1]); // over the same places, at another pace
  assert.deepEqual(from(late), [0, Infinity, Infinity]); // its end is elsewhere
  assert.deepEqual(from(beside), [Infinity, Infinity, Infinity]);
  assert.deepEqual(from(triples([0, 0], [0.1, 0], [0, 0.5]), triples([0, 0], [0, -0.5], [0.1, 0], [0.3, 0])), [0, 1, 3]); // by two
});

test("what is hidden is told by name, of one path or of several", () => {
  const rule = (label, ...points) => ({ label, points: triples(...points), last: points.length - 1, drawn: true });
  const rules = [rule("a", [0, 0], [0.4, 0]), rule("b", [0, 0], [0.2, 0]), rule("c", [0.2, 0], [0.4, 0])];
  g.cover(rules, square);
  assert.equal(g.coverOf(rules[0], 1), "other paths");
  assert.equal(g.coverOf(rules[1], 1), undefined);
  rules[1].points = triples([0, 0], [0.5, 0]);
  delete rules[1].ground;
  g.cover(rules, square);
  assert.equal(g.coverOf(rules[0], 1), "b");
  assert.equal(g.coverOf(rules[0], 0), undefined); // nothing is drawn yet
  rules[1].drawn = false;
  g.cover(rules, square);
  assert.equal(g.coverOf(rules[0], 1), undefined);
});

test("a hand places a start on round numbers, and meets a ridge", () => {
  assert.equal(g.roundTo(0.0066, 0.3627), 0.36);
  assert.equal(g.roundTo(0.0066, -0.004), 0);
  assert.equal(g.roundTo(0.013, 0.3627), 0.36);
  assert.deepEqual(g.onRidge(0.8, 0.02, [0, 0, 0, 1]), [0.8, 0]);
  const [x, y] = g.onRidge(1, 0, [0, 0, Math.SQRT1_2, -Math.SQRT1_2]);
  near(x, 0.5);
  near(y, 0.5);
  assert.deepEqual(g.onRidge(0.8, 0.02, []), [0.8, 0.02]);
});

test("an axis of distances is logarithmic however narrow, and carries two numbers at least", () => {
  const axis = g.lossAxis([0.3, 3.2], 0, 5, 1e-14, 1.001);
  assert.ok(axis.log);
  assert.ok(axis.marks.length >= 2);
  near(axis.of(Math.sqrt(0.3 * 3.2)), 0.5, 1e-9);
  assert.ok(!g.lossAxis([0.3, 0.3], 0, 5, 1e-14, 1.001).log); // nothing moves
  assert.ok(!g.lossAxis([0.3, 3.2], 0, 5).log);
});

test("distances are taken from a ridge across which a surface falls, else from the nearest minimum", () => {
  const path = triples([1, 1e-6], [0.5, -0.25]);
  const ridge = Array.from(g.distances(path, [0, 0, 0, 1], []));
  near(ridge[0], 1e-6, 1e-12);
  near(ridge[1], 0.25);
  near(g.distances(path, [], [[9, 9], [0.5, 0.25]])[1], 0.5);
});

test("a curve that swings is counted and averaged to its middle", () => {
  const swing = Float32Array.from({ length: 40 }, (_, k) => (k % 2 ? 1 : 3));
  assert.equal(g.turns(swing), 38);
  assert.equal(g.turns(Float32Array.from([1, 2, 2, 3])), 0);
  const flat = g.smoothed(g.smoothed(swing, 4), 4);
  assert.ok(flat.every((value) => Math.abs(value - 2) < 0.12));
});
