// walk(5), open(5), read(5), clunk(5), remove(5); the extension of Tcreate as in rfc9p2000.u.
import { NOFID } from "../constants.js";
import * as m from "../messages-9p2000.js";
import {
  EVERY,
  PLAIN,
  TWO_53_MINUS_1,
  TWO_53_PLUS_1,
  TWO_63,
  TWO_64_MINUS_1,
  UNIX,
  fromHex,
  golden,
} from "./golden.js";

const hello = fromHex("'hello' 0a");

export const fileGoldens = [
  golden(m.Twalk, EVERY, { fid: 1, newfid: 2, names: [] }, "11000000 6e 0102 01000000 02000000 0000"),
  golden(
    m.Twalk,
    EVERY,
    { fid: 1, newfid: NOFID, names: ["usr", "..", "é"] },
    "1e000000 6e 0102 01000000 ffffffff 0300 0300 'usr' 0200 '..' 0200 c3a9",
  ),
  golden(m.Rwalk, EVERY, { qids: [] }, "09000000 6f 0102 0000"),
  golden(
    m.Rwalk,
    EVERY,
    {
      qids: [
        { type: 0x80, version: 1, path: 0n },
        { type: 0x02, version: 0xffffffff, path: TWO_64_MINUS_1 },
      ],
    },
    "23000000 6f 0102 0200 80 01000000 0000000000000000 02 ffffffff ffffffffffffffff",
  ),
  golden(m.Topen, EVERY, { fid: 3, mode: 0x11 }, "0c000000 70 0102 03000000 11"),
  golden(
    m.Ropen,
    EVERY,
    { qid: { type: 0x40, version: 2, path: 0x1122334455667788n }, iounit: 8168 },
    "18000000 71 0102 40 02000000 8877665544332211 e81f0000",
  ),
  golden(
    m.Tcreate,
    PLAIN,
    { fid: 3, name: "new", perm: 0o644, mode: 1, extension: "" },
    "15000000 72 0102 03000000 0300 'new' a4010000 01",
  ),
  golden(
    m.Tcreate,
    UNIX,
    { fid: 3, name: "new", perm: 0x020001ff, mode: 0, extension: "target" },
    "1d000000 72 0102 03000000 0300 'new' ff010002 00 0600 'target'",
  ),
  golden(
    m.Rcreate,
    EVERY,
    { qid: { type: 0, version: 0, path: 1n }, iounit: 0 },
    "18000000 73 0102 00 00000000 0100000000000000 00000000",
  ),
  ...[
    { offset: 0n, hex: "0000000000000000" },
    { offset: TWO_53_MINUS_1, hex: "ffffffffffff1f00" },
    { offset: TWO_53_PLUS_1, hex: "0100000000002000" },
    { offset: TWO_63, hex: "0000000000000080" },
    { offset: TWO_64_MINUS_1, hex: "ffffffffffffffff" },
  ].flatMap(({ offset, hex }) => [
    golden(m.Tread, EVERY, { fid: 4, offset, count: 65_536 }, `17000000 74 0102 04000000 ${hex} 00000100`),
    golden(
      m.Twrite,
      EVERY,
      { fid: 4, offset, data: hello },
      `1d000000 76 0102 04000000 ${hex} 06000000 'hello' 0a`,
    ),
  ]),
  golden(m.Rread, EVERY, { data: new Uint8Array(0) }, "0b000000 75 0102 00000000"),
  golden(m.Rread, EVERY, { data: hello }, "11000000 75 0102 06000000 'hello' 0a"),
  golden(m.Rwrite, EVERY, { count: 0x10000 }, "0b000000 77 0102 00000100"),
  golden(m.Tclunk, EVERY, { fid: 5 }, "0b000000 78 0102 05000000"),
  golden(m.Rclunk, EVERY, {}, "07000000 79 0102"),
  golden(m.Tremove, EVERY, { fid: 0x80000000 }, "0b000000 7a 0102 00000080"),
  golden(m.Rremove, EVERY, {}, "07000000 7b 0102"),
];
