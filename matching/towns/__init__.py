"""Founding a center from one settings file: towns are data."""
