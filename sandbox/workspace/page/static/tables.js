// Data tables of messages: a page at a time, sorted by a column, only rows with what was typed; kept over redraws.
"use strict";
(() => {
  const kept = new Map();
  const of = (table) => {
    if (!kept.has(table.id)) kept.set(table.id, { page: 0, column: -1, down: false, find: "" });
    return kept.get(table.id);
  };
  const text = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
  const compare = (column) => (one, other) => {
    const [a, b] = [text(one, column), text(other, column)];
    return a !== "" && b !== "" && !isNaN(a) && !isNaN(b) ? a - b : a.localeCompare(b);
  };
  const number = (row) => Number(row.id.split("-").at(-1));

  const draw = (table) => {
    const state = of(table), body = table.querySelector("tbody"), size = Number(table.dataset.pageSize);
    const rows = [...body.rows].sort((one, other) => number(one) - number(other));
    if (state.column >= 0) rows.sort(compare(state.column));
    if (state.down) rows.reverse();
    if (rows.some((row, at) => body.rows[at] !== row)) body.append(...rows);
    const found = rows.filter((row) => row.textContent.toLowerCase().includes(state.find));
    state.page = Math.max(0, Math.min(state.page, Math.ceil(found.length / size) - 1));
    const first = state.page * size;
    const shown = new Set(found.slice(first, first + size));
    rows.forEach((row) => { row.hidden = !shown.has(row); });
    table.querySelectorAll("thead th").forEach((head, at) => {
      if (at === state.column) head.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    const note = table.querySelector(".pager span");
    if (!note) return;
    const said = `${found.length ? first + 1 : 0}–${Math.min(first + size, found.length)} / ${found.length}`;
    if (note.textContent !== said) note.textContent = said;
    const [back, on] = table.querySelectorAll("[data-turn]");
    back.disabled = first === 0;
    on.disabled = first + size >= found.length;
  };
  const all = () => document.querySelectorAll(".data-table").forEach(draw);

  document.addEventListener("click", (event) => {
    const table = event.target.closest?.(".data-table");
    if (!table) return;
    const state = of(table), turn = event.target.closest("[data-turn]"), sort = event.target.closest("[data-sort]");
    if (turn) state.page += Number(turn.dataset.turn);
    if (sort) {
      const column = Number(sort.dataset.sort);
      state.down = state.column === column && !state.down;
      state.column = column;
    }
    draw(table);
  });
  document.addEventListener("input", (event) => {
    const table = event.target.matches?.("[data-find-rows]") && event.target.closest(".data-table");
    if (!table) return;
    Object.assign(of(table), { find: event.target.value.trim().toLowerCase(), page: 0 });
    draw(table);
  });
  document.addEventListener("htmx:afterSwap", all);
  document.addEventListener("DOMContentLoaded", all);
})();
