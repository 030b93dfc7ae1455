// Ticks of one page of a table: all at once, and how many there are. Without it every line is ticked by itself.
"use strict";
(() => {
  const all = document.querySelector("[data-tick-all]");
  const ticks = [...document.querySelectorAll("[data-tick]")];
  const told = document.querySelector("[data-ticked]");
  const look = () => {
    const number = ticks.filter((one) => one.checked).length;
    if (told) told.textContent = `(${number})`;
    if (!all) return;
    all.checked = number > 0 && number === ticks.length;
    all.indeterminate = number > 0 && number < ticks.length;
  };
  all?.addEventListener("change", () => {
    ticks.forEach((one) => { one.checked = all.checked; });
    look();
  });
  ticks.forEach((one) => one.addEventListener("change", look));
  if (all) all.hidden = false; // drawn hidden: without this script it would do nothing
  window.addEventListener("pageshow", look); // browsers bring ticks back with the page
  look();
})();
