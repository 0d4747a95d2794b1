"""Volunteers (登録ボランティア): sign-up, registration by staff, the card."""
