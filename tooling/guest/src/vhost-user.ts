import { escapeCommas } from "./qemu-arguments.js";

/** Virtio's number for a 9P transport (virtio 1.3, section 5). */
const VIRTIO_ID_9P = 9;

/** A virtio-9p device that another process serves over vhost-user. */
export interface VhostUserDevice {
  /** Its mount tag. */
  readonly tag: string;
  /** The socket on which its server listens. */
  readonly socket: string;
}

/** QEMU's arguments for such devices: memory of `memory` MiB that the servers can map, and the devices. */
export function vhostUserArguments(devices: readonly VhostUserDevice[], memory: number): string[] {
  if (devices.length === 0) return [];
  return [
    ...["-object", `memory-backend-memfd,id=shared,size=${memory}M,share=on`],
    ...["-machine", "memory-backend=shared"],
    ...devices.flatMap(({ tag, socket }, index) => [
      ...["-chardev", `socket,id=vhost${index},path=${escapeCommas(socket)}`],
      "-device",
      // Its configuration is the length of the tag in two bytes, and the tag.
      `vhost-user-test-device-pci,chardev=vhost${index},virtio-id=${VIRTIO_ID_9P},num_vqs=1,vq_size=128,` +
        `config_size=${2 + Buffer.byteLength(tag)}`,
    ]),
  ];
}
