import { DIRENT_OVERHEAD, Writer, encodeTextInto } from "@ninep/wire";

/**
 * Gathers the entries of one Rreaddir, straight in the reply. Whole entries
 * only: {@link add} returns false when the next one does not fit.
 */
export class DirentWriter {
  readonly #bytes: Uint8Array;
  readonly #writer = new Writer();
  #end = 0;
  #full = false;

  /** @param bytes Where the entries go, as many as the client's count allows. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bytes of entries so far. */
  get length(): number {
    return this.#end;
  }

  /** True once an entry did not fit. */
  get full(): boolean {
    return this.#full;
  }

  /** Bytes left: a name of n bytes takes n + 24. */
  get room(): number {
    return this.#bytes.length - this.#end;
  }

  /**
   * Adds an entry, or returns false when it does not fit.
   * @param offset Its cookie: a Treaddir with it goes on after this entry.
   * @param type One of DT_….
   */
  add(qidType: number, qidPath: bigint, offset: bigint, type: number, name: string): boolean {
    const size = encodeTextInto(name, this.#bytes, this.#end + DIRENT_OVERHEAD);
    if (size < 0 || size > 0xffff) return this.#refuse();
    return this.#header(qidType, qidPath, offset, type, size);
  }

  /** As {@link add}, with the name as the bytes `names[start, end)`. */
  addBytes(
    qidType: number,
    qidPath: bigint,
    offset: bigint,
    type: number,
    names: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    if (end - start > this.room - DIRENT_OVERHEAD) return this.#refuse();
    const to = this.#end + DIRENT_OVERHEAD;
    for (let i = start; i < end; i++) this.#bytes[to + i - start] = names[i]!;
    return this.#header(qidType, qidPath, offset, type, end - start);
  }

  #refuse(): false {
    this.#full = true;
    return false;
  }

  #header(qidType: number, qidPath: bigint, offset: bigint, type: number, nameSize: number): boolean {
    const writer = this.#writer.reset(this.#bytes, this.#end);
    writer.u8(qidType);
    writer.u32(0);
    writer.u64(qidPath);
    writer.u64(offset);
    writer.u8(type);
    writer.u16(nameSize);
    this.#end += DIRENT_OVERHEAD + nameSize;
    return true;
  }
}
