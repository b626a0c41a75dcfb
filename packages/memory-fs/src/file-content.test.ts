import { Errno } from "@ninep/server";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FileContent, checkSize } from "./file-content.js";
import { Volume } from "./volume.js";

function read(content: FileContent, offset: bigint, count: number): Uint8Array {
  const into = new Uint8Array(count).fill(0xa5);
  return into.subarray(0, content.read(offset, into));
}

const KIB = 1024;

describe("FileContent", () => {
  it("does what an array of bytes does", () => {
    const operation = fc.oneof(
      fc.record({
        write: fc.nat(200 * KIB),
        size: fc.nat(90 * KIB),
        byte: fc.integer({ min: 1, max: 255 }),
      }),
      fc.record({ resize: fc.nat(300 * KIB) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 20 }), (operations) => {
        const volume = new Volume();
        const content = new FileContent(volume);
        let model = new Uint8Array(0);
        for (const step of operations) {
          if ("resize" in step) {
            content.resize(step.resize);
            const resized = new Uint8Array(step.resize);
            resized.set(model.subarray(0, step.resize));
            model = resized;
          } else {
            const data = new Uint8Array(step.size).fill(step.byte);
            content.write(BigInt(step.write), data);
            const end = step.size === 0 ? 0 : step.write + step.size;
            if (end > model.length) {
              const grown = new Uint8Array(end);
              grown.set(model);
              model = grown;
            }
            model.set(data, Math.min(step.write, model.length - step.size));
          }
          expect(content.size).toBe(model.length);
          expect(volume.bytes).toBe(content.allocated);
        }
        expect(Buffer.compare(read(content, 0n, model.length + 10), model)).toBe(0);
        content.resize(0);
        expect(volume.bytes).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it("takes little for a small file and nothing for a hole", () => {
    const content = new FileContent(new Volume());
    content.write(0n, new Uint8Array(10));
    expect(content.allocated).toBe(10);
    content.resize(2 ** 50);
    expect(content.allocated).toBe(10);
    content.write(2n ** 45n, new Uint8Array(1).fill(7));
    expect(read(content, 2n ** 45n - 1n, 3)).toEqual(Uint8Array.of(0, 7, 0));
    content.resize(5);
    expect(content.allocated).toBe(5);
  });

  it("uses the volume to its last byte and then writes nothing", () => {
    const volume = new Volume({ maxBytes: 100 });
    const content = new FileContent(volume);
    content.write(0n, new Uint8Array(60).fill(1));
    expect(() => {
      content.write(50n, new Uint8Array(51).fill(2));
    }).toThrow(Errno);
    expect(content.size).toBe(60);
    expect(read(content, 50n, 10)).toEqual(new Uint8Array(10).fill(1));
    content.write(60n, new Uint8Array(40).fill(2));
    expect(volume.bytes).toBe(100);
  });

  it("refuses sizes that no number can hold, before it allocates", () => {
    const content = new FileContent(new Volume());
    for (const offset of [2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n]) {
      expect(() => {
        content.write(offset, new Uint8Array(1));
      }).toThrow("File too large");
      expect(() => {
        checkSize(offset);
      }).toThrow("File too large");
      expect(read(content, offset, 10).length).toBe(0);
    }
    expect(content.allocated).toBe(0);
  });
});
