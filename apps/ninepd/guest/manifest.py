"""Writes what a tree has in it, in the same lines as manifestOf of @ninep/tree: manifest.py TREE FILE."""

import hashlib
import os
import stat
import sys

root, output = map(os.fsencode, sys.argv[1:])
lines = []


def add(directory):
    with os.scandir(os.path.join(root, directory)) as entries:
        found = list(entries)
    for entry in found:
        path = os.path.join(directory, entry.name)
        status = entry.stat(follow_symlinks=False)
        mode = b"%04o" % stat.S_IMODE(status.st_mode)
        if stat.S_ISDIR(status.st_mode):
            lines.append(b"d %s %s" % (mode, path))
            add(path)
        elif stat.S_ISLNK(status.st_mode):
            lines.append(b"l %s %s" % (os.readlink(entry.path), path))
        else:
            with open(entry.path, "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest().encode()
            lines.append(b"f %s %s %s" % (mode, digest, path))


add(b"")
with open(output, "wb") as file:
    file.write(b"".join(line + b"\n" for line in sorted(lines)))
