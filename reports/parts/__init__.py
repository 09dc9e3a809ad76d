"""Parts of a report that stand by themselves: the guide, the comparison, conclusions, advice, what is absent, and the text to copy."""
