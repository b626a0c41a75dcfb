import type { NewFile } from "@ninep/server";
import {
  L_O_RDWR,
  NO_UNAME,
  SETATTR_GID,
  SETATTR_MODE,
  SETATTR_SIZE,
  SETATTR_UID,
  S_ISGID,
  XATTR_CREATE,
  decodeText,
} from "@ninep/wire";
import { describe, expect, it } from "vitest";
import { DirectoryNode } from "./directory-node.js";
import { FileNode } from "./file-node.js";
import { MemoryFs } from "./memory-fs.js";

const file: NewFile = { mode: 0o644, uid: 1000, gid: 1000 };
const NOTHING = { mode: 0, uid: 0, gid: 0, size: 0n, atime: zero(), mtime: zero() };

function zero() {
  return { sec: 0n, nsec: 0n };
}

function rootOf(tree: MemoryFs): DirectoryNode {
  return directory(tree.attach({ aname: "", uname: "", uid: NO_UNAME }));
}

function directory(node: unknown): DirectoryNode {
  if (!(node instanceof DirectoryNode)) throw new Error("expected a directory");
  return node;
}

function regular(node: unknown): FileNode {
  if (!(node instanceof FileNode)) throw new Error("expected a regular file");
  return node;
}

function text(bytes: Uint8Array): string {
  return decodeText(bytes, 0, bytes.length);
}

