// version(5), attach(5), flush(5), error(5); n_uname and errno as in rfc9p2000.u;
// Rlerror as in diod's protocol.md.
import { NOFID, NO_UNAME } from "../constants.js";
import * as m from "../messages-9p2000.js";
import { Rlerror, Tlerror } from "../messages-9p2000l.js";
import { EVERY, PLAIN, TWO_53_MINUS_1, TWO_63, UNIX, golden } from "./golden.js";

export const sessionGoldens = [
  golden(
    m.Tversion,
    EVERY,
    { msize: 131_096, version: "9P2000.L" },
    "15000000 64 0102 18000200 0800 '9P2000.L'",
  ),
  golden(m.Rversion, EVERY, { msize: 8192, version: "9P2000" }, "13000000 65 0102 00200000 0600 '9P2000'"),
  golden(m.Rversion, EVERY, { msize: 8192, version: "unknown" }, "14000000 65 0102 00200000 0700 'unknown'"),
  golden(
    m.Tauth,
    PLAIN,
    { afid: 1, uname: "glenda", aname: "", nUname: NO_UNAME },
    "15000000 66 0102 01000000 0600 'glenda' 0000",
  ),
  golden(
    m.Tauth,
    UNIX,
    { afid: 1, uname: "glenda", aname: "", nUname: 1000 },
    "19000000 66 0102 01000000 0600 'glenda' 0000 e8030000",
  ),
  golden(
    m.Rauth,
    EVERY,
    { aqid: { type: 0x08, version: 0, path: TWO_53_MINUS_1 } },
    "14000000 67 0102 08 00000000 ffffffffffff1f00",
  ),
  golden(
    m.Tattach,
    PLAIN,
    { fid: 0, afid: NOFID, uname: "root", aname: "/srv", nUname: NO_UNAME },
    "1b000000 68 0102 00000000 ffffffff 0400 'root' 0400 '/srv'",
  ),
  golden(
    m.Tattach,
    UNIX,
    { fid: 0x0a0b0c0d, afid: NOFID, uname: "", aname: "/srv", nUname: 0x80000001 },
    "1b000000 68 0102 0d0c0b0a ffffffff 0000 0400 '/srv' 01000080",
  ),
  golden(
    m.Rattach,
    EVERY,
    { qid: { type: 0x80, version: 0x01020304, path: TWO_63 } },
    "14000000 69 0102 80 04030201 0000000000000080",
  ),
  golden(m.Terror, EVERY, {}, "07000000 6a 0102"),
  golden(
    m.Rerror,
    PLAIN,
    { ename: "No such file or directory", errno: 0 },
    "22000000 6b 0102 1900 'No such file or directory'",
  ),
  golden(
    m.Rerror,
    UNIX,
    { ename: "No such file or directory", errno: 2 },
    "26000000 6b 0102 1900 'No such file or directory' 02000000",
  ),
  golden(Tlerror, EVERY, {}, "07000000 06 0102"),
  golden(Rlerror, EVERY, { errno: 95 }, "0b000000 07 0102 5f000000"),
  golden(m.Tflush, EVERY, { oldtag: 0xfffe }, "09000000 6c 0102 feff"),
  golden(m.Rflush, EVERY, {}, "07000000 6d 0102"),
];
