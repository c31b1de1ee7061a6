"""What is found in the text of a document for the fields of a case study, one module for each kind; `kb.content.offers` is their door."""
