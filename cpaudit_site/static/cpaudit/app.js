// What happens in a page without asking the server for a new one: files, lines of small tables, fields that depend on
// others, drafts that are saved while one types, printing, being offline. Pages work without it.
"use strict";
(() => {
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";

  document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));

  const offline = document.getElementById("offline");
  const tell = () => { if (offline) offline.hidden = navigator.onLine; };
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
  tell();

  document.getElementById("errors")?.focus();

  // --- choices that are searched for: what is typed is looked up by itself, so the button that sends the form to look is
  // not needed, and must not be what Enter presses ---
  const search = (part) => part.querySelectorAll("[data-look]").forEach((button) => { button.disabled = button.hidden = true; });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches(".lookup [type=search]")) event.preventDefault();
  });
  search(document);

  // What was not taken comes back as 200 with X-Refused: a status above 399 would be an error in the browser's console.
  const ask = async (address, body) => {
    const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token(), "X-From-Page": "1" } });
    return { taken: answer.ok && !answer.headers.has("X-Refused"), told: await answer.json() };
  };

  const form = document.querySelector("form[data-stage]");
  if (!form) return;
  const state = form.querySelector("[data-draft-state]");
  const say = (text) => { if (state) state.textContent = text; };

  // --- what is under way: files being stored, a draft being saved. Sending waits for it, or a file would be left behind and
  // the draft would be newer than the form. ---
  const under = new Set();
  let sending = null;
  let wanted = false;
  const send = () => {
    if (!wanted || under.size) return;
    wanted = false;
    form.requestSubmit(sending);
  };

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
      search(holder);
      const added = [...holder.children];
      lines.append(...added);
      added.forEach((one) => window.htmx?.process(one));
      depend();
      lines.lastElementChild.querySelector("input, select, textarea")?.focus();
    } else if (button.matches("[data-remove-line]")) {
      button.closest(".row-line").remove();
      later();
    } else if (button.matches("[data-remove]")) {
      button.closest("li").remove();
      later();
    }
  });

  // --- files: stored as soon as they are chosen, so that a draft keeps them ---
  form.addEventListener("change", async (event) => {
    depend();
    const input = event.target;
    if (!input.matches("[data-upload]")) return;
    const list = form.querySelector(`[data-staged="${CSS.escape(input.dataset.upload)}"]`);
    const chosen = [...input.files];
    input.value = "";
    under.add(chosen);
    for (const file of chosen) {
      const line = document.createElement("li");
      line.textContent = `${file.name} …`;
      list.append(line);
      const body = new FormData();
      body.append("file", file);
      try {
        const { taken, told } = await ask(form.dataset.stage, body);
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
        later();
      } catch (error) {
        line.className = "text-danger";
        line.textContent = `${file.name}: ${error.message}`;
      }
    }
    under.delete(chosen);
    send();
  });

  // --- drafts ---
  let waiting = 0;
  const save = async () => {
    if (!form.dataset.draft || under.has(form)) return;
    under.add(form);
    try {
      const body = new FormData(form);
      for (const name of [...body.keys()]) if (name.endsWith("__upload")) body.delete(name);
      const { taken, told } = await ask(form.dataset.draft, body);
      if (taken) {
        form.querySelector("[name=revision]").value = told.revision;
        document.body.dispatchEvent(new Event("draft-saved"));
      }
      say(told.text);
    } catch {
      say("…"); // offline: the next change tries again
    } finally {
      under.delete(form);
      send();
    }
  };
  const later = () => { clearTimeout(waiting); waiting = setTimeout(save, 1500); };
  form.addEventListener("input", later);
  window.addEventListener("online", save);
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (!under.size) {
      under.add(form); // nothing more is saved while the page goes
      return;
    }
    event.preventDefault();
    sending = event.submitter;
    wanted = true;
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) under.clear(); });
  depend();
})();
