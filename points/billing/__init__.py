"""Paid work in yen: what is charged, held, captured, given back, and what a student earns by it."""
