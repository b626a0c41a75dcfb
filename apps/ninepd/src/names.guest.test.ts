import { readdirSync, writeFileSync } from "node:fs";
import { testInGuest } from "./testing/linux-client.js";

testInGuest({
  name: "names of all kinds, deep directories",
  script: "names.py",
  prepare: (root) => ({
    names: () =>
      readdirSync(root, { encoding: "buffer" })
        .map((name) => name.toString("hex"))
        .sort()
        .join(","),
    make: (...names) => {
      for (const name of names) {
        const file = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, "hex")]);
        writeFileSync(file, "made by the host");
      }
      return "made";
    },
  }),
});
