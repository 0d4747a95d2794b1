"""What the auditor reads: what was done (操作の記録) and who has seen whose data (閲覧の記録)."""
