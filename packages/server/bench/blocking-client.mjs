// The cheapest client there is: one thread that sends a request and blocks until
// its reply is there. The same for every server, so that what differs is the server.
import { close, connect, read, setNonBlocking, streamSocket, unixAddress, write } from "@ninep/linux";
import { NOFID, Rlerror, Tattach, Tversion, Writer, errnoName } from "@ninep/wire";

const AF_UNIX = 1;
const ROOM = 1024 * 1024 + 4096;

export class BlockingClient {
  #fd = streamSocket(AF_UNIX);
  #writer = new Writer();
  #request = new Uint8Array(ROOM);
  /** The last reply, from byte 0. */
  reply = new Uint8Array(ROOM);
  view = new DataView(this.reply.buffer);

  /** Connects, agrees on the largest msize up to `msize`, and attaches fid 0 to `aname`. */
  constructor(path, aname, msize = 1024 * 1024) {
    connect(this.#fd, unixAddress(path));
    setNonBlocking(this.#fd, false);
    this.rpc(Tversion, { msize, version: "9P2000.L" }, 0xffff);
    this.msize = this.view.getUint32(7, true);
    this.rpc(Tattach, { fid: 0, afid: NOFID, uname: "root", aname, nUname: 0 });
  }

  close() {
    close(this.#fd);
  }

  /** Sends one request and waits for its reply. Returns the reply's size. */
  rpc(message, body, tag = 1) {
    this.send(message, body, tag);
    return this.receive(message);
  }

  send(message, body, tag = 1) {
    const size = message.encode(this.#writer.reset(this.#request), tag, body);
    for (let sent = 0; sent < size;) sent += checked(write(this.#fd, this.#request, size - sent, sent));
  }

  receive(message) {
    let have = 0;
    let size = 4;
    while (have < size) {
      // Never more than this reply: the next one may be on its way already.
      const want = have < 4 ? 7 - have : size - have;
      have += checked(read(this.#fd, this.reply, want, have));
      if (have >= 4) size = this.view.getUint32(0, true);
    }
    if (this.reply[4] === Rlerror.type) {
      throw new Error(`${message.name}: ${errnoName(this.view.getUint32(7, true))}`);
    }
    return size;
  }
}

function checked(count) {
  if (count <= 0) throw new Error(count === 0 ? "the server closed the connection" : errnoName(-count));
  return count;
}
