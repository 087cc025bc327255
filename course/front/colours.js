// The inks of the picture, from the colours of the page around it.
import { channels, contrast, mix, readable } from "./scales.js";

/** Paper, ink and the shades between them, for a page in light or in dark. */
export function lookOf(root) {
  const style = getComputedStyle(root);
  const [paper, ink] = [mix(style.backgroundColor, "#000000", 0), mix(style.color, "#000000", 0)];
  const dark = contrast(paper, "#ffffff") > contrast(paper, "#000000");
  const tint = dark ? "#93aed2" : "#3f5f86";
  const ramp = (from, to) => Array.from({ length: 65 }, (_, k) => mix(paper, tint, from + ((to - from) * k) / 64));
  return {
    paper, ink, dark, font: style.fontFamily,
    shades: dark ? ramp(0.05, 0.38) : ramp(0.36, 0.02), // a valley is darker than a ridge in both themes
    relief: dark ? ramp(0.1, 0.62) : ramp(0.66, 0.04),
    level: mix(paper, tint, 0.5),
    faint: mix(paper, ink, 0.68),
    grid: mix(paper, ink, 0.12),
  };
}

/** A rule's own colour, as far as that can be told from the paper. */
export function inkOf(colour, { dark, paper, ink }) {
  const [r, g, b] = channels(colour);
  const grey = Math.max(r, g, b) - Math.min(r, g, b) < 12; // black stays the strongest ink in the dark
  return dark && grey ? mix(ink, paper, r / 400) : readable(colour, paper, dark ? 5 : 2.6);
}
