"""The parts of the fictional consortium: who is in it, what they filled in, and what happened to them. Nobody in it exists."""
