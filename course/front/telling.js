// What the picture says in words: on the page, and to a screen reader.
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
    put(loss, `loss ${show(here.loss)}`);
    put(note, past.map((event) => event.text).join("; "));
    note.classList.toggle("descent-bad", past.some((event) => event.kind === "stopped"));
    if (rule.hidden) continue;
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
  parts.turnButton.setAttribute("aria-pressed", String(view.turn.on));
  put(parts.hint, hint(view));
  if (playing) return;
  const text = `Step ${step} of ${view.steps} on the ${view.where}. ${told.join(" ")}`;
  put(parts.summary, text);
  const keys = "Space plays, arrow keys step.";
  parts.stage.setAttribute("aria-label", `Map of the ${view.where} with the path of each rule. ${keys} ${text}`);
  parts.lossBox.setAttribute("aria-label", `Loss against gradient evaluations. ${told.join(" ")}`);
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

function hint({ model, stage }) {
  const marks = [model.get("saddles").length ? "✕ saddle" : "", model.get("minima").length ? "☆ minimum" : ""];
  const act = stage.flat ? (stage.fixed ? "" : "drag the ring to move the start") : "drag to turn";
  const scale = !stage.flat && stage.height.log ? "height on a logarithmic scale" : "";
  const keys = ["click a rule to hide it", "space plays, arrow keys step"];
  return [...marks, act, scale, ...keys, model.get("note")].filter(Boolean).join(" · ");
}
