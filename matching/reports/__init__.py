"""What the center learns from asking and planning: facts for the desk, read only."""
