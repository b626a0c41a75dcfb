#!/usr/bin/python3
"""One directory with a great many entries: none is lost, none comes twice."""

import os
import subprocess
import sys

sys.path.insert(0, "/guest")
from check import equal, finish, host, share, step

COUNT = int(os.environ["ENTRIES"])
share("/mnt")
os.chdir("/mnt/big")


def listed():
    """The names as they come, with those that come twice."""
    with os.scandir(".") as entries:
        return [entry.name for entry in entries]


def same(expected, names):
    equal(len(expected), len(names))
    equal(set(), set(names) ^ set(expected))


everything = [f"entry-{number:06d}" for number in range(COUNT)]

with step("list all"):
    same(everything, listed())
with step("count with ls"):
    output = subprocess.run("ls -f | wc -l", shell=True, capture_output=True, check=True).stdout
    equal(COUNT + 2, int(output))
with step("rewind and list again"):
    fd = os.open(".", os.O_RDONLY)
    same(everything, os.listdir(fd))
    os.lseek(fd, 0, os.SEEK_SET)
    same(everything, os.listdir(fd))
    os.close(fd)
with step("find names by pattern"):
    output = subprocess.run(["find", ".", "-name", "entry-*99"], capture_output=True, check=True).stdout
    equal(COUNT // 100, len(output.splitlines()))

# What is there from beginning to end of a listing comes once, whatever else comes and goes.
with step("delete while listing"):
    kept, deleted = [], []
    with os.scandir(".") as entries:
        for number, entry in enumerate(entries):
            if number % 200 == 0:
                os.unlink(entry.name)
                deleted.append(entry.name)
            else:
                kept.append(entry.name)
    same(everything, kept + deleted)
with step("what was deleted is gone, the rest is there"):
    same(kept, listed())
with step("create while listing"):
    seen = []
    with os.scandir(".") as entries:
        for number, entry in enumerate(entries):
            seen.append(entry.name)
            if number % 500 == 0:
                os.mkdir(f"new-{number}")
    same(kept, [name for name in seen if name.startswith("entry-")])
    equal(len(seen), len(set(seen)))
with step("the host deletes while the guest lists"):
    before = listed()
    seen = []
    with os.scandir(".") as entries:
        for number, entry in enumerate(entries):
            seen.append(entry.name)
            if number == 0:
                host("thin")
    equal(len(seen), len(set(seen)))
    left = set(host("left").split(","))
    equal(set(), left - set(seen))
    equal(set(), set(seen) - set(before))
with step("delete the rest while listing"):
    with os.scandir(".") as entries:
        for entry in entries:
            os.rmdir(entry.name) if entry.name.startswith("new-") else os.unlink(entry.name)
    equal([], listed())
with step("the empty directory can be removed"):
    os.chdir("/")
    os.rmdir("/mnt/big")
finish()
