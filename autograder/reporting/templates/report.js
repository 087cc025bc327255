"use strict";
// The mistakes, the submissions with their filters, and the drill-down to one of them.  The data is described in payload.py.

const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const text = (place) => data.texts[place];
const breakable = (name) => name.split(/(?<=_)/).flatMap((part, at) => (at ? [element("wbr"), part] : [part]));
const code = (name) => element("code", {}, ...breakable(name));
/** A sentence in which backticks stand around code; what has an odd one is left as it is. */
const prose = (said) => {
  const parts = said.split("`");
  return parts.length % 2 ? parts.map((part, at) => (at % 2 ? element("code", {}, part) : part)) : [said];
};
/** A heading of a lesson, as a link to the released notebook where that lies near enough. */
const taughtAt = (section, place) => (place ? element("a", { href: text(place) }, section) : section);
const points = (value) => String(Math.round(value * 100) / 100);

const cellsOf = data.assignments.map(() => []);
data.cells.forEach(([assignment], at) => cellsOf[assignment].push(at));

const submissions = data.submissions.map((row, at) => {
  const [student, assignment, status, score, penalty, late, level, notes, minute, link, version, marks] = row;
  const [id, name] = data.students[student];
  return { at, student: id, name, assignment, lesson: data.assignments[assignment][0], status: data.statuses[status],
    score, most: data.assignments[assignment][1], penalty, late, level: text(level), notes: text(notes), minute,
    link: text(link), version: text(version), marks, words: "" };
});
const verdictOf = (mark) => data.verdicts[mark[1]];
const mistakeOf = (mark) => text(mark[2] || 0);

/** What the student reads of a mark, without the lines that the page shows already: the name and where to read. */
function messageOf(mark) {
  const lines = text(mark[3] || 0).split("\n").filter((line) => !line.startsWith("Read: "));
  return (mark[2] ? lines.slice(1) : lines).join("\n");
}

/** Everything a search looks through, in lower case; made when a search first needs it. */
function wordsOf(each) {
  if (!each.words) {
    const marks = each.marks.map((mark, at) => `${data.cells[cellsOf[each.assignment][at]][1]} ${mistakeOf(mark)} ${verdictOf(mark)}`);
    each.words = [each.student, each.name, each.lesson, each.status, ...marks].join("\n").toLowerCase();
  }
  return each.words;
}

const OUTCOMES = {
  "everything": () => true,
  "a named mistake": (each) => each.marks.some((mark) => mark[2] && verdictOf(mark) === "mistake"),
  "a mistake nobody has named": (each) => each.marks.some((mark) => !mark[2] && verdictOf(mark) === "mistake"),
  "a convention": (each) => each.marks.some((mark) => verdictOf(mark) === "convention"),
  "an error or a crash": (each) => each.marks.some((mark) => verdictOf(mark) === "error"),
  "a timeout": (each) => each.marks.some((mark) => verdictOf(mark) === "timeout"),
  "something unfinished": (each) => each.status === "graded" && each.marks.some((mark) => verdictOf(mark) === "unfinished"),
  "all points": (each) => each.status === "graded" && each.score === each.most,
  "no points": (each) => each.status === "graded" && !each.score,
  "not handed in": (each) => each.status === "missing",
  "could not be read": (each) => each.status === "unreadable",
  "late": (each) => each.late > 0,
  "waiting for a person": (each) => each.marks.some((mark) => mark[0] === null),
  "changed by a person": (each) => each.marks.some((mark) => mark[4]),
};

/** What is wrong with a submission, in few words. */
function trouble(each) {
  if (each.status !== "graded") return each.status;
  const counts = {};
  for (const mark of each.marks) counts[verdictOf(mark)] = (counts[verdictOf(mark)] || 0) + 1;
  return data.verdicts.filter((name) => counts[name] && name !== "correct").map((name) => `${counts[name]} ${name}${counts[name] > 1 && !name.startsWith("un") ? "s" : ""}`).join(", ");
}

function duration(seconds) {
  const [size, unit] = seconds >= 86400 ? [86400, "d"] : seconds >= 3600 ? [3600, "h"] : [60, "min"];
  return `${Math.ceil(seconds / size)} ${unit}`;
}

const when = (minute) => (minute === null ? "" : new Date(minute * 60000).toISOString().slice(0, 16).replace("T", " "));

const table = new LongTable(byId("submission-table"), "One row for each student and assignment; the name opens it.", [
  { title: "student", value: (each) => each.name || each.student },
  { title: "assignment", wide: true, value: (each) => each.lesson },
  { title: "points", number: true, value: (each) => (each.status === "missing" ? -1 : each.score / (each.most || 1)) },
  { title: "what happened", value: trouble },
  { title: "late", number: true, wide: true, value: (each) => each.late },
  { title: "handed in (UTC)", wide: true, value: (each) => each.minute || 0 },
], (each) => [
  element("th", { scope: "row" }, element("button", { type: "button", class: "link", onclick: () => open(each) }, each.name || each.student), element("span", { class: "narrow soft" }, element("br"), ...breakable(each.lesson))),
  element("td", { class: "wide" }, ...breakable(each.lesson)),
  element("td", { class: "n" }, each.status === "missing" ? "–" : `${points(each.score)} of ${points(each.most)}`),
  element("td", {}, trouble(each)),
  element("td", { class: "n wide" }, each.late ? duration(each.late) + (each.penalty ? ` (−${points(each.penalty)})` : "") : ""),
  element("td", { class: "wide" }, when(each.minute)),
]);

