"""WORK: what people do for each other: requests, shifts, participation, check-in, the desk."""
