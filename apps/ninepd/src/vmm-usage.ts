import { Buffer } from "node:buffer";
import path from "node:path";
import type { Address } from "@ninep/net";

/** Virtio's number for a 9P transport (virtio 1.3, section 5). */
const VIRTIO_ID_9P = 9;
/** Largest msize of Linux over virtio: 128 segments of a page, less what the headers take (net/9p/trans_virtio.c). */
const MAX_MSIZE = 512_000;

type Device = Address & { readonly kind: "vhost-user" };

/** What to give QEMU and libvirt so that a guest finds these devices, and how it mounts them; ready to paste. */
export function vmmUsage(devices: readonly Device[], msize: number): string[] {
  return [
    "for QEMU 10.1 or newer:",
    "  qemu-system-x86_64 … -m 1G \\",
    "    -object memory-backend-memfd,id=mem,size=1G,share=on -machine q35,memory-backend=mem \\",
    ...devices.map((device, index) => {
      const last = index === devices.length - 1;
      return `    ${deviceArguments(device, index).join(" ")}${last ? "" : " \\"}`;
    }),
    "for libvirt:",
    '  <domain type="kvm" xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0">',
    '    <memoryBacking><source type="memfd"/><access mode="shared"/></memoryBacking>',
    "    <qemu:commandline>",
    ...devices.flatMap(deviceArguments).map((word) => `      <qemu:arg value="${escapeXml(word)}"/>`),
    "    </qemu:commandline>",
    "  </domain>",
    "in the guest:",
    ...devices.map(
      ({ tag }) =>
        `  mount -t 9p -o trans=virtio,version=9p2000.L,msize=${Math.min(msize, MAX_MSIZE)} ${tag} /mnt`,
    ),
  ];
}

function deviceArguments({ path: socket, tag }: Device, index: number): string[] {
  const id = `ninep${index}`;
  const configSize = 2 + Buffer.byteLength(tag);
  return [
    "-chardev",
    `socket,id=${id},path=${path.resolve(socket).replaceAll(",", ",,")}`,
    "-device",
    `vhost-user-test-device-pci,chardev=${id},virtio-id=${VIRTIO_ID_9P},num_vqs=1,vq_size=128,config_size=${configSize}`,
  ];
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
