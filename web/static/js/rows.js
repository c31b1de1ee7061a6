// Adding and removing a row without asking the server. Without this script the same buttons do it there.
const MOST = 20;

function enhance(list) {
  const name = list.dataset.rows, one = list.dataset.one, add = list.querySelector(`button[value="add:${name}"]`);
  if (!add) return;
  const status = Object.assign(document.createElement("div"), { className: "nhsuk-u-visually-hidden" });
  status.setAttribute("role", "status");
  list.append(status);
  const rows = () => [...list.querySelectorAll("[data-row]")];
  const title = (number) => `${one[0].toUpperCase()}${one.slice(1)} ${number}`;
  let next = Math.max(...rows().map((row) => Number(row.dataset.row))) + 1;

  function renumber() {
    rows().forEach((row, at) => {
      row.querySelector("legend").textContent = title(at + 1);
      row.querySelector(".kb-row__remove").textContent = `Remove ${title(at + 1).toLowerCase()}`;
    });
    add.hidden = rows().length >= MOST;
  }

  function empty(row, number) {
    const made = row.cloneNode(true), old = `${name}-${row.dataset.row}-`;
    made.dataset.row = number;
    made.querySelectorAll(".nhsuk-error-message, .kb-warning, .kb-wording").forEach((said) => said.remove());
    made.querySelectorAll("[class*='--error']").forEach((marked) => { marked.className = marked.className.replaceAll(/\S+--error/g, ""); });
    for (const attribute of ["id", "name", "for", "aria-describedby"]) {
      made.querySelectorAll(`[${attribute}]`).forEach((element) => {
        const hints = element.getAttribute(attribute).split(" ").filter((id) => !/-(error|warning)$/.test(id));
        const text = hints.map((id) => id.replace(old, `${name}-${number}-`)).join(" ");
        if (text) element.setAttribute(attribute, text); else element.removeAttribute(attribute);
      });
    }
    made.querySelectorAll("input, textarea").forEach((input) => { input.value = input.defaultValue = ""; });
    made.querySelectorAll("select").forEach((select) => { select.selectedIndex = 0; });
    made.querySelector(".kb-row__remove").value = `remove:${name}:${number}`;
    return made;
  }

  const changed = () => list.dispatchEvent(new Event("change", { bubbles: true }));

  list.addEventListener("click", (event) => {
    const pressed = event.target.closest("button");
    if (pressed === add) {
      event.preventDefault();
      const made = empty(rows().at(-1), next++);
      rows().at(-1).after(made);
      renumber();
      made.querySelector("input, textarea, select").focus();
    } else if (pressed?.classList.contains("kb-row__remove")) {
      event.preventDefault();
      const row = pressed.closest("[data-row]"), at = rows().indexOf(row);
      if (rows().length === 1) row.after(empty(row, next++));
      row.remove();
      renumber();
      (rows()[at] ?? rows().at(-1)).querySelector("input, textarea, select").focus();
      status.textContent = `${title(at + 1)} is removed`;
      changed();
    }
  });
}

document.querySelectorAll("[data-rows]").forEach(enhance);
