"""Who comes in, how that is known, and what each of them sees."""
