import type { File } from "@ninep/client";

/** A directory that several tasks walk from: the last one to be done closes it. */
export class SharedFile {
  readonly file: File;
  #users = 1;

  /** Its maker is the first user. */
  constructor(file: File) {
    this.file = file;
  }

  /** One more user. */
  retain(): void {
    this.#users++;
  }

  /** Works with it as a user that {@link SharedFile.retain} has announced, who is done then. */
  async use<T>(work: (file: File) => Promise<T>): Promise<T> {
    try {
      return await work(this.file);
    } finally {
      await this.#release();
    }
  }

  async #release(): Promise<void> {
    if (--this.#users === 0) await this.file[Symbol.asyncDispose]();
  }
}
