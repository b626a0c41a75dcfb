// The split virtqueue in memory (virtio 1.3, section 2.7; linux/virtio_ring.h).

/** struct virtq_desc: addr[8] len[4] flags[2] next[2]. */
export const DESC_SIZE = 16;
/** struct virtq_used_elem: id[4] len[4]. */
export const USED_ELEM_SIZE = 8;

/** The chain goes on at `next`. */
export const VIRTQ_DESC_F_NEXT = 1;
/** The device writes here; without it the device reads. */
export const VIRTQ_DESC_F_WRITE = 2;
/** The buffer is itself a table of descriptors. */
export const VIRTQ_DESC_F_INDIRECT = 4;

/** In the available ring's flags: the driver wants no interrupts. */
export const VIRTQ_AVAIL_F_NO_INTERRUPT = 1;
/** In the used ring's flags: the device wants no kicks. */
export const VIRTQ_USED_F_NO_NOTIFY = 1;

/** Largest queue: its size is a power of two of 16 bits. */
export const MAX_QUEUE_SIZE = 32768;

/** Feature bits (virtio 1.3, section 6; vhost-user's own is bit 30). */
export const VIRTIO_F_INDIRECT_DESC = 1n << 28n;
export const VIRTIO_F_EVENT_IDX = 1n << 29n;
export const VHOST_USER_F_PROTOCOL_FEATURES = 1n << 30n;
export const VIRTIO_F_VERSION_1 = 1n << 32n;

/** Bytes of the descriptor table of a queue of `size`. */
export function descTableBytes(size: number): number {
  return size * DESC_SIZE;
}

/** Bytes of the available ring: flags[2] idx[2] ring[2 * size] used_event[2]. */
export function availRingBytes(size: number): number {
  return 6 + 2 * size;
}

/** Bytes of the used ring: flags[2] idx[2] ring[8 * size] avail_event[2]. */
export function usedRingBytes(size: number): number {
  return 6 + USED_ELEM_SIZE * size;
}

/** True when moving an index from `before` to `after` passes `event`, all modulo 2^16 (vring_need_event). */
export function passes(event: number, after: number, before: number): boolean {
  return ((after - event - 1) & 0xffff) < ((after - before) & 0xffff);
}
