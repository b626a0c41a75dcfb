import {
  DT_DIR,
  DT_LNK,
  DT_REG,
  HEADER_SIZE,
  QTDIR,
  QTFILE,
  QTSYMLINK,
  Rattach,
  Rclunk,
  Reader,
  Rgetattr,
  Rlerror,
  Rlopen,
  Rread,
  Rreaddir,
  Rreadlink,
  Rversion,
  Rwalk,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  VERSION_9P2000_L,
  Writer,
  errno,
  messageOfType,
  readHeader,
  writeDirent,
  type Message,
} from "@ninep/wire";
import { serve, type SocketServer } from "./socket-server.js";

/** A file: content, or where a symlink leads, or entries with any names, more than once too. */
export type HostileFile = string | { readonly symlink: string } | HostileDirectory;
export type HostileDirectory = readonly (readonly [name: string, file: HostileFile])[];

type Fields = Record<string, number | bigint | string | string[]>;

/** Serves a tree that no file system has: names such as `../x`, the same name twice. It can be read only. */
export async function serveHostile(root: HostileDirectory): Promise<SocketServer> {
  return serve(() => {
    const fids = new Map<number, HostileFile>();
    return {
      answer(request, reply) {
        const { type, tag } = readHeader(request);
        const message = messageOfType(type)!;
        const body = message.decode(new Reader().reset(request, HEADER_SIZE)) as Fields;
        const send = <B extends object>(answer: Message<B>, fields: B) => {
          const bytes = new Uint8Array(64 * 1024);
          reply(bytes.slice(0, answer.encode(new Writer().reset(bytes), tag, fields)));
        };
        const fid = body["fid"] as number;
        const file = fids.get(fid) ?? root;
        switch (message.name) {
          case "Tversion":
            send(Rversion, { msize: 8192, version: VERSION_9P2000_L });
            break;
          case "Tattach":
            send(Rattach, { qid: qidOf(root) });
            break;
          case "Twalk": {
            const names = body["names"] as string[];
            const found = walk(file, names);
            if (!found) send(Rlerror, { errno: errno.ENOENT });
            else {
              fids.set(body["newfid"] as number, found.at(-1) ?? file);
              send(Rwalk, { qids: found.map(qidOf) });
            }
            break;
          }
          case "Tgetattr":
            send(Rgetattr, attrOf(file));
            break;
          case "Tlopen":
            send(Rlopen, { qid: qidOf(file), iounit: 0 });
            break;
          case "Treaddir":
            send(Rreaddir, { data: entriesOf(file as HostileDirectory, Number(body["offset"])) });
            break;
          case "Tread":
            send(Rread, { data: new TextEncoder().encode(file as string).subarray(Number(body["offset"])) });
            break;
          case "Treadlink":
            send(Rreadlink, { target: (file as { symlink: string }).symlink });
            break;
          default:
            fids.delete(fid);
            send(Rclunk, {});
        }
      },
    };
  });
}

/** Each name in turn; a name that is there twice means its entries by turns, the first one first. */
function walk(from: HostileFile, names: readonly string[]): HostileFile[] | undefined {
  const found: HostileFile[] = [];
  let at = from;
  for (const name of names) {
    const entry = Array.isArray(at) ? (at as HostileDirectory).find(([each]) => each === name) : undefined;
    if (!entry) return undefined;
    at = entry[1];
    found.push(at);
  }
  return found;
}

function qidOf(file: HostileFile) {
  return { type: typesOf(file).qid, version: 0, path: 1n };
}

function typesOf(file: HostileFile): { qid: number; mode: number; dirent: number } {
  if (typeof file === "string") return { qid: QTFILE, mode: S_IFREG | 0o644, dirent: DT_REG };
  if ("symlink" in file) return { qid: QTSYMLINK, mode: S_IFLNK | 0o777, dirent: DT_LNK };
  return { qid: QTDIR, mode: S_IFDIR | 0o755, dirent: DT_DIR };
}

function attrOf(file: HostileFile) {
  const time = { sec: 1_000_000_000n, nsec: 0n };
  const size = typeof file === "string" ? BigInt(file.length) : 0n;
  return {
    ...{ valid: 0x7ffn, qid: qidOf(file), mode: typesOf(file).mode, uid: 0, gid: 0, nlink: 1n, rdev: 0n },
    ...{ size, blksize: 4096n, blocks: 0n, atime: time, mtime: time, ctime: time, btime: time },
    ...{ gen: 0n, dataVersion: 0n },
  };
}

function entriesOf(dir: HostileDirectory, from: number): Uint8Array {
  const bytes = new Uint8Array(4096);
  const writer = new Writer().reset(bytes);
  dir.slice(from).forEach(([name, file], i) => {
    const entry = { qid: qidOf(file), offset: BigInt(from + i + 1), type: typesOf(file).dirent, name };
    writeDirent(writer, entry, bytes.length);
  });
  return bytes.subarray(0, writer.position);
}
