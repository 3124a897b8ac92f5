"""Several programs run as one: started together, their lines shown together, ended together."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

PATIENCE = 8.0  # seconds that a program may take to end by itself
HARMLESS = ("Memory overcommit must be enabled",)  # advice for servers that fork with gigabytes in memory
_PR_SET_PDEATHSIG = 1


@dataclass
class Processes:
    """The programs in the order in which they were started. They end in the opposite order."""

    environment: dict[str, str]
    running: list[tuple[str, subprocess.Popen[str]]] = field(default_factory=list)

    def start(self, name: str, *command: str, extra: Mapping[str, str] | None = None) -> None:
        """Run the command in a session of its own, so that Ctrl-C in a terminal reaches only us."""
        process = subprocess.Popen(  # noqa: S603  # our own programs
            command,
            env={**self.environment, **(extra or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            preexec_fn=_end_with_the_parent if sys.platform == "linux" else None,
        )
        threading.Thread(target=_show, args=(name, process), daemon=True).start()
        self.running.append((name, process))

    def ended(self) -> list[tuple[str, int]]:
        """Those that are over, with their exit codes."""
        return [(name, code) for name, process in self.running if (code := process.poll()) is not None]

    def end(self) -> None:
        """End the newest first: beat and worker hand their work back before the broker goes."""
        for _, process in reversed(self.running):
            if process.poll() is None:
                process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
            _kill_group(process)


def _kill_group(process: subprocess.Popen[str]) -> None:
    """Whatever of the session is left. A worker's pool must not outlive its worker."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def _end_with_the_parent() -> None:
    """Linux tells the program when its supervisor was killed without a chance to end it."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _show(name: str, process: subprocess.Popen[str]) -> None:
    for line in process.stdout or ():
        if not any(word in line for word in HARMLESS):
            print(f"{name:>7} | {line.rstrip()}", flush=True)
