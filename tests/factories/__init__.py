"""Rows for tests, written as models in the caller's write turn; what a test does not care about has a default."""
