#!/usr/bin/python3
"""64 processes at once read, write, create and delete, in directories of their own and in a common one."""

import os
import random
import sys
import time

sys.path.insert(0, "/guest")
from check import equal, finish, share, step

PROCESSES = 64
SECONDS = float(os.environ["SECONDS"])


def content(seed, size):
    return random.Random(seed).randbytes(size)


def work(number):
    """Does random things and knows what every file has to hold."""
    rnd = random.Random(number)
    own = f"/mnt/own-{number}"
    os.mkdir(own)
    files = {}
    done = 0
    end = time.monotonic() + SECONDS
    while time.monotonic() < end or done < 20:
        done += 1
        name = f"{own}/file-{rnd.randrange(50)}"
        what = rnd.randrange(6)
        if what <= 1:
            files[name] = (rnd.randrange(1 << 30), rnd.choice([0, 1, 100, 4096, 5000, 40_000]))
            with open(name, "wb") as file:
                file.write(content(*files[name]))
        elif what == 2 and name in files:
            os.unlink(name)
            del files[name]
        elif what == 3 and name in files:
            moved = f"{own}/moved-{rnd.randrange(50)}"
            os.rename(name, moved)
            files[moved] = files.pop(name)
        elif what == 4:
            common = f"/mnt/common/{number}-{done}"
            os.mkdir(common)
            os.rmdir(common)
        elif files:
            name = rnd.choice(sorted(files))
            with open(name, "rb") as file:
                equal(content(*files[name]), file.read())
    equal(sorted(os.path.basename(name) for name in files), sorted(os.listdir(own)))
    for name, made in files.items():
        with open(name, "rb") as file:
            equal(content(*made), file.read())
        os.unlink(name)
    os.rmdir(own)


share("/mnt")
os.mkdir("/mnt/common")
children = []
for number in range(PROCESSES):
    pid = os.fork()
    if pid == 0:
        try:
            work(number)
            os._exit(0)
        except BaseException as error:
            print(f"process {number}: {error!r}", flush=True)
            os._exit(1)
    children.append(pid)
for number, pid in enumerate(children):
    with step(f"process {number}"):
        equal(0, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
with step("nothing is left"):
    equal(["common"], os.listdir("/mnt"))
    equal([], os.listdir("/mnt/common"))
finish()
