"""Pooling without a row of anybody: what a plan needs of people as counts and sums, added up, and answered by the same analyses."""
