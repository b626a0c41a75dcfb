#!/usr/bin/python3
"""Open files: appending, unlinked ones, renamed ones, mappings, and offsets beyond 4 GiB."""

import errno
import hashlib
import mmap
import os
import sys

sys.path.insert(0, "/guest")
from check import equal, finish, host, refused, share, step

CACHED = os.environ["CACHE"] != "none"
share("/mnt")
os.chdir("/mnt")


def content(name):
    with open(name, "rb") as file:
        return file.read()


def put(name, data):
    with open(name, "wb") as file:
        file.write(data)


def host_has(name, data):
    """What the host reads is what was written here, once it has been written back."""
    os.sync()
    equal(f"{len(data)} {hashlib.sha256(data).hexdigest()}", host("sum", name))


def append_lines(paths, name, count):
    """One process a path appends lines to the file, all at once; returns the lines it then has."""
    children = []
    for writer, path in enumerate(paths):
        child = os.fork()
        if child == 0:
            fd = os.open(f"{path}/{name}", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            for line in range(count):
                os.write(fd, b"%d %05d\n" % (writer, line))
            os._exit(0)
        children.append(child)
    for child in children:
        equal((child, 0), os.waitpid(child, 0))
    return sorted(content(name).splitlines())


def lines_of(writers, count):
    return sorted(b"%d %05d" % (writer, line) for writer in range(writers) for line in range(count))


with step("two processes append, no line is lost"):
    equal(lines_of(2, 300), append_lines(["/mnt", "/mnt"], "appended", 300))
with step("the host has the appended lines once each"):
    os.sync()
    host_has("appended", content("appended"))
# Caches of two mounts know nothing of each other.
if not CACHED:
    share("/second")
    with step("two mounts append, no line is lost"):
        equal(lines_of(2, 300), append_lines(["/mnt", "/second"], "twice", 300))
with step("append after append, each written back"):
    for line in range(5):
        with open("log", "ab") as log:
            log.write(b"%d\n" % line)
            log.flush()
            os.fsync(log.fileno())
    host_has("log", b"0\n1\n2\n3\n4\n")
with step("append to what was read before"):
    put("cached", b"x" * 5000)
    os.sync()
    equal(5000, len(content("cached")))
    with open("cached", "a+b") as file:
        file.write(b"y" * 10)
        file.seek(0)
        equal(b"x" * 5000 + b"y" * 10, file.read())
    host_has("cached", b"x" * 5000 + b"y" * 10)

with step("overwrite in the middle"):
    put("middle", b"a" * 10000)
    with open("middle", "r+b") as file:
        file.seek(4090)
        file.write(b"B" * 20)
    host_has("middle", b"a" * 4090 + b"B" * 20 + b"a" * 5890)
with step("write only, with gaps"):
    fd = os.open("gaps", os.O_WRONLY | os.O_CREAT, 0o600)
    os.pwrite(fd, b"tail", 9000)
    os.pwrite(fd, b"head", 10)
    os.close(fd)
    host_has("gaps", bytes(10) + b"head" + bytes(8986) + b"tail")
with step("truncate of an open file, then write"):
    with open("middle", "r+b") as file:
        file.truncate(100)
        file.seek(200)
        file.write(b"end")
        file.flush()
        equal(203, os.fstat(file.fileno()).st_size)
    host_has("middle", b"a" * 100 + bytes(100) + b"end")
with step("a file without permissions goes on for who has it open"):
    fd = os.open("closed", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o000)
    os.write(fd, b"written")
    equal(b"written", os.pread(fd, 10, 0))
    os.ftruncate(fd, 3)
    equal(3, os.fstat(fd).st_size)
    os.close(fd)

# Unlinked, and still there for who has it open.
fd = os.open("doomed", os.O_RDWR | os.O_CREAT, 0o644)
os.write(fd, b"before")
os.unlink("doomed")
with step("the name of an unlinked file is gone"):
    equal(False, os.path.exists("doomed"))
    equal(False, "doomed" in os.listdir("."))
with step("fstat of an unlinked file"):
    equal(6, os.fstat(fd).st_size)
    equal(0o644, os.fstat(fd).st_mode & 0o7777)
with step("read of an unlinked file"):
    equal(b"before", os.pread(fd, 100, 0))
with step("write to an unlinked file"):
    equal(5, os.pwrite(fd, b"after", 6))
    equal(b"beforeafter", os.pread(fd, 100, 0))
    os.fsync(fd)
with step("ftruncate of an unlinked file"):
    os.ftruncate(fd, 8)
    equal(8, os.fstat(fd).st_size)
    equal(b"beforeaf", os.pread(fd, 100, 0))
with step("fchmod and times of an unlinked file"):
    os.fchmod(fd, 0o600)
    os.utime(fd, (1000, 2000))
    equal((0o600, 2000), (os.fstat(fd).st_mode & 0o7777, os.fstat(fd).st_mtime))
with step("a new file of the same name is another one"):
    put("doomed", b"new")
    equal(b"beforeaf", os.pread(fd, 100, 0))
    equal(b"new", content("doomed"))
    os.close(fd)
    equal(b"new", content("doomed"))
with step("replaced by rename, the old file goes on"):
    put("old", b"old content")
    put("new", b"new content")
    with open("old", "r+b") as file:
        os.rename("new", "old")
        equal(b"old content", file.read())
        os.ftruncate(file.fileno(), 3)
        equal(3, os.fstat(file.fileno()).st_size)
    equal(b"new content", content("old"))
with step("a directory that was removed while open"):
    os.mkdir("leaving")
    fd = os.open("leaving", os.O_RDONLY)
    os.rmdir("leaving")
    os.fstat(fd)
    equal([], os.listdir(fd))
    with refused(errno.ENOENT):
        os.open("file", os.O_CREAT | os.O_RDWR, dir_fd=fd)
    os.close(fd)
with step("a hundred unlinked files at once"):
    fds = []
    for number in range(100):
        fds.append(os.open(f"temporary-{number}", os.O_RDWR | os.O_CREAT, 0o600))
        os.write(fds[-1], b"%d" % number)
        os.unlink(f"temporary-{number}")
    for number, fd in enumerate(fds):
        equal(b"%d" % number, os.pread(fd, 10, 0))
        os.close(fd)

# Renamed while open.
with step("files stay open through renames of themselves and of directories above"):
    os.makedirs("top/mid/low")
    put("top/mid/low/file", b"content")
    with open("top/mid/low/file", "r+b") as file:
        os.rename("top/mid/low/file", "top/mid/low/renamed")
        os.rename("top/mid", "top/moved")
        os.rename("top", "summit")
        equal(b"content", file.read())
        file.write(b" and more")
        file.flush()
        equal(16, os.fstat(file.fileno()).st_size)
    equal(b"content and more", content("summit/moved/low/renamed"))
with step("the host sees them under the new names"):
    host_has("summit/moved/low/renamed", b"content and more")
with step("a working directory that was renamed"):
    os.chdir("summit/moved/low")
    os.rename("/mnt/summit", "/mnt/peak")
    put("here", b"here")
    equal(b"here", content("/mnt/peak/moved/low/here"))
    equal("/mnt/peak/moved/low", os.getcwd())
    os.chdir("/mnt")

# Mappings.
put("mapped", bytes(range(256)) * 64)
with step("a private mapping reads"), open("mapped", "rb") as file:
    with mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ) as memory:
        equal(bytes(range(256)) * 64, memory[:])
