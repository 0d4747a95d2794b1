"""How often a property of the engine is played: some times in the suite, many times over with `--long`."""

from hypothesis import HealthCheck, settings


class Long:
    """Whether `--long` was said; the conftest of this folder knows before a test is read."""

    is_on = False


def often(short: int, long: int) -> settings:
    """The settings of a property."""
    return settings(
        max_examples=long if Long.is_on else short,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
