"""A process of its own that opens what was dropped: bounded in memory and time, so that no file can take the server with it.

It answers one line of JSON with another. When the server dies, however that happens, its input ends, and it clears the desk.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread, Timer
from typing import Any

from data_schemas.words import Words
from evaluation.failures import UserError, WrongUse
from evaluation.web.failing import Refused

SECONDS = 300
MEMORY_BYTES = 4_000_000_000
_GAVE_UP = Words(
    "Dit bestand kost te veel tijd of geheugen. Bewaar de tabel opnieuw, zonder opmaak, afbeeldingen of lege rijen, of splits haar.",
    "This file takes too much time or memory. Save the table again, without formatting, pictures or empty rows, or split it.",
)


class Helper:
    """The process, started when it is needed and again after it gave up."""

    def __init__(self, desk: Path, seconds: float = SECONDS, memory: int = MEMORY_BYTES) -> None:
        self._desk, self._seconds, self._memory = desk, seconds, memory
        self._lock, self._process = Lock(), None

    def ask(self, task: str, **given: Any) -> Any:
        """What a task answers.

        Raises
        ------
        Refused
            The task took too much time or memory.
        evaluation.failures.UserError
            The task could not be done, in its own words.
        """
        with self._lock:
            process = self._running()
            timer = Timer(self._seconds, process.kill)
            timer.start()
            try:
                process.stdin.write(json.dumps({"task": task, **given}) + "\n")
                process.stdin.flush()
                line = process.stdout.readline()
            except (OSError, ValueError):
                line = ""
            finally:
                timer.cancel()
            if not line:
                self._end()
                raise Refused(422, _GAVE_UP)
        answer = json.loads(line)
        if "fault" in answer:
            raise Refused(500, Words(*answer["fault"]))
        if "refused" in answer:
            raise WrongUse(Words(*answer["refused"]))
        return answer["answer"]

    def warm(self) -> None:
        """Start it now, so that the first file need not wait."""
        with self._lock:
            self._running()

    def close(self) -> None:
        """End it."""
        with self._lock:
            self._end()

    def _running(self) -> subprocess.Popen:
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-m", "evaluation.serving.helper", str(self._desk), str(self._memory)]
            environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "ignore"}
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                encoding="utf-8",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            for stream in (self._process.stdin, self._process.stdout):
                with suppress(OSError):
                    stream.close()
            self._process.wait()
            self._process = None


def answered(task: str, given: dict[str, Any]) -> dict[str, Any]:
    """One task done, as a line that can be sent; what failed is said without showing data."""
    from evaluation.output.faults import fault_words
    from evaluation.serving.tasks import TASKS

    try:
        return {"answer": TASKS[task](**given)}
    except UserError as error:
        return {"refused": list(error.words)}
    except MemoryError:
        return {"refused": list(_GAVE_UP)}
    except Exception as error:
        return {"fault": list(fault_words(error))}


def _bound(memory: int) -> None:
    """No more memory than this; Windows has no such limit, and there the limits of the readers hold."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(desk: str, memory: str) -> None:
    """Answer until the input ends, and then clear the desk: it ends when the server is no more."""
    import signal
    from queue import SimpleQueue

    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this one in its turn
    asked: SimpleQueue[str] = SimpleQueue()
    answers, sys.stdout = sys.stdout, open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115

    def listen() -> None:
        for line in sys.stdin:
            asked.put(line)
        from evaluation.serving.desk import clear

        clear(Path(desk))
        os._exit(0)

    Thread(target=listen, daemon=True).start()
    _bound(int(memory))
    from evaluation.serving import tasks  # noqa: F401  the libraries are slow to load, and nobody waits yet

    while True:
        given = json.loads(asked.get())
        answers.write(json.dumps(answered(given.pop("task"), given)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
