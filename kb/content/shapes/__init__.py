"""The shapes of what may say who a patient is, one module for each kind; `kb.content.patient_identifiers` is their door."""
