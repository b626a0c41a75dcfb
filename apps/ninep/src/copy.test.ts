import {
  chmod,
  lstat,
  mkdir,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serveHostile, type HostileDirectory } from "./testing/hostile-server.js";
import { serveMemory } from "./testing/memory-server.js";
import { runNinep, type Outcome } from "./testing/run-ninep.js";
import type { SocketServer } from "./testing/socket-server.js";

let server: Awaited<ReturnType<typeof serveMemory>>;
/** A directory of this machine to copy to and from. */
let here: string;

beforeEach(async () => {
  server = await serveMemory({});
  here = join(server.directory, "here");
  await mkdir(here);
});

afterEach(async () => {
  expect(server.fs.inUse()).toEqual({ nodes: 0, files: 0 });
  await server.close();
});

async function ninep(...args: string[]): Promise<Outcome> {
  const outcome = await runNinep(["-a", server.address, ...args]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  return outcome;
}

/** Fails unless the run was a success without a word. */
async function ok(...args: string[]): Promise<void> {
  expect(await ninep(...args)).toEqual({ status: 0, stdout: "", stderr: "" });
}

async function fails(text: string, ...args: string[]): Promise<void> {
  const { status, stderr } = await ninep(...args);
  expect(stderr).toBe(`ninep: ${text}\n`);
  expect(status).toBe(1);
}

const local = (name: string) => join(here, name);
const text = async (name: string) => readFile(local(name), "utf8");

/** What is below a directory: kind, permissions and content of each file. Names are latin1, a character a byte. */
async function tree(directory: string | Buffer, prefix = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const bytes of await readdir(directory, { encoding: "buffer" })) {
    const path = Buffer.concat([Buffer.from(directory), Buffer.from("/"), bytes]);
    const name = prefix + bytes.toString("latin1");
    const kind = await lstat(path);
    const mode = (kind.mode & 0o777).toString(8);
    if (kind.isSymbolicLink()) found[name] = `-> ${await readlink(path)}`;
    else if (!kind.isDirectory()) found[name] = `${mode} ${await readFile(path, "utf8")}`;
    else Object.assign(found, { [name]: `${mode} directory` }, await tree(path, `${name}/`));
  }
  return found;
}

