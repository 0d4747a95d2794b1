"""The desk's board of who could come where, proposals for a whole week, and what staff decided about each pair."""
