"""Runs a command for as long as this program's standard input is open: `python guard.py COMMAND…`.

The one who starts it holds the other end. That end closes when they want the command to stop, and also when they are
killed, so the command never outlives them. Exits as the command did.
"""

import os
import signal
import subprocess
import sys
from threading import Thread

_GRACE_SECONDS = 5.0


def main() -> None:
    """Run the command; it gets SIGTERM when our input closes, and SIGKILL when it has not ended in time."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a ^C is for whoever started us: they say when to stop
    try:
        child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)  # noqa: S603 - the starter's command
    except OSError as error:
        sys.exit(str(error))
    Thread(target=_end_with, args=(child,), daemon=True).start()
    sys.stdin.buffer.read()
    child.terminate()
    try:
        child.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()


def _end_with(child: "subprocess.Popen[bytes]") -> None:
    code = child.wait()
    os._exit(code if code >= 0 else 128 - code)  # the main thread is stuck in its read


if __name__ == "__main__":
    main()
