"""Who follows, likes and blocks whom, and the counts of it."""
