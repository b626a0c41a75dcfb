import { mkdirSync } from "node:fs";
import path from "node:path";
import { testInGuest } from "./testing/linux-client.js";

testInGuest({
  name: "a server that crashes and is started again",
  script: "restart.sh",
  // Over virtio a guest whose device is gone waits for ever: QEMU does not connect again.
  transports: ["tcp"],
  prepare: (root, server) => {
    mkdirSync(path.join(root, "dir"));
    return {
      kill: async () => {
        await server.kill();
        return "killed";
      },
      start: async () => {
        await server.start();
        return "started";
      },
    };
  },
});
