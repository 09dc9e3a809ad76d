"""The parts of the door: bands, what every row counts, the system of all published counts, curves, estimates, the audit.

`evaluation/release/door.py` is the one door; nothing else calls these.
"""
