"""Commands and their buttons: one module a family, each handler an async generator of answers."""
