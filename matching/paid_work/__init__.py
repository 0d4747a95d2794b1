"""Paid work itself: how we know that it was done, how long it took, who says otherwise, what the family reads."""
