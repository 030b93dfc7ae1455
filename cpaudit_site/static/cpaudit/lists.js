// Ticking entries, and lines that arrive in a nomination. Pages work without it.
"use strict";
(() => {
  // --- ticks: kept in this tab over all pages of the list, until they are sent ---
  const form = document.querySelector("form[data-ticks]");
  const boxes = [...document.querySelectorAll("[data-tick]")];
  const told = document.querySelector("[data-ticked]");
  const key = `kept:${cpaudit.madeFor}:${location.pathname}#ticks`;
  const ticked = new Set(JSON.parse(sessionStorage.getItem(key) || "[]"));
  const come = document.querySelectorAll("[data-ticked-elsewhere]");
  [...boxes.filter((one) => one.checked), ...come].forEach((one) => ticked.add(one.value));
  come.forEach((one) => one.remove());
  boxes.forEach((one) => { one.checked = ticked.has(one.value); });
  const elsewhere = () => [...ticked].filter((value) => !boxes.some((one) => one.value === value));
  const count = () => {
    boxes.forEach((one) => (one.checked ? ticked.add(one.value) : ticked.delete(one.value)));
    if (!told) return;
    told.textContent = `(${ticked.size})`;
    const note = document.querySelector("[data-elsewhere]");
    note.hidden = !elsewhere().length;
    note.querySelector("[data-elsewhere-number]").textContent = elsewhere().length;
    if (ticked.size) sessionStorage.setItem(key, JSON.stringify([...ticked]));
    else sessionStorage.removeItem(key);
  };
  document.querySelector("[data-tick-all]")?.addEventListener("change", (event) => {
    boxes.forEach((one) => { one.checked = event.target.checked; });
    count();
  });
  document.querySelector("[data-forget-elsewhere]")?.addEventListener("click", () => {
    elsewhere().forEach((value) => ticked.delete(value));
    count();
  });
  boxes.forEach((one) => one.addEventListener("change", count));
  form?.addEventListener("formdata", (event) => elsewhere().forEach((value) => event.formData.append("pick", value)));
  document.addEventListener("form-goes", ({ detail: going }) => { if (going === form) sessionStorage.removeItem(key); });
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
