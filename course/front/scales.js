// Colours that can be told apart, the axis of the loss: no document, no model.
import { ticks } from "./numbers.js";

/** Red, green, blue of "#rrggbb" or "rgb(r, g, b)". */
export function channels(colour) {
  const hex = /^#(..)(..)(..)$/.exec(colour.trim());
  if (hex) return hex.slice(1).map((part) => parseInt(part, 16));
  const short = /^#(.)(.)(.)$/.exec(colour.trim());
  if (short) return short.slice(1).map((part) => parseInt(part + part, 16));
  const numbers = colour.match(/[\d.]+/g) ?? [0, 0, 0];
  return numbers.slice(0, 3).map(Number);
}

/** Relative luminance, as WCAG 2 defines it. */
export function luminance(colour) {
  const [r, g, b] = channels(colour).map((c) => {
    const s = c / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio of two colours, 1 to 21. */
export function contrast(a, b) {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** Mix two colours; share 0 is the first. */
export function mix(a, b, share) {
  const [p, q] = [channels(a), channels(b)];
  return `rgb(${p.map((c, k) => Math.round(c + (q[k] - c) * share)).join(", ")})`;
}

/** The colour, moved towards black or white only as far as it must to stand out from the background. */
export function readable(colour, background, ratio) {
  const away = luminance(background) > 0.4 ? "#000000" : "#ffffff";
  for (let share = 0; share <= 1; share += 0.04) {
    const mixed = mix(colour, away, share);
    if (contrast(mixed, background) >= ratio) return mixed;
  }
  return away;
}

/**
 * The vertical axis of the loss curves: limits and a monotone map to 0..1.
 * Losses of the part worth drawing decide; positive losses over many decades get a logarithmic axis.
 * smallest: what share of the largest is still told apart from nothing; narrowest: the ratio from which it is logarithmic.
 */
export function lossAxis(values, low, high, smallest = 1e-8, narrowest = 50) {
  let least = Infinity;
  let most = -Infinity;
  for (const z of values) {
    if (!Number.isFinite(z)) continue;
    const inside = Math.min(Math.max(z, low), high);
    if (inside < least) least = inside;
    if (inside > most) most = inside;
  }
  if (!(most >= least)) [least, most] = [low, high];
  if (least >= 0 && low >= 0 && most > 0 && least < most / narrowest) {
    const floor = Math.max(least, most * smallest);
    const [a, b] = [Math.log10(floor), Math.log10(most)];
    const pad = 0.04 * (b - a);
    const of = (z) => (Math.log10(Math.max(z, floor)) - a + pad) / (b - a + 2 * pad);
    const marks = [];
    const stride = Math.max(1, Math.ceil((b - a) / 5));
    for (let e = Math.ceil(a); e <= b; e += stride) marks.push(10 ** e);
    if (marks.length < 2) {
      for (let e = Math.floor(a); e <= b; e++) marks.push(...[2, 5].map((f) => f * 10 ** e).filter((z) => z >= floor && z <= most));
    }
    return { log: true, of, marks };
  }
  const pad = 0.06 * (most - least || 1);
  const [a, b] = [least - pad, most + pad];
  return { log: false, of: (z) => (z - a) / (b - a), marks: ticks(a, b, 5) };
}