describe("MemoryFs", () => {
  it("builds a tree from paths and reads it back", () => {
    const files = {
      "a/b/c.txt": "text",
      "a/bytes": Uint8Array.of(1, 2),
      "empty/": "",
      link: { symlink: "a" },
    };
    const tree = new MemoryFs({ files });
    expect(text(tree.readFile("a/b/c.txt"))).toBe("text");
    expect(tree.readFile("/a/bytes")).toEqual(Uint8Array.of(1, 2));
    expect(() => tree.readFile("a/no")).toThrow("No such file");
    expect(() => tree.readFile("empty")).toThrow("Is a directory");
    expect(() => tree.readFile("a/bytes/x")).toThrow("Not a directory");
    expect(() => tree.readFile("link")).toThrow("Invalid argument");
    tree.add({ "a/bytes": "replaced", "a/new": "n" });
    expect(text(tree.readFile("a/bytes"))).toBe("replaced");
    expect(() => {
      tree.add({ "a/new/x": "" });
    }).toThrow("Not a directory");
    expect(() => {
      tree.add({ a: "" });
    }).toThrow("File exists");
  });

  it("has one tree", () => {
    const tree = new MemoryFs();
    expect(() => tree.attach({ aname: "other", uname: "", uid: 0 })).toThrow("No such file");
    expect(tree.attach({ aname: "/", uname: "", uid: 0 })).toBe(rootOf(tree));
  });

  it("counts what clients hold", () => {
    const tree = new MemoryFs({ files: { file: "text" } });
    const root = rootOf(tree);
    const node = regular(root.walk("file"));
    const open = node.open(0);
    expect(tree.inUse()).toEqual({ nodes: 3, files: 1 });
    void open.close();
    node.release();
    root.release();
    expect(tree.inUse()).toEqual({ nodes: 0, files: 0 });
    expect(() => {
      root.release();
    }).toThrow("more often than retained");
    expect(() => open.close()).toThrow("closed twice");
  });

  it("gives the bytes of an unlinked file back when the last user is gone", () => {
    const tree = new MemoryFs({ maxBytes: 10, files: { file: "0123456789" } });
    const root = rootOf(tree);
    const node = regular(root.walk("file"));
    const open = node.open(L_O_RDWR);
    root.unlinkAt("file", false);
    node.release();
    expect(() => {
      tree.add({ other: "x" });
    }).toThrow("No space left");
    void open.close();
    tree.add({ other: "0123456789" });
  });

  it("bounds the names", () => {
    const tree = new MemoryFs({ maxNames: 2 });
    const root = rootOf(tree);
    root.mkdir("a", file);
    root.mkdir("b", file);
    expect(() => root.mkdir("c", file)).toThrow("No space left");
    expect(root.statfs()).toMatchObject({ files: 2n, ffree: 0n });
    root.unlinkAt("a", true);
    root.renameAt("b", root, "a");
    root.mkdir("b", file);
    root.renameAt("b", root, "a");
    root.mkdir("b", file);
  });

  it("keeps two trees apart", () => {
    const [one, two] = [rootOf(new MemoryFs({ files: { file: "" } })), rootOf(new MemoryFs())];
    expect(() => {
      one.renameAt("file", two, "file");
    }).toThrow("Invalid cross-device link");
    expect(() => {
      two.link(one.walk("file"), "file");
    }).toThrow("Invalid cross-device link");
  });

  it("takes setuid and capabilities away when the file is written, truncated or given away", () => {
    const root = rootOf(new MemoryFs({ files: { file: "text" } }));
    const node = regular(root.walk("file"));
    const open = node.open(L_O_RDWR);
    const changes: (() => unknown)[] = [
      () => open.write!(0n, Uint8Array.of(1)),
      () => {
        node.setattr({ ...NOTHING, valid: SETATTR_SIZE, size: 1n });
      },
      () => {
        node.setattr({ ...NOTHING, valid: SETATTR_UID | SETATTR_GID, uid: 1, gid: 1 });
      },
      () => root.create("file", 0o1000, file),
    ];
    for (const change of changes) {
      node.setattr({ ...NOTHING, valid: SETATTR_MODE, mode: 0o6755 });
      node.setXattr("security.capability", Uint8Array.of(1), 0);
      change();
      expect(node.getattr().mode & 0o7777).toBe(0o755);
      expect(node.listXattrs()).toEqual([]);
    }
  });

  it("hands a setgid directory's group down", () => {
    const root = rootOf(new MemoryFs());
    root.mkdir("dir", { mode: 0o2775, uid: 0, gid: 77 });
    const dir = directory(root.walk("dir"));
    dir.mkdir("below", file);
    const below = directory(dir.walk("below"));
    expect(below.getattr().gid).toBe(77);
    expect(below.getattr().mode & S_ISGID).toBe(S_ISGID);
    const { node } = below.create("file", L_O_RDWR, file);
    expect(regular(node).getattr()).toMatchObject({ uid: 1000, gid: 77 });
  });

  it("never uses a qid.path again", () => {
    const root = rootOf(new MemoryFs());
    const seen = new Set<bigint>();
    for (let i = 0; i < 100; i++) {
      seen.add(root.mkdir("dir", file).path);
      root.unlinkAt("dir", true);
    }
    expect(seen.size).toBe(100);
  });

  it("bounds extended attributes and charges them", () => {
    const root = rootOf(new MemoryFs({ maxBytes: 100_000 }));
    root.setXattr("user.a", new Uint8Array(60_000), XATTR_CREATE);
    expect(() => {
      root.setXattr("user.b", new Uint8Array(60_000), 0);
    }).toThrow("No space left");
    expect(() => {
      root.setXattr("user.b", new Uint8Array(65_537), 0);
    }).toThrow("Argument list too long");
    expect(() => {
      root.setXattr("x".repeat(256), new Uint8Array(1), 0);
    }).toThrow("Numerical result out of range");
    root.removeXattr("user.a");
    root.setXattr("user.b", new Uint8Array(60_000), 0);
  });

  it("stamps by its clock", () => {
    let now = 1n;
    const root = rootOf(new MemoryFs({ clock: () => now }));
    now = -1n;
    root.mkdir("dir", file);
    const { mtime, btime } = root.getattr();
    expect(btime).toEqual({ sec: 0n, nsec: 1n });
    expect(mtime).toEqual({ sec: 2n ** 64n - 1n, nsec: 999_999_999n });
  });
});
