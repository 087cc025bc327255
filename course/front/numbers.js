// Numbers as they arrive from Python, on axes and in labels: no document, no model.

/** The floats of a binary trait (DataView, ArrayBuffer or typed array), wherever its bytes begin. */
export function floats(bytes) {
  if (!bytes || bytes.byteLength === 0) return new Float32Array(0);
  const buffer = bytes.buffer ?? bytes;
  const offset = bytes.byteOffset ?? 0;
  return new Float32Array(buffer.slice(offset, offset + bytes.byteLength));
}

/** Round numbers for an axis, about `count` of them. */
export function ticks(low, high, count = 5) {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((f) => f * power).find((s) => s >= raw * 0.999);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
    found.push(Number((k * step).toPrecision(12)));
  }
  return found;
}

/** A value as a multiple of the first round number (1, 2 or 5 times a power of ten) that is no finer than `unit`. */
export function roundTo(unit, value) {
  const power = 10 ** Math.floor(Math.log10(unit));
  const round = [1, 2, 5, 10].map((f) => f * power).find((each) => each >= unit * 0.999);
  return Number((Math.round(value / round) * round).toPrecision(12));
}

/** A number for a label: three significant digits, a real minus sign. */
export function show(x) {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "not a number" : x > 0 ? "∞" : "−∞";
  if (x === 0) return "0";
  const size = Math.abs(x);
  const text = size >= 1e4 || size < 1e-3 ? x.toExponential(1) : String(Number(x.toPrecision(3)));
  return text.replace(".0e", "e").replace("e+", "e").replace(/-/g, "−");
}
