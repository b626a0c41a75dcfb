// stat(5); extension[s] n_uid[4] n_gid[4] n_muid[4] as in rfc9p2000.u.
import { NO_ID } from "../constants.js";
import * as m from "../messages-9p2000.js";
import type { Stat } from "../stat.js";
import { EVERY, PLAIN, TWO_53_PLUS_1, TWO_64_MINUS_1, UNIX, golden } from "./golden.js";

/** type[2] dev[4] qid[13] mode[4] atime[4] mtime[4] length[8] are 39 bytes, four strings 22: 61 in all. */
export const notes: Stat = {
  type: 0x1234,
  dev: 0x01020304,
  qid: { type: 0x40, version: 9, path: TWO_53_PLUS_1 },
  mode: 0x400001b6,
  atime: 1_700_000_000,
  mtime: 0xffffffff,
  length: TWO_64_MINUS_1,
  name: "notes",
  uid: "glenda",
  gid: "sys",
  muid: "",
  extension: "",
  nUid: NO_ID,
  nGid: NO_ID,
  nMuid: NO_ID,
};
export const notesHex =
  "3412 04030201 40 09000000 0100000000002000 b6010040 00f15365 ffffffff ffffffffffffffff " +
  "0500 'notes' 0600 'glenda' 0300 'sys' 0000";

const device: Stat = { ...notes, extension: "b 8 0", nUid: 0, nGid: 6, nMuid: 1000 };

/** A Twstat that leaves everything as it is (stat(5)). */
const untouched: Stat = {
  type: 0xffff,
  dev: 0xffffffff,
  qid: { type: 0xff, version: 0xffffffff, path: TWO_64_MINUS_1 },
  mode: 0xffffffff,
  atime: 0xffffffff,
  mtime: 0xffffffff,
  length: TWO_64_MINUS_1,
  name: "",
  uid: "",
  gid: "",
  muid: "",
  extension: "",
  nUid: NO_ID,
  nGid: NO_ID,
  nMuid: NO_ID,
};
const ones = "ff".repeat(39);

export const statGoldens = [
  golden(m.Tstat, EVERY, { fid: 6 }, "0b000000 7c 0102 06000000"),
  golden(m.Rstat, PLAIN, { stat: notes }, `48000000 7d 0102 3f00 3d00 ${notesHex}`),
  golden(
    m.Rstat,
    UNIX,
    { stat: device },
    `5b000000 7d 0102 5200 5000 ${notesHex} 0500 'b 8 0' 00000000 06000000 e8030000`,
  ),
  golden(
    m.Twstat,
    PLAIN,
    { fid: 6, stat: untouched },
    `3e000000 7e 0102 06000000 3100 2f00 ${ones} 0000 0000 0000 0000`,
  ),
  golden(
    m.Twstat,
    UNIX,
    { fid: 6, stat: { ...untouched, name: "new" } },
    `4f000000 7e 0102 06000000 4200 4000 ${ones} 0300 'new' 0000 0000 0000 0000 ffffffff ffffffff ffffffff`,
  ),
  golden(m.Rwstat, EVERY, {}, "07000000 7f 0102"),
];
