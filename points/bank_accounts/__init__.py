"""Bank accounts of members: the number kept sealed, the holder's kana as the bank has it."""
