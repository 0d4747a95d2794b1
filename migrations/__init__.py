"""Numbered migrations and the guards (triggers) they install."""
