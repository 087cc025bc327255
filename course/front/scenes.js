// What does not move: the two views of the surface, the axes of the loss.
import { levelLines } from "./geometry.js";
import { words } from "./marks.js";
import { show, ticks } from "./numbers.js";

function shadeOf(levels, z, shades) {
  let k = 0;
  while (k < levels.length && z > levels[k]) k++;
  const low = levels[k - 1];
  const part = k === 0 ? 0 : k === levels.length ? 1 : (z - low) / (levels[k] - low);
  const rank = Math.min(Math.max((k - 1 + part) / Math.max(levels.length - 1, 1), 0), 1);
  return shades[Math.round(rank * (shades.length - 1))];
}

/** The surface seen from above: shade by rank of height, level lines, axes. */
export function paintMap(c, scene) {
  const { plot, grid, n, domain, levels, look, place } = scene;
  const shade = new OffscreenCanvas(n, n);
  const dots = shade.getContext("2d");
  const image = dots.createImageData(n, n);
  const rgb = new Map(look.shades.map((colour) => [colour, colour.match(/\d+/g).map(Number)]));
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      const [r, g, b] = rgb.get(shadeOf(levels, grid[j * n + i], look.shades));
      image.data.set([r, g, b, 255], 4 * ((n - 1 - j) * n + i));
    }
  }
  dots.putImageData(image, 0, 0);
  c.clearRect(0, 0, plot.width, plot.height);
  c.save();
  c.beginPath();
  c.rect(plot.x, plot.y, plot.w, plot.h);
  c.clip();
  c.imageSmoothingEnabled = true;
  c.imageSmoothingQuality = "high";
  const half = [plot.w / (n - 1) / 2, plot.h / (n - 1) / 2];
  c.drawImage(shade, plot.x - half[0], plot.y - half[1], plot.w + 2 * half[0], plot.h + 2 * half[1]);
  c.beginPath();
  const out = [0, 0];
  levelLines(grid, n, domain, levels, (i, j, x0, y0, x1, y1) => {
    place(x0, y0, out);
    c.moveTo(out[0], out[1]);
    place(x1, y1, out);
    c.lineTo(out[0], out[1]);
  });
  c.strokeStyle = look.level;
  c.lineWidth = 0.7;
  c.stroke();
  c.restore();
  c.strokeStyle = look.faint;
  c.lineWidth = 1;
  c.strokeRect(plot.x, plot.y, plot.w, plot.h);
  c.font = `12px ${look.font}`;
  const text = { ink: look.faint };
  for (const x of ticks(...domain[0])) words(c, show(x), place(x, domain[1][0], out)[0], plot.y + plot.h + 12, text);
  for (const y of ticks(...domain[1])) words(c, show(y), plot.x - 6, place(domain[0][0], y, out)[1], text, "right");
  c.font = `italic 13px ${look.font}`;
  words(c, "x", plot.x + plot.w / 2, plot.y + plot.h + 29, text);
  words(c, "y", 10, plot.y + plot.h / 2, text);
}

/** The surface seen from the side: cells from back to front, each with the level lines that cross it. */
export function paintSurface(c, scene) {
  const { plot, heights, mesh, cells, camera, look } = scene;
  c.clearRect(0, 0, plot.width, plot.height);
  const xy = new Float32Array(2 * mesh * mesh);
  const out = [0, 0];
  for (let j = 0; j < mesh; j++) {
    for (let i = 0; i < mesh; i++) {
      camera.place((2 * i) / (mesh - 1) - 1, (2 * j) / (mesh - 1) - 1, heights[j * mesh + i], out);
      xy[2 * (j * mesh + i)] = out[0];
      xy[2 * (j * mesh + i) + 1] = out[1];
    }
  }
  const last = mesh - 1;
  const walk = (count, forwards) => Array.from({ length: count }, (_, k) => (forwards ? k : count - 1 - k));
  const columns = walk(last, camera.towards[0] > 0);
  const rows = walk(last, camera.towards[1] > 0);
  const outer = Math.abs(camera.towards[1]) > Math.abs(camera.towards[0]);
  c.lineWidth = 0.9;
  c.lineJoin = "round";
  c.setLineDash([]);
  const cell = (i, j) => {
    const k = j * mesh + i;
    const [a, b, d, e] = [heights[k], heights[k + 1], heights[k + mesh], heights[k + mesh + 1]];
    const light = 0.5 + 0.5 * Math.tanh(((b + e - a - d) * 0.55 - (d + e - a - b) * 0.35) * mesh * 0.16);
    const tone = 0.62 * ((a + b + d + e) / 4) + 0.38 * light;
    const colour = look.relief[Math.round(Math.min(Math.max(tone, 0), 1) * (look.relief.length - 1))];
    c.fillStyle = colour;
    c.strokeStyle = colour; // closes the hairline between neighbours
    c.beginPath();
    for (const m of [k, k + 1, k + mesh + 1, k + mesh]) c.lineTo(xy[2 * m], xy[2 * m + 1]);
    c.closePath();
    c.fill();
    c.stroke();
  };
  // The level lines of one row wait until the next row is painted, or its cells would nibble at their ends.
  const levelLine = (keys) => {
    c.beginPath();
    for (const k of keys) {
      for (const [x0, y0, x1, y1, h] of cells[k] ?? []) {
        camera.place(x0, y0, h, out);
        c.moveTo(out[0], out[1]);
        camera.place(x1, y1, h, out);
        c.lineTo(out[0], out[1]);
      }
    }
    c.strokeStyle = look.level;
    c.stroke();
  };
  let waiting = [];
  for (const a of outer ? rows : columns) {
    const keys = [];
    for (const b of outer ? columns : rows) {
      const [i, j] = outer ? [b, a] : [a, b];
      cell(i, j);
      keys.push(j * mesh + i);
    }
    levelLine(waiting);
    waiting = keys;
  }
  levelLine(waiting);
  paintEdges(c, scene, xy);
}

