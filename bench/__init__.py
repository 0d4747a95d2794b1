"""Measurements. Each figure in docs/performance.md stands beside the command that makes it."""
