"""The outside world of billing: one module for each way to take a card, all behind `points.billing.gateway`."""
