import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { hasCapability } from "./credentials.js";
import { handleOf, nameToHandleAt, openByHandleAt } from "./file-handle.js";
import { AT_FDCWD, O_DIRECTORY, O_PATH, O_RDONLY } from "./open-flags.js";
import { close, openat } from "./open.js";

const dir = mkdtempSync(join(tmpdir(), "ninep-linux-"));
const root = openat(AT_FDCWD, dir, O_RDONLY | O_DIRECTORY);
const supported = (() => {
  try {
    nameToHandleAt(root, ".", 0);
    return true;
  } catch {
    return false;
  }
})();

afterAll(() => {
  close(root);
  rmSync(dir, { recursive: true });
});

test.runIf(supported)("names a file whatever it is called", () => {
  writeFileSync(join(dir, "file"), "content");
  const handle = nameToHandleAt(root, "file", 0);
  const fd = openat(root, "file", O_PATH);
  expect(handleOf(fd)).toEqual(handle);
  close(fd);
  renameSync(join(dir, "file"), join(dir, "renamed"));
  expect(nameToHandleAt(root, "renamed", 0)).toEqual(handle);
  const open = () => openByHandleAt(root, handle.bytes, O_RDONLY);
  if (hasCapability("CAP_DAC_READ_SEARCH")) {
    const opened = open();
    expect(readFileSync(opened, "utf8")).toBe("content");
    close(opened);
    rmSync(join(dir, "renamed"));
    expect(open).toThrow("open_by_handle_at: ESTALE");
  } else {
    expect(open).toThrow("open_by_handle_at: EPERM");
  }
});

test("refuses handles that are cut short before the kernel reads on", () => {
  const handle = new Uint8Array([8, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7]);
  for (let size = 0; size <= handle.length; size++) {
    expect(() => openByHandleAt(root, handle.subarray(0, size), O_RDONLY)).toThrow("EINVAL");
  }
});

test("says that a file is missing", () => {
  expect(() => nameToHandleAt(root, "missing", 0)).toThrow("name_to_handle_at: ENOENT");
});
