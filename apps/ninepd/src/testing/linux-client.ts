import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { guestSupport } from "@ninep/guest";
import { describe, expect, test } from "vitest";
import { CACHES, TRANSPORTS, type Transport } from "./guest-matrix.js";
import { runGuestScript, type ScriptOptions } from "./guest-script.js";
import { NinepdProcess } from "./ninepd-process.js";

const support = await guestSupport();
const isRoot = process.getuid?.() === 0;
/** A first guest on a machine has to be prepared. */
const PREPARATION = 600_000;

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
  /** Looks at the server before the guest starts. */
  readonly begin?: (server: NinepdProcess) => void;
  /** Checks what the script has left behind, and the server. */
  readonly check?: (root: string, server: NinepdProcess) => void | Promise<void>;
  /** Virtio devices that show one export only, as mount tag and export. */
  readonly pinned?: Readonly<Record<string, string>>;
  /** Files of other owners, devices and trusted attributes are root's to make. */
  readonly needsRoot?: boolean;
  /** The script mounts in ways of its own, so one run will do: over this transport. */
  readonly ownMounts?: Transport;
  /** Only these. */
  readonly transports?: readonly Transport[];
}

/**
 * Runs a script in a Linux guest that mounts a new directory from ninepd, once
 * for each transport and cache mode. Where no guest runs, the test is skipped and says why.
 */
export function testInGuest(options: ShareTest): void {
  const { name, needsRoot = false, ownMounts, timeout = 300_000, transports = TRANSPORTS } = options;
  const reason = !support.ok ? support.reason : needsRoot && !isRoot ? "needs root on the host" : undefined;
  describe.skipIf(reason !== undefined)(`${name}${reason === undefined ? "" : ` (${reason})`}`, () => {
    const define = (title: string, transport: Transport, cache: string) => {
      test(title, { timeout: timeout + PREPARATION }, () => runShareTest(options, transport, cache));
    };
    if (ownMounts) {
      define(options.script, ownMounts, "none");
      return;
    }
    const wanted = TRANSPORTS.filter((each) => transports.includes(each));
    if (wanted.length === 0) test.skip(`only over ${transports.join(", ")}`);
    for (const transport of wanted)
      for (const cache of CACHES[transport]) define(`${transport}, cache=${cache}`, transport, cache);
  });
}

async function runShareTest(options: ShareTest, transport: Transport, cache: string): Promise<void> {
  await withShare(async (root, folder) => {
    // Linux mounts each tag once at a time; scripts mount up to three.
    const devices = Object.fromEntries(
      ["share", "again", "third"].map((tag) => [tag, path.join(folder, `${tag}.sock`)]),
    );
    const listen = Object.entries(devices).map(([tag, socket]) => `vhost-user:${socket},tag=${tag}`);
    for (const [tag, name] of Object.entries(options.pinned ?? {})) {
      devices[tag] = path.join(folder, `${tag}.sock`);
      listen.push(`vhost-user:${devices[tag]},tag=${tag},export=${name}`);
    }
    let ninepd: NinepdProcess | undefined;
    const args = [
      ...(options.serve?.(root) ?? [root]),
      ...listen.flatMap((address) => ["--listen", address]),
    ];
    const actions = options.prepare?.(root, {
      kill: async () => ninepd?.kill(),
      start: async () => {
        ninepd = await NinepdProcess.start(args, ninepd?.port);
      },
    });
    ninepd = await NinepdProcess.start(args);
    options.begin?.(ninepd);
    try {
      const mounting =
        transport === "tcp"
          ? { TRANSPORT: `trans=tcp,port=${ninepd.port},msize=1048576`, SOURCES: "10.0.2.2" }
          : { TRANSPORT: "trans=virtio,msize=512000", SOURCES: "share again third" };
      const steps = await runGuestScript({
        ...options,
        env: { ...mounting, CACHE: cache, PORT: String(ninepd.port), ...options.env },
        actions: actions ?? {},
        devices: transport === "virtio" ? devices : {},
      });
      expect(steps).not.toEqual([]);
      await options.check?.(root, ninepd);
      await ninepd.stop();
    } finally {
      await ninepd.kill();
    }
  });
}

/** Calls `use` with a new directory to share, and a folder that is not shared; removes them afterwards. */
export async function withShare(use: (root: string, folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "ninepd-guest-"));
  const root = path.join(folder, "share");
  mkdirSync(root);
  try {
    await use(root, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
