#!/usr/bin/python3
"""Names: long ones, ones that are not UTF-8, and many below each other."""

import errno
import os
import shutil
import subprocess
import sys

sys.path.insert(0, "/guest")
from check import equal, finish, host, refused, share, step

share("/mnt")
os.chdir("/mnt")

NAMES = {
    "255 bytes": b"n" * 255,
    "255 bytes of UTF-8": "ü".encode() * 127 + b"x",
    "255 bytes that are not UTF-8": b"\xff" * 255,
    "four byte characters": "🗎".encode() * 63,
    "Latin-1": b"caf\xe9",
    "a cut character": b"cut \xe2\x82",
    "a surrogate written as UTF-8": b"\xed\xb2\x80",
    "an overlong slash": b"\xc0\xaf",
    "every byte a name may have": bytes(byte for byte in range(1, 256) if byte != 0x2F),
    "a newline": b"two\nlines",
    "a backslash and quotes": b"\\ \" ' $HOME `id`",
    "three dots": b"...",
    "a space": b" ",
    "a replacement character": "\ufffd".encode(),
    "decomposed": "e\u0301".encode(),
    "composed": "\u00e9".encode(),
}

for title, name in NAMES.items():
    with step(f"create, list, read, rename and remove: {title}"):
        with open(name, "wb") as file:
            file.write(name)
        equal([name], os.listdir(b"."))
        with open(name, "rb") as file:
            equal(name, file.read())
        equal(name.hex(), host("names"))
        os.rename(name, b"renamed")
        equal([b"renamed"], os.listdir(b"."))
        os.rename(b"renamed", name)
        os.link(name, b"second")
        os.unlink(b"second")
        os.unlink(name)
        os.mkdir(name)
        os.symlink(name, name + b"/link" if len(name) < 250 else b"link")
        equal(name, os.readlink(name + b"/link" if len(name) < 250 else b"link"))
        shutil.rmtree(name)
        if os.path.lexists(b"link"):
            os.unlink(b"link")
        equal([], os.listdir(b"."))

with step("all of them in one directory"):
    for name in NAMES.values():
        os.mkdir(name)
    equal(sorted(NAMES.values()), sorted(os.listdir(b".")))
    equal(",".join(sorted(name.hex() for name in NAMES.values())), host("names"))
    for name in NAMES.values():
        os.rmdir(name)
with step("names of the host that are not UTF-8"):
    host("make", "cafe\\xe9".encode().hex(), b"\xfe\xff".hex())
    equal(sorted([b"cafe\\xe9", b"\xfe\xff"]), sorted(os.listdir(b".")))
    for name in os.listdir(b"."):
        with open(name, "rb") as file:
            equal(b"made by the host", file.read())
        os.unlink(name)
with step("256 bytes are too many"):
    with refused(errno.ENAMETOOLONG):
        os.mkdir(b"n" * 256)
with step("an attribute's name that is not UTF-8"):
    with open("file", "wb"):
        pass
    os.setxattr("file", b"user.caf\xe9", b"value")
    equal(b"value", os.getxattr("file", b"user.caf\xe9"))
    equal(True, b"user.caf\xe9" in [os.fsencode(name) for name in os.listxattr("file")])
    os.unlink("file")

# Deeper than a path can say: 100 directories with names of 100 bytes make 10,100 bytes.
DEPTH = 100
with step("directories deeper than PATH_MAX"):
    for level in range(DEPTH):
        name = b"%03d" % level + b"d" * 97
        os.mkdir(name)
        os.chdir(name)
    with open("bottom", "w") as file:
        file.write("reached")
with step("read at the bottom, and climb up"):
    with open("bottom") as file:
        equal("reached", file.read())
    for level in reversed(range(DEPTH)):
        os.chdir("..")
        equal(1, len(os.listdir(".")))
with step("find walks down"):
    output = subprocess.run(["find", ".", "-name", "bottom"], capture_output=True, check=True).stdout
    equal(True, output.endswith(b"/bottom\n") and len(output) > 10000)
with step("rm -rf of deep directories"):
    subprocess.run(["rm", "-rf", b"000" + b"d" * 97], check=True)
    equal([], os.listdir("."))
with step("300 short directories in one path"):
    for _ in range(300):
        os.mkdir("d")
        os.chdir("d")
    os.chdir("/mnt")
    with open("/".join(["d"] * 300) + "/f", "w") as file:
        file.write("deep")
    with open("/".join(["d"] * 300) + "/f") as file:
        equal("deep", file.read())
    subprocess.run(["rm", "-rf", "d"], check=True)
finish()
