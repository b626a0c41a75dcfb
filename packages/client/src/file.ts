import {
  L_O_DIRECTORY,
  L_O_RDONLY,
  L_O_WRONLY,
  NO_ID,
  Rlcreate,
  Rlink,
  Rlopen,
  Rmkdir,
  Rmknod,
  Rreadlink,
  Rremove,
  Rrename,
  Rrenameat,
  Rsymlink,
  Runlinkat,
  Tlcreate,
  Tlink,
  Tlopen,
  Tmkdir,
  Tmknod,
  Treadlink,
  Tremove,
  Trename,
  Trenameat,
  Tsymlink,
  Tunlinkat,
  UNLINKAT_REMOVEDIR,
  errno,
  type Dirent,
  type Qid,
} from "@ninep/wire";
import type { RequestOptions } from "./connection-options.js";
import { clunkQuietly } from "./fid.js";
import { Handle } from "./handle.js";
import { NinepError } from "./ninep-error.js";
import { OpenFile } from "./open-file.js";
import { splitPath, walkToFid } from "./walk.js";
import { readXattr, removeXattr, splitXattrNames, writeXattr } from "./xattr.js";

/** Whose group a new file gets. */
export interface NewFileOptions extends RequestOptions {
  /** Numeric group; the server chooses when there is none. */
  readonly gid?: number;
}

/**
 * A file of any kind that is not open: a place in the tree. Directories give the
 * files in them; `open` and `create` give an {@link OpenFile}.
 *
 * Names are one component each. Where a path is taken it is relative to this
 * directory, "/" separates names, ".." is the server's to understand or refuse,
 * and symlinks are not followed: `resolvePath` does that.
 */
export class File extends Handle {
  /** The file at `path` below this directory; "" is a second handle on this file. */
  async walk(path: string | readonly string[], options?: RequestOptions): Promise<File> {
    const names = typeof path === "string" ? splitPath(path) : path;
    const { fid, qid } = await walkToFid(this.connection, this.fid, names, options);
    return new File(this.connection, fid, qid ?? this.qid);
  }

  /**
   * Opens this file. The fid goes over to the open file, which is the one to
   * close; this handle is used up, unless opening fails.
   * @param flags L_O_…
   */
  async open(flags = L_O_RDONLY, options?: RequestOptions): Promise<OpenFile> {
    const body = { fid: this.fid, flags };
    const { qid, iounit } = await this.connection.request(Tlopen, body, Rlopen, options);
    return new OpenFile(this.connection, this.release(), qid, iounit);
  }

  /** Walks to the file at `path` and opens it. */
  async openAt(path: string, flags = L_O_RDONLY, options?: RequestOptions): Promise<OpenFile> {
    await using file = await this.walk(path, options);
    return await file.open(flags, options);
  }

  /**
   * Creates and opens a file in this directory, on a fid of its own.
   * @param flags L_O_…; with L_O_EXCL it throws EEXIST when the name is taken
   * @param mode permission bits
   */
  async create(
    name: string,
    flags = L_O_WRONLY,
    mode = 0o666,
    { gid = NO_ID, signal }: NewFileOptions = {},
  ): Promise<OpenFile> {
    const { fid } = await walkToFid(this.connection, this.fid, [], { signal });
    try {
      const body = { fid, name, flags, mode, gid };
      const { qid, iounit } = await this.connection.request(Tlcreate, body, Rlcreate, { signal });
      return new OpenFile(this.connection, fid, qid, iounit);
    } catch (error) {
      await clunkQuietly(this.connection, fid);
      throw error;
    }
  }

  /** The entries of this directory but "." and "..", over a fid of its own. */
  async *readdir(options?: RequestOptions): AsyncGenerator<Dirent, void, undefined> {
    await using dir = await this.openAt("", L_O_RDONLY | L_O_DIRECTORY, options);
    yield* dir.readdir(options);
  }

  /** All bytes of the file at `path`. */
  async readFile(path = "", options?: RequestOptions): Promise<Uint8Array> {
    await using file = await this.openAt(path, L_O_RDONLY, options);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of file.readStream(options)) {
      chunks.push(chunk);
      size += chunk.length;
    }
    if (chunks.length === 1) return chunks[0]!;
    const all = new Uint8Array(size);
    let at = 0;
    for (const chunk of chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }

  /** Makes a directory. */
  async mkdir(name: string, mode = 0o777, { gid = NO_ID, signal }: NewFileOptions = {}): Promise<Qid> {
    const body = { dfid: this.fid, name, mode, gid };
    return (await this.connection.request(Tmkdir, body, Rmkdir, { signal })).qid;
  }

