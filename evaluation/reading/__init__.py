"""Reading what was handed in, as text: one module per format, nothing interpreted, whatever was guessed said."""

from evaluation.reading.submission import RawSubmission, read_sheets

__all__ = ["RawSubmission", "read_sheets"]
