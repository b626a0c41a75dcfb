import { describe, expect, it, test } from "vitest";
import { HEADER_SIZE, VERSION_9P2000 } from "./constants.js";
import { Reader, Writer } from "./cursor.js";
import { allMessages, messageOfType } from "./message-table.js";
import { WireError, readHeader } from "./message.js";
import { Rread, Rwalk, Tattach, Twalk, Twrite } from "./messages-9p2000.js";
import { Tfsync } from "./messages-9p2000l.js";
import { allGoldens } from "./testing/goldens.js";

const cases = allGoldens.flatMap((golden) => golden.dialects.map((dialect) => ({ ...golden, dialect })));

describe.each(cases)("$message.name in $dialect", ({ message, dialect, tag, body, bytes, wholeAt }) => {
  const reader = new Reader();
  const writer = new Writer();
  reader.dialect = dialect;
  writer.dialect = dialect;

  it("begins with its size, type and tag", () => {
    expect(readHeader(bytes)).toEqual({ size: bytes.length, type: message.type, tag });
    expect(messageOfType(message.type)).toBe(message);
  });

  it("decodes to its fields, wherever it lies", () => {
    expect(message.decode(reader.reset(bytes, HEADER_SIZE))).toEqual(body);
    const around = new Uint8Array(bytes.length + 9).fill(0xee);
    around.set(bytes, 5);
    expect(message.decode(reader.reset(around, 5 + HEADER_SIZE, 5 + bytes.length))).toEqual(body);
    expect(message.decode(reader.reset(around.subarray(5, 5 + bytes.length), HEADER_SIZE))).toEqual(body);
  });

  it("encodes to its bytes and touches no others", () => {
    const around = new Uint8Array(bytes.length + 9).fill(0xee);
    const expected = around.slice();
    expected.set(bytes, 5);
    expect(message.encode(writer.reset(around, 5), tag, body)).toBe(bytes.length);
    expect(around).toEqual(expected);
    expect(writer.position).toBe(5 + bytes.length);
    const view = around.fill(0xee).subarray(5, 5 + bytes.length);
    expect(message.encode(writer.reset(view), tag, body)).toBe(bytes.length);
    expect(around).toEqual(expected);
  });

  it("is refused when cut off anywhere or a byte too long", () => {
    for (let end = HEADER_SIZE; end < bytes.length; end++) {
      if (wholeAt.includes(end)) continue;
      expect(() => message.decode(reader.reset(bytes, HEADER_SIZE, end)), `${end} bytes`).toThrow(WireError);
    }
    for (let end = 0; end < HEADER_SIZE; end++)
      expect(() => readHeader(bytes.subarray(0, end))).toThrow(WireError);
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    expect(() => message.decode(reader.reset(longer, HEADER_SIZE))).toThrow(WireError);
  });

  it("does not go into a smaller buffer, nor behind its end", () => {
    for (let size = 0; size < bytes.length; size++) {
      const memory = new Uint8Array(bytes.length + 8).fill(0xee);
      const small = memory.subarray(0, size);
      expect(() => message.encode(writer.reset(small), tag, body), `${size} bytes`).toThrow(WireError);
      expect(memory.subarray(size).every((byte) => byte === 0xee)).toBe(true);
    }
  });
});

describe("the table of messages", () => {
  test("every message has a golden", () => {
    expect(new Set(allGoldens.map((golden) => golden.message.name))).toEqual(
      new Set(allMessages().map((message) => message.name)),
    );
    expect(allMessages()).toHaveLength(28 + 40);
  });

  test("types ascend, requests are even, and each reply follows its request", () => {
    const messages = allMessages();
    const types = messages.map((message) => message.type);
    expect(types).toEqual([...types].sort((a, b) => a - b));
    for (const message of messages) {
      expect(message.name.startsWith("T")).toBe(message.type % 2 === 0);
      const twin = message.type % 2 === 0 ? message.type + 1 : message.type - 1;
      expect(messageOfType(twin)?.name.slice(1)).toBe(message.name.slice(1));
    }
  });

  test("types without a message have none", () => {
    for (const type of [-1, 0, 5, 10, 28, 99, 128, 255, 256]) expect(messageOfType(type)).toBeUndefined();
  });
});

