"""Participation: who applied, was asked, accepted, withdrew. It holds the seat."""
