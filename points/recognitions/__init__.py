"""Letters of thanks after years of helping (H1): who has reached one, and that it was handed over."""
