import { VERSION_9P2000_L, type Dialect } from "@ninep/wire";
import type { Awaitable, Backend } from "../backend.js";
import { Session } from "../session.js";
import { InPieces } from "./in-pieces.js";
import { TreeClient } from "./tree-client.js";

/** What a tree can do; what it says nothing about, it can. */
export interface Capabilities {
  /** The owner of a file can be set to any uid and gid. */
  readonly chown: boolean;
  /** mknod makes devices. */
  readonly devices: boolean;
  /** mknod makes FIFOs and sockets. */
  readonly fifos: boolean;
  readonly hardLinks: boolean;
  readonly symlinks: boolean;
  /** Extended attributes of the user namespace. */
  readonly xattrs: boolean;
  readonly locks: boolean;
  /** 500 files may be unlinked and still held at once. */
  readonly heldFiles: boolean;
  /** Names may hold any byte but 0 and a slash. */
  readonly byteNames: boolean;
}

/** One fresh tree to test. */
export interface Subject {
  readonly backend: Backend;
  /** Called once all sessions are closed. */
  cleanup(): Awaitable<void>;
  readonly capabilities?: Partial<Capabilities>;
  /** Uid to attach as. Default: NO_UNAME. */
  readonly uid?: number;
  /** Messages and replies lie in pieces, as those of a guest do. */
  readonly inPieces?: boolean;
  /** What sessions hold of the backend; all 0 once they are closed, or it leaks. */
  inUse?(): Record<string, number>;
}

/** What a test gets. */
export interface World {
  /** Speaks 9P2000.L and is attached to an empty tree (a read-only one holds anything). */
  readonly client: TreeClient;
  /** Another session on the same backend, attached. */
  readonly connect: (dialect?: Dialect) => Promise<TreeClient>;
}

/** The sessions of one test, and what went wrong in them unseen by their clients. */
export class Stage implements World {
  readonly client: TreeClient;
  readonly #subject: Subject;
  readonly #sessions: Session[] = [];
  readonly #bugs: string[] = [];

  private constructor(subject: Subject) {
    this.#subject = subject;
    this.client = this.#session();
  }

  static async open(subject: Subject): Promise<Stage> {
    const stage = new Stage(subject);
    await stage.#begin(stage.client, VERSION_9P2000_L);
    return stage;
  }

  readonly connect = async (dialect: Dialect = VERSION_9P2000_L): Promise<TreeClient> => {
    const client = this.#session();
    await this.#begin(client, dialect);
    return client;
  };

  /** Ends the sessions. Throws for leaks and for errors that no client can cause. */
  async close(): Promise<void> {
    for (const session of this.#sessions) await session.close();
    for (const [what, count] of Object.entries(this.#subject.inUse?.() ?? {}))
      if (count !== 0) this.#bugs.push(`${count} ${what} are still in use after all sessions are closed`);
    if (this.#bugs.length > 0) throw new Error(this.#bugs.join("; "));
  }

  #session(): TreeClient {
    const session = new Session({
      backend: this.#subject.backend,
      onError: (error, during) => {
        this.#bugs.push(
          `${during}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      },
    });
    this.#sessions.push(session);
    return new TreeClient(this.#subject.inPieces ? new InPieces(session) : session);
  }

  async #begin(client: TreeClient, dialect: Dialect): Promise<void> {
    await client.version(dialect);
    await client.attach(this.#subject.uid);
  }
}
