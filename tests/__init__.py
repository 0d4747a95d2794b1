"""Tests: real databases, a real mail server, a real browser; the tree mirrors the three packages."""
