"""Aggregates of which the counts were rounded: how, what that leaves open, and what is told of it."""
