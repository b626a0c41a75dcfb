import path from "node:path";
import { generateTree } from "@ninep/tree";
import { testInGuest } from "./testing/linux-client.js";

testInGuest({
  name: "git, tar, cp, find, rm and fio",
  script: "tools.sh",
  prepare: (root) => {
    generateTree({ root: path.join(root, "tree"), files: 80, bytes: 1.5e6, seed: 2 });
    return {};
  },
});
