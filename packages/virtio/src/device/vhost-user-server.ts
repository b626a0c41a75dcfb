import { EPOLLIN, accept, close, errno, type EventLoop } from "@ninep/linux";
import type { ChainHandler } from "./chain-handler.js";
import { VhostUserDevice, type DeviceDescription } from "./vhost-user-device.js";

/** Front ends at once, unless told otherwise. */
const MAX_FRONT_ENDS = 64;

export interface VhostUserServerOptions extends Partial<DeviceDescription> {
  /** Makes the handler of a front end that has connected. */
  readonly createHandler: () => ChainHandler;
  /** The device's configuration space, at most 256 bytes. */
  readonly config: Uint8Array;
  /** Most front ends at once; one more is refused. Default 64. */
  readonly maxFrontEnds?: number;
  /** Told when a front end is dropped or a queue stops, and why: one line. */
  readonly onTrouble?: (what: string) => void;
}

/**
 * The back end of a virtio device outside of the VMM (QEMU's
 * docs/interop/vhost-user.rst). Every front end that connects, such as a QEMU,
 * has a device of its own; when one leaves, the next may come.
 */
export class VhostUserServer {
  readonly #loop: EventLoop;
  readonly #options: VhostUserServerOptions;
  readonly #listeners = new Set<number>();
  readonly #devices = new Set<VhostUserDevice>();

  constructor(loop: EventLoop, options: VhostUserServerOptions) {
    this.#loop = loop;
    this.#options = options;
  }

  /** Front ends now. */
  get frontEndCount(): number {
    return this.#devices.size;
  }

  /** Accepts front ends from a listening Unix socket, which stays the caller's. */
  addListener(fd: number): void {
    this.#listeners.add(fd);
    this.#loop.add(fd, EPOLLIN, () => {
      this.#accept(fd);
    });
  }

  /** Serves the front end on a connected, non-blocking Unix socket, which it takes over. */
  addConnection(fd: number): void {
    const device = new VhostUserDevice(this.#loop, fd, {
      features: 0n,
      queues: 1,
      onTrouble: () => undefined,
      ...this.#options,
      onClosed: () => {
        this.#devices.delete(device);
      },
    });
    this.#devices.add(device);
  }

  /** Takes no more front ends, and leaves those there are when their requests have been answered. */
  stop(): void {
    for (const fd of this.#listeners) this.#loop.remove(fd);
    this.#listeners.clear();
    for (const device of this.#devices) device.drop();
  }

  #accept(listener: number): void {
    const fd = accept(listener);
    if (fd < 0) {
      if (fd === -errno.EMFILE || fd === -errno.ENFILE)
        this.#options.onTrouble?.("no descriptors left for a front end; raise the limit (ulimit -n)");
      return;
    }
    if (this.#devices.size >= (this.#options.maxFrontEnds ?? MAX_FRONT_ENDS)) {
      close(fd);
      this.#options.onTrouble?.("too many front ends");
      return;
    }
    this.addConnection(fd);
  }
}
