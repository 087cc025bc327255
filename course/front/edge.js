// The learning rate in the hand: the sharpness and the loss of recorded runs, and the limit of the rule.
import { show } from "./numbers.js";
import { parts, redraw, slider } from "./playground.js";
import { Plot } from "./plot.js";

function render({ model, el }) {
  const get = (name) => model.get(name), keep = (name, value) => { model.set(name, value); model.save_changes(); draw(); };
  const rules = get("rules"), rates = get("rates"), [lossEvery, sharpEvery] = get("every"), steps = get("steps");
  const { controls, panels, status } = parts(el), orange = "#D55E00";

  const choice = document.createElement("label"), select = document.createElement("select");
  choice.innerHTML = "<span>rule</span>";
  rules.forEach((rule, i) => select.add(new Option(rule.name, i)));
  select.addEventListener("change", () => keep("rule", +select.value));
  choice.append(select);
  controls.append(choice);
  const rate = slider(controls, "rate", rates.length - 1, get("rate"), (v) => keep("rate", v));

  const high = 260, marksX = [0, 500, 1000, 1500];
  const left = new Plot("Sharpness", { x: [0, steps], y: [0, 12], marksX, height: high, labels: ["step", "sharpness λ"] });
  const right = new Plot("Loss", {
    x: [0, steps], y: [3e-4, 3], logY: true, marksX, height: high, labels: ["step", "loss, full batch"],
  });
  panels.append(left.box, right.box);
  const line = (plot, values, every, colour, width) => plot.line(values.map((y, i) => [i * every, y]), colour, width);

  function draw() {
    const rule = rules[get("rule")], at = get("rate"), run = rule.runs[at], limit = rule.limit / rates[at];
    select.value = get("rule"); rate.input.value = at;
    rate.out.textContent = show(rates[at]);
    rate.input.setAttribute("aria-valuetext", show(rates[at]));
    left.begin(); right.begin();
    for (const other of rule.runs) {
      line(left, other.sharpness, sharpEvery, left.faint, 0.8);
      line(right, other.loss, lossEvery, right.faint, 0.8);
    }
    left.line([[0, limit], [steps, limit]], orange, 2, [7, 4]);
    line(left, run.sharpness, sharpEvery, left.blue, 2.5);
    line(right, run.loss, lossEvery, right.ink, 2);
    if (run.steps < steps) {
      left.dot([(run.sharpness.length - 1) * sharpEvery, run.sharpness[run.sharpness.length - 1]], orange, 6);
      right.dot([(run.loss.length - 1) * lossEvery, run.loss[run.loss.length - 1]], orange, 6);
    }
    left.key([[limit > 12 ? `limit ${show(limit)}, above` : `limit ${show(limit)}`, orange, [7, 4]], ["this rate", left.blue], ["other rates", left.faint]]);
    const said = get("said")[get("rule")][at];
    status.textContent = said;
    left.canvas.setAttribute("aria-label", said);
    right.canvas.setAttribute("aria-label", `Loss of ${rule.name} at rate ${show(rates[at])}.`);
  }
  return redraw(model, ["rule", "rate"], panels, draw);
}

export default { render };
