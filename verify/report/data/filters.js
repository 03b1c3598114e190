"use strict";
// The page is complete without this: it only hides rows, charts and statements.
(function () {
  const form = document.getElementById("filters");
  if (!form) return;
  const family = document.getElementById("filter-family");
  const verdict = document.getElementById("filter-verdict");
  const text = document.getElementById("filter-text");
  const count = document.getElementById("filter-count");
  const rows = Array.from(document.querySelectorAll("tbody tr"));
  const others = Array.from(document.querySelectorAll("figure[data-family]"));

  function apply() {
    const words = text.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits =
        (!family.value || row.dataset.family === family.value) &&
        (!verdict.value || row.dataset.verdict === verdict.value) &&
        (!words || row.textContent.toLowerCase().includes(words));
      row.hidden = !fits;
      if (fits) shown += 1;
    }
    for (const figure of others) {
      figure.hidden = Boolean(family.value) && figure.dataset.family !== family.value;
    }
    count.textContent = shown + " of " + rows.length + " results shown";
  }

  form.addEventListener("input", apply);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(apply, 0); });
  form.hidden = false;
  apply();
})();
