import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const program = fileURLToPath(new URL("testing/echo-server.mjs", import.meta.url));
const [ECHO, LATER, BIG, CLOSED, THROW] = [1, 2, 3, 4, 5];

let folder: string;
let socket: string;
let server: ChildProcess;

async function start(options: object = {}): Promise<void> {
  server = spawn(process.execPath, [program, `unix:${socket}`, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(server.stdout!, "data");
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ninep-loop-"));
  socket = path.join(folder, "s");
});

afterEach(() => {
  server.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** A message of this type with a tag and a body of `size` bytes. */
function frame(type: number, tag = 1, size = 4): Buffer {
  const bytes = Buffer.alloc(7 + size, tag);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes[4] = type;
  bytes.writeUInt16LE(tag, 5);
  return bytes;
}

async function connect(): Promise<net.Socket> {
  const client = net.connect(socket);
  client.on("error", () => undefined);
  await once(client, "connect");
  return client;
}

/** The next `count` bytes that arrive, or fewer if the connection ends. */
async function receive(client: net.Socket, count: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  client.setMaxListeners(0);
  while (bytes.length < count && !client.readableEnded) {
    const part = client.read() as Buffer | null;
    if (part) bytes = Buffer.concat([bytes, part]);
    else await Promise.race([once(client, "readable"), once(client, "end"), once(client, "close")]);
    if (client.destroyed) break;
  }
  return bytes;
}

const descriptors = () => readdirSync(`/proc/${server.pid!}/fd`).length;
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid!}/status`, "utf8"))![1]);

async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

describe("SocketServer", () => {
  it("answers messages however they are split", async () => {
    await start();
    const stream = Buffer.concat([frame(ECHO, 1), frame(ECHO, 2, 300), frame(ECHO, 3, 0)]);
    const client = await connect();
    for (let cut = 0; cut <= stream.length; cut += 7) {
      client.write(stream.subarray(0, cut));
      await sleep(1);
      client.write(stream.subarray(cut));
      expect(await receive(client, stream.length)).toEqual(stream);
    }
    for (const byte of stream) client.write(Buffer.of(byte));
    expect(await receive(client, stream.length)).toEqual(stream);
    client.destroy();
  });

  it("lets quick answers overtake a slow one", async () => {
    await start();
    const client = await connect();
    client.write(Buffer.concat([frame(ECHO, 1), frame(LATER, 2), frame(ECHO, 3)]));
    expect(await receive(client, 33)).toEqual(
      Buffer.concat([frame(ECHO, 1), frame(ECHO, 3), frame(LATER, 2)]),
    );
    client.destroy();
  });

  it("waits with more when the handler is full, and loses nothing", async () => {
    await start();
    const client = await connect();
    const all = Array.from({ length: 30 }, (_, tag) => frame(tag % 2 ? LATER : ECHO, tag));
    client.write(Buffer.concat(all));
    const replies = await receive(client, 30 * 11);
    const tags = Array.from({ length: 30 }, (_, i) => replies.readUInt16LE(i * 11 + 5)).sort((a, b) => a - b);
    expect(tags).toEqual(Array.from({ length: 30 }, (_, tag) => tag));
    client.destroy();
  });

  it("answers what came before the client closed its side", async () => {
    await start();
    const client = await connect();
    client.end(Buffer.concat([frame(LATER, 1), frame(BIG, 2)]));
    expect((await receive(client, 1e6)).length).toBe(60_011);
  });

  it.each([
    ["larger than msize", Buffer.from([0xff, 0xff, 0xff, 0x7f, 1, 0, 0])],
    ["smaller than its header", Buffer.from([6, 0, 0, 0, 1, 0, 0])],
    ["that the handler throws at", frame(THROW)],
  ])("closes a connection with a message %s, and no other", async (_, bad) => {
    await start();
    const [victim, other] = [await connect(), await connect()];
    victim.write(bad);
    await once(victim.resume(), "close");
    other.write(frame(ECHO, 9));
    expect(await receive(other, 11)).toEqual(frame(ECHO, 9));
    other.destroy();
  });

  it("reads no more from a client that takes no replies, and goes on when it does", async () => {
    await start();
    const [deaf, other] = [await connect(), await connect()];
    const before = memory();
    const request = frame(BIG, 1);
    for (let i = 0; i < 20_000; i++) deaf.write(request);
    await sleep(500);
    other.write(frame(ECHO, 9));
    expect(await receive(other, 11)).toEqual(frame(ECHO, 9));
    // 20,000 replies are 1.2 GB.
    expect(memory() - before).toBeLessThan(100_000);
    let got = 0;
    while (got < 60_000 * 100) got += (await receive(deaf, 60_000)).length;
    deaf.destroy();
    other.destroy();
  });

  it.each([1, 4, 64])(
    "keeps the replies of slow clients apart with %i buffers to spare",
    async (maxWaiting) => {
      await start({ maxWaiting });
      const count = 60;
      const clients = await Promise.all(Array.from({ length: 8 }, connect));
      for (const [i, client] of clients.entries()) {
        for (let n = 0; n < count; n++) client.write(frame(BIG, i + 1));
      }
      await sleep(100);
      const other = await connect();
      other.write(Buffer.concat([frame(LATER, 9), frame(ECHO, 10)]));
      expect(await receive(other, 22)).toHaveLength(22);
      for (const [i, client] of clients.entries()) {
        const reply = Buffer.alloc(60_000, i + 1);
        reply.writeUInt32LE(reply.length, 0);
        const wanted = Buffer.concat(Array.from({ length: count }, () => reply));
        expect((await receive(client, wanted.length)).equals(wanted)).toBe(true);
        client.destroy();
      }
      other.destroy();
    },
  );

  it("cuts a client off that lets more pile up than it may", async () => {
    await start({ maxBacklog: 1000 });
    const deaf = await connect();
    for (let i = 0; i < 100; i++) deaf.write(frame(BIG, 1));
    await sleep(300);
    await eventually(async () => {
      const probe = await connect();
      probe.write(frame(CLOSED));
      const closed = (await receive(probe, 11)).readUInt16LE(7);
      probe.destroy();
      return closed > 0;
    });
    deaf.destroy();
  });

  it("serves others beside thousands of connections that send one byte, and releases them all", async () => {
    await start();
    const before = descriptors();
    const count = 2000;
    const clients: net.Socket[] = [];
    for (let i = 0; i < count; i++) {
      const client = await connect();
      client.write(Buffer.of(0x13));
      clients.push(client);
    }
    await eventually(() => descriptors() >= before + count);
    const other = await connect();
    other.write(frame(ECHO, 9));
    expect(await receive(other, 11)).toEqual(frame(ECHO, 9));
    other.destroy();
    for (const client of clients) client.destroy();
    await eventually(() => descriptors() <= before);
  });

  it("refuses connections beyond the limit, and keeps those it has", async () => {
    await start({ maxConnections: 2 });
    const [first, second] = [await connect(), await connect()];
    const third = await connect();
    await once(third.resume(), "close");
    for (const client of [first, second]) {
      client.write(frame(ECHO, 9));
      expect(await receive(client, 11)).toEqual(frame(ECHO, 9));
      client.destroy();
    }
  });

  it("cuts off who connects and says nothing", async () => {
    await start({ silence: 50 });
    const [mute, talker] = [await connect(), await connect()];
    talker.write(frame(ECHO, 1));
    await receive(talker, 11);
    await once(mute.resume(), "close");
    talker.write(frame(ECHO, 2));
    expect(await receive(talker, 11)).toEqual(frame(ECHO, 2));
    talker.destroy();
  });

  it("serves one client on standard input and output, and ends with it", async () => {
    const child = spawn(process.execPath, [program, "stdio:"], { stdio: ["pipe", "pipe", "inherit"] });
    server = child;
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stdin.end(Buffer.concat([frame(ECHO, 1), frame(BIG, 2), frame(LATER, 3)]));
    const [status] = (await once(child, "close")) as [number];
    expect(status).toBe(0);
    expect(Buffer.concat(chunks).length).toBe(11 + 60_000 + 11);
  });
});
