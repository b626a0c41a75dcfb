import {
  LOCK_BLOCKED,
  LOCK_FLAGS_BLOCK,
  LOCK_GRACE,
  LOCK_SUCCESS,
  LOCK_TYPE_UNLCK,
  READ_HEADER_SIZE,
  Rfsync,
  Rgetlock,
  Rlock,
  Rread,
  Rwrite,
  Tfsync,
  Tgetlock,
  Tlock,
  Tread,
  Twrite,
  WireError,
  errno,
  type Body,
  type Dirent,
  type Qid,
} from "@ninep/wire";
import type { RequestOptions } from "./connection-options.js";
import type { Connection } from "./connection.js";
import { Handle } from "./handle.js";
import { NinepError } from "./ninep-error.js";
import { readChunks, type ReadOptions } from "./read-chunks.js";
import { readEntries } from "./read-entries.js";
import { writeAll, writeChunks, type ByteSource, type WriteOptions } from "./write-chunks.js";

/** A byte range lock (fcntl(2)). */
export interface LockRange {
  /** LOCK_TYPE_RDLCK, LOCK_TYPE_WRLCK or LOCK_TYPE_UNLCK. */
  readonly type: number;
  /** First byte, u64. */
  readonly start: bigint;
  /** Bytes; 0 is up to the end of the file, however it grows. */
  readonly length: bigint;
  /** Who holds it: locks of one owner do not stand in each other's way. */
  readonly procId: number;
  readonly clientId: string;
}

/** An open file or directory: what {@link File.open} and {@link File.create} give. */
export class OpenFile extends Handle {
  /** The most bytes that one request carries. */
  readonly ioSize: number;

  /** @param iounit of Rlopen or Rlcreate; 0 leaves it to msize */
  constructor(connection: Connection, fid: number, qid: Qid, iounit: number) {
    super(connection, fid, qid);
    this.ioSize = iounit === 0 ? connection.ioSize : Math.min(iounit, connection.ioSize);
  }

  /**
   * Reads into `into` with one Tread and returns the bytes read: 0 at the end of
   * the file, and often fewer than `into` holds, as of at most {@link OpenFile.ioSize}.
   */
  async read(into: Uint8Array, offset: bigint | number, options?: RequestOptions): Promise<number> {
    const count = Math.min(into.length, this.ioSize);
    const take = ({ data }: { readonly data: Uint8Array }) => {
      into.set(data);
      return data.length;
    };
    return this.readTaking(count, offset, take, options);
  }

  /**
   * Like {@link OpenFile.read}, but hands the bytes to `take` where they came in,
   * without a copy. They are gone when `take` returns.
   * @param count 1 to {@link OpenFile.ioSize}; more is cut down to that
   */
  async readTaking<T>(
    count: number,
    offset: bigint | number,
    take: (reply: { readonly data: Uint8Array }) => T,
    options?: RequestOptions,
  ): Promise<T> {
    const asked = Math.min(count, this.ioSize);
    const body = { fid: this.fid, offset: BigInt(offset), count: asked };
    const checked = (reply: { readonly data: Uint8Array }) => {
      if (reply.data.length > asked)
        throw new WireError(`Rread has ${reply.data.length} bytes; ${asked} were asked for`);
      return take(reply);
    };
    return this.connection.requestTaking(Tread, body, Rread, checked, options, READ_HEADER_SIZE + asked);
  }

  /**
   * Writes with one Twrite and returns the bytes written: at most
   * {@link OpenFile.ioSize}, and fewer when the server took fewer. `data` must not
   * change before that.
   */
  async write(data: Uint8Array, offset: bigint | number, options?: RequestOptions): Promise<number> {
    const part = data.length > this.ioSize ? data.subarray(0, this.ioSize) : data;
    const body = { fid: this.fid, offset: BigInt(offset), data: part };
    const take = ({ count }: { readonly count: number }) => {
      if (count > part.length) throw new WireError(`Rwrite took ${count} bytes; ${part.length} were sent`);
      return count;
    };
    return this.connection.requestTaking(Twrite, body, Rwrite, take, options);
  }

  /** The file in chunks, in order, with many Treads in flight. Each chunk is the caller's to keep. */
  readStream(options?: ReadOptions): AsyncGenerator<Uint8Array, void, undefined> {
    return readChunks(this, options);
  }

  /** Writes all of `data` at `offset`, in as many requests as it takes. */
  async writeAll(data: Uint8Array, offset: bigint | number = 0n, options?: WriteOptions): Promise<void> {
    await writeAll(this, data, BigInt(offset), options);
  }

  /**
   * Writes what `source` yields, one after the other, with many Twrites in
   * flight, and returns the bytes written. Chunks must not change before that.
   */
  async writeFrom(source: ByteSource, offset: bigint | number = 0n, options?: WriteOptions): Promise<bigint> {
    return writeChunks(this, source, BigInt(offset), options);
  }

  /**
   * The entries of this directory but "." and "..".
   * @throws NinepError EIO when the server sends a name that no file can have
   */
  readdir(options?: RequestOptions): AsyncGenerator<Dirent, void, undefined> {
    return readEntries(this, options);
  }

  /** Returns when the server has the file (without its times, if `datasync`) on disk. */
  async fsync(datasync = false, options?: RequestOptions): Promise<void> {
    await this.connection.request(Tfsync, { fid: this.fid, datasync: datasync ? 1 : 0 }, Rfsync, options);
  }

  /**
   * Sets or releases a lock; never waits. False when somebody else holds it.
   * @throws NinepError EAGAIN while the server still recovers locks, ENOLCK when it has none
   */
  async lock(range: LockRange, options?: RequestOptions): Promise<boolean> {
    const flags = range.type === LOCK_TYPE_UNLCK ? 0 : LOCK_FLAGS_BLOCK;
    const { status } = await this.connection.request(
      Tlock,
      { fid: this.fid, flags, ...lockFields(range) },
      Rlock,
      options,
    );
    if (status === LOCK_SUCCESS) return true;
    if (status === LOCK_BLOCKED) return false;
    throw new NinepError(status === LOCK_GRACE ? errno.EAGAIN : errno.ENOLCK);
  }

  /** The lock that stands in the way of `range`; undefined when none does. */
  async getlock(range: LockRange, options?: RequestOptions): Promise<Body<typeof Rgetlock> | undefined> {
    const body = { fid: this.fid, ...lockFields(range) };
    const held = await this.connection.request(Tgetlock, body, Rgetlock, options);
    return held.type === LOCK_TYPE_UNLCK ? undefined : held;
  }
}

function lockFields({ type, start, length, procId, clientId }: LockRange): LockRange {
  return { type, start, length, procId, clientId };
}
