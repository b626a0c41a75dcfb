import {
  GETATTR_ALL,
  L_O_EXCL,
  L_O_RDONLY,
  L_O_RDWR,
  NOFID,
  NO_ID,
  NO_UNAME,
  Reader,
  decodeText,
  encodeText,
  readDirents,
  type Dirent,
} from "@ninep/wire";
import type { ReplyBody, RequestBody } from "./exchanges.js";
import { WireClient, isErrorReply } from "./wire-client.js";

/** What {@link TreeClient.create} may be told. */
export interface CreateOptions {
  /** The directory's fid; the root when left out. */
  readonly dir?: number;
  readonly flags?: number;
  readonly mode?: number;
}

/** Names of a path such as "a/b"; an array passes as it is. */
type Path = string | readonly string[];

/** What a test does with files in a line each, in the messages of 9P2000.L. */
export class TreeClient extends WireClient {
  /** The fid of the root once attached. */
  readonly root = 0;
  #lastFid = 0;

  attach(uid: number = NO_UNAME, aname = ""): Promise<ReplyBody<"Tattach">> {
    return this.rpc("Tattach", { fid: this.root, afid: NOFID, uname: "", aname, nUname: uid });
  }

  /** A fid that is not in use. */
  newFid(): number {
    return ++this.#lastFid;
  }

  /** A new fid on what `path` leads to. Throws ErrorReply for its first name, Error for others. */
  async walk(path: Path, from = this.root): Promise<number> {
    const newfid = this.newFid();
    const names = typeof path === "string" ? path.split("/") : path;
    const { qids } = await this.rpc("Twalk", { fid: from, newfid, names });
    if (qids.length < names.length)
      throw new Error(`the walk to ${names.join("/")} ends after ${qids.length}`);
    return newfid;
  }

  /** A second fid on the same file. */
  clone(fid: number): Promise<number> {
    return this.walk([], fid);
  }

  async exists(name: string, dir = this.root): Promise<boolean> {
    try {
      await this.clunk(await this.walk([name], dir));
      return true;
    } catch (error) {
      if (isErrorReply(error, "ENOENT")) return false;
      throw error;
    }
  }

  /** A new fid on `path`, open. */
  async open(path: Path, flags = L_O_RDONLY, from = this.root): Promise<number> {
    const fid = await this.walk(path, from);
    await this.rpc("Tlopen", { fid, flags });
    return fid;
  }

  /** A fid on a new file, open for reading and writing. */
  async create(
    name: string,
    content: string | Uint8Array = "",
    options: CreateOptions = {},
  ): Promise<number> {
    const { dir = this.root, flags = L_O_RDWR | L_O_EXCL, mode = 0o644 } = options;
    const fid = await this.clone(dir);
    await this.rpc("Tlcreate", { fid, name, flags, mode, gid: NO_ID });
    if (content.length > 0) await this.write(fid, content);
    return fid;
  }

  /** A new file, without a fid. */
  async put(name: string, content = "", dir = this.root): Promise<void> {
    await this.clunk(await this.create(name, content, { dir }));
  }

  /** A fid on a new directory. */
  async mkdir(name: string, dir = this.root, mode = 0o755): Promise<number> {
    await this.rpc("Tmkdir", { dfid: dir, name, mode, gid: NO_ID });
    return this.walk([name], dir);
  }

  async symlink(name: string, target: string, dir = this.root): Promise<void> {
    await this.rpc("Tsymlink", { dfid: dir, name, target, gid: NO_ID });
  }

  async link(fid: number, name: string, dir = this.root): Promise<void> {
    await this.rpc("Tlink", { dfid: dir, fid, name });
  }

  async mknod(name: string, mode: number, device = { major: 0, minor: 0 }): Promise<number> {
    await this.rpc("Tmknod", { dfid: this.root, name, mode, ...device, gid: NO_ID });
    return this.walk([name]);
  }

  async unlink(name: string, dir = this.root, flags = 0): Promise<void> {
    await this.rpc("Tunlinkat", { dirfid: dir, name, flags });
  }

  async rename(
    oldname: string,
    newname: string,
    olddirfid = this.root,
    newdirfid = olddirfid,
  ): Promise<void> {
    await this.rpc("Trenameat", { olddirfid, oldname, newdirfid, newname });
  }

  async read(fid: number, offset = 0n, count = 4096): Promise<Uint8Array> {
    return (await this.rpc("Tread", { fid, offset, count })).data;
  }

  /** The first 4096 bytes as text. */
  async text(fid: number): Promise<string> {
    const bytes = await this.read(fid);
    return decodeText(bytes, 0, bytes.length);
  }

  /** The content of the file at `path`, as {@link text}. */
  async textOf(path: Path, from = this.root): Promise<string> {
    const fid = await this.open(path, L_O_RDONLY, from);
    const text = await this.text(fid);
    await this.clunk(fid);
    return text;
  }

  /** Returns the bytes written. */
  async write(fid: number, content: string | Uint8Array, offset = 0n): Promise<number> {
    const data = typeof content === "string" ? encodeText(content) : content;
    return (await this.rpc("Twrite", { fid, offset, data })).count;
  }

  attr(fid: number): Promise<ReplyBody<"Tgetattr">> {
    return this.rpc("Tgetattr", { fid, mask: GETATTR_ALL });
  }

  async setattr(fid: number, change: Partial<RequestBody<"Tsetattr">> & { valid: number }): Promise<void> {
    const time = { sec: 0n, nsec: 0n };
    const rest = { mode: 0, uid: 0, gid: 0, size: 0n, atime: time, mtime: time };
    await this.rpc("Tsetattr", { ...rest, ...change, fid });
  }

  async clunk(fid: number): Promise<void> {
    await this.rpc("Tclunk", { fid });
  }

  /** The entries of one Treaddir on an open directory. */
  async entries(fid: number, offset = 0n, count = 4096): Promise<Dirent[]> {
    const { data } = await this.rpc("Treaddir", { fid, offset, count });
    return readDirents(new Reader().reset(data));
  }

  /** All entries of a directory from `offset` on, `count` bytes at a time. */
  async allEntries(fid: number, count = 4096, offset = 0n): Promise<Dirent[]> {
    const all: Dirent[] = [];
    for (let at = offset; ;) {
      const some = await this.entries(fid, at, count);
      if (some.length === 0) return all;
      all.push(...some);
      at = some[some.length - 1]!.offset;
    }
  }

  /** The sorted names in the directory of `fid`, without `.` and `..`. */
  async list(dir = this.root): Promise<string[]> {
    const fid = await this.open([], L_O_RDONLY, dir);
    const entries = await this.allEntries(fid);
    await this.clunk(fid);
    return namesIn(entries).sort();
  }
}

/** The names of `entries` in their order, without `.` and `..`. */
export function namesIn(entries: readonly Dirent[]): string[] {
  return entries.map(({ name }) => name).filter((name) => name !== "." && name !== "..");
}
