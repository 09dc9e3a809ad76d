"""A simulation, its cells spread over the workers of a dask scheduler: `python -m tests.simulation ADDRESS weighting_coverage 300`.

Each cell has its own random numbers, so that the page is the same whoever works at which, and a worker that dies costs the time of its cell. Workers
need this folder in their path.
"""

from __future__ import annotations

import sys
from importlib import import_module

from evaluation.aggregates.spreading import cluster

address, name, *arguments = sys.argv[1:]
sys.argv = [name, *arguments]
with cluster(address):
    import_module(f"tests.simulation.{name}").main()
