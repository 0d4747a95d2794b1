"""Paid work of students (商大生レンタル): quote, terms, agreement, calling off, what is finally due."""
