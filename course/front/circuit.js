// A circuit: values flow forward, gradients flow back, and a pressed gate says what it got and what it hands on.
import { floats, show } from "./numbers.js";
import { begun, parts, redraw, slider } from "./playground.js";

const SPEED = 1.6; // columns a second
const HEIGHT = 330, PAD = 46;

/** What flows at one setting: values and gradients of the gates, gradients along the wires. */
export function flowAt(table, gates, wires, n, [i, j]) {
  const at = (row) => table[(row * n + i) * n + j];
  const take = (from, count) => Array.from({ length: count }, (_, k) => at(from + k));
  return { values: take(0, gates), gradients: take(gates, gates), shares: take(2 * gates, wires) };
}

/** Whether a gate shows its value and its gradient at a stage; there are two stages for every column. */
export const shownAt = (column, columns, stage) => ({ value: column <= stage, gradient: stage >= 2 * columns - 1 - column });

/** One gate in words. */
export function sentence(k, { names, wires, flow, see }) {
  if (!see.value) return `${names[k]}: nothing has arrived yet.`;
  const said = [`${names[k]} is ${show(flow.values[k])}.`];
  if (!see.gradient) return `${said[0]} Its gradient is not known yet.`;
  const back = [], arrive = [];
  wires.forEach(([from, to], w) => {
    if (to === k) back.push(`${show(flow.shares[w])} to ${names[from]}`);
    if (from === k) arrive.push(show(flow.shares[w]));
  });
  said.push(arrive.length > 1 ? `Its gradient is ${arrive.join(" + ").replace(/\+ −/g, "− ")} = ${show(flow.gradients[k])}, one part for each wire that leaves it.`
    : `Its gradient is ${show(flow.gradients[k])}.`);
  if (back.length) said.push(`It hands back ${back.join(" and ")}.`);
  return said.join(" ");
}

