"""From sheets of text to findings and, when nothing is wrong, a submission."""
