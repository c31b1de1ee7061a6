// A file can be dropped anywhere on the form: it goes into the file input that is there, as if it had been chosen.
// Without this script the input works as it always does.
const form = document.querySelector(".kb-problem");
const input = form?.querySelector("input[type=file]");

if (input) {
  const hint = document.getElementById("file-hint");
  hint.textContent += ". You can also drop it here.";
  const status = Object.assign(document.createElement("div"), { className: "nhsuk-u-visually-hidden" });
  status.setAttribute("role", "status");
  form.append(status);
  let depth = 0; // the pointer enters and leaves every element inside

  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const mark = (change) => {
    depth = change === 0 ? 0 : Math.max(depth + change, 0);
    form.classList.toggle("kb-problem--over", depth > 0);
  };
  form.addEventListener("dragenter", (event) => { if (holdsFiles(event)) mark(1); });
  form.addEventListener("dragleave", (event) => { if (holdsFiles(event)) mark(-1); });
  form.addEventListener("dragover", (event) => { if (holdsFiles(event)) event.preventDefault(); });
  form.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return; // dropped words go into the box as usual
    event.preventDefault();
    mark(0);
    const chosen = new DataTransfer();
    if (event.dataTransfer.files.length) chosen.items.add(event.dataTransfer.files[0]);
    input.files = chosen.files;
    input.focus();
    status.textContent = input.files.length ? `${input.files[0].name} is chosen` : "";
  });
}
