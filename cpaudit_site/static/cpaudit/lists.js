// Lines that arrive in a nomination. Pages work without it.
"use strict";
(() => {
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
