// Switches on the NHS components. Every page works without it.
import { initAll } from "../nhsuk/nhsuk.js";

initAll();

// Escape closes the phone menu; who was inside it would be left nowhere, so the focus goes back to its button.
window.addEventListener("keydown", (event) => {
  const menu = document.activeElement?.closest(".nhsuk-header__menu");
  if (event.key === "Escape" && menu) menu.querySelector("button").focus();
}, true);
