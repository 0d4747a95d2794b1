"""What a person can show: insurance cover, qualifications and training."""