/** The words of a search, each to be found; what stands in quotation marks is one word. */
const searched = (input) => [...input.value.toLowerCase().matchAll(/"([^"]+)"?|[^\s"]+/g)].map((found) => found[1] || found[0]);

let listed = submissions;
function filter() {
  const wanted = searched(byId("search"));
  const lesson = byId("assignment").value;
  const outcome = OUTCOMES[byId("outcome").value];
  listed = submissions.filter((each) => (!lesson || each.lesson === lesson) && outcome(each) && wanted.every((word) => wordsOf(each).includes(word)));
  byId("found").textContent = `${listed.length} of ${submissions.length} submissions`;
  table.show(listed);
  listed = table.items;
}
for (const [name] of data.assignments) byId("assignment").append(element("option", { value: name }, name));
for (const name of Object.keys(OUTCOMES)) byId("outcome").append(element("option", { value: name }, name));
byId("search").addEventListener("input", filter);
byId("assignment").addEventListener("change", filter);
byId("outcome").addEventListener("change", filter);

/** Show the submissions that a search finds and go there. */
function look(words, lesson) {
  byId("search").value = words;
  byId("assignment").value = lesson || "";
  byId("outcome").value = "everything";
  filter();
  byId("submissions").scrollIntoView();
  byId("search").focus({ preventScroll: true });
}
byId("clear").addEventListener("click", () => look("", ""));
for (const button of document.querySelectorAll("[data-student]")) {
  button.addEventListener("click", () => look(button.dataset.student, ""));
}

const mistakes = data.mistakes.map(([cell, name, count, convention, says]) => {
  const [assignment, exercise, , section, place] = data.cells[cell];
  const each = { place, name: text(name), count, kind: convention ? "convention" : "mistake", says: text(says), lesson: data.assignments[assignment][0], exercise, section: text(section) };
  each.words = [each.name, each.says, each.lesson, each.exercise, each.section].join("\n").toLowerCase();
  return each;
});
const mistakeTable = new LongTable(byId("mistake-table"), "The number shows the submissions that made it.", [
  { title: "made by", number: true, value: (each) => each.count },
  { title: "mistake", value: (each) => each.name },
  { title: "exercise", wide: true, value: (each) => `${each.lesson} ${each.exercise}` },
  { title: "what the student reads", wide: true, value: (each) => each.says },
  { title: "section that teaches it", value: (each) => `${each.lesson} ${each.section}` },
], (each) => [
  element("td", { class: "n" }, element("button", { type: "button", class: "link", "aria-label": `${each.count} made it; show them`, onclick: () => look(`"${each.exercise} ${each.name} ${each.kind}"`, each.lesson) }, String(each.count))),
  element("th", { scope: "row" }, element("i", { class: `dot ${each.kind}`, title: each.kind }), each.name, element("span", { class: "narrow soft" }, element("br"), code(each.exercise))),
  element("td", { class: "wide" }, code(each.exercise)),
  element("td", { class: "wide told" }, ...prose(each.says)),
  element("td", {}, ...breakable(each.lesson), ", ", taughtAt(each.section, each.place)),
], 15);
function filterMistakes() {
  const wanted = searched(byId("mistake-search"));
  mistakeTable.show(mistakes.filter((each) => wanted.every((word) => each.words.includes(word))));
}
byId("mistake-search").addEventListener("input", filterMistakes);

// One submission.
let current = null;
function open(each) {
  current = each;
  byId("detail-title").textContent = `${each.name || each.student}, ${each.lesson}`;
  const parts = [each.status === "missing" ? "Not handed in." : `${points(each.score)} of ${points(each.most)} points.`];
  if (each.status === "unreadable") parts.push("The file could not be read.");
  if (each.penalty) parts.push(`${points(each.penalty)} taken off for being late.`);
  if (each.late) parts.push(`${duration(each.late)} late.`);
  if (each.minute !== null) parts.push(`Handed in ${when(each.minute)} UTC.`);
  if (each.level) parts.push(`Sandbox: ${each.level}.`);
  if (each.version) parts.push(`Version of the checks: ${each.version}.`);
  byId("detail-summary").replaceChildren(parts.join(" "), each.link ? element("span", {}, " ", element("a", { href: each.link }, "What the student reads")) : "");
  byId("detail-notes").textContent = each.notes;
  byId("detail-marks").replaceChildren(...each.marks.map((mark, at) => {
    const [, exercise, most, section, place] = data.cells[cellsOf[each.assignment][at]];
    const named = mistakeOf(mark) ? `: ${mistakeOf(mark)}` : "";
    return element("tr", {},
      element("th", { scope: "row" }, code(exercise), element("br"), element("span", { class: "soft" }, taughtAt(text(section), place))),
      element("td", { class: "n" }, mark[0] === null ? "waits" : `${points(mark[0])} of ${points(most)}`, mark[4] ? " (changed)" : ""),
      element("td", {}, element("div", {}, element("i", { class: `dot ${verdictOf(mark)}` }), verdictOf(mark) + named), element("div", { class: "message soft" }, ...prose(messageOf(mark)))));
  }));
  const at = listed.indexOf(each);
  byId("previous").disabled = at <= 0;
  byId("next").disabled = at < 0 || at === listed.length - 1;
  if (!byId("detail").open) byId("detail").showModal();
  byId("detail").scrollTop = 0;
}
byId("close").addEventListener("click", () => byId("detail").close());
byId("previous").addEventListener("click", () => open(listed[listed.indexOf(current) - 1]));
byId("next").addEventListener("click", () => open(listed[listed.indexOf(current) + 1]));

filterMistakes();
filter();
document.documentElement.dataset.ready = Math.round(performance.now());
