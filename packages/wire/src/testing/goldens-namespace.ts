// Opening, making, naming and listing files in 9P2000.L: diod's protocol.md and
// the format strings of net/9p/client.c.
import * as m from "../messages-9p2000l.js";
import { EVERY, TWO_53_PLUS_1, TWO_63, TWO_64_MINUS_1, fromHex, golden, type Golden } from "./golden.js";

const file = { type: 0, version: 2, path: 3n };
const fileHex = "00 02000000 0300000000000000";

/** Two entries, 25 and 30 bytes: qid[13] offset[8] type[1] name[s]. */
export const direntsHex =
  "80 01000000 0000000000000080 0100000000000000 04 0100 '.' " +
  "02 00000000 0100000000002000 ffffffffffffffff 0a 0600 'na' c3af 've'";
export const dirents = [
  { qid: { type: 0x80, version: 1, path: TWO_63 }, offset: 1n, type: 4, name: "." },
  { qid: { type: 0x02, version: 0, path: TWO_53_PLUS_1 }, offset: TWO_64_MINUS_1, type: 10, name: "naïve" },
];

export const namespaceGoldens: Golden[] = [
  golden(m.Tlopen, EVERY, { fid: 1, flags: 0o2304000 }, "0f000000 0c 0102 01000000 00880900"),
  golden(m.Rlopen, EVERY, { qid: file, iounit: 0 }, `18000000 0d 0102 ${fileHex} 00000000`),
  golden(
    m.Tlcreate,
    EVERY,
    { fid: 1, name: "foo", flags: 0x8241, mode: 0o100644, gid: 500 },
    "1c000000 0e 0102 01000000 0300 'foo' 41820000 a4810000 f4010000",
  ),
  golden(m.Rlcreate, EVERY, { qid: file, iounit: 4096 }, `18000000 0f 0102 ${fileHex} 00100000`),
  golden(
    m.Tsymlink,
    EVERY,
    { dfid: 1, name: "ln", target: "../a", gid: 500 },
    "19000000 10 0102 01000000 0200 'ln' 0400 '../a' f4010000",
  ),
  golden(m.Rsymlink, EVERY, { qid: file }, `14000000 11 0102 ${fileHex}`),
  golden(
    m.Tmknod,
    EVERY,
    { dfid: 1, name: "null", mode: 0o020666, major: 1, minor: 3, gid: 500 },
    "21000000 12 0102 01000000 0400 'null' b6210000 01000000 03000000 f4010000",
  ),
  golden(m.Rmknod, EVERY, { qid: file }, `14000000 13 0102 ${fileHex}`),
  golden(m.Trename, EVERY, { fid: 1, dfid: 2, name: "b" }, "12000000 14 0102 01000000 02000000 0100 'b'"),
  golden(m.Rrename, EVERY, {}, "07000000 15 0102"),
  golden(m.Treadlink, EVERY, { fid: 1 }, "0b000000 16 0102 01000000"),
  golden(m.Rreadlink, EVERY, { target: "../a" }, "0d000000 17 0102 0400 '../a'"),
  golden(
    m.Treaddir,
    EVERY,
    { fid: 1, offset: TWO_63, count: 65_488 },
    "17000000 28 0102 01000000 0000000000000080 d0ff0000",
  ),
  golden(m.Rreaddir, EVERY, { data: new Uint8Array(0) }, "0b000000 29 0102 00000000"),
  golden(m.Rreaddir, EVERY, { data: fromHex(direntsHex) }, `42000000 29 0102 37000000 ${direntsHex}`),
  // "dd" since Linux 2.6.38; older clients end after the fid, at 11 bytes.
  golden(m.Tfsync, EVERY, { fid: 1, datasync: 1 }, "0f000000 32 0102 01000000 01000000", [11]),
  golden(m.Rfsync, EVERY, {}, "07000000 33 0102"),
  golden(m.Tlink, EVERY, { dfid: 1, fid: 2, name: "b" }, "12000000 46 0102 01000000 02000000 0100 'b'"),
  golden(m.Rlink, EVERY, {}, "07000000 47 0102"),
  golden(
    m.Tmkdir,
    EVERY,
    { dfid: 1, name: "newdir", mode: 0o40755, gid: 500 },
    "1b000000 48 0102 01000000 0600 'newdir' ed410000 f4010000",
  ),
  golden(m.Rmkdir, EVERY, { qid: file }, `14000000 49 0102 ${fileHex}`),
  golden(
    m.Trenameat,
    EVERY,
    { olddirfid: 1, oldname: "a", newdirfid: 2, newname: "bc" },
    "16000000 4a 0102 01000000 0100 'a' 02000000 0200 'bc'",
  ),
  golden(m.Rrenameat, EVERY, {}, "07000000 4b 0102"),
  golden(
    m.Tunlinkat,
    EVERY,
    { dirfid: 1, name: "d", flags: 0x200 },
    "12000000 4c 0102 01000000 0100 'd' 00020000",
  ),
  golden(m.Runlinkat, EVERY, {}, "07000000 4d 0102"),
];
