// A draft is saved while somebody types. What cannot be saved is said in plain sight, and stays in the form.
"use strict";
(() => {
  const form = document.querySelector("form[data-draft]:not([data-draft=''])");
  if (!form) return;
  const PAUSE = 1500; // milliseconds after the last key
  const AGAIN = 10000; // after a save that failed
  const LARGEST = 60000; // bytes a browser still sends for a page that is being left
  const state = form.querySelector("[data-draft-state]");
  const revision = form.querySelector("[name=revision]");
  let dirty = form.matches("[data-typed]"); // typed since the last save that was begun, or given back by the service
  let saving = null; // the save under way
  let timer = 0;
  let sent = false; // the form itself is on its way: a draft would be newer than the form
  let undecided = document.querySelector("[data-conflict]"); // two texts, and which to keep was not chosen yet

  const say = (text, wrong) => {
    if (!state) return;
    state.textContent = text;
    state.classList.toggle("text-secondary", !wrong);
    state.classList.toggle("text-danger", wrong);
    state.classList.toggle("fw-bold", wrong);
  };
  const typed = () => {
    const body = new FormData(form);
    for (const name of [...body.keys()]) if (name.endsWith("__upload")) body.delete(name);
    return body;
  };
  const isSmall = (body) => [...body].reduce((sum, [name, value]) => sum + 150 + name.length + 3 * String(value).length, 0) < LARGEST;
  const later = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };

  const post = async () => {
    dirty = false;
    const body = typed();
    try {
      const { taken, told } = await cpaudit.ask(form.dataset.draft, body, { keepalive: isSmall(body) });
      if (taken) {
        revision.value = told.revision;
        document.body.dispatchEvent(new Event("draft-saved"));
        say(told.text, false);
        return true;
      }
      dirty = true;
      if (told.conflict) conflict(told.conflict);
      else if (!told.signed_out) later(AGAIN);
      say(told.text || state?.dataset.wordUnsaved, true);
    } catch { // the service cannot be reached
      dirty = true;
      later(AGAIN);
      say(state?.dataset.wordUnsaved, true);
    }
    return false;
  };
  // One save at a time; what is typed during one is saved after it. Whether everything is saved.
  const save = async () => {
    clearTimeout(timer);
    while (saving) await saving;
    if (!dirty || sent || undecided) return !dirty;
    saving = post();
    const taken = await saving;
    saving = null;
    return taken && dirty ? save() : taken;
  };

  form.addEventListener("input", (event) => {
    if (event.target.closest("[data-kept]")) return; // no part of the draft: a save would only make other pages stale
    dirty = true;
    if (!undecided) later(PAUSE);
  });
  if (dirty && !undecided) later(PAUSE);
  window.addEventListener("online", save);
  document.addEventListener("signed-in-again", save);

  // --- leaving: the last keys are sent along. A save under way is not waited for; the service is told of it. ---
  const leave = () => {
    if (!dirty || sent || undecided) return;
    if (!saving) {
      save();
      return;
    }
    dirty = false;
    const body = typed();
    body.append("leaving", "1");
    cpaudit.ask(form.dataset.draft, body, { keepalive: isSmall(body) }).catch(() => { dirty = true; });
  };
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
  window.addEventListener("beforeunload", (event) => {
    if (dirty && !sent && (undecided || state?.classList.contains("text-danger") || !isSmall(typed()))) event.preventDefault();
  });

  // --- two texts ---
  const conflict = (html) => {
    const holder = document.createElement("div");
    holder.innerHTML = html;
    undecided?.remove();
    undecided = holder.firstElementChild;
    form.before(undecided);
    undecided.scrollIntoView({ block: "center" });
    undecided.focus();
  };
  document.addEventListener("click", async (event) => {
    const one = event.target.closest("[data-keep-mine], [data-take-theirs]");
    if (!one) return;
    if (one.matches("[data-take-theirs]")) {
      if (!window.confirm(one.dataset.takeTheirs)) event.preventDefault();
      else undecided = dirty = false;
      return;
    }
    const told = one.closest("[data-conflict]");
    revision.value = told.dataset.conflict;
    undecided = null;
    dirty = true;
    if (!(await save())) return;
    told.classList.replace("alert-danger", "alert-success");
    told.setAttribute("role", "status");
    told.querySelectorAll("[data-undecided]").forEach((part) => part.remove());
    told.querySelectorAll("[data-decided]").forEach((part) => { part.hidden = false; });
  });

  // --- sending the form: first the draft, so that nothing depends on the answer coming back ---
  cpaudit.before.push(async (going) => {
    if (going !== form) return true;
    await save();
    if (undecided) {
      undecided.scrollIntoView({ block: "center" });
      undecided.focus();
    }
    return !undecided;
  });
  document.addEventListener("form-goes", ({ detail: going }) => { sent = sent || going === form; });
  window.addEventListener("pageshow", (event) => { if (event.persisted) sent = false; });
})();
