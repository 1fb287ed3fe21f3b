"""The files of a message: had from the web, made fit, and sent the cheapest way that works."""
