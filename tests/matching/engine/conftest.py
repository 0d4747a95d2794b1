"""Properties of the engine hear of `--long`."""

import pytest

from tests.matching.engine.often import Long


def pytest_configure(config: pytest.Config) -> None:
    """Said before the tests of this folder are read, which ask for it in their decorators."""
    Long.is_on = bool(config.getoption("--long"))
