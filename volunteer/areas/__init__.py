"""Districts (地区) of the town, supplied by the center."""
