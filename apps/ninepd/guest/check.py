"""What the Python scripts of this folder use: check.sh for system calls.

Each step has a name of its own. One that passes prints "ok: NAME", one that
fails "FAILED: NAME" and why; the script goes on, and finish() sets the status.
"""

import contextlib
import errno
import os
import socket
import subprocess
import sys
import traceback

_steps = 0
_failures = 0


@contextlib.contextmanager
def step(name):
    """What is done within succeeds: raises nothing, asserts nothing untrue."""
    global _steps, _failures
    try:
        yield
    except Exception:
        _failures += 1
        print(f"FAILED: {name}")
        print("    " + traceback.format_exc().rstrip().replace("\n", "\n    "))
    else:
        _steps += 1
        print(f"ok: {name}")
    sys.stdout.flush()


def equal(expected, actual):
    if expected != actual:
        raise AssertionError(f"expected {short(expected)}, not {short(actual)}")


def short(value):
    text = repr(value)
    return text if len(text) < 400 else f"{text[:200]}…{text[-200:]} ({len(text)} characters)"


@contextlib.contextmanager
def refused(code):
    """What is done within fails with that errno."""
    try:
        yield
    except OSError as error:
        if error.errno != code:
            raise
    else:
        raise AssertionError(f"succeeded, but should fail with {errno.errorcode[code]}")


def host(*words):
    """Has the host's test do something, returns its answer."""
    with socket.create_connection(("10.0.2.2", int(os.environ["HOST_PORT"]))) as connection:
        connection.sendall((" ".join(words) + "\n").encode())
        answer = connection.makefile().read()
    if not answer.startswith("ok "):
        raise AssertionError(f"host {' '.join(words)}: {answer}")
    return answer[3:-1]


def free_source():
    """What to mount. Linux mounts each virtio tag once at a time."""
    with open("/proc/mounts") as mounts:
        mounted = {line.split()[0] for line in mounts if " 9p " in line}
    sources = os.environ["SOURCES"].split()
    return next((source for source in sources if source not in mounted), sources[-1])


def share(directory, options=""):
    """Mounts the share there."""
    os.makedirs(directory, exist_ok=True)
    words = f"{os.environ['TRANSPORT']},version=9p2000.L,cache={os.environ['CACHE']}"
    words += options and f",{options}"
    subprocess.run(["mount", "-t", "9p", "-o", words, free_source(), directory], check=True)


def finish():
    if _failures:
        print(f"{_failures} of {_steps + _failures} steps failed")
        sys.exit(1)
    print(f"all {_steps} steps passed")
