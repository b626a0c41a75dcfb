import path from "node:path";
import { guestSupport, prepareGuest, runGuest } from "@ninep/guest";
import { describe, expect, test } from "vitest";

const support = await guestSupport();
const TIMEOUT = 300_000;

/** Packages whose files a guest reads whole in a few seconds without KVM. */
const PACKAGES = ["bash", "coreutils", "dpkg", "libc6", "python3.13-minimal"];

/** Checks each file of these packages against the checksum that came with it; documentation is left out of the tree. */
const CHECK = `cd /
for package in ${PACKAGES.join(" ")}; do
  for list in /var/lib/dpkg/info/$package.md5sums /var/lib/dpkg/info/$package:*.md5sums; do
    [ -e "$list" ] && grep -vE " usr/share/(doc|locale|man|info)/" "$list" | md5sum -c --quiet && echo "$package is whole"
  done
done
touch /etc/written && ls /etc/written`;

describe.skipIf(!support.ok)(
  `a guest that boots from ninepd${support.ok ? "" : ` (${support.reason})`}`,
  () => {
    const boot = async () => {
      const directory = path.join(await prepareGuest(), "root");
      return runGuest({ root: { directory }, script: CHECK, cpus: 1, network: "none" });
    };

    test(
      "finds every file of its packages as it should be, and powers off",
      { timeout: TIMEOUT + 600_000 },
      async () => {
        const { exitCode, output } = await boot();
        expect(output.split("\n")).toEqual([
          ...PACKAGES.map((name) => `${name} is whole`),
          "/etc/written",
          "",
        ]);
        expect(exitCode).toBe(0);
      },
    );
  },
);
