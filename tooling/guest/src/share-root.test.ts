import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guestParts } from "./guest-parts.js";
import { prepareGuest } from "./prepare.js";
import { runGuest, type GuestOptions } from "./run-guest.js";
import { guestSupport } from "./support.js";

const support = await guestSupport();
const reason = support.ok ? "" : ` (${support.reason})`;

// QEMU's own server, which needs nothing beside it: ninepd's tests boot from ninepd.
const shareServer = "virtfs";

describe.skipIf(!support.ok)(`a guest whose root is a directory${reason}`, { timeout: 300_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "ninep-root-test-"));
  const root = path.join(folder, "root");
  const store = path.join(folder, "store");

  // A root as small as they come: a shell, and places to mount upon.
  beforeAll(async () => {
    await prepareGuest();
    const { tree } = await guestParts();
    for (const name of ["bin", "proc", "sys", "dev", "tmp", "run", "nix/store"])
      mkdirSync(path.join(root, name), { recursive: true });
    copyFileSync(tree.busybox, path.join(root, "bin/busybox"));
    chmodSync(path.join(root, "bin/busybox"), 0o755);
    for (const name of ["sh", "cat", "touch", "sync", "rm", "mkdir"])
      symlinkSync("busybox", path.join(root, "bin", name));
    mkdirSync(store);
    writeFileSync(path.join(store, "package"), "from the store\n");
  }, 900_000);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const run = (script: string, options: Partial<GuestOptions>) =>
    runGuest({ script, root: { directory: root }, shareServer, network: "none", ...options });

  test("runs a command and leaves the directory as it is", async () => {
    const { exitCode, output } = await run(
      "echo >/new && cat /new/x /nix/store/package 2>&1; touch /bin/y; exit 4",
      {
        mounts: { "/nix/store": { directory: store }, "/made/for/it": { directory: store } },
      },
    );
    expect(output).toBe("cat: can't open '/new/x': Not a directory\nfrom the store\n");
    expect(exitCode).toBe(4);
    expect(readdirSync(root).sort()).toEqual(["bin", "dev", "nix", "proc", "run", "sys", "tmp"]);
    expect(existsSync(path.join(root, "bin/y"))).toBe(false);
  });

  test("changes the directory when it may, and leaves nothing else there", async () => {
    const { exitCode, output } = await run(
      "echo text >/written; echo more >>/written; echo x >/run/x; echo x >/tmp/x; touch /nix/store/x || exit 0",
      { root: { directory: root, writable: true }, mounts: { "/nix/store": { directory: store } } },
    );
    expect(output).toContain("Read-only file system");
    expect(exitCode).toBe(0);
    expect(readFileSync(path.join(root, "written"), "utf8")).toBe("text\nmore\n");
    expect(readdirSync(root).sort()).toEqual(["bin", "dev", "nix", "proc", "run", "sys", "tmp", "written"]);
    for (const name of ["run", "tmp", "proc", "dev"]) expect(readdirSync(path.join(root, name))).toEqual([]);
  });

  test("says what is wrong", async () => {
    const writable = { directory: store, writable: true };
    await expect(run("", { root: writable })).rejects.toThrow(
      "the root directory has no /proc to mount upon",
    );
    await expect(run("", { root: { directory: store } })).rejects.toThrow("the root has no /bin/sh");
    await expect(run("", { root: { directory: path.join(folder, "no") } })).rejects.toThrow(
      "is not a directory",
    );
    await expect(run("", { mounts: { "a/b": { directory: store } } })).rejects.toThrow(
      "not absolute and plain",
    );
    const files = { "/etc/x": path.join(store, "package") };
    await expect(run("", { root: writable, files })).rejects.toThrow("put it below /run or /tmp");
    await expect(run("", { shareServer: "ninepd", ninepd: ["/bin/false"] })).rejects.toThrow(
      "ninepd cannot serve the share: it ended with 1",
    );
  });
});
