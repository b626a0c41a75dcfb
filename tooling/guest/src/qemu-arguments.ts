import type { Architecture } from "./recipe.js";

/** How the guest's instructions run: on the processor, or translated by QEMU. */
export type Accelerator = "kvm" | "tcg";

/** `user`: the guest's 10.0.2.2 is the host's loopback; `none`: only its own loopback. */
export type Network = "user" | "none";

/** Names of the ports that the guest's init looks for. */
export const OUTPUT_PORT = "ninep.output";
export const STATUS_PORT = "ninep.status";

/** File descriptors that QEMU inherits, each one end of a socket pair. */
export const CONSOLE_FD = 3;
export const OUTPUT_FD = 4;
export const STATUS_FD = 5;

/** What a guest is made of. */
export interface Machine {
  architecture: Architecture;
  accelerator: Accelerator;
  /** MiB. */
  memory: number;
  cpus: number;
  kernel: string;
  initramfs: string;
  /** The disk; undefined when the root is shared. */
  userland: string | undefined;
  network: Network;
  /** Words appended to the kernel's command line. */
  kernelArguments: readonly string[];
  /** QEMU arguments appended to ours. */
  extra: readonly string[];
}

/** QEMU's arguments for `machine`, without the program itself. */
export function qemuArguments(machine: Machine): string[] {
  const { architecture, accelerator } = machine;
  return [
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
    // However its parent dies, QEMU must not outlive it.
    ...["-run-with", "exit-with-parent=on"],
    ...["-machine", architecture.machine],
    ...["-accel", accelerator === "kvm" ? "kvm" : "tcg,thread=multi"],
    ...["-cpu", accelerator === "kvm" ? "host" : "max"],
    ...["-smp", String(machine.cpus), "-m", `${machine.memory}M`],
    ...["-kernel", machine.kernel, "-initrd", machine.initramfs],
    ...["-append", kernelCommandLine(machine)],
    ...["-chardev", `socket,id=console,fd=${CONSOLE_FD}`, "-serial", "chardev:console"],
    ...["-device", "virtio-serial-pci"],
    ...port("output", OUTPUT_FD, OUTPUT_PORT),
    ...port("status", STATUS_FD, STATUS_PORT),
    ...disk(machine.userland),
    ...network(machine.network),
    ...machine.extra,
  ];
}

function kernelCommandLine({ architecture, kernelArguments }: Machine): string {
  return [
    `console=${architecture.console}`,
    "quiet",
    // A panic must end QEMU (-no-reboot) instead of leaving it there.
    "panic=-1",
    // A guest for tests has nothing to defend, and under TCG this costs.
    "mitigations=off",
    "nokaslr",
    ...kernelArguments,
  ].join(" ");
}

function disk(file: string | undefined): string[] {
  if (file === undefined) return [];
  return [
    ...["-drive", `if=none,id=userland,format=raw,readonly=on,file=${escapeCommas(file)}`],
    ...["-device", "virtio-blk-pci,drive=userland,serial=userland"],
  ];
}

function port(id: string, fd: number, name: string): string[] {
  return ["-chardev", `socket,id=${id},fd=${fd}`, "-device", `virtserialport,chardev=${id},name=${name}`];
}

function network(kind: Network): string[] {
  if (kind === "none") return ["-nic", "none"];
  // No option ROM: nothing boots from the network.
  return ["-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile="];
}

/** QEMU's option parser takes a doubled comma as one that belongs to the value. */
export function escapeCommas(value: string): string {
  return value.replaceAll(",", ",,");
}
