import type { Backend, Node, OpenFile } from "@ninep/server";
import { acceptanceSuite } from "@ninep/server/acceptance";
import { describe, it } from "vitest";
import { MemoryFs } from "./memory-fs.js";

type Method = (...args: unknown[]) => unknown;

const originals = new WeakMap<object, Node>();

/**
 * The same node or file, but each method answers in a later turn, and first does
 * nothing for one: what comes in meanwhile is served before.
 */
function delayed<T extends Node | OpenFile>(target: T): T {
  const proxy = new Proxy(target, {
    get(_, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function" || key === "retain" || key === "release") return value;
      return async (...args: unknown[]) => {
        // A payload is the method's only until it returns.
        const kept = args.map((arg) => (key === "write" && arg instanceof Uint8Array ? arg.slice() : arg));
        await turn();
        const result = (value as Method).apply(target, kept.map(original));
        await turn();
        return wrapped(key, result);
      };
    },
  });
  if ("retain" in target) originals.set(proxy, target);
  return proxy;
}

function original(arg: unknown): unknown {
  return typeof arg === "object" && arg !== null ? (originals.get(arg) ?? arg) : arg;
}

function wrapped(key: string | symbol, result: unknown): unknown {
  if (key === "walk") return delayed(result as Node);
  if (key === "open") return delayed(result as OpenFile);
  if (key !== "create") return result;
  const { node, file } = result as { node: Node; file: OpenFile };
  return { node: delayed(node), file: delayed(file) };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe("memory-fs, answering later", () => {
  acceptanceSuite({
    describe,
    it,
    createBackend() {
      const tree = new MemoryFs();
      const backend: Backend = {
        attach: async (request) => {
          await turn();
          return delayed(tree.attach(request));
        },
      };
      return { backend, cleanup: () => undefined, inUse: () => tree.inUse() };
    },
  });
});
