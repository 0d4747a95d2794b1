"""What volunteers say about themselves (希望・空き時間), wishes of those who are helped, no-go pairs."""
