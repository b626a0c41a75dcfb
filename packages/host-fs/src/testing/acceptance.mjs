// Runs the acceptance suite with node:test, for a test that starts this as a user without rights.
// Usage: node acceptance.mjs MOST-DESCRIPTORS
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { acceptanceSuite } from "@ninep/server/acceptance";
import { FdCache, HostFs } from "../../dist/index.js";

const max = Number(process.argv[2]);

acceptanceSuite({
  describe,
  it,
  createBackend() {
    const root = mkdtempSync(path.join(tmpdir(), "ninep-user-"));
    const backend = new HostFs({ root, fds: new FdCache(max) });
    return {
      backend,
      capabilities: { chown: false, devices: false, heldFiles: max > 700 },
      cleanup() {
        backend.close();
        rmSync(root, { recursive: true, force: true });
      },
    };
  },
});
