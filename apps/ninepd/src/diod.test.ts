import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { withShare } from "./testing/linux-client.js";
import { NinepdProcess } from "./testing/ninepd-process.js";

const LS = "/usr/sbin/diodls";
const CAT = "/usr/sbin/diodcat";
const missing = existsSync(LS) && existsSync(CAT) ? "" : " (the package diod is not installed)";

describe.skipIf(missing !== "")(`diod's clients${missing}`, () => {
  const serve = (use: (server: string) => void) =>
    withShare(async (root) => {
      mkdirSync(path.join(root, "dir"));
      writeFileSync(path.join(root, "dir/inner"), "inner\n");
      writeFileSync(path.join(root, "large"), Buffer.alloc(1_000_000, "0123456789"));
      const ninepd = await NinepdProcess.start([root, "--export", `named=${path.join(root, "dir")}`]);
      try {
        use(`127.0.0.1:${ninepd.port}`);
        await ninepd.stop();
      } finally {
        await ninepd.kill();
      }
    });
  const run = (program: string, ...args: string[]) => execFileSync(program, args, { stdio: "pipe" });

  test("diodls lists", async () => {
    await serve((server) => {
      const names = (...args: string[]) =>
        run(LS, "-s", server, ...args)
          .toString()
          .split("\n")
          .filter((name) => name !== "")
          .sort();
      expect(names("-a", "/")).toEqual(["dir", "large"]);
      expect(names("-a", "/", "dir")).toEqual(["inner"]);
      expect(names("-a", "named")).toEqual(["inner"]);
      const [directory, file] = names("-a", "/", "-l");
      expect([file, directory]).toEqual([
        expect.stringMatching(/^d.* dir$/),
        expect.stringMatching(/^-rw.* 1000000 .* large$/),
      ]);
    });
  });

  test("diodcat reads, also what needs many messages", async () => {
    await serve((server) => {
      expect(run(CAT, "-s", server, "-a", "named", "inner").toString()).toBe("inner\n");
      const large = run(CAT, "-s", server, "-a", "/", "-m", "8192", "large");
      expect(large.equals(Buffer.alloc(1_000_000, "0123456789"))).toBe(true);
    });
  });

  test("they are told what is wrong", async () => {
    await serve((server) => {
      const absent = spawnSync(CAT, ["-s", server, "-a", "/", "absent"]);
      expect([absent.status, absent.stderr.toString()]).toEqual([1, expect.stringContaining("No such file")]);
      const wrong = spawnSync(LS, ["-s", server, "-a", "wrong"]);
      expect([wrong.status, wrong.stderr.toString()]).toEqual([1, expect.stringContaining("No such file")]);
    });
  });
});
