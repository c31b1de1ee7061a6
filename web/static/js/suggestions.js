// Suggestions under a search box while somebody types: the ARIA 1.2 combobox, put on the input that is already there.
// Without this script, or when an answer fails to come, the box is the plain one that it was.
//
// Not GOV.UK's accessible-autocomplete 3.0.1: it puts an input of its own in place of ours, which loses the type, the
// maximum length and the description (so also an error message), selects all that was typed before it came, and eats
// Enter while its list is open; on an iPhone it writes a style attribute, which our security policy refuses.
const WAIT = 150; // milliseconds without a key before we ask
const SAY = 1000; // and before the number is read out, so that it does not interrupt the letters
const SHORTEST = 2, LONGEST = 100; // characters: outside these the server has nothing to say

function enhance(input) {
  const form = input.form;
  const list = Object.assign(document.createElement("ul"), { id: `${input.id}-suggestions`, className: "kb-suggestions", hidden: true });
  const status = Object.assign(document.createElement("div"), { className: "nhsuk-u-visually-hidden" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  status.setAttribute("role", "status");
  input.after(list);
  form.append(status);
  const start = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off" };
  for (const [name, value] of Object.entries(start)) input.setAttribute(name, value);

  let found = [], active = -1, asking = null, timer = 0, saying = 0;

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    highlight(-1);
    clearTimeout(saying);
    const words = found.length === 1 ? "1 suggestion is" : `${found.length} suggestions are`;
    if (open) saying = setTimeout(() => { status.textContent = `${words} available. Use the up and down arrow keys to choose one.`; }, SAY);
    else status.textContent = "";
  }

  function highlight(number) {
    active = number;
    [...list.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === active)));
    if (active < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[active].id);
    list.children[active].scrollIntoView({ block: "nearest" });
  }

  function stop() {
    clearTimeout(timer);
    asking?.abort();
    asking = null;
  }

  function close() {
    stop();
    show(false);
  }

  function forget() {
    found = [];
    close();
  }

  function choose(suggestion) {
    const url = new URL(suggestion.url, location.href), words = url.searchParams.get("q");
    close();
    if (words === null) return location.assign(url);
    input.value = words; // by the form, so that filters stay
    form.requestSubmit();
  }

  function option(suggestion, number) {
    const made = Object.assign(document.createElement("li"), { id: `${list.id}-${number}`, className: "kb-suggestions__option" });
    made.setAttribute("role", "option");
    made.append(Object.assign(document.createElement("span"), { textContent: suggestion.label }), " ");
    made.append(Object.assign(document.createElement("span"), { textContent: suggestion.kind, className: "kb-suggestions__kind" }));
    made.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the box
    made.addEventListener("click", () => choose(suggestion));
    return made;
  }

  async function ask() {
    const mine = asking = new AbortController(), typed = input.value.trim();
    try {
      const answer = await fetch(`/search/suggestions?${new URLSearchParams({ q: typed })}`, { signal: mine.signal });
      const said = answer.ok ? await answer.json() : [];
      if (asking !== mine) return;
      found = said;
      list.replaceChildren(...found.map(option));
      show(found.length > 0);
    } catch {
      if (asking === mine) forget();
    }
  }

  input.addEventListener("input", () => {
    stop();
    const length = input.value.trim().length;
    if (length < SHORTEST || length > LONGEST) return forget();
    highlight(-1); // the list stays until the answer comes, but Enter must not take from it what was chosen for less
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || !found.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const places = found.length + 1; // the box itself is one of them
      const next = list.hidden ? (step > 0 ? 0 : found.length - 1) : ((active + 1 + step + places) % places) - 1;
      if (list.hidden) show(true);
      highlight(next);
    } else if (event.key === "Enter" && active >= 0) choose(found[active]);
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
}

document.querySelectorAll("form[action='/search'] input[name='q']").forEach(enhance);
