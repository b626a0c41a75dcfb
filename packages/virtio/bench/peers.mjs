// The ways into a guest that are compared: what serves the share, and how QEMU and the guest get at it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const ninepd = fileURLToPath(new URL("../../../apps/ninepd/bin/ninepd.js", import.meta.url));
const P9 = "-t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose";

/** Each: the command that serves `root` on `socket`, if any; QEMU's arguments; the guest's mount. */
export const PEERS = {
  ninepd: {
    command: (root, socket) => [
      process.execPath,
      ninepd,
      root,
      "--listen",
      `vhost-user:${socket},tag=ninepd`,
      "--log-level",
      "warn",
    ],
    qemu: (root, socket) => [
      ["-chardev", `socket,id=ninepd,path=${socket}`],
      [
        "-device",
        "vhost-user-test-device-pci,chardev=ninepd,virtio-id=9,num_vqs=1,vq_size=128,config_size=8",
      ],
    ],
    mount: `mount ${P9} ninepd`,
  },
  virtfs: {
    qemu: (root) => [["-virtfs", `local,path=${root},mount_tag=virtfs,security_model=none,multidevs=remap`]],
    mount: `mount ${P9} virtfs`,
  },
  virtiofsd: {
    program: "virtiofsd",
    command: (root, socket, program) => [
      program,
      "--shared-dir",
      root,
      "--socket-path",
      socket,
      "--sandbox",
      "none",
      "--cache",
      "auto",
    ],
    qemu: (root, socket) => [
      ["-chardev", `socket,id=virtiofsd,path=${socket}`],
      ["-device", "vhost-user-fs-pci,chardev=virtiofsd,tag=virtiofsd"],
    ],
    mount: "mount -t virtiofs virtiofsd",
    module: "virtiofs",
  },
};

/** Starts what serves; resolves to its process, or undefined when QEMU does it itself. */
export async function startPeer(name, root, folder, programs) {
  const peer = PEERS[name];
  if (!peer.command) return undefined;
  const socket = path.join(folder, `${name}.sock`);
  const [command, ...args] = peer.command(root, socket, programs[name]);
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  child.once("error", (error) => {
    console.error(`${name}: ${error.message}`);
    process.exit(2);
  });
  while (!existsSync(socket)) {
    if (child.exitCode !== null) throw new Error(`${name} ended with status ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return child;
}
