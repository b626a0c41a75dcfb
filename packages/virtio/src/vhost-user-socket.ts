import { IoVector, close, errno, receiveMessage, sendMessage } from "@ninep/linux";
import {
  FLAG_NEED_REPLY,
  FLAG_REPLY,
  HEADER_BYTES,
  MAX_PAYLOAD,
  ProtocolError,
  VERSION,
  VERSION_MASK,
  requestName,
} from "./vhost-user-protocol.js";

/** Most descriptors that any message carries: one for each region of a memory table. */
const MAX_FDS = 8;

/** One message, as it came. */
export interface VhostUserMessage {
  readonly request: number;
  /** An answer, not a request. */
  readonly isReply: boolean;
  /** The sender wants to hear that it was done (REPLY_ACK). */
  readonly needsReply: boolean;
  /** A view that is gone with the next message. */
  readonly payload: DataView;
  /** Descriptors that came along, the receiver's to close. */
  readonly fds: number[];
}

/**
 * The messages of a vhost-user connection, in both directions, on a
 * non-blocking Unix socket. Each is received in two steps, header and payload,
 * so that descriptors are never taken for those of another message.
 */
export class VhostUserSocket {
  readonly fd: number;
  readonly #bytes = new Uint8Array(HEADER_BYTES + MAX_PAYLOAD);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #areas = new IoVector(1);
  #received = 0;
  #fds: number[] = [];

  /** Takes over a connected socket. */
  constructor(fd: number) {
    this.fd = fd;
  }

  /**
   * The next message; undefined when it is not all here yet, "closed" when the peer has closed.
   * @throws ProtocolError for a message that is too long, of another version, or cut short
   */
  receive(): VhostUserMessage | "closed" | undefined {
    for (;;) {
      const payloadBytes = this.#received < HEADER_BYTES ? undefined : this.#checkHeader();
      const wanted = HEADER_BYTES + (payloadBytes ?? 0);
      if (payloadBytes !== undefined && this.#received === wanted) return this.#take(payloadBytes);
      this.#areas.clear();
      this.#areas.push(this.#bytes, this.#received, wanted - this.#received);
      const count = receiveMessage(this.fd, this.#areas, this.#fds);
      if (count === -errno.EAGAIN || count === -errno.EINTR) return undefined;
      if (count === -errno.EMFILE)
        throw new ProtocolError("there was no room for its descriptors (ulimit -n)");
      if (count <= 0) {
        if (this.#received > 0) throw new ProtocolError("the connection ended within a message");
        return "closed";
      }
      if (this.#fds.length > MAX_FDS)
        throw new ProtocolError(`a message with ${this.#fds.length} descriptors`);
      this.#received += count;
    }
  }

  /** The size of the payload that the header announces. */
  #checkHeader(): number {
    const request = requestName(this.#view.getUint32(0, true));
    const version = this.#view.getUint32(4, true) & VERSION_MASK;
    const size = this.#view.getUint32(8, true);
    if (version !== VERSION) throw new ProtocolError(`${request} of protocol version ${version}`);
    if (size > MAX_PAYLOAD) throw new ProtocolError(`${request} with ${size} bytes`);
    return size;
  }

  #take(payloadBytes: number): VhostUserMessage {
    const flags = this.#view.getUint32(4, true);
    const fds = this.#fds;
    this.#fds = [];
    this.#received = 0;
    return {
      request: this.#view.getUint32(0, true),
      isReply: (flags & FLAG_REPLY) !== 0,
      needsReply: (flags & FLAG_NEED_REPLY) !== 0,
      payload: new DataView(this.#bytes.buffer, HEADER_BYTES, payloadBytes),
      fds,
    };
  }

  /**
   * Sends one message. Messages are far smaller than a socket's buffer: a peer
   * that has let it fill up does not listen.
   * @param flags FLAG_REPLY or FLAG_NEED_REPLY
   * @throws ProtocolError when the peer takes nothing
   */
  send(request: number, flags: number, payload: Uint8Array, fds: readonly number[] = []): void {
    const header = new Uint8Array(HEADER_BYTES);
    const view = new DataView(header.buffer);
    view.setUint32(0, request, true);
    view.setUint32(4, VERSION | flags, true);
    view.setUint32(8, payload.length, true);
    const areas = new IoVector(2);
    areas.push(header);
    if (payload.length > 0) areas.push(payload);
    const sent = sendMessage(this.fd, areas, fds);
    if (sent !== HEADER_BYTES + payload.length) {
      const why = sent < 0 ? `error ${-sent}` : "it does not listen";
      throw new ProtocolError(`${requestName(request)} could not be sent: ${why}`);
    }
  }

  /** Closes the socket, and the descriptors of a message that never came whole. */
  close(): void {
    for (const fd of this.#fds.splice(0)) close(fd);
    close(this.fd);
  }
}

/** Eight bytes: the payload of most messages. */
export function u64(value: bigint | number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

/** struct vhost_vring_state: index[4] num[4]. */
export function vringState(index: number, num: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, index, true);
  view.setUint32(4, num, true);
  return bytes;
}