/** The rim of the surface, and which way x and y grow. */
function paintEdges(c, scene, xy) {
  const { mesh, look, camera, domain, plot } = scene;
  const last = mesh - 1;
  c.strokeStyle = look.faint;
  c.lineWidth = 1.2;
  c.beginPath();
  for (const index of [(k) => k, (k) => last * mesh + k, (k) => k * mesh, (k) => k * mesh + last]) {
    for (let k = 0; k < mesh; k++) {
      const m = index(k);
      if (k === 0) c.moveTo(xy[2 * m], xy[2 * m + 1]);
      else c.lineTo(xy[2 * m], xy[2 * m + 1]);
    }
  }
  c.globalAlpha = 0.5;
  c.stroke();
  c.globalAlpha = 1;
  const text = { ink: look.faint, halo: look.paper };
  const near = { u: camera.towards[0] > 0 ? 1.13 : -1.13, v: camera.towards[1] > 0 ? 1.13 : -1.13 };
  const out = [0, 0];
  const floor = (u, v) => {
    const i = Math.round(((Math.min(Math.max(u, -1), 1) + 1) / 2) * last);
    const j = Math.round(((Math.min(Math.max(v, -1), 1) + 1) / 2) * last);
    return camera.place(u, v, scene.heights[j * mesh + i] - 0.04, out);
  };
  c.font = `12px ${look.font}`;
  for (const x of ticks(...domain[0], 4)) {
    const u = (2 * (x - domain[0][0])) / (domain[0][1] - domain[0][0]) - 1;
    words(c, show(x), ...floor(u, near.v), text);
  }
  for (const y of ticks(...domain[1], 4)) {
    const v = (2 * (y - domain[1][0])) / (domain[1][1] - domain[1][0]) - 1;
    words(c, show(y), ...floor(near.u, v), text);
  }
  c.font = `italic bold 14px ${look.font}`;
  const inside = ([x, y]) => [Math.min(Math.max(x, 8), plot.width - 8), Math.min(Math.max(y, 9), plot.height - 9)];
  words(c, "x", ...inside(floor(0, near.v * 1.17)), text);
  words(c, "y", ...inside(floor(near.u * 1.17, 0)), text);
}

/** The frame, numbers and names of the loss curves. */
export function paintLossAxes(c, box, axis, steps, look) {
  c.clearRect(0, 0, box.width, box.height);
  c.font = `12px ${look.font}`;
  c.lineWidth = 1;
  const text = { ink: look.faint };
  for (const z of axis.marks) {
    const y = box.y + box.h * (1 - axis.of(z));
    if (y < box.y - 1 || y > box.y + box.h + 1) continue;
    c.strokeStyle = look.grid;
    c.beginPath();
    c.moveTo(box.x, y);
    c.lineTo(box.x + box.w, y);
    c.stroke();
    words(c, show(z), box.x - 6, y, text, "right");
  }
  for (const k of ticks(0, steps, 4)) words(c, show(k), box.x + (box.w * k) / steps, box.y + box.h + 12, text);
  c.strokeStyle = look.faint;
  c.beginPath();
  c.moveTo(box.x, box.y);
  c.lineTo(box.x, box.y + box.h);
  c.lineTo(box.x + box.w, box.y + box.h);
  c.stroke();
  words(c, "gradient evaluations", box.x + box.w / 2, box.y + box.h + 29, text);
}
