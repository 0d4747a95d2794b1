"""Kinds of activity (活動区分): rows made at the desk, not code."""
