import {
  NO_ID,
  Reader,
  VERSION_9P2000,
  errno,
  errnoText,
  stat,
  type Dialect,
  type ErrnoName,
  type Stat,
} from "@ninep/wire";
import type { ReplyBody } from "./exchanges.js";
import type { TreeClient } from "./tree-client.js";
import { ErrorReply } from "./wire-client.js";

const KEEP_32 = 0xffffffff;

/** A Twstat that touches nothing (stat(5)). */
export const KEEP: Stat = {
  type: 0xffff,
  dev: KEEP_32,
  qid: { type: 0xff, version: KEEP_32, path: 0xffffffffffffffffn },
  mode: KEEP_32,
  atime: KEEP_32,
  mtime: KEEP_32,
  length: 0xffffffffffffffffn,
  name: "",
  uid: "",
  gid: "",
  muid: "",
  extension: "",
  nUid: NO_ID,
  nGid: NO_ID,
  nMuid: NO_ID,
};

/** A client of 9P2000 or 9P2000.u. */
export class LegacyClient {
  readonly client: TreeClient;
  readonly dialect: Dialect;

  constructor(client: TreeClient, dialect: Dialect) {
    this.client = client;
    this.dialect = dialect;
  }

  /** A new fid on `path`, open. */
  async open(path: string | readonly string[], mode: number): Promise<number> {
    const fid = await this.client.walk(path);
    await this.client.rpc("Topen", { fid, mode });
    return fid;
  }

  /** Creates `name` in the root: the fid is on it afterwards. */
  async create(name: string, perm: number, mode: number, extension = "", dir = this.client.root) {
    const fid = await this.client.clone(dir);
    await this.client.rpc("Tcreate", { fid, name, perm: perm >>> 0, mode, extension });
    return fid;
  }

  async stat(fid: number): Promise<ReplyBody<"Tstat">["stat"]> {
    return (await this.client.rpc("Tstat", { fid })).stat;
  }

  async wstat(fid: number, change: Partial<Stat>): Promise<void> {
    await this.client.rpc("Twstat", { fid, stat: { ...KEEP, ...change } });
  }

  /** All stat entries of an open directory, `count` bytes at a time. */
  async readDirectory(fid: number, count = 4096): Promise<Stat[]> {
    const all: Stat[] = [];
    for (let offset = 0n; ;) {
      const data = await this.client.read(fid, offset, count);
      if (data.length === 0) return all;
      all.push(...this.stats(data));
      offset += BigInt(data.length);
    }
  }

  /** The entries in a directory read. Throws when one is cut off. */
  stats(data: Uint8Array): Stat[] {
    const reader = new Reader().reset(data);
    reader.dialect = this.dialect;
    const all: Stat[] = [];
    while (reader.remaining > 0) {
      all.push(stat.read(reader));
      if (reader.overrun) throw new Error("a directory read ends within an entry");
    }
    return all;
  }

  /** Throws unless `attempt` fails with the text and, in 9P2000.u, the number of this error. */
  async fails(attempt: Promise<unknown>, ...names: readonly ErrnoName[]): Promise<void> {
    const error = await attempt.then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    if (!error) throw new Error(`expected ${names.join(" or ")}, but the request succeeds`);
    if (!(error instanceof ErrorReply)) throw error;
    const fits = names.some(
      (name) =>
        error.ename === errnoText(errno[name]) &&
        error.errno === (this.dialect === VERSION_9P2000 ? 0 : errno[name]),
    );
    if (!fits) throw new Error(`expected ${names.join(" or ")}, but ${error.message} (${error.errno})`);
  }
}
