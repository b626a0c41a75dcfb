// The cheapest client there is: one thread that sends a request and blocks until
// its reply is there. The same for every server, so that what differs is the server.
// What the timed loops send is written by hand into one buffer.
import { close, connect, read, setNonBlocking, streamSocket, unixAddress, write } from "@ninep/linux";
import { NOFID, Rlerror, Tattach, Tversion, Writer, errnoName } from "@ninep/wire";

const AF_UNIX = 1;
const ROOM = 2 * 1024 * 1024;
const GETATTR_MASK = 0x17ff;
const [TLOPEN, TGETATTR, TREADDIR, TWALK, TREAD, TWRITE, TCLUNK] = [12, 24, 40, 110, 116, 118, 120];

export class BlockingClient {
  #fd = streamSocket(AF_UNIX);
  #writer = new Writer();
  #request = new Uint8Array(ROOM);
  #out = new DataView(this.#request.buffer);
  #received = new Uint8Array(ROOM);
  #in = new DataView(this.#received.buffer);
  /** The part of `#received` that is yet to be looked at. */
  #at = 0;
  #end = 0;

  /** Connects, agrees on the largest msize up to `msize`, and attaches fid 0 to `aname`. */
  constructor(path, aname, msize = 1024 * 1024) {
    connect(this.#fd, unixAddress(path));
    setNonBlocking(this.#fd, false);
    this.rpc(Tversion, { msize, version: "9P2000.L" }, 0xffff);
    this.msize = this.u32(7);
    this.rpc(Tattach, { fid: 0, afid: NOFID, uname: "root", aname, nUname: 0 });
  }

  close() {
    close(this.#fd);
  }

  /** Sends any message and waits for its reply. Returns the reply's size. */
  rpc(message, body, tag = 1) {
    this.#send(message.encode(this.#writer.reset(this.#request), tag, body));
    return this.receive();
  }

  walk(fid, newfid, names) {
    const out = this.#out;
    out.setUint32(7, fid, true);
    out.setUint32(11, newfid, true);
    out.setUint16(15, names.length, true);
    let at = 17;
    for (const name of names) {
      // Trees under test have short ASCII names.
      out.setUint16(at, name.length, true);
      for (let i = 0; i < name.length; i++) this.#request[at + 2 + i] = name.charCodeAt(i);
      at += 2 + name.length;
    }
    return this.#call(TWALK, at);
  }

  getattr(fid) {
    this.#out.setUint32(7, fid, true);
    this.#out.setUint32(11, GETATTR_MASK, true);
    this.#out.setUint32(15, 0, true);
    return this.#call(TGETATTR, 19);
  }

  lopen(fid, flags) {
    this.#out.setUint32(7, fid, true);
    this.#out.setUint32(11, flags, true);
    return this.#call(TLOPEN, 15);
  }

  clunk(fid) {
    this.#out.setUint32(7, fid, true);
    return this.#call(TCLUNK, 11);
  }

  /** Reads; the bytes are not looked at. Returns their number. */
  read(fid, offset, count) {
    this.sendRead(1, fid, offset, count);
    return this.receive() - 11;
  }

  sendRead(tag, fid, offset, count) {
    this.#range(fid, offset, count);
    this.#send(this.#frame(TREAD, tag, 23));
  }

  /** Writes `count` bytes of no interest. */
  write(fid, offset, count) {
    this.#range(fid, offset, count);
    return this.#call(TWRITE, 23 + count);
  }

  /** Reads entries from the one after `cookie`. Returns the cookie of the last, or undefined at the end. */
  readdir(fid, cookie, count) {
    this.#range(fid, cookie, count);
    const end = this.#call(TREADDIR, 23);
    let last;
    for (let at = 11; at < end; at += 24 + this.#in.getUint16(this.#start + at + 22, true)) {
      last = this.#in.getBigUint64(this.#start + at + 13, true);
    }
    return last;
  }

  #range(fid, offset, count) {
    this.#out.setUint32(7, fid, true);
    if (typeof offset === "bigint") {
      this.#out.setBigUint64(11, offset, true);
    } else {
      this.#out.setUint32(11, offset % 2 ** 32, true);
      this.#out.setUint32(15, Math.floor(offset / 2 ** 32), true);
    }
    this.#out.setUint32(19, count, true);
  }

  #frame(type, tag, size) {
    this.#out.setUint32(0, size, true);
    this.#request[4] = type;
    this.#out.setUint16(5, tag, true);
    return size;
  }

  #call(type, size) {
    this.#send(this.#frame(type, 1, size));
    return this.receive();
  }

  #send(size) {
    for (let sent = 0; sent < size;) sent += moved(write(this.#fd, this.#request, size - sent, sent));
  }

  /** Where the last reply begins in what was received. */
  #start = 0;

  /** An integer of four bytes of the last reply. */
  u32(at) {
    return this.#in.getUint32(this.#start + at, true);
  }

  /** The tag of the last reply. */
  get tag() {
    return this.#in.getUint16(this.#start + 5, true);
  }

  /** Waits for the next reply, whatever its tag, and returns its size. */
  receive() {
    if (this.#at === this.#end) this.#at = this.#end = 0;
    let size = this.#buffered(4) ? this.#in.getUint32(this.#at, true) : 4;
    while (!this.#buffered(size)) {
      if (this.#at > 0 && this.#at + size > ROOM) {
        this.#received.copyWithin(0, this.#at, this.#end);
        this.#end -= this.#at;
        this.#at = 0;
      }
      this.#end += moved(read(this.#fd, this.#received, ROOM - this.#end, this.#end));
      if (this.#buffered(4)) size = this.#in.getUint32(this.#at, true);
    }
    this.#start = this.#at;
    this.#at += size;
    if (this.#received[this.#start + 4] === Rlerror.type) throw new Error(errnoName(this.u32(7)));
    return size;
  }

  #buffered(size) {
    return this.#end - this.#at >= size;
  }
}

function moved(count) {
  if (count <= 0) throw new Error(count === 0 ? "the server closed the connection" : errnoName(-count));
  return count;
}
