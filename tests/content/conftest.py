"""What all tests of content share."""

import pytest

from tests.support.telegram_parser import execute


@pytest.fixture(scope="session", autouse=True)
def _quiet_parser() -> None:
    """TDLib writes nothing to standard error."""
    execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})
