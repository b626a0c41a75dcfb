import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serveHostile } from "./testing/hostile-server.js";
import { serveMemory } from "./testing/memory-server.js";
import { runNinep, type Outcome, type RunOptions } from "./testing/run-ninep.js";

let server: Awaited<ReturnType<typeof serveMemory>>;

beforeEach(async () => {
  server = await serveMemory({
    files: {
      "etc/motd": "hello\n",
      "etc/big": new Uint8Array(3_000_000).fill(97),
      link: { symlink: "etc/motd" },
      "b\udcff": "",
      "a\u001b[31m": "",
    },
  });
});

afterEach(async () => {
  expect(server.fs.inUse()).toEqual({ nodes: 0, files: 0 });
  await server.close();
});

async function ninep(args: string, options?: RunOptions): Promise<Outcome> {
  const outcome = await runNinep(["-a", server.address, ...args.split(" ")], options);
  // The server learns of the end of the connection a moment later.
  await new Promise((resolve) => setTimeout(resolve, 20));
  return outcome;
}

describe("ls", () => {
  test("shows names, as the bytes that they are", async () => {
    const { stdout, stderr, status } = await ninep("ls");
    expect([stdout, stderr, status]).toEqual(["a\u001b[31m\nb\u00ff\netc\nlink\n", "", 0]);
  });

  test("shows nothing that a terminal would act on", async () => {
    expect((await ninep("ls /", { isTTY: true })).stdout).toBe("a?[31m\nb?\netc\nlink\n");
  });

  test("shows several, and goes on after one that is not there", async () => {
    const { stdout, stderr, status } = await ninep("ls etc nothing etc/motd");
    expect(stdout).toBe("etc:\nbig\nmotd\n\netc/motd:\netc/motd\n");
    expect(stderr).toBe("ninep: ls nothing: No such file or directory\n");
    expect(status).toBe(1);
  });

  test("shows details, of a symlink itself", async () => {
    const { stdout } = await ninep("ls -l etc");
    expect(stdout).toMatch(
      /^-rw-r--r-- 1 0 0 3000000 \d{4}-\d\d-\d\d \d\d:\d\d big\n-rw-r--r-- 1 0 0 {7}6 .{16} motd\n$/,
    );
    expect((await ninep("ls -l link")).stdout).toMatch(/^lrwxrwxrwx 1 0 0 8 .{16} link -> etc\/motd\n$/);
  });

  test("shows JSON, an object a line", async () => {
    const { stdout } = await ninep("ls --json / etc/motd");
    const infos = stdout.split("\n").map((line) => (line === "" ? null : (JSON.parse(line) as unknown)));
    expect(infos).toMatchObject([
      { name: "a\u001b[31m" },
      { name: "b\udcff", type: "file" },
      { name: "etc", type: "directory", mode: "0755", nlink: 2 },
      { name: "link", type: "symlink", target: "etc/motd" },
      { name: "etc/motd", size: 6, qid: { type: 0 } },
      null,
    ]);
  });
});

describe("cat", () => {
  test("writes content, through symlinks, and goes on after errors", async () => {
    const { stdout, stderr, status } = await ninep("cat link etc nothing etc/motd");
    expect(stdout).toBe("hello\nhello\n");
    expect(stderr).toBe("ninep: cat etc: Is a directory\nninep: cat nothing: No such file or directory\n");
    expect(status).toBe(1);
    expect((await ninep("cat etc/big")).stdout).toBe("a".repeat(3_000_000));
  });

  test("ends quietly when nobody reads", async () => {
    const error = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
    const { stderr, status } = await ninep("cat etc/big etc/big", { breakAfter: { bytes: 100, error } });
    expect([stderr, status]).toEqual(["", 0]);
  });

  test("says so when the output fails otherwise", async () => {
    const error = Object.assign(new Error("write ENOSPC"), { code: "ENOSPC" });
    const { stderr, status } = await ninep("cat etc/big", { breakAfter: { bytes: 0, error } });
    expect(stderr).toMatch(/: No space left on device\n$/);
    expect(status).toBe(1);
  });

  test("can be interrupted", async () => {
    const { status } = await ninep("cat etc/big", {
      onStart: (process) => setTimeout(() => process.emit("SIGINT"), 0),
    });
    expect(status).toBe(130);
  });
});

test("stat shows what is known", async () => {
  const { stdout } = await ninep("stat etc/motd link");
  expect(stdout).toContain("  name  etc/motd\n  type  file\n  mode  0644 -rw-r--r--\n owner  0:0\n");
  expect(stdout).toContain("  name  link -> etc/motd\n  type  symlink\n");
  const { name, size } = JSON.parse((await ninep("stat --json etc/motd")).stdout) as Record<string, unknown>;
  expect([name, size]).toEqual(["etc/motd", 6]);
});

describe("exit status 2 and a hint for", () => {
  test.each([
    ["no command", [], "Usage: ninep"],
    ["an unknown command", ["mount"], "unknown command 'mount'"],
    ["an unknown option", ["ls", "-z"], "unknown option '-z'"],
    ["a missing argument", ["cat"], "missing required argument"],
    ["too many arguments", ["get", "a", "b", "c"], "too many arguments"],
    ["a bad address", ["-a", "nowhere", "ls"], "write tcp://HOST:PORT or unix:PATH"],
  ])("%s", async (_, argv, text) => {
    const { status, stderr, stdout } = await runNinep(argv);
    expect(status).toBe(2);
    expect(stderr).toContain(text);
    expect(stdout).toBe("");
  });

  test("a bad address in the environment", async () => {
    const { status, stderr } = await runNinep(["ls"], { env: { NINEP_ADDR: "nowhere" } });
    expect(status).toBe(2);
    expect(stderr).toContain("NINEP_ADDR");
  });
});

test("help is no error", async () => {
  for (const argv of [["--help"], ["get", "--help"], ["help", "put"]]) {
    const { status, stdout } = await runNinep(argv);
    expect(status).toBe(0);
    expect(stdout).toContain("Usage: ninep");
  }
  expect((await runNinep(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("a server that is not there, or has no such tree, is an error", async () => {
  const nowhere = `unix:${server.directory}/nothing`;
  const { status, stderr } = await runNinep(["ls"], { env: { NINEP_ADDR: nowhere } });
  expect([status, stderr]).toEqual([1, `ninep: ${nowhere}: No such file or directory\n`]);
  const other = await ninep("--aname other ls");
  expect([other.status, other.stderr]).toEqual([1, `ninep: ${server.address}: No such file or directory\n`]);
});

test("messages hold nothing that a terminal would act on", async () => {
  const { stderr } = await ninep("cat nothing\u001b[2J");
  expect(stderr).toBe("ninep: cat nothing?[2J: No such file or directory\n");
});

test("a directory with a name that no file can have is not listed", async () => {
  const hostile = await serveHostile([
    ["good", ""],
    ["../x", ""],
  ]);
  const { status, stderr } = await runNinep(["-a", hostile.address, "ls"]);
  expect(status).toBe(1);
  expect(stderr).toBe('ninep: ls /: the server sent a name that no file can have: "../x"\n');
  await hostile.close();
});
