"""What the points will cost: forecast against the budget."""
