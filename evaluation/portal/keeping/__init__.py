"""The database of the portal, on SQLite or PostgreSQL, and its log."""
