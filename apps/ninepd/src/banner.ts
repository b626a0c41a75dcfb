import { existsSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { formatAddress, type Address } from "@ninep/net";
import { VERSION } from "./command-line.js";
import type { Settings } from "./settings.js";
import { vmmUsage } from "./vmm-usage.js";

/** The host as a guest on QEMU's user network sees it. */
const HOST_FROM_GUEST = "10.0.2.2";

/** What ninepd serves, where, and the commands that use it, ready to paste. */
export function banner(settings: Settings, addresses: readonly Address[]): string {
  const lines = [`ninepd ${VERSION} serves`];
  for (const { name, path: directory, readOnly } of settings.exports) {
    lines.push(`  ${directory}${readOnly ? " (read-only)" : ""}${name === "" ? "" : ` as ${name}`}`);
  }
  const [first] = settings.exports;
  const aname = first?.name ?? "";
  for (const address of addresses)
    lines.push(`on ${formatAddress(address)}`, ...usage(address, aname, settings.msize));
  const devices = addresses.filter((address) => address.kind === "vhost-user");
  if (devices.length > 0) lines.push(...vmmUsage(devices, settings.msize));
  return `${lines.join("\n")}\n`;
}

function usage(address: Address, aname: string, msize: number): string[] {
  const options = `version=9p2000.L,msize=${Math.min(msize, 1024 * 1024)}${aname === "" ? "" : `,aname=${aname}`}`;
  const list = `  list it:           ${ninepCommand()} -a ${formatAddress(address)}${aname === "" ? "" : ` --aname ${aname}`} ls -l /`;
  if (address.kind === "tcp") {
    const host = address.host === "0.0.0.0" || address.host === "::" ? "127.0.0.1" : address.host;
    return [
      `  mount it:          sudo mount -t 9p -o trans=tcp,port=${address.port},${options} ${host} /mnt`,
      list,
      `  for a QEMU guest:  qemu-system-x86_64 … -nic user,model=virtio`,
      `  and in the guest:  mount -t 9p -o trans=tcp,port=${address.port},${options} ${HOST_FROM_GUEST} /mnt`,
    ];
  }
  if (address.kind === "unix") {
    return [
      `  mount it:          sudo mount -t 9p -o trans=unix,${options} ${path.resolve(address.path)} /mnt`,
      list,
    ];
  }
  return [];
}

/** ninep as it can be run from here: installed, or beside this program in the repository. */
function ninepCommand(): string {
  const sibling = fileURLToPath(new URL("../../ninep/bin/ninep.js", import.meta.url));
  return existsSync(sibling) ? `node ${path.relative(process.cwd(), sibling)}` : "ninep";
}
