// Forms of steps: fields that depend on others, lines of small tables, files. Pages work without it.
"use strict";
(() => {
  const form = document.querySelector("form[data-stage]");
  if (!form) return;
  const changed = () => form.dispatchEvent(new Event("input")); // the draft

  // --- fields that depend on others ---
  const valueOf = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
    .filter((input) => !["radio", "checkbox"].includes(input.type) || input.checked).map((input) => input.value);
  const depend = () => form.querySelectorAll("[data-depends-on]").forEach((box) => {
    const own = box.querySelector("[name]")?.name || "";
    const dot = own.lastIndexOf(".");
    const other = dot > 0 ? own.slice(0, dot + 1) + box.dataset.dependsOn : box.dataset.dependsOn;
    const wanted = box.dataset.dependsValues.split(" ");
    const shown = valueOf(other).some((value) => wanted.includes(value));
    box.hidden = !shown;
    box.querySelectorAll("input, select, textarea").forEach((input) => { input.disabled = !shown; });
  });

  // --- lines of small tables ---
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[data-add-line]")) {
      const rows = button.closest("[data-rows]");
      const lines = rows.querySelector("[data-lines]");
      const next = Math.max(-1, ...[...lines.querySelectorAll("[name]")].map((input) => Number(/\.(\d+)\./.exec(input.name)?.[1] ?? -1))) + 1;
      const holder = document.createElement("div");
      holder.append(rows.querySelector("template").content.cloneNode(true));
      holder.querySelectorAll("[name], [id], [for], [data-upload], [data-staged], [hx-get]").forEach((one) => {
        for (const attribute of ["name", "id", "for", "data-upload", "data-staged", "hx-get"]) {
          if (one.hasAttribute(attribute)) one.setAttribute(attribute, one.getAttribute(attribute).replace("__row__", next));
        }
      });
      cpaudit.search(holder);
      const added = [...holder.children];
      lines.append(...added);
      added.forEach((one) => window.htmx?.process(one));
      depend();
      lines.lastElementChild.querySelector("input, select, textarea")?.focus();
    } else if (button.matches("[data-remove-line]")) {
      button.closest(".row-line").remove();
      changed();
    } else if (button.matches("[data-remove]")) {
      button.closest("li").remove();
      changed();
    }
  });

  // --- files: stored as soon as they are chosen, so that a draft keeps them. Sending waits for them. ---
  const storing = new Set();
  cpaudit.before.push((sent) => (sent === form ? Promise.all(storing) : true));
  const store = async (input, list, file) => {
    const line = document.createElement("li");
    line.setAttribute("aria-busy", "true");
    line.textContent = `${file.name} `;
    const spinner = document.createElement("span");
    spinner.className = "spinner-border spinner-border-sm";
    line.append(spinner);
    list.append(line);
    const body = new FormData();
    body.append("file", file);
    try {
      const { taken, told } = await cpaudit.ask(form.dataset.stage, body);
      if (!taken) throw new Error(told.text);
      const hidden = document.createElement("input");
      hidden.type = "hidden";
      hidden.name = input.dataset.upload;
      hidden.value = told.id;
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "btn btn-sm btn-ghost-danger";
      remove.dataset.remove = "";
      remove.textContent = input.dataset.wordRemove;
      line.textContent = `${told.name} `;
      line.prepend(hidden);
      line.append(remove);
      changed();
    } catch (error) {
      line.className = "text-danger";
      line.textContent = `${file.name}: ${error.message}`;
    }
    line.removeAttribute("aria-busy");
  };
  form.addEventListener("change", (event) => {
    depend();
    const input = event.target;
    if (!(input instanceof Element) || !input.matches("[data-upload]")) return;
    const list = form.querySelector(`[data-staged="${CSS.escape(input.dataset.upload)}"]`);
    const chosen = [...input.files];
    input.value = "";
    const stored = chosen.reduce((last, file) => last.then(() => store(input, list, file)), Promise.resolve());
    storing.add(stored);
    stored.finally(() => storing.delete(stored));
  });
  depend();
})();
