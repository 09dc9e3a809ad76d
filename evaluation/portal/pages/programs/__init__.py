"""The JSON side, for programs."""
