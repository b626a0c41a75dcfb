// Statfs, getattr, setattr, xattrs and locks of 9P2000.L: diod's protocol.md and
// the format strings of net/9p/client.c and net/9p/protocol.c.
import * as m from "../messages-9p2000l.js";
import {
  EVERY,
  TWO_53_MINUS_1,
  TWO_53_PLUS_1,
  TWO_63,
  TWO_64_MINUS_1,
  golden,
  type Golden,
} from "./golden.js";

export const attributeGoldens: Golden[] = [
  golden(m.Tstatfs, EVERY, { fid: 1 }, "0b000000 08 0102 01000000"),
  golden(
    m.Rstatfs,
    EVERY,
    {
      type: 0x01021997,
      bsize: 4096,
      blocks: TWO_53_MINUS_1,
      bfree: TWO_53_PLUS_1,
      bavail: TWO_63,
      files: TWO_64_MINUS_1,
      ffree: 0n,
      fsid: 0x0102030405060708n,
      namelen: 255,
    },
    `43000000 09 0102 97190201 00100000 ffffffffffff1f00 0100000000002000 0000000000000080
     ffffffffffffffff 0000000000000000 0807060504030201 ff000000`,
  ),
  golden(m.Tgetattr, EVERY, { fid: 1, mask: 0x17ffn }, "13000000 18 0102 01000000 ff17000000000000"),
  golden(
    m.Rgetattr,
    EVERY,
    {
      valid: 0x3fffn,
      qid: { type: 0, version: 3, path: TWO_53_PLUS_1 },
      mode: 0o100644,
      uid: 1000,
      gid: 0xfffffffe,
      nlink: 1n,
      rdev: 0x0801n,
      size: TWO_63,
      blksize: 4096n,
      blocks: TWO_53_MINUS_1,
      atime: { sec: 1_700_000_000n, nsec: 999_999_999n },
      mtime: { sec: TWO_64_MINUS_1, nsec: 0n },
      ctime: { sec: 2n, nsec: 3n },
      btime: { sec: 4n, nsec: 5n },
      gen: 6n,
      dataVersion: 7n,
    },
    `a0000000 19 0102 ff3f000000000000 00 03000000 0100000000002000 a4810000 e8030000 feffffff
     0100000000000000 0108000000000000 0000000000000080 0010000000000000 ffffffffffff1f00
     00f1536500000000 ffc99a3b00000000 ffffffffffffffff 0000000000000000
     0200000000000000 0300000000000000 0400000000000000 0500000000000000
     0600000000000000 0700000000000000`,
  ),
  golden(
    m.Tsetattr,
    EVERY,
    {
      fid: 1,
      valid: 0x1ff,
      mode: 0o755,
      uid: 1,
      gid: 2,
      size: TWO_64_MINUS_1,
      atime: { sec: 3n, nsec: 4n },
      mtime: { sec: 5n, nsec: 6n },
    },
    `43000000 1a 0102 01000000 ff010000 ed010000 01000000 02000000 ffffffffffffffff
     0300000000000000 0400000000000000 0500000000000000 0600000000000000`,
  ),
  golden(m.Rsetattr, EVERY, {}, "07000000 1b 0102"),
  golden(
    m.Txattrwalk,
    EVERY,
    { fid: 1, newfid: 2, name: "user.k" },
    "17000000 1e 0102 01000000 02000000 0600 'user.k'",
  ),
  golden(m.Txattrwalk, EVERY, { fid: 1, newfid: 2, name: "" }, "11000000 1e 0102 01000000 02000000 0000"),
  golden(m.Rxattrwalk, EVERY, { size: TWO_53_PLUS_1 }, "0f000000 1f 0102 0100000000002000"),
  golden(
    m.Txattrcreate,
    EVERY,
    { fid: 2, name: "user.k", size: 0x10000n, flags: 2 },
    "1f000000 20 0102 02000000 0600 'user.k' 0000010000000000 02000000",
  ),
  golden(m.Rxattrcreate, EVERY, {}, "07000000 21 0102"),
  golden(
    m.Tlock,
    EVERY,
    {
      fid: 1,
      type: 1,
      flags: 3,
      start: TWO_53_MINUS_1,
      length: TWO_63,
      procId: 4321,
      clientId: "host",
    },
    "2a000000 34 0102 01000000 01 03000000 ffffffffffff1f00 0000000000000080 e1100000 0400 'host'",
  ),
  golden(m.Rlock, EVERY, { status: 1 }, "08000000 35 0102 01"),
  golden(
    m.Tgetlock,
    EVERY,
    { fid: 1, type: 0, start: 0n, length: TWO_64_MINUS_1, procId: 4321, clientId: "host" },
    "26000000 36 0102 01000000 00 0000000000000000 ffffffffffffffff e1100000 0400 'host'",
  ),
  golden(
    m.Rgetlock,
    EVERY,
    { type: 2, start: 1n, length: 0n, procId: 0, clientId: "host" },
    "22000000 37 0102 02 0100000000000000 0000000000000000 00000000 0400 'host'",
  ),
];
