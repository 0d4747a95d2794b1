"""Every route, walked as everybody, to own, foreign and missing things."""
