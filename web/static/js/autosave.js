// Saves a question of a draft while somebody types. Without this script the buttons of the form do it.
//
// One save is under way at a time. What failed is sent again as it was, so that an answer that was lost on its way is
// told by the server as saved; what was typed since follows. The words are also kept in this window until they are saved.
const IDLE = 1000, LONGEST = 5000; // milliseconds after the last key, and since the first that is not saved
const RETRY = [2000, 4000, 8000, 15000, 30000]; // and between two tries that failed
const GIVE_UP = 20000; // for an answer
const SAY = 30000; // between two times that a screen reader is told that all is well
const KEEPALIVE = 60000; // bytes that a browser still sends for a page that is gone
const OLD = 12 * 3600 * 1000; // words kept in the window longer than a working day are thrown away
const PREFIX = "kb-unsaved ";

function enhance(form) {
  const status = form.querySelector("[data-status]");
  const live = Object.assign(document.createElement("div"), { className: "nhsuk-u-visually-hidden" });
  live.setAttribute("role", "status");
  form.append(live);
  const key = PREFIX + form.dataset.autosave;
  const aside = () => [...form.querySelectorAll("[data-aside]")]; // what the page began with: it goes along, but nobody types it

  // Only what the answer is made of: looking for something in a picker changes nothing, and files are sent by a button.
  function typed() {
    const apart = new Set(aside().map((input) => input.name));
    return new URLSearchParams([...new FormData(form)].filter(([name, value]) =>
      !apart.has(name) && name !== "do" && !/^(find|found|move)-/.test(name) && typeof value === "string")).toString();
  }
  const body = (words) => `${words}&${new URLSearchParams(aside().map((input) => [input.name, input.value]))}`;

  let saved = typed(); // the words that the server has
  let sending = null, failed = "", tries = 0, since = 0, timer = 0, retry = 0, stopped = false, leaving = false, said = 0;

  function say(text, kind = "") {
    status.textContent = text;
    status.classList.toggle("kb-saved--not", kind !== "");
    if (kind || Date.now() - said > SAY) { live.textContent = text; said = Date.now(); }
    if (kind) said = 0; // that it is saved again is news
  }

  function keep() {
    const words = typed();
    try {
      if (words === saved) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify({ who: form.dataset.who, at: Date.now(), words, body: body(words) }));
    } catch { /* full, or switched off: the page itself still has the words */ }
  }

  function changed() {
    if (stopped || leaving) return;
    keep();
    if (typed() === saved && !sending) return;
    since ||= Date.now();
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(0, Math.min(IDLE, since + LONGEST - Date.now())));
  }

  async function save(leavingPage = false) {
    clearTimeout(timer);
    const words = failed || typed();
    if (stopped || sending || retry || words === saved) return;
    since = 0;
    const stop = new AbortController(), limit = setTimeout(() => stop.abort(), GIVE_UP);
    sending = send(words, { signal: stop.signal, keepalive: leavingPage && body(words).length < KEEPALIVE }).finally(() => clearTimeout(limit));
    const answer = await sending;
    sending = null;
    taken(words, answer);
    keep();
    if (!stopped && !leaving && !retry && typed() !== saved) changed();
  }

  async function send(words, options) {
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: body(words), ...options,
      });
      const json = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
      return { status: answer.redirected ? 401 : answer.status, json };
    } catch {
      return { status: 0, json: {} };
    }
  }

  function taken(words, { status: code, json }) {
    failed = "";
    if (code === 200) {
      saved = words;
      tries = 0;
      for (const [name, value] of Object.entries({ revision: json.revision, seen: json.seen, ...json.fields }))
        if (form.elements[name]) form.elements[name].value = value;
      say(`Saved ${json.saved_at}`);
    } else if (code === 409 && json.problem === "SavedElsewhere") {
      stopped = true;
      say(`Not saved. ${json.message} What you typed stays on this page. `, "elsewhere");
      status.append(button("See both versions"));
    } else if (code === 401) {
      again(words);
      say("Not saved: you are signed out. What you typed stays on this page. ", "out");
      const link = Object.assign(document.createElement("a"), { href: "/sign-in", target: "_blank", textContent: "Sign in in another window" });
      status.append(link, ", then come back here.");
    } else if (code === 0 || code >= 500 || code === 408 || code === 429) {
      again(words);
      say(navigator.onLine && code ? "Not saved yet. We try again in a moment. What you typed stays on this page."
        : "Not saved: you are offline. What you typed stays on this page.", "offline");
    } else {
      say(`Not saved. ${json.message ?? "Press Save and continue to see why."}`, "refused");
      saved = words; // the same again would be refused again
    }
  }

  function again(words) {
    failed = words;
    retry = setTimeout(() => { retry = 0; save(); }, RETRY[Math.min(tries++, RETRY.length - 1)]);
  }

  function now() {
    if (!failed) return;
    clearTimeout(retry);
    retry = 0;
    save();
  }

  function button(text) {
    return Object.assign(document.createElement("button"), { type: "submit", name: "do", value: "stay", className: "nhsuk-link", textContent: text });
  }

  // The page is put away: the last words go off as usual, and arrive even if it is gone by then. What is typed while a
  // save is under way follows that one, as long as the page lives; else it is sent behind it.
  function putAway() {
    keep();
    if (!leaving) save(true);
  }
  function leave() {
    const words = typed(), underWay = sending;
    putAway();
    if (underWay && !stopped && !leaving && words !== saved && body(words).length < KEEPALIVE) send(words, { keepalive: true });
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("focusout", () => { if (since) save(); });
  window.addEventListener("online", now);
  window.addEventListener("focus", now);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") putAway(); });
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }); // it may have been saved since
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && status.classList.contains("kb-saved--not") && typed() !== saved) event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!sending) { leaving = true; keep(); return; }
    event.preventDefault(); // two saves at once would meet as strangers
    const by = event.submitter;
    sending.then(() => setTimeout(() => form.requestSubmit(by)));
  });

  offer(form, key, saved);
  changed(); // a browser may have put words back that it kept itself
}

// Words that were typed in this window and never reached the server: sent as a form, they are saved or shown beside
// what is there now.
function offer(form, key, saved) {
  let kept = null;
  try {
    for (const name of Object.keys(sessionStorage)) {
      if (!name.startsWith(PREFIX)) continue;
      const found = JSON.parse(sessionStorage.getItem(name));
      if (found.who !== form.dataset.who || Date.now() - found.at > OLD) sessionStorage.removeItem(name);
      else if (name === key) kept = found;
    }
    if (kept) sessionStorage.removeItem(key);
  } catch { return; }
  if (!kept || kept.words === saved || kept.at < Number(form.dataset.saved)) return;
  const time = new Date(kept.at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" });
  const note = Object.assign(document.createElement("form"), { className: "nhsuk-inset-text kb-kept", method: "post", action: form.action });
  note.append(Object.assign(document.createElement("p"), { textContent: `What you typed here at ${time} was not saved.` }));
  for (const [name, value] of new URLSearchParams(kept.body)) note.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  const buttons = Object.assign(document.createElement("div"), { className: "nhsuk-button-group" });
  buttons.append(
    Object.assign(document.createElement("button"), { type: "submit", name: "do", value: "stay", className: "nhsuk-button nhsuk-button--secondary", textContent: "Put it back" }),
    Object.assign(document.createElement("button"), { type: "button", className: "nhsuk-button nhsuk-button--secondary", textContent: "Forget it" }),
  );
  buttons.lastChild.addEventListener("click", () => note.remove());
  note.append(buttons);
  form.before(note);
}

document.querySelectorAll("form[data-autosave]").forEach(enhance);
