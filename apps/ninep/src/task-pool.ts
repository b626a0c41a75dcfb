/** Runs tasks, a bounded number at once. Tasks do not reject: they report on their own. */
export class TaskPool {
  readonly #limit: number;
  readonly #room: number;
  #running = 0;
  #waiting: (() => Promise<void>)[] = [];
  #watchers: (() => void)[] = [];

  /** @param room tasks that may wait before {@link TaskPool.ready} does too */
  constructor(limit: number, room = 1024) {
    this.#limit = limit;
    this.#room = room;
  }

  /** Starts the task when its turn comes: the latest first, so that a tree is done branch by branch. */
  add(task: () => Promise<void>): void {
    this.#waiting.push(task);
    this.#next();
  }

  /** Resolves when few tasks wait. Only a task of another pool may wait for this. */
  async ready(): Promise<void> {
    while (this.#waiting.length > this.#room) await this.#change();
  }

  /** Resolves when nothing runs and nothing waits. */
  async idle(): Promise<void> {
    while (this.#running > 0 || this.#waiting.length > 0) await this.#change();
  }

  /** Forgets the tasks that have not begun. */
  clear(): void {
    this.#waiting = [];
  }

  #next(): void {
    while (this.#running < this.#limit) {
      const task = this.#waiting.pop();
      if (!task) return;
      this.#running++;
      void task().finally(() => {
        this.#running--;
        this.#next();
        const watchers = this.#watchers;
        this.#watchers = [];
        for (const watcher of watchers) watcher();
      });
    }
  }

  async #change(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#watchers.push(resolve);
    });
  }
}

/** The results of `work` for each item, in order, with a bounded number under way. */
export async function mapPool<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at]!);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
