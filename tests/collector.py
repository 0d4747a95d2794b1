"""What all tests have in common with the machine: how often memory is looked through, and in which order they run."""

import gc

import pytest

BROWSERS_DONE = 0.9
"""The last tests in a browser begin when this part of the others has begun, so that none is left alone at the end."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the tests, those in a browser are spread among the others: they wait a good part
    of their time, and several at once would wait for each other.
    """
    if hasattr(config, "workerinput"):
        with_browser = [one for one in items if one.get_closest_marker("browser")]
        without = [one for one in items if not one.get_closest_marker("browser")]
        place = {
            id(one): BROWSERS_DONE * n / len(with_browser) for n, one in enumerate(with_browser)
        }
        place |= {id(one): n / len(without) for n, one in enumerate(without)}
        items.sort(key=lambda one: place[id(one)])


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is imported when the tests begin stays to the end: looking it through again took a third of all CPU time.
    Let the garbage collector leave it alone, and look less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
