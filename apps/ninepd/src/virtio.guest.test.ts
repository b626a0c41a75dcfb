import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { testInGuest } from "./testing/linux-client.js";

const large = Buffer.from(Array.from({ length: 1_300_000 }, (_, index) => (index * index) >>> 7));

testInGuest({
  name: "virtio devices: tags, exports, message sizes, the driver's comings and goings, a reboot",
  script: "virtio.sh",
  ownMounts: "virtio",
  env: { SUM: createHash("sha256").update(large).digest("hex") },
  pinned: { fixed: "fixed" },
  // QEMU is started so that it ends with its guest; here it does so at the power-off only.
  qemuArgs: ["-action", "reboot=reset"],
  prepare: (root) => {
    for (const name of ["main", "other", "fixed"]) {
      mkdirSync(path.join(root, name));
      writeFileSync(path.join(root, name, "which"), `${name}\n`);
    }
    writeFileSync(path.join(root, "main/large"), large);
    mkdirSync(path.join(root, "main/many"));
    for (let number = 0; number < 500; number++) {
      writeFileSync(path.join(root, "main/many", `an-entry-with-a-longish-name-${number}`), "");
    }
    return {};
  },
  serve: (root) => [
    path.join(root, "main"),
    ...["--export", `other=${path.join(root, "other")}`],
    ...["--export", `fixed=${path.join(root, "fixed")},ro`],
  ],
});
