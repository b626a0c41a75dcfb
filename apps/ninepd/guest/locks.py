#!/usr/bin/python3
"""Byte range locks: between processes of the guest, and with a program of the host."""

import errno
import fcntl
import os
import signal
import struct
import sys
import time

sys.path.insert(0, "/guest")
from check import equal, finish, host, refused, share, step

share("/mnt")
os.chdir("/mnt")
SIZE = 1000
with open("file", "wb") as file:
    file.write(bytes(SIZE))

BUSY = errno.EAGAIN


def in_child(call):
    """Calls in another process; true when it returned."""
    child = os.fork()
    if child == 0:
        try:
            with open("file", "r+b") as mine:
                call(mine)
            os._exit(0)
        except OSError as error:
            os._exit(1 if error.errno in (errno.EAGAIN, errno.EACCES) else 2)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        raise AssertionError(f"the child ended with {code}")
    return code == 0


def try_lock(kind, length=0, start=0):
    return in_child(lambda mine: fcntl.lockf(mine, kind | fcntl.LOCK_NB, length, start))


def holder_of(file, kind, start, length):
    """F_GETLK: who is in the way, as (type, start, length, pid)."""
    query = struct.pack("hhxxxxqqixxxx", kind, os.SEEK_SET, start, length, 0)
    kind, _, start, length, pid = struct.unpack("hhxxxxqqixxxx", fcntl.fcntl(file, fcntl.F_GETLK, query))
    return kind, start, length, pid


file = open("file", "r+b")

with step("an exclusive lock keeps another process out"):
    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 100, 50)
    equal(False, try_lock(fcntl.LOCK_EX, 10, 60))
    equal(False, try_lock(fcntl.LOCK_SH, 10, 149))
with step("bytes beside the lock are free"):
    equal(True, try_lock(fcntl.LOCK_EX, 50, 0))
    equal(True, try_lock(fcntl.LOCK_EX, 10, 150))
with step("the owner may lock again and change the kind"):
    fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB, 100, 50)
    equal(True, try_lock(fcntl.LOCK_SH, 10, 60))
    equal(False, try_lock(fcntl.LOCK_EX, 10, 60))
with step("a part may be released"):
    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 100, 50)
    fcntl.lockf(file, fcntl.LOCK_UN, 20, 80)
    equal(True, try_lock(fcntl.LOCK_EX, 20, 80))
    equal(False, try_lock(fcntl.LOCK_EX, 1, 79))
    equal(False, try_lock(fcntl.LOCK_EX, 1, 100))
with step("released wholly"):
    fcntl.lockf(file, fcntl.LOCK_UN)
    equal(True, try_lock(fcntl.LOCK_EX))
with step("a process that ends lets go"):
    equal(True, in_child(lambda mine: fcntl.lockf(mine, fcntl.LOCK_EX)))
    equal(True, try_lock(fcntl.LOCK_EX))

with step("a lock that waits gets the lock when it is free"):
    fcntl.lockf(file, fcntl.LOCK_EX, 10)
    child = os.fork()
    if child == 0:
        with open("file", "r+b") as mine:
            fcntl.lockf(mine, fcntl.LOCK_EX, 10)
        os._exit(0)
    time.sleep(1)
    equal((0, 0), os.waitpid(child, os.WNOHANG))
    fcntl.lockf(file, fcntl.LOCK_UN)
    equal((child, 0), os.waitpid(child, 0))
with step("a lock that waits can be interrupted"):
    fcntl.lockf(file, fcntl.LOCK_EX, 10)
    child = os.fork()
    if child == 0:
        with open("file", "r+b") as mine:
            fcntl.lockf(mine, fcntl.LOCK_EX, 10)
        os._exit(0)
    time.sleep(1)
    os.kill(child, signal.SIGTERM)
    equal((child, signal.SIGTERM), os.waitpid(child, 0))
    fcntl.lockf(file, fcntl.LOCK_UN)
with step("flock of another process keeps out"):
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    equal(False, in_child(lambda mine: fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)))
    fcntl.flock(file, fcntl.LOCK_UN)
    equal(True, in_child(lambda mine: fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)))
with step("an exclusive lock wants a file open for writing"):
    with open("file", "rb") as reader, refused(errno.EBADF):
        fcntl.lockf(reader, fcntl.LOCK_EX | fcntl.LOCK_NB)

with step("a lock of the host keeps the guest out"):
    host("lock", "write", "200", "100")
    with refused(BUSY):
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 299)
    with refused(BUSY):
        fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB, 0, 0)
with step("F_GETLK tells of the host's lock"):
    kind, start, length, _ = holder_of(file, fcntl.F_WRLCK, 0, 0)
    equal((fcntl.F_WRLCK, 200, 100), (kind, start, length))
with step("beside the host's lock is room"):
    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 100, 300)
with step("the host sees the guest's lock"):
    equal("write 300 100", host("find", "0", "0"))
with step("the host does not get what the guest has"):
    equal("busy", host("lock", "read", "350", "1"))
with step("the host gets it when the guest lets go"):
    fcntl.lockf(file, fcntl.LOCK_UN)
    equal("locked", host("lock", "read", "350", "1"))
with step("two readers, one of the host, share"):
    fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB, 10, 345)
    with refused(BUSY):
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 10, 345)
    fcntl.lockf(file, fcntl.LOCK_UN)
# Locks never pass the cache, and the client asks again only after 30 seconds: once will do.
if os.environ["CACHE"] == "none":
    with step("the guest waits for the host"):
        host("unlock-in", "1000")
        fcntl.lockf(file, fcntl.LOCK_EX)
        equal("write 0 0", host("find", "0", "0"))
with step("closing the file releases its locks on the host too"):
    file.close()
    equal("free", host("find", "0", "0"))
finish()
