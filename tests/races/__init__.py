"""Two people do two things at once, through the pages: one wins, the other is told, nothing is half done."""