describe("a file", () => {
  test("is copied with mode and time, both ways", async () => {
    await writeFile(local("a"), "content");
    await chmod(local("a"), 0o640);
    await utimes(local("a"), 1_000_000_000.25, 1_000_000_000.25);
    await ok("put", local("a"), "b");
    await ok("get", "b", local("c"));
    expect(await text("c")).toBe("content");
    const { mode, mtimeMs } = await stat(local("c"));
    expect([mode & 0o7777, mtimeMs]).toEqual([0o640, 1_000_000_000_250]);
  });

  test("of any size is copied whole", async () => {
    for (const size of [0, 1, 262_143, 262_144, 262_145, 3_000_000]) {
      const content = Buffer.alloc(size, "0123456789abcdef!");
      await writeFile(local("a"), content);
      await ok("put", local("a"), "b");
      await ok("get", "b", local("c"));
      expect(Buffer.compare(await readFile(local("c")), content)).toBe(0);
    }
  });

  test("goes into a directory, or over what is there", async () => {
    server.fs.add({ "d/": "", f: "new" });
    await mkdir(local("d"));
    await writeFile(local("d/f"), "old");
    await ok("get", "f", local("d"));
    expect(await text("d/f")).toBe("new");
    await writeFile(local("d/f"), "newer");
    await ok("put", local("d/f"), "d/");
    await ok("put", local("d/f"), "/f");
    expect(Buffer.from(server.fs.readFile("d/f")).toString()).toBe("newer");
    expect(Buffer.from(server.fs.readFile("f")).toString()).toBe("newer");
    expect((await ninep("ls", "/", "d")).stdout).toBe("/:\nd\nf\n\nd:\nf\n");
  });

  test("takes the place of a symlink, and does not go through it", async () => {
    server.fs.add({ f: "new", l: { symlink: "f" } });
    await writeFile(local("target"), "untouched");
    await symlink("target", local("link"));
    await ok("get", "f", local("link"));
    expect(await tree(here)).toEqual({ link: "644 new", target: "644 untouched" });
    await ok("put", local("target"), "l");
    expect(Buffer.from(server.fs.readFile("f")).toString()).toBe("new");
  });

  test("that is a symlink is the file behind it, unless -r", async () => {
    server.fs.add({ f: "content", l: { symlink: "f" } });
    await ok("get", "l", local("l"));
    expect(await text("l")).toBe("content");
    await ok("get", "-r", "l", local("m"));
    expect(await readlink(local("m"))).toBe("f");
    await ok("put", "-r", local("m"), "n");
    await ok("put", "-r", local("m"), "n");
    expect((await ninep("stat", "n")).stdout).toContain("n -> f");
  });

  test("that cannot be copied leaves nothing behind", async () => {
    server.fs.add({ f: "x", "d/x/y": "", "e/f/": "" });
    await mkdir(local("d/f"), { recursive: true });
    await writeFile(local("f"), "");
    await fails(`get nothing: No such file or directory`, "get", "nothing", local("x"));
    await fails(`get d: is a directory; -r copies it`, "get", "d", local("x"));
    await fails(`get f: ${local("no/x")}: No such file or directory`, "get", "f", local("no/x"));
    await fails(`get f: ${local("no/")}: no such directory`, "get", "f", local("no/"));
    await fails(`get f: ${local("d/f")}: Is a directory`, "get", "f", local("d"));
    await fails(
      "get f: /dev/null is not a regular file, so nothing is written over it",
      ...["get", "f", "/dev/null"],
    );
    const f = local("f");
    await fails(`put ${local("no")}: No such file or directory`, "put", local("no"), "x");
    await fails(`put ${local("d")}: is a directory; -r copies it`, "put", local("d"), "x");
    await fails(`put ${f}: no/x on the server: No such file or directory`, "put", f, "no/x");
    await fails(`put ${f}: no/ on the server: no such directory`, "put", f, "no/");
    await fails(`put ${f}: f on the server: Is a directory`, "put", f, "e");
    await fails(
      `put /dev/null: is neither a file, a directory nor a symlink; only those are copied`,
      ...["put", "/dev/null", "x"],
    );
    expect(await tree(here)).toEqual({ d: "755 directory", "d/f": "755 directory", f: "644 " });
    expect((await ninep("ls", "/", "e")).stdout).toBe("/:\nd\ne\nf\n\ne:\nf\n");
  });
});

describe("a tree", () => {
  test("is copied with all that is in it, both ways", async () => {
    await mkdir(local("a/locked"), { recursive: true });
    await mkdir(local("a/empty"));
    await writeFile(local("a/locked/f"), "in a locked directory");
    await writeFile(Buffer.concat([Buffer.from(local("a/not utf-8 ")), Buffer.from([0xff])]), "odd");
    await symlink("/nowhere", local("a/link"));
    for (let i = 0; i < 300; i++) await writeFile(local(`a/${i}`), `${i}`, { mode: 0o600 });
    await chmod(local("a/locked"), 0o555);
    await utimes(local("a/locked"), 1_000_000_000, 1_000_000_000);
    await ok("put", "-r", local("a"), "b");
    await ok("get", "-r", "b", local("c"));
    expect(await tree(local("c"))).toHaveProperty(["not utf-8 \u00ff"], "644 odd");
    expect(await tree(local("c"))).toEqual(await tree(local("a")));
    expect((await stat(local("c/locked"))).mtimeMs).toBe(1_000_000_000_000);
    // Once more, over what is there.
    await chmod(local("c/locked"), 0o755);
    await ok("get", "-r", "b/", local("c"));
    expect(await tree(local("c/b"))).toEqual(await tree(local("a")));
    await ok("get", "-r", "/", local("d"));
    expect(await tree(local("d/b"))).toEqual(await tree(local("a")));
    for (const locked of ["a/locked", "c/locked", "c/b/locked", "d/b/locked"])
      await chmod(local(locked), 0o755);
  });

  test("goes on after what cannot be copied", async () => {
    server.fs.add({ "d/a": "a", "d/b": "b", "d/c": "c" });
    await mkdir(local("d/b"), { recursive: true });
    await fails(`get d/b: ${local("d/b")}: Is a directory`, "get", "-r", "d", here);
    expect(await tree(here)).toMatchObject({ "d/a": "644 a", "d/b": "755 directory", "d/c": "644 c" });
    await rm(local("d"), { recursive: true });
    server.fs.add({ "e/x": "" });
    await mkdir(local("e/x"), { recursive: true });
    await fails(
      `put ${local("e/x")}: x on the server is there, and is not a directory`,
      "put",
      "-r",
      local("e"),
      "/",
    );
  });

  test("keeps no set-user-ID bits: the copy has another owner", async () => {
    server.fs.add({ f: "" });
    await writeFile(local("s"), "");
    await chmod(local("s"), 0o6755);
    await ok("put", local("s"), "s");
    expect((await ninep("stat", "--json", "s")).stdout).toContain('"mode":"0755"');
  });
});

