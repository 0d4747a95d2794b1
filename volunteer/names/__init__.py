"""Who reads names on pages of the desk, and how the auditor opens one with a reason."""
