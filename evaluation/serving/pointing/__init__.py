"""An export becomes a submission by pointing at its columns."""
