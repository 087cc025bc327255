"use strict";
// Tables: sorting those that stand in the page, and building long ones row by row as they come into view.

/** Make an element; text is set as text, never as markup. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "onclick") made.addEventListener("click", value);
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Make the headers of a table buttons that call `sort(column, descending)`. */
function sortableHeaders(row, sort) {
  [...row.cells].forEach((cell, column) => {
    const button = element("button", { type: "button" }, cell.textContent);
    button.addEventListener("click", () => {
      const first = cell.classList.contains("n") ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const next = cell.getAttribute("aria-sort") === first ? other : first;
      for (const each of row.cells) each.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", next);
      sort(column, next === "descending");
    });
    cell.replaceChildren(button);
  });
}

/** Compare numbers as numbers and anything else as text, with numbers in it counted. */
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
function compare(a, b) {
  return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
}

/** Sort a table whose rows stand in the page; a cell's `data-value` goes before its text. */
function sortInPlace(table) {
  sortableHeaders(table.tHead.rows[0], (column, descending) => {
    const value = (row) => {
      const cell = row.cells[column];
      return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
    };
    const rows = [...table.tBodies[0].rows].map((row) => [value(row), row]);
    rows.sort((a, b) => compare(a[0], b[0]) * (descending ? -1 : 1));
    table.tBodies[0].append(...rows.map(([, row]) => row));
  });
}

/**
 * A table of many rows of which few are in the page at a time.
 *
 * columns  { title, number, wide, value(item) } for sorting
 * cells    item -> the cells of its row
 * first    rows that stand there at once; without it, rows are added as the end of the table comes into view
 */
const STEP = 60;
class LongTable {
  constructor(place, caption, columns, cells, first = 0) {
    Object.assign(this, { columns, cells, first, items: [], shown: 0, order: null });
    const head = element("tr", {}, ...columns.map((column) =>
      element("th", { scope: "col", class: [column.number ? "n" : "", column.wide ? "wide" : ""].join(" ").trim() || null }, column.title)));
    this.body = element("tbody");
    const table = element("table", {}, element("caption", {}, caption), element("thead", {}, head), this.body);
    this.rest = element("button", { type: "button", class: "button", onclick: () => this.more() });
    this.foot = element("div", { class: "more" }, this.rest);
    place.replaceChildren(table, this.foot);
    sortableHeaders(head, (column, descending) => {
      this.order = [column, descending];
      this.show(this.items);
    });
    if (!first) new IntersectionObserver((seen) => seen.some((each) => each.isIntersecting) && this.more()).observe(this.foot);
  }

  /** Show these items from the first on, in the order that was chosen. */
  show(items) {
    this.items = items;
    if (this.order) {
      const [column, descending] = this.order;
      const value = this.columns[column].value;
      const keyed = items.map((item) => [value(item), item]);
      keyed.sort((a, b) => compare(a[0], b[0]) * (descending ? -1 : 1));
      this.items = keyed.map(([, item]) => item);
    }
    this.shown = 0;
    this.body.replaceChildren();
    this.more();
  }

  /** Build the next rows. */
  more() {
    const size = this.shown || !this.first ? STEP : this.first;
    const next = this.items.slice(this.shown, this.shown + size);
    this.body.append(...next.map((item) => element("tr", {}, ...this.cells(item))));
    this.shown += next.length;
    const left = this.items.length - this.shown;
    this.foot.hidden = left === 0;
    this.rest.textContent = `show ${Math.min(left, STEP)} more of ${left}`;
  }
}

for (const table of document.querySelectorAll("table.sortable")) sortInPlace(table);
