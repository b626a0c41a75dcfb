import {
  HEADER_SIZE,
  NOFID,
  NO_UNAME,
  VERSION_9P2000,
  VERSION_9P2000_L,
  VERSION_9P2000_U,
  Writer,
  allMessages,
  type Dialect,
  type Message,
} from "@ninep/wire";

/** Where fuzzed sessions are most likely to do something: few fids, few names. */
const FIDS = [0, 1, 2, 3, 4, 5];
const ODD_FIDS = [6, 7, 0x7fffffff, NOFID - 1, NOFID];
const NAMES = ["a", "b", "c", "d", "dir", "link", "é", "\udc80", "x".repeat(255)];
const BAD_NAMES = ["", ".", "..", "a/b", "/", "a\0b", "y".repeat(256), "z".repeat(60_000), "../../etc"];
const OFFSETS = [0n, 0n, 1n, 5n, 4096n];
const ODD_OFFSETS = [70_000n, 1n << 40n, 1n << 53n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n];
const COUNTS = [0, 1, 2, 24, 100, 4096, 8168, 8181];
const ODD_COUNTS = [8182, 65_536, 0x7fffffff, 0xffffffff];
const MODES = [
  0o644, 0o755, 0o4755, 0o100644, 0o040755, 0o010644, 0o120777, 0x80000000, 0x02000000, 0xffffffff,
];
const STRINGS = [
  "",
  "user.a",
  "user.b",
  "../outside",
  "/etc/passwd",
  "9P2000.L",
  "9P2000.u",
  "9P2000",
  "b 8 0",
  "1",
];
const VERSIONS: readonly Dialect[] = [VERSION_9P2000_L, VERSION_9P2000_L, VERSION_9P2000_U, VERSION_9P2000];

/** Requests that lead somewhere are more likely than those that end something. */
const WEIGHTS: Readonly<Record<string, number>> = {
  Twalk: 12,
  Tlopen: 5,
  Topen: 3,
  Tlcreate: 4,
  Tread: 5,
  Twrite: 4,
};
const RARE = ["Tversion", "Tremove"];

/**
 * Makes frames that a hostile client could send: mostly well-formed requests
 * with fids, names and numbers of small pools, so that deep states are reached,
 * and among them broken ones. The same seed makes the same frames.
 */
export class FuzzFrames {
  readonly #requests = allMessages()
    .filter(({ type }) => type % 2 === 0)
    .flatMap((message) => Array<Message<object>>(WEIGHTS[message.name] ?? 1).fill(message));
  readonly #writer = new Writer();
  readonly #buffer = new Uint8Array(1_200_000);
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  /** A number from 0 to `below` - 1 (xorshift32, Marsaglia 2003). */
  below(below: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state % below;
  }

  /** The next frame, a copy of its own. Its size field may be wrong. */
  next(dialect: Dialect): Uint8Array {
    const what = this.below(100);
    if (what === 0) return this.#rubbish();
    let message = this.#pick(this.#requests);
    if (RARE.includes(message.name) && this.below(40) > 0) message = this.#pick(this.#requests);
    const frame =
      what < 5 ? this.#attach(dialect, this.below(4)) : this.#encode(message, this.#body(message), dialect);
    if (what < 80) return frame;
    return this.#break(frame);
  }

  /** A Tversion and Tattaches that work, to begin with. */
  opening(): Uint8Array[] {
    const dialect = this.#pick(VERSIONS);
    const version = allMessages().find(({ name }) => name === "Tversion")!;
    const frames = [this.#encode(version, { msize: 8192, version: dialect }, dialect)];
    for (const fid of [0, 1, 2]) frames.push(this.#attach(dialect, fid));
    return frames;
  }

  #attach(dialect: Dialect, fid: number): Uint8Array {
    const attach = allMessages().find(({ name }) => name === "Tattach")!;
    return this.#encode(attach, { fid, afid: NOFID, uname: "", aname: "", nUname: NO_UNAME }, dialect);
  }

  #encode(message: Message<object>, body: object, dialect: Dialect): Uint8Array {
    this.#writer.dialect = dialect;
    const size = message.encode(this.#writer.reset(this.#buffer), this.below(8), body);
    return this.#buffer.slice(0, size);
  }

  #body(message: Message<object>): object {
    return Object.fromEntries(message.fields.map((field) => [field, this.#value(field)]));
  }

  /** A value that a field of this name can hold. */
  #value(field: string): unknown {
    if (field.endsWith("fid")) return this.#pick(this.#odd() ? ODD_FIDS : FIDS);
    switch (field) {
      case "names":
        return Array.from({ length: this.#odd() ? 17 : this.below(3) }, () => this.#name());
      case "name":
      case "oldname":
      case "newname":
        return this.below(6) === 0 ? this.#pick(STRINGS) : this.#name();
      case "target":
      case "extension":
      case "uname":
      case "aname":
      case "clientId":
      case "version":
        return this.#pick(STRINGS);
      case "offset":
      case "start":
      case "length":
      case "size":
      case "mask":
        return this.#pick(this.#odd() ? ODD_OFFSETS : OFFSETS);
      case "data":
        return this.#bytes(this.below(600));
      case "atime":
      case "mtime":
        return { sec: this.#pick(OFFSETS), nsec: this.#pick(this.#odd() ? ODD_OFFSETS : OFFSETS) };
      case "mode":
        return this.#pick(MODES) & (this.below(2) ? 0xff : 0xffffffff);
      case "type":
        return this.below(4);
      case "oldtag":
        return this.below(10);
      case "flags":
        return this.below(3) ? this.below(3) : this.#pick(ODD_COUNTS);
      case "valid":
        return this.below(0x400);
      case "stat":
        return this.#stat();
      default:
        return this.#pick(this.#odd() ? ODD_COUNTS : COUNTS);
    }
  }

  #stat(): object {
    const keep = () => this.below(2) === 0;
    return {
      type: 0xffff,
      dev: 0xffffffff,
      qid: { type: 0xff, version: 0xffffffff, path: (1n << 64n) - 1n },
      mode: keep() ? 0xffffffff : this.#pick(MODES),
      atime: keep() ? 0xffffffff : this.below(1e9),
      mtime: keep() ? 0xffffffff : this.below(1e9),
      length: keep() ? (1n << 64n) - 1n : this.#pick(this.#odd() ? ODD_OFFSETS : OFFSETS),
      name: keep() ? "" : this.#name(),
      uid: keep() ? "" : this.#pick(STRINGS),
      gid: "",
      muid: "",
      extension: "",
      nUid: 0xffffffff,
      nGid: 0xffffffff,
      nMuid: 0xffffffff,
    };
  }

  #odd(): boolean {
    return this.below(10) === 0;
  }

  #name(): string {
    return this.#pick(this.below(12) === 0 ? BAD_NAMES : NAMES);
  }

  /** A frame with something wrong in it. */
  #break(frame: Uint8Array): Uint8Array {
    const broken = this.below(4) === 0 ? frame.subarray(0, this.below(frame.length + 1)) : frame;
    for (let flips = this.below(4); flips > 0 && broken.length > 0; flips--) {
      broken[this.below(broken.length)] = this.below(256);
    }
    if (this.below(4) > 0 && broken.length >= HEADER_SIZE) {
      new DataView(broken.buffer, broken.byteOffset).setUint32(0, broken.length, true);
    }
    return broken;
  }

  #rubbish(): Uint8Array {
    return this.#bytes(this.below(300));
  }

  #bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
}
