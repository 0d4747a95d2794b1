"""Signing in: users, sessions, codes by e-mail, staff with two factors and roles. A user acts for parties."""
