"""How long work may take that a test measures, wherever the test runs."""

import sys

SLOWER = 1 if sys.gettrace() is None else 3
"""How many times slower our code runs here: each of its lines is noted where coverage is taken."""


def allowed(seconds: float) -> float:
    """As much as these seconds of processor time on a machine at the desk.

    A limit is at least five times what the work takes there, and well below what the fault took
    that its test is against. Time on the wall is for waiting, never for work: other tests run
    beside. Where somebody must not wait for somebody else, the order of what happens says so, or
    a fault that lasts longer than the test is ready to wait.
    """
    return seconds * SLOWER
