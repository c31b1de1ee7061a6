// Switches on the NHS components. Every page works without it.
import { initAll } from "../nhsuk/nhsuk.js";

initAll();

// Escape closes the phone menu; who was inside it would be left nowhere, so the focus goes back to its button.
window.addEventListener("keydown", (event) => {
  const menu = document.activeElement?.closest(".nhsuk-header__menu");
  if (event.key === "Escape" && menu) menu.querySelector("button").focus();
}, true);

// Whoever signs out leaves nothing behind of what was typed in this window and not saved.
document.querySelector("form[action='/sign-out']")?.addEventListener("submit", () => {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith("kb-unsaved ")) sessionStorage.removeItem(key);
  } catch { /* switched off: then nothing was kept */ }
});
