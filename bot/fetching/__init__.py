"""The web, as a polite and guarded client sees it: requests, addresses, limits of size and time."""
