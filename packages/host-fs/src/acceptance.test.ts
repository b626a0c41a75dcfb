import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { acceptanceSuite } from "@ninep/server/acceptance";
import { describe, it } from "vitest";
import { FdCache } from "./fd-cache.js";
import { HostFs } from "./host-fs.js";

const root = process.getuid?.() === 0;
const capabilities = { chown: root, devices: root };

describe("host-fs", () => {
  acceptanceSuite({ describe, it, createBackend: () => subject({}) });
});

describe("host-fs, in pieces", () => {
  acceptanceSuite({ describe, it, createBackend: () => ({ ...subject({}), inPieces: true }) });
});

describe("host-fs with the fewest descriptors", () => {
  acceptanceSuite({
    describe,
    it,
    createBackend: () => ({
      ...subject({ fds: new FdCache(16) }),
      capabilities: { ...capabilities, heldFiles: false },
    }),
  });
});

describe("host-fs, read-only", () => {
  acceptanceSuite({
    describe,
    it,
    readOnly: true,
    createBackend: () => {
      const made = subject({ readOnly: true });
      mkdirSync(path.join(made.root, "a"));
      writeFileSync(path.join(made.root, "a/b.txt"), "text");
      writeFileSync(path.join(made.root, "file.txt"), "more text");
      symlinkSync("a", path.join(made.root, "link"));
      return made;
    },
  });
});

function subject(options: { readOnly?: boolean; fds?: FdCache }) {
  const root = mkdtempSync(path.join(tmpdir(), "ninep-host-fs-"));
  const backend = new HostFs({ root, ...options });
  return {
    root,
    backend,
    capabilities,
    cleanup() {
      backend.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
