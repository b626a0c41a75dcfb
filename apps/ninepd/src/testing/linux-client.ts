import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { guestSupport } from "@ninep/guest";
import { describe, expect, test } from "vitest";
import { runGuestScript, type ScriptOptions } from "./guest-script.js";
import { NinepdProcess } from "./ninepd-process.js";

const support = await guestSupport();
const isRoot = process.getuid?.() === 0;
/** A first guest on a machine has to be prepared. */
const PREPARATION = 600_000;

/** The cache modes of the Linux client that differ most: all requests reach the server, and few do. */
const CACHES = ["none", "loose"] as const;

/** What a test may do with the server while the guest runs. */
export interface ServerControl {
  /** Ends it as a crash does. */
  kill: () => Promise<void>;
  /** Starts it again, at the same address. */
  start: () => Promise<void>;
}

export interface ShareTest extends Omit<ScriptOptions, "env"> {
  /** What the steps are about. */
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Fills the directory before it is served, and returns what the script may ask for. */
  readonly prepare?: (root: string, server: ServerControl) => ScriptOptions["actions"];
  /** Arguments of ninepd; without, it serves `root` alone. */
  readonly serve?: (root: string) => readonly string[];
  /** Checks what the script has left behind. */
  readonly check?: (root: string) => void;
  /** Files of other owners, devices and trusted attributes are root's to make. */
  readonly needsRoot?: boolean;
  /** The script mounts in ways of its own, so one run will do. */
  readonly ownMounts?: boolean;
}

/**
 * Runs a script in a Linux guest that mounts a new directory from ninepd, once
 * for each cache mode. Where no guest runs, the test is skipped and says why.
 */
export function testInGuest(options: ShareTest): void {
  const { name, needsRoot = false, ownMounts = false, timeout = 300_000 } = options;
  const reason = !support.ok ? support.reason : needsRoot && !isRoot ? "needs root on the host" : undefined;
  describe.skipIf(reason !== undefined)(`${name}${reason === undefined ? "" : ` (${reason})`}`, () => {
    for (const cache of ownMounts ? (["none"] as const) : CACHES) {
      test(ownMounts ? options.script : `cache=${cache}`, { timeout: timeout + PREPARATION }, async () => {
        await withShare(async (root) => {
          let ninepd: NinepdProcess | undefined;
          const args = options.serve?.(root) ?? [root];
          const actions = options.prepare?.(root, {
            kill: async () => ninepd?.kill(),
            start: async () => {
              ninepd = await NinepdProcess.start(args, ninepd?.port);
            },
          });
          ninepd = await NinepdProcess.start(args);
          try {
            const env = { PORT: String(ninepd.port), CACHE: cache, ...options.env };
            const steps = await runGuestScript({ ...options, env, actions: actions ?? {}, timeout });
            expect(steps).not.toEqual([]);
            options.check?.(root);
            await ninepd.stop();
          } finally {
            await ninepd.kill();
          }
        });
      });
    }
  });
}

/** Calls `use` with a new directory and removes it afterwards. */
export async function withShare(use: (root: string) => Promise<void>): Promise<void> {
  const root = mkdtempSync(path.join(tmpdir(), "ninepd-guest-"));
  try {
    await use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
