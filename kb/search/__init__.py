"""Search: derived from the content and disposable. Never knows that drafts exist."""
