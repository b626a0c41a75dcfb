import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HEADER_SIZE, NO_ID, NO_UNAME, VERSION_9P2000 } from "./constants.js";
import { Reader, Writer } from "./cursor.js";
import { describeMessage } from "./describe.js";
import { allMessages } from "./message-table.js";
import { WireError } from "./message.js";
import { EVERY } from "./testing/golden.js";
import { allGoldens } from "./testing/goldens.js";

const u8 = fc.nat(0xff);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffffffff);
const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
// Text as a decoder returns it: each byte that is no UTF-8 is an escape.
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme", minLength: 40, maxLength: 80 }),
  fc.array(fc.constantFrom("a", "é", "\udc80", "\udcff"), { maxLength: 60 }).map((chars) => chars.join("")),
);
const qid = fc.record({ type: u8, version: u32, path: u64 });
const timespec = fc.record({ sec: u64, nsec: u64 });
const data = fc.uint8Array({ maxLength: 100 });
const stat = fc.record({
  ...{ type: u16, dev: u32, qid, mode: u32, atime: u32, mtime: u32, length: u64 },
  ...{ name: text, uid: text, gid: text, muid: text, extension: text, nUid: u32, nGid: u32, nMuid: u32 },
});

/** What a field holds, by its name; a number of the two sizes that a name has in different messages is of the smaller. */
const byName: Record<string, fc.Arbitrary<unknown>> = {
  ...{ qid, aqid: qid, qids: fc.array(qid, { maxLength: 20 }), names: fc.array(text, { maxLength: 20 }) },
  ...{ atime: timespec, mtime: timespec, ctime: timespec, btime: timespec, data, stat },
  ...{ oldtag: u16, status: u8 },
};
const strings = ["version", "uname", "aname", "ename", "name", "extension", "target"];
for (const name of [...strings, "clientId", "oldname", "newname"]) byName[name] = text;

/** Any body of the message that its golden is one of. */
function bodyLike(example: object): fc.Arbitrary<object> {
  const fields = Object.entries(example).map(([name, value]): [string, fc.Arbitrary<unknown>] => {
    const known = byName[name];
    if (known) return [name, known];
    if (typeof value === "bigint") return [name, u64];
    if (name === "type" || name === "mode") return [name, u8];
    return [name, u32];
  });
  return fc.record(Object.fromEntries(fields));
}

const absent = { nUname: NO_UNAME, errno: 0, extension: "" };
const absentInStat = { extension: "", nUid: NO_ID, nGid: NO_ID, nMuid: NO_ID };

/** The body as 9P2000 carries it: without the fields of 9P2000.u. */
function plain(name: string, body: object): object {
  if ("stat" in body) return { ...body, stat: { ...(body.stat as object), ...absentInStat } };
  if (name === "Rlerror") return body;
  const lost = Object.entries(absent).filter(([field]) => field in body);
  return { ...body, ...Object.fromEntries(lost) };
}

const buffer = new Uint8Array(1 << 16);
const reader = new Reader();
const writer = new Writer();

describe.each(allMessages())("$name", (message) => {
  const example = allGoldens.find((golden) => golden.message === message)!.body;

  it("decodes to what was encoded, in every dialect", () => {
    expect(Object.keys(example)).toEqual(message.fields);
    fc.assert(
      fc.property(
        bodyLike(example),
        u16,
        fc.constantFrom(...EVERY),
        fc.nat(9),
        (body, tag, dialect, start) => {
          reader.dialect = dialect;
          writer.dialect = dialect;
          const size = message.encode(writer.reset(buffer, start), tag, body);
          const decoded = message.decode(reader.reset(buffer, start + HEADER_SIZE, start + size));
          expect(decoded).toEqual(dialect === VERSION_9P2000 ? plain(message.name, body) : body);
          const again = new Uint8Array(size);
          message.encode(writer.reset(again), tag, decoded);
          expect(Buffer.compare(again, buffer.subarray(start, start + size))).toBe(0);
        },
      ),
    );
  });

  it("decodes random bytes or throws WireError, and what it decodes encodes to them", () => {
    // Small numbers make for lengths and counts that fit now and then.
    const byte = fc.oneof(fc.nat(3), u8);
    const random = fc.array(byte, { maxLength: 200 }).map((bytes) => Uint8Array.from(bytes));
    fc.assert(
      fc.property(random, fc.constantFrom(...EVERY), (bytes, dialect) => {
        reader.dialect = dialect;
        writer.dialect = dialect;
        let body: object;
        try {
          body = message.decode(reader.reset(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          return;
        }
        const size = message.encode(writer.reset(buffer), 0, body);
        const shorter = message.name === "Tfsync" ? Math.min(bytes.length, size - HEADER_SIZE) : bytes.length;
        expect(buffer.subarray(HEADER_SIZE, HEADER_SIZE + shorter)).toEqual(bytes);
      }),
      { numRuns: 200 },
    );
  });

  it("survives any one byte of a golden being another", () => {
    for (const golden of allGoldens.filter((one) => one.message === message)) {
      reader.dialect = golden.dialects[0]!;
      for (let at = HEADER_SIZE; at < golden.bytes.length; at++) {
        for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
          const bytes = golden.bytes.slice();
          bytes[at] = value;
          try {
            message.decode(reader.reset(bytes, HEADER_SIZE));
          } catch (error) {
            expect(error).toBeInstanceOf(WireError);
          }
        }
      }
    }
  });
});

it("describes random frames without throwing", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom(...EVERY), (bytes, dialect) => {
      expect(describeMessage(bytes, dialect)).not.toContain("\n");
    }),
    { numRuns: 2000 },
  );
});
