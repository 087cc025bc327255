// What the picture says in words: on the page, and to a screen reader.
import { coverOf } from "./covering.js";
import { head } from "./geometry.js";
import { show } from "./numbers.js";
import { icon, put } from "./page.js";

/** Say where each rule is; while it plays a screen reader is left in peace. */
export function tell(view, playing = false) {
  const { model, parts, stage } = view;
  const step = Math.floor(view.exact);
  const told = [];
  for (const { row, loss, note, rule } of view.rows) {
    row.setAttribute("aria-pressed", String(!rule.hidden));
    const here = head(rule, step, view.domain);
    const past = rule.events.filter((event) => event.step <= step || event.kind === "stopped");
    put(loss, rule.absent ? "" : `loss ${show(here.loss)}`);
    const said = past.filter((event) => event.kind !== "recorded").map((event) => event.text);
    const above = rule.drawn && coverOf(rule, step);
    if (above) said.push(`${step < rule.last ? "so far " : ""}under ${above}`);
    if (rule.recorded || model.get("race")) said.unshift(`rate ${show(rule.rate)}`);
    put(note, rule.absent ? rule.events[0].text : said.join("; "));
    row.classList.toggle("descent-absent", rule.absent);
    note.classList.toggle("descent-bad", past.some((event) => event.kind === "stopped"));
    if (!rule.drawn) continue;
    const tail = note.textContent && `, ${note.textContent}`;
    told.push(`${rule.label} at (${show(here.x)}, ${show(here.y)}), loss ${show(here.loss)}${tail}.`);
  }
  parts.slider.value = step;
  parts.slider.setAttribute("aria-valuetext", `step ${step} of ${view.steps}`);
  put(parts.readout, `step ${step} of ${view.steps}`);
  sayWhetherItPlays(view, model.get("playing"));
  for (const made of parts.viewButtons) {
    made.setAttribute("aria-pressed", String((made.dataset.view === "3d") !== stage.flat));
  }
  parts.turnButton.hidden = stage.flat;
  parts.arrowsButton.hidden = !stage.flat;
  parts.arrowsButton.setAttribute("aria-pressed", String(view.arrows));
  parts.panels.hidden = !view.losses.from;
  for (const made of parts.panelButtons) {
    made.setAttribute("aria-pressed", String((made.dataset.panel === "distance") === Boolean(view.losses.distance)));
  }
  parts.turnButton.setAttribute("aria-pressed", String(view.turn.on));
  put(parts.note, model.get("note"));
  put(parts.hint, hint(view));
  if (playing) return;
  const text = `Step ${step} of ${view.steps} on the ${view.where}. ${told.join(" ")}`;
  put(parts.summary, text);
  const keys = "Space plays, arrow keys step.";
  parts.stage.setAttribute("aria-label", `Map of the ${view.where} with the path of each rule. ${keys} ${text}`);
  parts.lossBox.setAttribute("aria-label", `${view.losses.title} against gradient evaluations. ${told.join(" ")}`);
}

function sayWhetherItPlays(view, running) {
  if (view.running === running) return;
  view.running = running;
  const button = view.parts.playButton;
  const word = running ? "Pause" : "Play";
  button.innerHTML = `${icon(word.toLowerCase())}<span>${word}</span>`;
  button.title = `${word} (space)`;
  button.setAttribute("aria-label", button.title);
}

function hint(view) {
  const { model, stage } = view;
  const marks = [model.get("saddles").length ? "✕ saddle" : "", model.get("minima").length ? "☆ minimum" : ""];
  const act = stage.flat ? (stage.fixed ? "" : "click on the map to place the start") : "drag to turn";
  const scale = !stage.flat && stage.height.log ? "height on a logarithmic scale" : "";
  const both = view.arrows && stage.flat ? "thin arrow: rate times slope, downhill; thick arrow: the step that is taken; each pair to its own scale" : "";
  const band = view.rules.some((rule) => rule.drawn && rule.band) ? `pale band: how far a ${view.losses.distance ? "distance" : "loss"} swings, the line its middle` : "";
  const step = Math.floor(view.exact);
  const under = view.rules.some((rule) => rule.drawn && coverOf(rule, step)) ? "under: the path is hidden by another" : "";
  const keys = ["click a rule to hide it", "space plays, arrow keys step"];
  return [...marks, act, both, scale, band, under, ...keys].filter(Boolean).join(" · ");
}
