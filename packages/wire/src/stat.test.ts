import { describe, expect, it, test } from "vitest";
import { HEADER_SIZE, VERSION_9P2000, VERSION_9P2000_U } from "./constants.js";
import { Reader, Writer } from "./cursor.js";
import { WireError } from "./message.js";
import { Rstat, Twstat } from "./messages-9p2000.js";
import { stat } from "./stat.js";
import { fromHex } from "./testing/golden.js";
import { notes, notesHex } from "./testing/goldens-stat.js";

const plainReader = new Reader();
plainReader.dialect = VERSION_9P2000;
const plainWriter = new Writer();
plainWriter.dialect = VERSION_9P2000;

test("a directory of 9P2000 is read as one stat after another", () => {
  const bytes = fromHex(`3d00 ${notesHex} 3d00 ${notesHex}`);
  plainReader.reset(bytes);
  expect([stat.read(plainReader), stat.read(plainReader)]).toEqual([notes, notes]);
  expect([plainReader.remaining, plainReader.overrun]).toEqual([0, false]);
  const buffer = new Uint8Array(bytes.length);
  plainWriter.reset(buffer);
  stat.write(plainWriter, notes);
  stat.write(plainWriter, notes);
  expect(buffer).toEqual(bytes);
});

describe("sizes within a stat that lie", () => {
  const decode = (outer: string, inner: string) =>
    Rstat.decode(plainReader.reset(fromHex(`48000000 7d 0102 ${outer} ${inner} ${notesHex}`), HEADER_SIZE));

  it("are refused", () => {
    expect(decode("3f00", "3d00").stat).toEqual(notes);
    for (const [outer, inner] of [
      ["3e00", "3d00"],
      ["4000", "3d00"],
      ["3f00", "3c00"],
      ["3f00", "3e00"],
      ["0000", "0000"],
      ["ffff", "ffff"],
    ] as const)
      expect(() => decode(outer, inner), `${outer} ${inner}`).toThrow(WireError);
  });

  it("so a stat of 9P2000 is none in 9P2000.u, nor the other way round", () => {
    const reader = new Reader();
    reader.dialect = VERSION_9P2000_U;
    const plain = fromHex(`48000000 7d 0102 3f00 3d00 ${notesHex}`);
    expect(() => Rstat.decode(reader.reset(plain, HEADER_SIZE))).toThrow(WireError);
    const unix = fromHex(`56000000 7d 0102 4d00 4b00 ${notesHex} 0000 ${"ff".repeat(12)}`);
    expect(Rstat.decode(reader.reset(unix, HEADER_SIZE)).stat).toEqual(notes);
    expect(() => Rstat.decode(plainReader.reset(unix, HEADER_SIZE))).toThrow(WireError);
  });
});

test("a stat over 65,535 bytes is refused, not cut", () => {
  const buffer = new Uint8Array(1 << 18);
  // 39 bytes of numbers, 8 of string lengths, and the inner size, which the outer counts too.
  const fits = {
    ...notes,
    name: "n".repeat(40_000),
    uid: "u".repeat(0xffff - 40_000 - 49),
    gid: "",
    muid: "",
  };
  const size = Rstat.encode(plainWriter.reset(buffer), 1, { stat: fits });
  expect(size).toBe(HEADER_SIZE + 2 + 0xffff);
  expect(Rstat.decode(plainReader.reset(buffer, HEADER_SIZE, size)).stat).toEqual(fits);
  for (const stat of [
    { ...fits, gid: "g" },
    { ...fits, gid: "gg" },
    { ...fits, gid: "gg".repeat(20_000) },
  ]) {
    expect(() => Rstat.encode(plainWriter.reset(buffer), 1, { stat })).toThrow(WireError);
    expect(() => Twstat.encode(plainWriter.reset(buffer), 1, { fid: 1, stat })).toThrow(WireError);
  }
});
