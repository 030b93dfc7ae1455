// Ticking entries, and lines that arrive in a nomination. Pages work without it.
"use strict";
(() => {
  const ticks = () => [...document.querySelectorAll("[data-tick]")];
  const told = document.querySelector("[data-ticked]");
  const count = () => { if (told) told.textContent = `(${ticks().filter((one) => one.checked).length})`; };
  document.querySelector("[data-tick-all]")?.addEventListener("change", (event) => {
    ticks().forEach((one) => { one.checked = event.target.checked; });
    count();
  });
  ticks().forEach((one) => one.addEventListener("change", count));
  count();

  const lines = document.getElementById("lines");
  if (!lines) return;
  const none = document.querySelector(".when-none");
  const look = () => { if (none) none.hidden = lines.children.length > 0; };
  lines.addEventListener("htmx:afterSwap", () => {
    look();
    lines.lastElementChild?.querySelector("input:not([type=hidden])")?.focus();
    lines.closest("form").dispatchEvent(new Event("change")); // fields that depend on others
    lines.closest("form").dispatchEvent(new Event("input")); // the draft
  });
  lines.closest("form").addEventListener("click", () => setTimeout(look));
  look();
})();
