// What was typed where no draft is saved stays in this tab until it is sent: fields inside [data-kept], by page and reader.
"use strict";
(() => {
  const key = `kept:${cpaudit.madeFor}:${location.pathname}`;
  const reader = `kept:${cpaudit.madeFor.split("/")[0]}/`;
  Object.keys(sessionStorage).filter((one) => one.startsWith("kept:") && !one.startsWith(reader))
    .forEach((one) => sessionStorage.removeItem(one)); // of another person at this desk

  const parts = [...document.querySelectorAll("[data-kept]")];
  if (!cpaudit.madeFor || !parts.length) return;
  const inputs = () => parts.flatMap((part) => (part.matches("input, select, textarea") ? [part] : [...part.querySelectorAll("[name]")]))
    .filter((one) => one.matches("input, select, textarea") && !["hidden", "file", "password", "search"].includes(one.type) && !one.matches("[data-tick]"));
  const isChoice = (one) => ["radio", "checkbox"].includes(one.type);
  const nameOf = (one) => (isChoice(one) ? `${one.name}=${one.value}` : one.name);
  const valueOf = (one) => (isChoice(one) ? one.checked : one.value);
  const answered = Boolean(document.querySelector("form[data-typed]")); // the service gave back what was typed
  const first = new Map(answered ? [] : inputs().map((one) => [nameOf(one), valueOf(one)]));

  // Only what differs from the page as it came: what its reader did not touch is the service's to fill.
  const keep = () => {
    const changed = inputs().map((one) => [nameOf(one), valueOf(one)]).filter(([name, value]) => first.get(name) !== value);
    if (changed.length) sessionStorage.setItem(key, JSON.stringify(changed));
    else sessionStorage.removeItem(key);
  };
  const kept = new Map(JSON.parse(sessionStorage.getItem(key) || "[]"));
  inputs().filter((one) => kept.has(nameOf(one))).forEach((one) => {
    if (isChoice(one)) one.checked = kept.get(nameOf(one));
    else one.value = kept.get(nameOf(one));
  });
  parts.forEach((part) => {
    part.addEventListener("input", keep);
    part.addEventListener("change", keep);
  });
  if (answered) keep();
  // Sent: what the service does not take, it gives back in the page.
  document.addEventListener("form-goes", ({ detail: form }) => {
    if (parts.some((part) => form.contains(part))) sessionStorage.removeItem(key);
  });
})();
