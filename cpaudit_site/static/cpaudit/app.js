// What every page does without asking for a new one: being offline, being signed out, waiting for an answer, printing.
// Other files of ours use `cpaudit`. Pages work without any of it.
"use strict";
const cpaudit = (() => {
  const body = document.body;
  const madeFor = body.dataset.who || ""; // who was signed in when the page was made, and as whom they acted
  const header = () => ({ "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]")?.value || "", "X-From-Page": "1" });

  document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));

  // On paper every part is open, and the ink is dark; afterwards the page is as it was.
  const root = document.documentElement;
  let opened = [];
  let theme = null;
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((part) => { part.open = true; });
    theme = root.dataset.bsTheme;
    root.dataset.bsTheme = "light";
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((part) => { part.open = false; });
    if (theme !== null) root.dataset.bsTheme = theme;
  });

  document.getElementById("errors")?.focus();
  document.querySelectorAll("[data-sign-out]").forEach((form) => form.addEventListener("submit", () => sessionStorage.clear()));

  // --- offline: what becomes of what was typed depends on whether the page has a draft ---
  const offline = document.getElementById("offline");
  const online = (is) => {
    if (!offline) return;
    const draft = Boolean(document.querySelector("form[data-draft]:not([data-draft=''])"));
    offline.querySelector("[data-when-draft]").hidden = !draft;
    offline.querySelector("[data-when-no-draft]").hidden = draft;
    offline.hidden = is;
  };
  window.addEventListener("online", () => online(true));
  window.addEventListener("offline", () => online(false));
  online(navigator.onLine);

  // --- signed out: the page stays, with everything in it, until its reader has signed in again in another tab ---
  const banner = document.getElementById("signed-out");
  const out = (who) => {
    if (!banner) return;
    banner.querySelector("[data-when-nobody]").hidden = Boolean(who);
    banner.querySelector("[data-when-another]").hidden = !who;
    if (!banner.hidden) return;
    banner.hidden = false;
    banner.scrollIntoView({ block: "center" });
    banner.focus();
  };
  // Whether the page's reader is signed in. Signing in again changes the token that forms carry: the page takes the new one.
  // Rejects where the service cannot be reached.
  const here = async () => {
    const answer = await fetch(body.dataset.session, { headers: { "X-From-Page": "1" }, cache: "no-store" });
    online(true);
    if (!answer.ok) return true; // not for this question to decide
    const { who, token } = await answer.json();
    if (who !== madeFor) {
      out(who);
      return false;
    }
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token; });
    body.setAttribute("hx-headers", JSON.stringify(header()));
    if (banner && !banner.hidden) {
      banner.hidden = true;
      document.dispatchEvent(new Event("signed-in-again"));
    }
    return true;
  };
  const back = () => { if (banner && !banner.hidden && document.visibilityState === "visible") here().catch(() => {}); };
  window.addEventListener("focus", back);
  document.addEventListener("visibilitychange", back);
  document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status === 401) here().catch(() => {}); });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) online(true); });

  // --- choices that are searched for: what is typed is looked up by itself, so the button that sends the form to look is
  // not needed, and must not be what Enter presses ---
  const search = (part) => part.querySelectorAll("[data-look]").forEach((button) => { button.disabled = button.hidden = true; });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches(".lookup [type=search]")) event.preventDefault();
  });
  search(document);

  // What was not taken comes back as 200 with X-Refused: a status above 399 would be an error in the browser's console.
  // 401 and 403: the session ended, or its token changed; asked once more where the reader is signed in again.
  const ask = async (address, sent, more = {}) => {
    const once = () => fetch(address, { method: "POST", body: sent, headers: header(), ...more });
    let answer = await once();
    if ([401, 403].includes(answer.status) && (await here())) answer = await once();
    const told = await answer.json().catch(() => ({ text: "" }));
    return { taken: answer.ok && !answer.headers.has("X-Refused"), told };
  };

  // --- waiting: a form that was sent shows it, and is not sent again ---
  const waiting = new Map();
  const wait = (form, button, lock) => {
    if (button && !waiting.has(button)) {
      const spinner = document.createElement("span");
      spinner.className = "spinner-border spinner-border-sm me-2";
      spinner.setAttribute("aria-hidden", "true");
      button.prepend(spinner);
      button.setAttribute("aria-busy", "true");
      waiting.set(button, spinner);
    }
    if (button && lock) setTimeout(() => { if (waiting.has(button)) button.disabled = true; }); // its value is sent first
    const files = [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
    const moment = document.getElementById("moment");
    if (moment && lock && (files || form.matches("[data-moment]"))) moment.hidden = false;
  };
  const rest = () => {
    waiting.forEach((spinner, button) => {
      spinner.remove();
      button.disabled = false;
      button.removeAttribute("aria-busy");
    });
    waiting.clear();
    const moment = document.getElementById("moment");
    if (moment) moment.hidden = true;
  };

  // --- sending: first what must be done before (a file stored, a draft saved), then whether the reader is still signed in.
  // A form that would be answered by the page of signing in, or by nothing, is not sent: its text would be gone. ---
  const before = []; // each is asked `(form)` and may say false
  const cleared = new WeakSet();
  const busy = new WeakSet();
  const gone = new WeakSet();
  const careful = (form) => madeFor && form.method === "post" && form.closest("main");
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = event.submitter;
    if (event.defaultPrevented || form.matches("[data-download]")) return;
    if (gone.has(form)) { // the answer to it is under way
      event.preventDefault();
      return;
    }
    if (!careful(form) || cleared.has(form)) {
      if (form.method === "post") gone.add(form);
      wait(form, button, form.method === "post");
      document.dispatchEvent(new CustomEvent("form-goes", { detail: form }));
      return;
    }
    event.preventDefault();
    if (busy.has(form)) return;
    busy.add(form);
    wait(form, button, false);
    let may = true;
    try {
      for (const one of before) may = may && (await one(form)) !== false;
      may = may && (await here());
    } catch {
      online(false);
      may = false;
    }
    busy.delete(form);
    if (!may) {
      rest();
      return;
    }
    cleared.add(form);
    form.requestSubmit(button);
    cleared.delete(form); // a form its browser finds fault with stays
    if (!gone.has(form)) rest();
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form").forEach((form) => gone.delete(form));
    rest();
  });

  return { ask, before, here, madeFor, search };
})();
