"""The walk starts from a database with two of everything in it."""

from tests.walk.world import world

__all__ = ["world"]
