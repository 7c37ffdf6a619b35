"""The door for providers and carriers: raw bytes in, a quick yes or no out. Decides nothing."""
