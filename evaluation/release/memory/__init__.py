"""What was released before, about whom, and what that allows now."""
