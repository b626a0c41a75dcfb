import path from "node:path";
import {
  AT_FDCWD,
  F_RDLCK,
  F_UNLCK,
  F_WRLCK,
  O_RDWR,
  close,
  getOfdLock,
  openat,
  setOfdLock,
} from "@ninep/linux";
import { testInGuest } from "./testing/linux-client.js";

/** Locks and asks as a program of the host does: not through the server. */
class HostLocks {
  readonly #path: string;
  #fd = -1;

  constructor(file: string) {
    this.#path = file;
  }

  /** Opened at first use: the guest's script makes the file. */
  get #file(): number {
    if (this.#fd < 0) this.#fd = openat(AT_FDCWD, this.#path, O_RDWR);
    return this.#fd;
  }

  lock(kind: string, start: string, length: string): string {
    const type = kind === "read" ? F_RDLCK : F_WRLCK;
    return setOfdLock(this.#file, type, BigInt(start), BigInt(length)) ? "locked" : "busy";
  }

  find(start: string, length: string): string {
    const found = getOfdLock(this.#file, F_WRLCK, BigInt(start), BigInt(length));
    if (!found) return "free";
    return `${found.type === F_RDLCK ? "read" : "write"} ${found.start} ${found.length}`;
  }

  unlockIn(milliseconds: string): string {
    setTimeout(() => {
      setOfdLock(this.#file, F_UNLCK, 0n, 0n);
    }, Number(milliseconds));
    return "soon";
  }

  close(): void {
    if (this.#fd >= 0) close(this.#fd);
  }
}

let locks: HostLocks | undefined;

testInGuest({
  name: "byte range locks",
  script: "locks.py",
  prepare: (root) => {
    const mine = new HostLocks(path.join(root, "file"));
    locks = mine;
    return {
      lock: (kind, start, length) => mine.lock(kind, start, length),
      find: (start, length) => mine.find(start, length),
      "unlock-in": (milliseconds) => mine.unlockIn(milliseconds),
    };
  },
  check: () => locks?.close(),
});
