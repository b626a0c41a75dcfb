import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { AF_UNIX, bindAndListen, close, streamSocket, unixAddress } from "@ninep/linux";
import { NOFID, Rattach, Rlcreate, Rversion, Tattach, Tlcreate, Tversion, Writer } from "@ninep/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const program = fileURLToPath(new URL("../bin/ninepd.js", import.meta.url));

let folder: string;
let socket: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ninepd-"));
  socket = path.join(folder, "s");
});

afterEach(() => {
  child?.kill("SIGKILL");
  child = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** Runs ninepd to its end. */
function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: "utf8",
    cwd: folder,
  });
  return { status, stdout, stderr };
}

/** Starts ninepd; resolves with its banner. */
async function start(...args: string[]): Promise<string> {
  child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const [banner] = (await once(child.stdout!, "data")) as [Buffer];
  return banner.toString();
}

async function ended(): Promise<number | null> {
  const [status] = (await once(child!, "exit")) as [number | null];
  return status;
}

/** Attaches over the socket and returns the type of the last reply to `frames`. */
async function exchange(...frames: Uint8Array[]): Promise<number[]> {
  const client = net.connect(socket);
  await once(client, "connect");
  const types: number[] = [];
  for (const frame of frames) {
    client.write(frame);
    const [reply] = (await once(client, "data")) as [Buffer];
    types.push(reply[4]!);
  }
  client.destroy();
  return types;
}

function encode<B>(message: { encode(writer: Writer, tag: number, body: B): number }, body: B): Uint8Array {
  const bytes = new Uint8Array(1024);
  return bytes.slice(0, message.encode(new Writer().reset(bytes), 1, body));
}

const version = encode(Tversion, { msize: 8192, version: "9P2000.L" });
const attach = (aname: string) => encode(Tattach, { fid: 0, afid: NOFID, uname: "", aname, nUname: 0 });
const RLERROR = 7;

