"""An item as messages: a summary, an article, a page of Telegraph, or a link to it."""
