import { expect, test } from "vitest";
import { loadOrder, moduleName } from "./module-graph.js";

const tables = {
  dep: `kernel/fs/9p/9p.ko.xz: kernel/net/9p/9pnet.ko.xz kernel/fs/netfs/netfs.ko.xz
kernel/net/9p/9pnet.ko.xz: kernel/fs/netfs/netfs.ko.xz
kernel/net/9p/9pnet_fd.ko.xz: kernel/net/9p/9pnet.ko.xz kernel/fs/netfs/netfs.ko.xz
kernel/fs/netfs/netfs.ko.xz:
kernel/fs/erofs/erofs.ko.xz: kernel/lib/libcrc32c.ko.xz
kernel/lib/libcrc32c.ko.xz:
kernel/arch/x86/crypto/crc32c-intel.ko.xz:
kernel/crypto/crc32c_generic.ko.xz:
`,
  builtin: "kernel/drivers/virtio/virtio_pci.ko\n",
  softdep: "# Soft dependencies\nsoftdep libcrc32c pre: crc32c absent post: 9p\n",
  alias: "alias crc32c crc32c_generic\nalias crc32c crc32c_intel\nalias fs-9p 9p\n",
};

test("puts each module after what it needs, once", () => {
  expect(loadOrder(["9p", "9pnet_fd"], tables)).toEqual([
    "kernel/fs/netfs/netfs.ko.xz",
    "kernel/net/9p/9pnet.ko.xz",
    "kernel/fs/9p/9p.ko.xz",
    "kernel/net/9p/9pnet_fd.ko.xz",
  ]);
});

test("takes what a module asks for at run time, by its aliases", () => {
  expect(loadOrder(["erofs"], tables)).toEqual([
    "kernel/crypto/crc32c_generic.ko.xz",
    "kernel/arch/x86/crypto/crc32c-intel.ko.xz",
    "kernel/lib/libcrc32c.ko.xz",
    "kernel/fs/erofs/erofs.ko.xz",
  ]);
});

test("leaves out what is built in and refuses what is nowhere", () => {
  expect(loadOrder(["virtio-pci"], tables)).toEqual([]);
  expect(() => loadOrder(["zfs"], tables)).toThrow("no module zfs");
});

test("survives soft dependencies that form a circle", () => {
  const circle = { ...tables, softdep: "softdep netfs pre: 9p\n" };
  expect(loadOrder(["netfs"], circle)).toContain("kernel/fs/netfs/netfs.ko.xz");
});

test("spells a module's name as the kernel does", () => {
  expect(moduleName("kernel/arch/x86/crypto/crc32c-intel.ko.zst")).toBe("crc32c_intel");
});
