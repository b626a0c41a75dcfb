import { createServer, type AddressInfo } from "node:net";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { prepareGuest } from "./prepare.js";
import { runGuest } from "./run-guest.js";
import { guestSupport } from "./support.js";

const support = await guestSupport();
const reason = support.ok ? "" : ` (${support.reason})`;

const GUEST_TIMEOUT = 300_000;

describe.skipIf(!support.ok)(`a guest${reason}`, { timeout: GUEST_TIMEOUT }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "ninep-guest-test-"));
  const temporary = path.join(folder, "tmp");

  beforeAll(async () => {
    await prepareGuest();
    mkdirSync(temporary);
    vi.stubEnv("TMPDIR", temporary);
  }, 900_000);
  afterEach(() => {
    expect(readdirSync(temporary)).toEqual([]);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  test("runs a script with its arguments, variables and files", async () => {
    const file = path.join(folder, "data");
    writeFileSync(file, "from the host\n");
    let streamed = "";
    const { exitCode, output } = await runGuest({
      script: `printf '%s|' "$@"; echo "$NAME"; cat '/tmp/a dir/data'; echo oops >&2
sleep 1000 &
head -c 300000 /dev/zero | tr '\\0' x; exit 7`,
      args: ["one", "two words", "it's"],
      env: { NAME: "$value" },
      files: { "/tmp/a dir/data": file },
      onOutput: (text) => {
        streamed += text;
      },
    });
    expect(output).toBe(`one|two words|it's|$value\nfrom the host\noops\n${"x".repeat(300_000)}`);
    expect(streamed).toBe(output);
    expect(exitCode).toBe(7);
  });

  test("is a Debian with 9P, a writable root and a way to the host", async () => {
    const server = createServer((socket) => socket.end("hello from the host\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { exitCode, output } = await runGuest({
      script: `#!/usr/bin/python3
import socket, subprocess
print(socket.create_connection(("10.0.2.2", ${port})).recv(100).decode(), end="")
open("/etc/new", "w").write("writable")
print("9p" in open("/proc/filesystems").read())
for tool in "diod fio git getfattr setfacl tar sha256sum python3 flock".split():
    subprocess.run(["which", tool], check=True, stdout=subprocess.DEVNULL)
`,
    });
    server.close();
    expect(output).toBe("hello from the host\nTrue\n");
    expect(exitCode).toBe(0);
  });

  test("tells a panic from a failing script", async () => {
    const panic = runGuest({ script: "echo before; echo c >/proc/sysrq-trigger; sleep 60" });
    await expect(panic).rejects.toMatchObject({
      failure: "crash",
      output: "before\n",
      message: expect.stringContaining("Kernel panic") as string,
    });
  });

  test("is killed when it takes too long or its caller gives up", async () => {
    const abort = new AbortController();
    const stopped = runGuest({
      script: "echo started; sleep 1000",
      signal: abort.signal,
      onOutput: () => {
        abort.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ failure: "aborted", output: "started\n" });
    await expect(runGuest({ script: "sleep 1000", timeout: 1000 })).rejects.toMatchObject({
      failure: "timeout",
    });
  });

  test("says what is wrong with what it was given", async () => {
    const file = path.join(folder, "absent");
    await expect(runGuest({ script: "", files: { "/a": file } })).rejects.toThrow(file);
    await expect(runGuest({ script: "", modules: ["no-such"] })).rejects.toThrow("no module no_such");
    await expect(runGuest({ script: "", qemuArgs: ["-bogus"] })).rejects.toMatchObject({
      failure: "qemu",
      message: expect.stringContaining("-bogus") as string,
    });
  });
});