describe("what makes no sense ends with status 2 and says why", () => {
  it.each([
    [["/no/such/directory"], /cannot serve \/no\/such\/directory: there is no such directory/],
    [["file"], /cannot serve .*file: it is not a directory/],
    [["--bogus"], /unknown option '--bogus'/],
    [["a", "b"], /too many arguments/],
    [["--threads", "0"], /--threads takes a whole number from 1 to 64, not "0"/],
    [["--msize", "12x"], /--msize takes a whole number/],
    [["--max-fds", "16", "--threads", "4"], /too little for 4 threads/],
    [["--log-level", "loud"], /--log-level takes one of/],
    [["--listen", "localhost"], /--listen localhost is no address/],
    [["--listen", "unix:"], /has no path/],
    [["--export", "name"], /--export takes NAME=DIR/],
    [["--export", "a=.", "--export", "a=."], /two exports have the name a/],
    [["--config", "nowhere.yaml"], /cannot read the configuration/],
  ])("%j", (args, message) => {
    writeFileSync(path.join(folder, "file"), "");
    const { status, stderr, stdout } = run(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^ninepd: /);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it("a port in use", async () => {
    const server = net.createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as net.AddressInfo;
    const { status, stderr } = run("--listen", `tcp://127.0.0.1:${port}`);
    expect(status).toBe(2);
    expect(stderr).toMatch(/the port is in use/);
    server.close();
  });

  it.each([
    ["listen: [tcp://127.0.0.1:0\n", 2, ""],
    ["threads: 2\nmsize: many\n", 2, "msize"],
    ["threads: 1\nexport:\n  home: .\n  store: { path: ., readonly: perhaps }\n", 4, "export.store"],
    ["threads: 1\n\nthread: 4\n", 3, "thread"],
  ])("a configuration, with the line: %j", (text, line, name) => {
    writeFileSync(path.join(folder, "c.yaml"), text);
    const { status, stderr } = run("--config", "c.yaml");
    expect(status).toBe(2);
    expect(stderr).toContain(`c.yaml:${line}: ${name}`);
  });
});

describe("ninepd", () => {
  it("prints help and version", () => {
    expect(run("--help")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("--listen <address>") as string,
    });
    expect(run("--version")).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    });
  });

  it("says what it serves and how to use it", async () => {
    const banner = await start(folder, "--listen", "tcp://127.0.0.1:0", "--readonly");
    const [, port] = /on tcp:\/\/127\.0\.0\.1:(\d+)/.exec(banner)!;
    expect(banner).toContain(`${folder} (read-only)`);
    expect(banner).toContain(
      `mount -t 9p -o trans=tcp,port=${port},version=9p2000.L,msize=1048576 127.0.0.1 /mnt`,
    );
    expect(banner).toContain(`-a tcp://127.0.0.1:${port} ls -l /`);
    expect(banner).toContain("-nic user,model=virtio");
    expect(banner).toContain("10.0.2.2");
  });

  it("ends with status 0 on SIGTERM and removes its socket", async () => {
    await start(folder, "--listen", `unix:${socket}`);
    expect(await exchange(version, attach(""))).toEqual([Rversion.type, Rattach.type]);
    child!.kill("SIGTERM");
    expect(await ended()).toBe(0);
    expect(existsSync(socket)).toBe(false);
  });

  it("serves exports by name, each as it says, and nothing else", async () => {
    mkdirSync(path.join(folder, "a"));
    mkdirSync(path.join(folder, "b"));
    await start("--export", "a=a", "--export", "b=b,ro", "--listen", `unix:${socket}`, "--threads", "2");
    const create = encode(Tlcreate, { fid: 0, name: "new", flags: 2, mode: 0o644, gid: 0 });
    expect(await exchange(version, attach("a"), create)).toEqual([
      Rversion.type,
      Rattach.type,
      Rlcreate.type,
    ]);
    expect(await exchange(version, attach("/b"), create)).toEqual([Rversion.type, Rattach.type, RLERROR]);
    for (const aname of ["", "/", "c", "..", "/etc", path.join(folder, "a/../b/.."), `${folder}/a/`]) {
      expect(await exchange(version, attach(aname)), aname).toEqual([Rversion.type, RLERROR]);
    }
    expect(existsSync(path.join(folder, "a/new"))).toBe(true);
    expect(existsSync(path.join(folder, "b/new"))).toBe(false);
  });

  it("takes settings from a file, and flags before them", async () => {
    writeFileSync(
      path.join(folder, "c.yaml"),
      `listen: tcp://127.0.0.1:0\nreadonly: true\nexport:\n  here: ${folder}\n`,
    );
    const banner = await start("--config", "c.yaml", "--listen", `unix:${socket}`);
    expect(banner).toContain("(read-only) as here");
    expect(banner).toContain(`on unix:${socket}`);
    expect(banner).not.toContain("on tcp:");
  });

  it("accepts on a socket that it inherits", async () => {
    const fd = streamSocket(AF_UNIX);
    bindAndListen(fd, unixAddress(socket), 8);
    child = spawn(process.execPath, [program, folder, "--listen", "fd:3"], {
      stdio: ["ignore", "pipe", "pipe", fd],
    });
    await once(child.stdout!, "data");
    close(fd);
    expect(await exchange(version, attach(""))).toEqual([Rversion.type, Rattach.type]);
    child.kill("SIGTERM");
    expect(await ended()).toBe(0);
  });

  it("serves standard input and output, and ends with its client", async () => {
    child = spawn(process.execPath, [program, folder, "--listen", "stdio:"], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    child.stdout!.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stdin!.end(Buffer.concat([version, attach("")]));
    const [status] = (await once(child, "close")) as [number];
    expect(status).toBe(0);
    const replies = Buffer.concat(chunks);
    expect(replies[4]).toBe(Rversion.type);
    expect(replies[replies.readUInt32LE(0) + 4]).toBe(Rattach.type);
  });

  it("traces every message", async () => {
    await start(folder, "--listen", `unix:${socket}`, "--trace");
    let trace = "";
    child!.stderr!.on("data", (chunk: Buffer) => (trace += chunk.toString()));
    await exchange(version, attach("nowhere"));
    while (!trace.includes("Rlerror")) await once(child!.stderr!, "data");
    expect(trace.split("\n").slice(0, 4)).toEqual([
      '1 Tversion tag 1 msize 8192 version "9P2000.L"',
      '1 Rversion tag 1 msize 8192 version "9P2000.L"',
      `1 Tattach tag 1 fid 0 afid ${NOFID} uname "" aname "nowhere" nUname 0`,
      "1 Rlerror tag 1 errno 2 ENOENT",
    ]);
  });
});
