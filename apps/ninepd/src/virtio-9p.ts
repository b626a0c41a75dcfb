import { encodeText } from "@ninep/wire";
import type { ChainHandler } from "@ninep/virtio";
import type { Session } from "@ninep/server";

/** The device has a mount tag: without this bit Linux refuses it (virtio 1.3, section 5.17.3). */
export const VIRTIO_9P_MOUNT_TAG = 1n << 0n;

/** struct virtio_9p_config: tag_len[2] tag[tag_len] (virtio 1.3, section 5.17.4). */
export function deviceConfig(tag: string): Uint8Array {
  const name = encodeText(tag);
  return Uint8Array.of(name.length & 0xff, name.length >> 8, ...name);
}

/** A session whose requests are descriptor chains, one each. */
export function chainHandler(session: Session): ChainHandler {
  return {
    get full() {
      return session.full;
    },
    handle: (readable, writable) => session.handleScattered(readable, writable),
    close: () => session.close(),
  };
}
