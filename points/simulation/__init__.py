"""What a programme would have given for activities of the past: points, exchange, expiry, liability (ledger design)."""
