"""What people agree to, to read at any time."""
