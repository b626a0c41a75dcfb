import { HEADER_SIZE, Reader, WireError, messageOfType, readHeader } from "@ninep/wire";
import type { Backend } from "../backend.js";
import { Session } from "../session.js";
import { FuzzFrames } from "./fuzz-frames.js";

/** Frames after which a fuzzed session begins anew. */
const SESSION_LENGTH = 300;
const REPLY_ROOM = 8192;
const RERROR = 107;
const RLERROR = 7;

export interface FuzzOptions {
  readonly backend: Backend;
  /** How many frames to send. */
  readonly frames: number;
  /** The same seed sends the same frames. */
  readonly seed: number;
}

/** What came back, to see that a run reached something. */
export interface FuzzResult {
  /** Replies by name, such as Rwalk. */
  readonly replies: ReadonlyMap<string, number>;
  /** Frames after which a transport would have closed the connection. */
  readonly outOfStep: number;
}

/**
 * Sends hostile frames to sessions on a backend and checks that each gets a
 * well-formed answer, an error, or is refused as out of step.
 * @throws Error for anything else, with the seed and the frame's number.
 */
export async function fuzz({ backend, frames, seed }: FuzzOptions): Promise<FuzzResult> {
  const source = new FuzzFrames(seed);
  const replies = new Map<string, number>();
  let outOfStep = 0;
  let sent = 0;
  while (sent < frames) {
    const bugs: unknown[] = [];
    const session = new Session({
      backend,
      msize: REPLY_ROOM,
      maxFids: 64,
      onError: (error) => bugs.push(error),
    });
    const queue = source.opening();
    for (let i = 0; i < SESSION_LENGTH && sent < frames; i++, sent++) {
      const frame = queue.shift() ?? source.next(session.dialect);
      const description = `seed ${seed}, frame ${sent}`;
      const { type, tag } = frame.length >= HEADER_SIZE ? readHeader(frame) : { type: 0, tag: 0 };
      const reply = new Uint8Array(REPLY_ROOM);
      let size: number;
      try {
        const result = session.handle(frame, reply);
        // The frame's memory is used again while the request is under way.
        frame.fill(0xaa);
        size = typeof result === "number" ? result : await result;
      } catch (error) {
        if (!(error instanceof WireError)) throw new Error(`${description} threw`, { cause: error });
        outOfStep++;
        continue;
      }
      if (bugs.length > 0) throw new Error(`${description} found a bug`, { cause: bugs[0] });
      if (size === 0) throw new Error(`${description} of type ${type} got no reply`);
      const name = checkReply(reply.subarray(0, size), type, tag, session, description);
      replies.set(name, (replies.get(name) ?? 0) + 1);
    }
    await session.close();
  }
  return { replies, outOfStep };
}

function checkReply(
  reply: Uint8Array,
  type: number,
  tag: number,
  session: Session,
  description: string,
): string {
  const header = readHeader(reply);
  const message = messageOfType(header.type);
  const fits = header.type === type + 1 || header.type === RLERROR || header.type === RERROR;
  if (header.size !== reply.length || header.tag !== tag || !fits || !message) {
    throw new Error(
      `${description}: a reply of type ${header.type} tag ${header.tag} to type ${type} tag ${tag}`,
    );
  }
  const reader = new Reader();
  reader.dialect = session.dialect;
  message.decode(reader.reset(reply, HEADER_SIZE));
  return message.name;
}
