import {
  DMDEVICE,
  DMDIR,
  DMLINK,
  DMNAMEDPIPE,
  DMSETGID,
  DMSETUID,
  DMSETVTX,
  DMSOCKET,
  DMSYMLINK,
  GETATTR_BASIC,
  NO_ID,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFSOCK,
  S_ISGID,
  S_ISUID,
  S_ISVTX,
  VERSION_9P2000,
  type Dialect,
  type Stat,
} from "@ninep/wire";
import type { Attr, Node } from "./backend.js";

const PERMISSIONS = 0o777;
const KIND_BITS = new Map([
  [S_IFDIR, DMDIR],
  [S_IFLNK, DMSYMLINK],
  [S_IFIFO, DMNAMEDPIPE],
  [S_IFSOCK, DMSOCKET],
  [S_IFBLK, DMDEVICE],
  [S_IFCHR, DMDEVICE],
]);
const SPECIAL_BITS = [
  [S_ISUID, DMSETUID],
  [S_ISGID, DMSETGID],
  [S_ISVTX, DMSETVTX],
] as const;

/**
 * The stat of 9P2000 or 9P2000.u for a node (stat(5); rfc9p2000.u). Users are
 * numbers as text. Plain 9P2000 has no symlinks or devices: they look like files.
 */
export async function statOf(node: Node, dialect: Dialect): Promise<Stat> {
  const attr = await node.getattr(GETATTR_BASIC);
  const kind = attr.mode & S_IFMT;
  const plain = dialect === VERSION_9P2000;
  const extension = plain ? "" : kind === S_IFLNK ? ((await node.readlink?.()) ?? "") : deviceText(attr);
  return {
    type: 0,
    dev: 0,
    qid: attr.qid,
    mode: modeToDm(attr.mode, plain),
    atime: seconds(attr.atime.sec),
    mtime: seconds(attr.mtime.sec),
    length: kind === S_IFDIR ? 0n : attr.size,
    name: node.name,
    uid: String(attr.uid),
    gid: String(attr.gid),
    muid: String(attr.uid),
    extension,
    nUid: attr.uid,
    nGid: attr.gid,
    nMuid: NO_ID,
  };
}

/** Linux's mode in the DM… bits of stat(5); without those of 9P2000.u when `plain`. */
function modeToDm(mode: number, plain: boolean): number {
  const kind = KIND_BITS.get(mode & S_IFMT) ?? 0;
  let dm = mode & PERMISSIONS;
  if (!plain || kind === DMDIR) dm |= kind;
  if (!plain) for (const [bit, dmBit] of SPECIAL_BITS) if (mode & bit) dm |= dmBit;
  return dm >>> 0;
}

/** The permission bits, set-id and sticky bits of a DM… mode as Linux has them. */
export function dmToPermissions(dm: number): number {
  let mode = dm & PERMISSIONS;
  for (const [bit, dmBit] of SPECIAL_BITS) if (dm & dmBit) mode |= bit;
  return mode;
}

/** Kinds of file that only 9P2000.u can make. */
export const DM_SPECIAL = DMSYMLINK | DMLINK | DMDEVICE | DMNAMEDPIPE | DMSOCKET;

function deviceText({ mode, rdev }: Attr): string {
  const kind = mode & S_IFMT;
  if (kind !== S_IFBLK && kind !== S_IFCHR) return "";
  // glibc's encoding of dev_t (sys/sysmacros.h).
  const major = ((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xfffff000n);
  const minor = (rdev & 0xffn) | ((rdev >> 12n) & 0xffffff00n);
  return `${kind === S_IFBLK ? "b" : "c"} ${major} ${minor}`;
}

/** Times of 9P2000 are 32 bits wide. */
function seconds(sec: bigint): number {
  return Number(BigInt.asUintN(32, sec));
}
