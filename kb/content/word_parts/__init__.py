"""What a Word file is made of, one module for each kind; `kb.content.word` and `kb.content.word_full` are their doors."""