function render({ model, el }) {
  const get = (name) => model.get(name), keep = (name, value) => { model.set(name, value); model.save_changes(); };
  const names = get("names"), signs = get("signs"), places = get("places"), wires = get("wires"), settings = get("settings");
  const table = floats(get("flows")), n = settings.length, inputs = signs.map((_, k) => k).filter((k) => !wires.some(([, to]) => to === k));
  const columns = 1 + Math.max(...places.map(([x]) => x)), rows = Math.max(...places.map(([, y]) => y)) || 1, last = 2 * columns - 1;
  const { controls, panels, status } = parts(el);
  const moved = (axis) => (v) => { const where = [...get("where")]; where[axis] = v; keep("where", where); draw(); };
  const knobs = [0, 1].map((axis) => slider(controls, names[inputs[axis]], n - 1, get("where")[axis], moved(axis)));
  const time = slider(controls, "stage", last, get("stage"), (v) => { stop(); keep("stage", v); draw(); });
  const play = document.createElement("button");
  play.type = "button";
  play.className = "play";
  controls.append(play);
  const box = document.createElement("div"), canvas = document.createElement("canvas");
  box.className = "circuit";
  canvas.setAttribute("role", "img");
  box.append(canvas);
  panels.append(box);
  const gates = signs.map((sign, k) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "gate";
    const [value, ring, gradient] = ["b", "i", "em"].map((tag) => button.appendChild(document.createElement(tag)));
    ring.textContent = sign;
    button.addEventListener("click", () => { keep("chosen", k); draw(); });
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = (k + step + signs.length) % signs.length;
      gates[next].button.focus();
      keep("chosen", next);
      draw();
    });
    box.append(button);
    return { button, value, gradient };
  });

  let begin = 0, frame = 0, clock = last; // while it plays, the clock runs from 0 to the last stage
  const stop = () => { cancelAnimationFrame(frame); frame = 0; clock = get("stage"); label(); };
  const label = () => { play.textContent = frame ? "Pause" : "Let it flow"; };
  const tick = (now) => {
    clock = Math.min(last, ((now - begin) / 1000) * SPEED);
    const stage = Math.floor(clock);
    if (stage !== get("stage")) model.set("stage", stage);
    frame = clock < last ? requestAnimationFrame(tick) : 0;
    if (!frame) { model.save_changes(); label(); }
    draw();
  };
  play.addEventListener("click", () => {
    if (frame) { stop(); model.save_changes(); draw(); return; }
    const from = get("stage") >= last ? 0 : get("stage");
    begin = performance.now() - (1000 * from) / SPEED;
    frame = requestAnimationFrame(tick);
    label();
  });
  label();

  function draw() {
    const width = box.clientWidth || 600, stage = get("stage"), chosen = get("chosen"), where = get("where");
    const flow = flowAt(table, signs.length, wires.length, n, where);
    const { c, ink } = begun(box, canvas, width, HEIGHT), style = getComputedStyle(box);
    const [up, down] = ["--up", "--down"].map((name) => style.getPropertyValue(name).trim() || ink);
    const u = ([x, y]) => [PAD + (x / (columns - 1)) * (width - 2 * PAD), PAD + (y / rows) * (HEIGHT - 2 * PAD)];
    const largest = Math.max(...flow.shares.map(Math.abs)) || 1;
    knobs.forEach((knob, axis) => { knob.input.value = where[axis]; knob.out.textContent = show(settings[where[axis]]); });
    time.input.value = stage;
    time.out.textContent = stage < columns ? "forward" : "back";
    time.input.setAttribute("aria-valuetext", `${stage} of ${last}, ${time.out.textContent}`);
    const sees = places.map(([x]) => shownAt(x, columns, stage));

    wires.forEach(([from, to], w) => {
      const [x0, y0] = u(places[from]), [x1, y1] = u(places[to]), share = flow.shares[w];
      const back = sees[to].gradient, middle = (x0 + x1) / 2;
      c.strokeStyle = back ? (share >= 0 ? up : down) : ink;
      c.globalAlpha = back || sees[from].value ? 1 : 0.25;
      c.lineWidth = back ? 1 + (5 * Math.abs(share)) / largest : 1.3;
      c.setLineDash(back && share < 0 ? [7, 3] : []);
      c.beginPath(); c.moveTo(x0, y0); c.bezierCurveTo(middle, y0, middle, y1, x1, y1); c.stroke();
      c.setLineDash([]);
      c.globalAlpha = 1;
      const [column, next] = [places[from][0], places[to][0]];
      const forward = (clock - column) / (next - column), backward = (clock - (last - next)) / (next - column);
      const t = !frame ? -1 : forward > 0 && forward < 1 ? forward : backward > 0 && backward < 1 ? 1 - backward : -1;
      if (t >= 0) {
        const s = 1 - t, x = s ** 3 * x0 + 3 * s * s * t * middle + 3 * s * t * t * middle + t ** 3 * x1;
        const y = (s ** 3 + 3 * s * s * t) * y0 + (3 * s * t * t + t ** 3) * y1;
        c.fillStyle = forward < 1 ? style.getPropertyValue("--blue").trim() || ink : share >= 0 ? up : down;
        c.beginPath(); c.arc(x, y, 6, 0, 7); c.fill();
      }
    });
    gates.forEach(({ button, value, gradient }, k) => {
      const [x, y] = u(places[k]);
      Object.assign(button.style, { left: `${x}px`, top: `${y}px` });
      value.textContent = sees[k].value ? show(flow.values[k]) : "\u00a0";
      gradient.textContent = sees[k].gradient ? show(flow.gradients[k]) : "\u00a0";
      gradient.className = flow.gradients[k] >= 0 ? "up" : "down";
      button.setAttribute("aria-pressed", k === chosen);
      button.setAttribute("aria-label", sentence(k, { names, wires, flow, see: sees[k] }));
    });
    const said = sentence(chosen, { names, wires, flow, see: sees[chosen] });
    if (status.textContent !== said) status.textContent = said;
    canvas.setAttribute("aria-label", `A circuit with ${signs.length} gates. ${said}`);
  }
  const end = redraw(model, ["where", "stage", "chosen"], panels, draw);
  return () => { cancelAnimationFrame(frame); end(); };
}

export default { render };
