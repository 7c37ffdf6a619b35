"""Industrial belts and the creators who belong to them."""
