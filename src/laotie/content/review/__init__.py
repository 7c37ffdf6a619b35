"""What people decide about posts and comments, and what becomes of appeals."""
