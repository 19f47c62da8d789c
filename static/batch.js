// The table of a batch: filter while typing. Sorting and everything else is the server's.
"use strict";

const find = document.querySelector("[data-find-text]");
const rows = [...document.querySelectorAll("[data-words]")];
const count = document.querySelector("[data-count]");

find?.addEventListener("input", () => {
  const wanted = find.value.trim().toLocaleLowerCase();
  let shown = 0;
  for (const row of rows) {
    row.hidden = !row.dataset.words.toLocaleLowerCase().includes(wanted);
    shown += row.hidden ? 0 : 1;
  }
  if (count) count.textContent = `${shown} of ${rows.length} shown.`;
});
