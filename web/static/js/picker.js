// Finding something in a picker while typing: the same list of boxes that the Find button brings, fetched as the page
// that it leads to. Boxes that were ticked move up to those that are chosen.
const WAIT = 250; // milliseconds without a key before we ask
const SHORTEST = 2; // letters

function enhance(picker) {
  const input = picker.querySelector("[data-find]");
  if (!input) return;
  const name = picker.dataset.picker, chosen = picker.querySelector("[data-chosen]"), found = picker.querySelector("[data-found]");
  const shown = picker.querySelector(`[name="found-${name}"]`);
  const status = Object.assign(document.createElement("div"), { className: "nhsuk-u-visually-hidden" });
  status.setAttribute("role", "status");
  picker.append(status);
  let timer = 0, asking = null, picked = 0;

  const has = (value) => [...chosen.querySelectorAll("input")].some((box) => box.value === value);
  const item = (box) => box.closest(".nhsuk-checkboxes__item");

  function choose(box) {
    const focused = document.activeElement === box;
    if (has(box.value)) {
      [...chosen.querySelectorAll("input")].find((other) => other.value === box.value).checked = true;
      item(box).remove();
    } else {
      chosen.append(item(box));
      box.id = item(box).querySelector("label").htmlFor = `${name}-picked-${++picked}`; // the next list has its old id
    }
    if (focused) (box.isConnected ? box : input).focus();
    status.textContent = `${item(box)?.querySelector("label").firstChild.textContent.trim() ?? "It"} is chosen`;
  }

  async function ask() {
    asking?.abort();
    const mine = asking = new AbortController(), typed = input.value.trim();
    shown.value = typed;
    if (typed.length < SHORTEST) return found.replaceChildren();
    try {
      const answer = await fetch(`${location.pathname}?${new URLSearchParams({ find: name, q: typed })}`, { signal: mine.signal });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (asking !== mine) return;
      const list = page.getElementById(found.id);
      list?.querySelectorAll("input").forEach((box) => { if (has(box.value)) item(box).remove(); });
      found.replaceChildren(...(list?.childNodes ?? []));
      status.textContent = found.querySelector("[data-count]")?.textContent ?? "";
    } catch { /* the Find button is still there */ }
  }

  input.addEventListener("input", (event) => {
    event.stopPropagation(); // nothing of the answer has changed
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    clearTimeout(timer);
    ask();
  });
  picker.querySelector("button[value^='find:']").addEventListener("click", (event) => {
    event.preventDefault();
    ask();
  });
  picker.addEventListener("change", (event) => {
    const box = event.target;
    if (box.type === "checkbox" && box.checked && !chosen.contains(box)) choose(box);
  });
}

document.querySelectorAll("[data-picker]").forEach(enhance);