describe("a hostile server", () => {
  let hostile: SocketServer | undefined;

  afterEach(async () => {
    await hostile?.close();
    hostile = undefined;
  });

  async function getFrom(root: HostileDirectory): Promise<Outcome> {
    await hostile?.close();
    hostile = await serveHostile(root);
    return runNinep(["-a", hostile.address, "get", "-r", "/", local("out")]);
  }

  /** Everything but what was to be copied. */
  async function outside(): Promise<string[]> {
    return (await readdir(here)).filter((name) => name !== "out").sort();
  }

  test.each(["../x", "..\u0000", "/", "", "/etc/x", "a/../../x"])("cannot name a file %j", async (name) => {
    const { status, stderr } = await getFrom([
      ["good", "1"],
      [name, "evil"],
    ]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^ninep: get \/: the server sent a name that no file can have: "/);
    expect(await outside()).toEqual([]);
    expect(await tree(local("out"))).toEqual({ good: "644 1" });
  });

  test("cannot lead out with a symlink and then a directory of that name", async () => {
    await mkdir(local("victim"));
    const { status, stderr } = await getFrom([
      ["a", { symlink: local("victim") }],
      ["a", [["f", "evil"]]],
    ]);
    expect(status).toBe(1);
    expect(stderr).toBe("ninep: get /a: the server has this name twice in one directory\n");
    expect(await readdir(local("victim"))).toEqual([]);
  });

  test("cannot lead out with a symlink that an earlier copy planted", async () => {
    await mkdir(local("victim"));
    expect((await getFrom([["a", { symlink: local("victim") }]])).status).toBe(0);
    const { status, stderr } = await getFrom([["a", [["f", "evil"]]]]);
    expect(status).toBe(1);
    expect(stderr).toBe(
      `ninep: get /a: ${local("out/a")} is a symlink here; nothing is written through it\n`,
    );
    expect(await readdir(local("victim"))).toEqual([]);
  });

  test("cannot write through a symlink with a file of that name", async () => {
    await writeFile(local("victim"), "untouched");
    expect((await getFrom([["a", { symlink: local("victim") }]])).status).toBe(0);
    expect((await getFrom([["a", "new"]])).status).toBe(0);
    expect(await text("victim")).toBe("untouched");
    expect(await tree(local("out"))).toEqual({ a: "644 new" });
  });

  test("cannot put a symlink where a directory is", async () => {
    expect((await getFrom([["a", [["f", "1"]]]])).status).toBe(0);
    const { status, stderr } = await getFrom([["a", { symlink: "/etc" }]]);
    expect(status).toBe(1);
    expect(stderr).toContain("Is a directory");
    expect(await tree(local("out"))).toMatchObject({ "a/f": "644 1" });
  });

  test("gets the user's own symlink followed, since they named it", async () => {
    await mkdir(local("mine"));
    await symlink("mine", local("out"));
    expect((await getFrom([["f", "1"]])).status).toBe(0);
    expect(await tree(local("mine"))).toEqual({ f: "644 1" });
  });
});