with step("a private mapping keeps its changes to itself"), open("mapped", "r+b") as file:
    with mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE) as memory:
        memory[0:5] = b"mine!"
    equal(bytes(range(256)) * 64, content("mapped"))
if CACHED:
    with step("a shared mapping writes"), open("mapped", "r+b") as file:
        with mmap.mmap(file.fileno(), 0, flags=mmap.MAP_SHARED) as memory:
            memory[5000:5006] = b"shared"
            memory.flush()
    with step("the host has what was written through the mapping"):
        expected = bytearray(bytes(range(256)) * 64)
        expected[5000:5006] = b"shared"
        host_has("mapped", bytes(expected))
else:
    with step("a shared writable mapping is refused without a cache"), open("mapped", "r+b") as file:
        with refused(errno.EINVAL):
            mmap.mmap(file.fileno(), 0, flags=mmap.MAP_SHARED)
    share("/mapping", "cache=mmap")
    with step("with cache=mmap a shared mapping writes"), open("/mapping/mapped", "r+b") as file:
        with mmap.mmap(file.fileno(), 0, flags=mmap.MAP_SHARED) as memory:
            memory[5000:5006] = b"shared"
            memory.flush()
    with step("the host has what was written with cache=mmap"):
        expected = bytearray(bytes(range(256)) * 64)
        expected[5000:5006] = b"shared"
        host_has("mapped", bytes(expected))
    with step("a program runs from the share"):
        put("/mapping/true", content("/bin/true"))
        os.chmod("/mapping/true", 0o755)
        equal(0, os.spawnv(os.P_WAIT, "/mapping/true", ["true"]))

# Beyond 4 GiB.
GIB = 1 << 30
with step("write and read beyond 4 GiB"), open("huge", "w+b") as file:
    for place in (4 * GIB - 3, 5 * GIB, 1 << 40):
        os.pwrite(file.fileno(), b"marker at %d" % place, place)
    equal((1 << 40) + len(b"marker at %d" % (1 << 40)), os.fstat(file.fileno()).st_size)
    for place in (4 * GIB - 3, 5 * GIB, 1 << 40):
        marker = b"marker at %d" % place
        equal(marker, os.pread(file.fileno(), len(marker), place))
    equal(bytes(100), os.pread(file.fileno(), 100, 3 * GIB))
with step("the host has them where they belong"):
    os.sync()
    equal(f"marker at {5 * GIB}", host("read", "huge", str(5 * GIB), "20"))
    equal(f"marker at {1 << 40}", host("read", "huge", str(1 << 40), "23"))
with step("truncate to beyond 4 GiB"):
    os.truncate("huge", 6 * GIB + 1)
    equal(6 * GIB + 1, os.stat("huge").st_size)
with step("end of a large file"), open("huge", "rb") as file:
    file.seek(6 * GIB)
    equal(b"\0", file.read())

# One large transfer: larger than a message.
with step("five MiB in one write and one read"):
    data = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(5 * 32768))
    fd = os.open("large", os.O_RDWR | os.O_CREAT, 0o644)
    equal(len(data), os.write(fd, data))
    equal(hashlib.sha256(data).digest(), hashlib.sha256(os.pread(fd, len(data), 0)).digest())
    os.close(fd)
    host_has("large", data)
finish()
