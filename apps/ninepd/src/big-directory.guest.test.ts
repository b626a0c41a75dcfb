import { closeSync, mkdirSync, openSync, readdirSync, unlinkSync } from "node:fs";
import path from "node:path";
import { testInGuest } from "./testing/linux-client.js";

const ENTRIES = 100_000;
/** The host leaves one entry of so many: the guest has to delete the rest, which takes it a millisecond each. */
const THINNING = 100;

testInGuest({
  name: `a directory with ${ENTRIES} entries`,
  script: "big-directory.py",
  env: { ENTRIES: String(ENTRIES) },
  prepare: (root) => {
    const directory = path.join(root, "big");
    mkdirSync(directory);
    for (let number = 0; number < ENTRIES; number++) {
      closeSync(openSync(path.join(directory, `entry-${String(number).padStart(6, "0")}`), "wx"));
    }
    return {
      thin: () => {
        for (const [index, name] of readdirSync(directory).entries()) {
          if (index % THINNING !== 0 && name.startsWith("entry-")) unlinkSync(path.join(directory, name));
        }
        return "done";
      },
      left: () => readdirSync(directory).join(","),
    };
  },
});
