"""Documents cut to what a message holds: the engine (``engine``), and the rulers of its uses."""
