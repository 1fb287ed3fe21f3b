"""The files of a message: had from the web, checked, made fit, and sent the cheapest way that works."""
