import { execFileSync } from "node:child_process";
import path from "node:path";
import { testInGuest } from "./testing/linux-client.js";

testInGuest({
  name: "files, names and attributes",
  script: "files.sh",
  prepare: (root) => {
    const touch = (date: string, name: string) => execFileSync("touch", ["-d", date, path.join(root, name)]);
    touch("2001-02-03 04:05:06.123456789 UTC", "from-host");
    touch("1960-01-01 03:05:05 UTC", "before-1970");
    return {};
  },
});
