"""Check-in: one attendance record, graded evidence, points on the same screen."""
