"""REDEMPTION: from points to money: request, hold, approval, payment."""
