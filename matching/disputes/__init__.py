"""Disputes: somebody holds the record of their time to be wrong, host and desk say what they know, staff decide."""
