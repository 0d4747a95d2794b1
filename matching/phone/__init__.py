"""The volunteer's own phone: the personal code."""
