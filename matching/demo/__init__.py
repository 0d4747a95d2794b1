"""A demo town: people, organizations and a winter of work, the same for the same seed."""