  /** Makes a symlink to `target`, which is any text. */
  async symlink(name: string, target: string, { gid = NO_ID, signal }: NewFileOptions = {}): Promise<Qid> {
    const body = { dfid: this.fid, name, target, gid };
    return (await this.connection.request(Tsymlink, body, Rsymlink, { signal })).qid;
  }

  /** Makes a FIFO, socket or device. `mode` has its S_IF… type and permission bits. */
  async mknod(
    name: string,
    mode: number,
    device: { readonly major: number; readonly minor: number } = { major: 0, minor: 0 },
    { gid = NO_ID, signal }: NewFileOptions = {},
  ): Promise<Qid> {
    const body = { dfid: this.fid, name, mode, major: device.major, minor: device.minor, gid };
    return (await this.connection.request(Tmknod, body, Rmknod, { signal })).qid;
  }

  /** Gives `target` another name, in this directory. */
  async link(target: File, name: string, options?: RequestOptions): Promise<void> {
    await this.connection.request(Tlink, { dfid: this.fid, fid: target.fid, name }, Rlink, options);
  }

  /** Where this symlink points. */
  async readlink(options?: RequestOptions): Promise<string> {
    return (await this.connection.request(Treadlink, { fid: this.fid }, Rreadlink, options)).target;
  }

  /**
   * Moves the entry `oldname` of this directory into `newdir`, over what is there
   * (Trenameat; Trename where the server does not have it).
   */
  async rename(oldname: string, newdir: File, newname: string, options?: RequestOptions): Promise<void> {
    const body = { olddirfid: this.fid, oldname, newdirfid: newdir.fid, newname };
    try {
      await this.connection.request(Trenameat, body, Rrenameat, options);
    } catch (error) {
      if (!isUnsupported(error)) throw error;
      await using file = await this.walk([oldname], options);
      await this.connection.request(
        Trename,
        { fid: file.fid, dfid: newdir.fid, name: newname },
        Rrename,
        options,
      );
    }
  }

  /** Takes the entry `name`, not a directory, out of this directory. */
  async unlink(name: string, options?: RequestOptions): Promise<void> {
    await this.#unlinkAt(name, 0, options);
  }

  /** Takes the empty directory `name` out of this directory. */
  async rmdir(name: string, options?: RequestOptions): Promise<void> {
    await this.#unlinkAt(name, UNLINKAT_REMOVEDIR, options);
  }

  /** Tunlinkat; Tremove where the server does not have it. */
  async #unlinkAt(name: string, flags: number, options: RequestOptions | undefined): Promise<void> {
    try {
      await this.connection.request(Tunlinkat, { dirfid: this.fid, name, flags }, Runlinkat, options);
    } catch (error) {
      if (!isUnsupported(error)) throw error;
      const file = await this.walk([name], options);
      await file.remove();
    }
  }

  /** Takes this file out of its directory and closes the handle, even if that fails (Tremove). */
  async remove(): Promise<void> {
    const fid = this.release();
    try {
      await this.connection.request(Tremove, { fid }, Rremove);
    } finally {
      this.connection.fids.give(fid);
    }
  }

  /** The value of an extended attribute. Throws ENODATA when there is none. */
  async getXattr(name: string, options?: RequestOptions): Promise<Uint8Array> {
    if (name === "") throw new NinepError(errno.EINVAL, "an extended attribute has a name");
    return readXattr(this.connection, this.fid, name, options);
  }

  /** The names of the extended attributes. */
  async listXattrs(options?: RequestOptions): Promise<string[]> {
    return splitXattrNames(await readXattr(this.connection, this.fid, "", options));
  }

  /**
   * Sets an extended attribute. The protocol has no empty value: that would remove it.
   * @param flags 0, XATTR_CREATE or XATTR_REPLACE
   */
  async setXattr(name: string, value: Uint8Array, flags = 0, options?: RequestOptions): Promise<void> {
    if (value.length === 0)
      throw new NinepError(errno.EINVAL, "9P2000.L cannot set an extended attribute to nothing");
    await writeXattr(this.connection, this.fid, name, value, flags, options);
  }

  /** Takes an extended attribute away. Throws ENODATA when there is none. */
  async removeXattr(name: string, options?: RequestOptions): Promise<void> {
    await removeXattr(this.connection, this.fid, name, options);
  }
}

function isUnsupported(error: unknown): boolean {
  return error instanceof NinepError && (error.errno === errno.EOPNOTSUPP || error.errno === errno.ENOSYS);
}
