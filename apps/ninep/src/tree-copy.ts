import { tryFile, FILES_AT_ONCE, type Context } from "./context.js";
import { TaskPool } from "./task-pool.js";

/** Directories read at once. They fill the row of files, which does not wait for them. */
const DIRECTORIES_AT_ONCE = 8;

/** Work that is left for the end, since it would be undone or stand in the way before. */
interface Afterwards {
  readonly path: string;
  readonly work: () => Promise<void>;
}

/** The tasks of a recursive copy: a bounded number at once, and an end. */
export class TreeCopy {
  readonly #context: Context;
  readonly #directories = new TaskPool(DIRECTORIES_AT_ONCE, Infinity);
  readonly #files = new TaskPool(FILES_AT_ONCE);
  readonly #afterwards: Afterwards[] = [];
  #fatal: { readonly error: unknown } | undefined;

  constructor(context: Context) {
    this.#context = context;
  }

  /** A directory to read. */
  directory(path: string, work: () => Promise<void>): void {
    this.#add(this.#directories, path, work);
  }

  /** Anything else. A directory that adds many waits for {@link TreeCopy.ready} after each. */
  file(path: string, work: () => Promise<void>): void {
    this.#add(this.#files, path, work);
  }

  async ready(): Promise<void> {
    await this.#files.ready();
  }

  /** Runs when all else is done, the last one added first: children before their parent. */
  afterwards(path: string, work: () => Promise<void>): void {
    this.#afterwards.push({ path, work });
  }

  /** Resolves when everything is copied. Throws only what ended it all. */
  async finish(): Promise<void> {
    await this.#directories.idle();
    await this.#files.idle();
    for (const { path, work } of this.#afterwards.reverse()) {
      if (this.#fatal) break;
      await tryFile(this.#context, path, work);
    }
    if (this.#fatal) throw this.#fatal.error;
  }

  #add(pool: TaskPool, path: string, work: () => Promise<void>): void {
    pool.add(async () => {
      // Each task gives back what it holds, so those that have not begun run too; they fail at once.
      try {
        await tryFile(this.#context, path, work);
      } catch (error) {
        this.#fatal ??= { error };
      }
    });
  }
}
