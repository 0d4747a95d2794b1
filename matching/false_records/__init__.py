"""Records of attendance that were false (R1): proposed by one person of the staff, decided by another."""
