import { acceptanceSuite } from "@ninep/server/acceptance";
import { describe, it } from "vitest";
import { MemoryFs } from "./memory-fs.js";

describe.each([
  ["memory-fs", false],
  ["memory-fs, in pieces", true],
])("%s", (_, inPieces) => {
  acceptanceSuite({
    describe,
    it,
    createBackend() {
      const backend = new MemoryFs();
      return { backend, inPieces, cleanup: () => undefined, inUse: () => backend.inUse() };
    },
  });
});

describe("memory-fs, read-only", () => {
  acceptanceSuite({
    describe,
    it,
    readOnly: true,
    createBackend() {
      const files = { "a/b.txt": "text", "file.txt": "more text", link: { symlink: "a" } };
      const backend = new MemoryFs({ readOnly: true, files });
      return {
        backend,
        cleanup: () => undefined,
        inUse: () => backend.inUse(),
      };
    },
  });
});
