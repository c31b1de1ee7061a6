// Switches on the NHS components. Every page works without it.
import { initAll } from "../nhsuk/nhsuk.js";

initAll();
