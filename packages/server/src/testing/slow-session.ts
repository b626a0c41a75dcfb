import { NOFID, NO_UNAME, QTFILE, Tattach, Tversion, Writer, type Message } from "@ninep/wire";
import { expect } from "vitest";
import type { Backend, Node, OpenFile } from "../backend.js";
import { Session, type SessionOptions } from "../session.js";

/** Type of the reply that is an error. */
export const RLERROR = 7;
/** Bytes of msize and of a reply's buffer. */
export const ROOM = 8192;

/** A backend of one directory full of files whose methods answer when the test says so. */
export class SlowBackend implements Backend {
  /** Calls that wait, by name, oldest first. */
  readonly waiting: { what: string; answer: () => void; fail: (error: unknown) => void }[] = [];
  readonly log: string[] = [];
  slow = new Set<string>();
  target = "";
  nodes = 0;
  files = 0;

  attach(): Node {
    return this.node("/");
  }

  node(name: string): Node {
    let users = 1;
    this.nodes++;
    return {
      name,
      qid: { type: QTFILE, version: 1, path: 1n },
      retain: () => {
        users++;
      },
      release: () => {
        if (--users < 0) throw new Error("released too often");
        if (users === 0) this.nodes--;
      },
      walk: (child) => this.#answer("walk", () => this.node(child)),
      getattr: () => {
        throw new TypeError("a bug");
      },
      open: () => this.#answer("open", () => this.#file()),
      create: (child) => this.#answer("create", () => ({ node: this.node(child), file: this.#file() })),
      setXattr: () => undefined,
      readlink: () => this.target,
    };
  }

  #file(): OpenFile {
    this.files++;
    return {
      read: (_, into) => this.#answer("read", () => into.fill(7).length),
      close: () => {
        this.log.push("close");
        this.files--;
      },
    };
  }

  #answer<T>(what: string, result: () => T): T | Promise<T> {
    if (!this.slow.has(what)) return result();
    return new Promise((resolve, reject) => {
      this.waiting.push({
        what,
        answer: () => {
          resolve(result());
        },
        fail: reject,
      });
    });
  }
}

/** A session on a {@link SlowBackend}, attached with fid 0. */
export function begin(options: Partial<SessionOptions> = {}) {
  const backend = new SlowBackend();
  const session = new Session({ backend, msize: ROOM, ...options });
  const replies: string[] = [];
  const writer = new Writer();
  const bytes = new Uint8Array(70_000);

  /** Sends a request; its reply's name is in `replies` once it is there. Resolves with the reply. */
  function send<B>(
    message: Message<B>,
    body: B,
    tag = 1,
    reply = new Uint8Array(ROOM),
  ): Promise<Uint8Array> | Uint8Array {
    const frame = bytes.slice(0, message.encode(writer.reset(bytes), tag, body));
    const result = session.handle(frame, reply);
    frame.fill(0xaa);
    const record = (size: number) => {
      if (size > 0) replies.push(`${reply[4]!}:${reply[5]!}`);
      return reply.subarray(0, size);
    };
    return typeof result === "number" ? record(result) : result.then(record);
  }

  /** Sends a request that is answered at once. */
  function now<B>(message: Message<B>, body: B, tag = 1): Uint8Array {
    const reply = send(message, body, tag);
    if (reply instanceof Promise) throw new Error(`${message.name} is answered later`);
    return reply;
  }

  now(Tversion, { msize: ROOM, version: "9P2000.L" }, 0xffff);
  now(Tattach, { fid: 0, afid: NOFID, uname: "", aname: "", nUname: NO_UNAME });
  replies.length = 0;
  return { backend, session, send, now, replies };
}

/** The errno in a reply that has to be an Rlerror. */
export function errnoIn(reply: Uint8Array | Promise<Uint8Array>): number {
  if (reply instanceof Promise) throw new Error("answered later");
  expect(reply[4]).toBe(RLERROR);
  return new DataView(reply.buffer, reply.byteOffset).getUint32(7, true);
}
