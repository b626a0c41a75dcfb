import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import path from "node:path";
import { testInGuest } from "./testing/linux-client.js";

testInGuest({
  name: "open files, unlinked files, mappings and large offsets",
  script: "open-files.py",
  prepare: (root) => ({
    sum: (name) => {
      const content = readFileSync(path.join(root, name));
      return `${content.length} ${createHash("sha256").update(content).digest("hex")}`;
    },
    read: (name, offset, length) => {
      const into = Buffer.alloc(Number(length));
      const fd = openSync(path.join(root, name), "r");
      try {
        return into.toString("latin1", 0, readSync(fd, into, 0, into.length, Number(offset)));
      } finally {
        closeSync(fd);
      }
    },
  }),
});
