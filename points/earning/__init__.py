"""EARNING: from the facts of an activity to points, with the reason."""
