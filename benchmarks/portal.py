"""The portal under load: fifty providers who upload ten megabytes at once, and kills on demand.

    .venv/bin/python benchmarks/portal.py [--providers 50] [--megabytes 10] [--database postgresql+psycopg://...]
    .venv/bin/python benchmarks/portal.py --kills 300

Bars: every upload gets its receipt; the server holds at most 400 MB more than before; the pages answer meanwhile. The server is a process of its
own, on a real socket; what its memory was is read from the system (VmHWM).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from time import perf_counter, sleep

import httpx

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from evaluation.portal.files.keys import new_key  # noqa: E402
from evaluation.portal.keeping.tables import submissions  # noqa: E402
from evaluation.portal.meeting import evaluations  # noqa: E402
from evaluation.portal.people import tokens  # noqa: E402
from evaluation.portal.people.accounts import add_account  # noqa: E402
from evaluation.portal.portal import open_portal  # noqa: E402
from evaluation.portal.settings import Settings  # noqa: E402

PASSWORD, PORT, MOST_MORE = "paard-nietje-batterij", 8177, 400.0
SERVE = """
import sys
import uvicorn
from pathlib import Path
from evaluation.portal.pages.application import portal_application
from evaluation.portal.portal import open_portal
from evaluation.portal.settings import Settings
folder, database, port = sys.argv[1:]
address = f"http://127.0.0.1:{port}"
settings = Settings(folder=Path(folder), database=database, listen_port=int(port), address=address, second_factor=False)
app = portal_application(open_portal(settings), working=False)
uvicorn.run(app, host="127.0.0.1", port=int(port), access_log=False, log_level="warning")
"""


def main() -> None:
    """Run what was asked for and print it."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--providers", type=int, default=50)
    asked.add_argument("--megabytes", type=float, default=10)
    asked.add_argument("--database", default="")
    asked.add_argument("--kills", type=int, default=0)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-") as folder:
        if given.kills:
            command = [sys.executable, "-m", "tests.portal.killing", folder, str(given.kills), "1", given.database]
            sys.exit(subprocess.run(command, cwd=ROOT).returncode)
        print(json.dumps(load(Path(folder), given.providers, given.megabytes, given.database), indent=1))


def load(folder: Path, providers: int, megabytes: float, database: str) -> dict[str, float]:
    """Fifty at once; what it took."""
    settings = Settings(folder=folder / "portal", database=database, second_factor=False)
    new_key(settings.key_file)
    portal = open_portal(settings)
    with portal.writing() as connection:
        rosa = add_account(connection, login="rosa", name="Rosa", role="researcher")
        people = [
            add_account(connection, login=f"provider-{number:03d}", name=f"Aanbieder {number}", role="provider")
            for number in range(providers)
        ]
    evaluation = evaluations.open_evaluation(portal, rosa, "Belasting")
    with portal.writing() as connection:
        for person in people:
            evaluations.add_participant(connection, evaluation, person)
    keys = [tokens.new_token(portal, person, "load") for person in people]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen([sys.executable, "-c", SERVE, str(settings.folder), database, str(PORT)], env=environment)
    try:
        _until_there()
        before = _most(server.pid)
        began = perf_counter()
        statuses, slowest = asyncio.run(_all(evaluation, keys, os.urandom(int(megabytes * 1e6))))
        seconds = perf_counter() - began
        after = _most(server.pid)
    finally:
        server.terminate()
        server.wait(20)
    with portal.reading() as connection:
        kept = len(connection.execute(submissions.select()).all())
    portal.close()
    assert statuses == [201] * providers and kept == providers, (statuses, kept)
    assert after - before < MOST_MORE, f"{after - before:.0f} MB more"
    return {
        "providers": providers,
        "megabytes each": megabytes,
        "seconds": round(seconds, 1),
        "memory before (MB)": before,
        "memory at most (MB)": after,
        "slowest page meanwhile (s)": round(slowest, 2),
    }


def _until_there() -> None:
    for _ in range(200):
        try:
            httpx.get(f"http://127.0.0.1:{PORT}/health")
            return
        except httpx.HTTPError:
            sleep(0.1)
    raise SystemExit("the server did not start")


def _most(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1000, 1)


async def _all(evaluation: str, keys: list[str], content: bytes) -> tuple[list[int], float]:
    """The status of every upload, and the slowest page meanwhile: asked from a thread of its own, or this loop would be what is slow."""
    done, slowest = threading.Event(), [0.0]

    def look() -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=300) as reader:
            while not done.wait(0.3):
                since = perf_counter()
                reader.get("/login").raise_for_status()
                slowest[0] = max(slowest[0], perf_counter() - since)

    async def one(client: httpx.AsyncClient, key: str) -> int:
        form, headers = {"files": ("inzending.xlsx", content)}, {"Authorization": f"Bearer {key}"}
        return (await client.post(f"/api/evaluations/{evaluation}/submissions", files=form, headers=headers)).status_code

    looking = threading.Thread(target=look)
    looking.start()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}", timeout=300, limits=limits) as client:
        statuses = await asyncio.gather(*(one(client, key) for key in keys))
    done.set()
    looking.join()
    return list(statuses), slowest[0]


if __name__ == "__main__":
    main()