describe("lengths that lie", () => {
  const reader = new Reader();
  const decode = (message: { decode(r: Reader): unknown }, ...body: number[]) =>
    message.decode(reader.reset(Uint8Array.from([0, 0, 0, 0, 0, 0, 0, ...body]), HEADER_SIZE));

  test.each([
    ["a payload of 4 GiB", Rread, [0xff, 0xff, 0xff, 0xff, 1, 2]],
    ["a payload one byte too long", Rread, [3, 0, 0, 0, 1, 2]],
    ["a payload one byte too short", Rread, [1, 0, 0, 0, 1, 2]],
    ["65,535 qids", Rwalk, [0xff, 0xff, ...new Array<number>(26).fill(0)]],
    ["65,535 names", Twalk, [1, 0, 0, 0, 2, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0]],
    ["a name of 65,535 bytes", Twalk, [1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0xff, 0xff, 0x61]],
  ] as const)("%s is refused", (_, message, body) => {
    expect(() => decode(message, ...body)).toThrow(WireError);
  });
});

describe("values too long for their field", () => {
  const writer = new Writer();
  const buffer = new Uint8Array(1 << 20);

  test("a string of 65,535 bytes is written, one of 65,536 is not", () => {
    const body = (uname: string) => ({ fid: 1, afid: 2, uname, aname: "", nUname: 0 });
    const longest = "x".repeat(0xffff);
    const size = Tattach.encode(writer.reset(buffer), 1, body(longest));
    const reader = new Reader().reset(buffer, HEADER_SIZE, size);
    expect(Tattach.decode(reader).uname).toBe(longest);
    for (const uname of [`${longest}x`, "é".repeat(0x8000), "\udc80".repeat(0x10000)])
      expect(() => Tattach.encode(writer.reset(buffer), 1, body(uname))).toThrow(WireError);
  });

  test("a list of 65,535 elements is written, one of 65,536 is not", () => {
    const names = new Array<string>(0xffff).fill("");
    const size = Twalk.encode(writer.reset(buffer), 1, { fid: 1, newfid: 2, names });
    expect(size).toBe(17 + 2 * 0xffff);
    expect(Twalk.decode(new Reader().reset(buffer, HEADER_SIZE, size)).names).toEqual(names);
    names.push("");
    expect(() => Twalk.encode(writer.reset(buffer), 1, { fid: 1, newfid: 2, names })).toThrow(WireError);
  });
});

describe("payloads", () => {
  test("a decoded payload is a view of the frame", () => {
    const frame = new Uint8Array(40);
    const body = { fid: 1, offset: 2n, data: Uint8Array.of(1, 2, 3) };
    const size = Twrite.encode(new Writer().reset(frame), 1, body);
    const { data } = Twrite.decode(new Reader().reset(frame, HEADER_SIZE, size));
    expect(data.buffer).toBe(frame.buffer);
    expect(data.byteOffset).toBe(23);
    expect(data).toHaveLength(3);
  });

  test("a payload that lies in its place already is left there", () => {
    const frame = new Uint8Array(14).fill(0xee);
    const data = frame.subarray(11, 14);
    data.set([7, 8, 9]);
    let copies = 0;
    frame.set = () => {
      copies++;
    };
    expect(Rread.encode(new Writer().reset(frame), 0x0201, { data })).toBe(14);
    expect(copies).toBe(0);
    expect([...frame]).toEqual([14, 0, 0, 0, 117, 1, 2, 3, 0, 0, 0, 7, 8, 9]);
  });

  test("a payload that overlaps its place is moved unharmed", () => {
    const frame = new Uint8Array(16);
    frame.set([1, 2, 3, 4], 9);
    Rread.encode(new Writer().reset(frame), 1, { data: frame.subarray(12, 13) });
    expect(frame[11]).toBe(4);
  });
});

describe("what clients leave out", () => {
  test("a Tfsync of clients before Linux 2.6.38 ends after its fid", () => {
    const frame = Uint8Array.of(11, 0, 0, 0, 50, 1, 2, 9, 0, 0, 0);
    expect(Tfsync.decode(new Reader().reset(frame, HEADER_SIZE))).toEqual({ fid: 9, datasync: 0 });
  });

  test("a body without the fields of .u encodes in 9P2000 whatever they hold", () => {
    const plain = new Writer();
    plain.dialect = VERSION_9P2000;
    const body = { fid: 0, afid: 1, uname: "a", aname: "b", nUname: 77 };
    expect(Tattach.encode(plain.reset(new Uint8Array(64)), 1, body)).toBe(21);
    expect(Tattach.encode(new Writer().reset(new Uint8Array(64)), 1, body)).toBe(25);
  });
});
