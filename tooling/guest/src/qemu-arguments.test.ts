import { expect, test } from "vitest";
import { qemuArguments, type Machine } from "./qemu-arguments.js";
import { hostArchitecture } from "./recipe.js";

const machine: Machine = {
  architecture: hostArchitecture("x64")!,
  accelerator: "tcg",
  memory: 768,
  cpus: 2,
  kernel: "/k/vmlinux",
  initramfs: "/t/initramfs",
  userland: "/c/a,b/userland.erofs",
  network: "user",
  kernelArguments: ["loglevel=7"],
  extra: ["-device", "x"],
};

function after(args: string[], option: string): string[] {
  return args.flatMap((arg, index) => (arg === option ? [args[index + 1]!] : []));
}

test("translates instructions, or leaves them to KVM", () => {
  const tcg = qemuArguments(machine);
  expect(after(tcg, "-accel")).toEqual(["tcg,thread=multi"]);
  expect(after(tcg, "-cpu")).toEqual(["max"]);
  const kvm = qemuArguments({ ...machine, accelerator: "kvm" });
  expect(after(kvm, "-accel")).toEqual(["kvm"]);
  expect(after(kvm, "-cpu")).toEqual(["host"]);
});

test("sizes the machine and passes words to the kernel", () => {
  const args = qemuArguments(machine);
  expect(after(args, "-m")).toEqual(["768M"]);
  expect(after(args, "-smp")).toEqual(["2"]);
  expect(after(args, "-append")[0]).toMatch(/^console=ttyS0 quiet panic=-1 .* loglevel=7$/);
});

test("keeps a comma in a file's name from ending the option", () => {
  expect(after(qemuArguments(machine), "-drive")[0]).toMatch(/file=\/c\/a,,b\/userland\.erofs$/);
});

test("has a network only when asked, and the caller's arguments last", () => {
  expect(after(qemuArguments(machine), "-netdev")).toEqual(["user,id=net"]);
  expect(after(qemuArguments({ ...machine, network: "none" }), "-netdev")).toEqual([]);
  expect(qemuArguments(machine).slice(-2)).toEqual(["-device", "x"]);
});

test("dies with its parent", () => {
  expect(after(qemuArguments(machine), "-run-with")).toEqual(["exit-with-parent=on"]);
});
