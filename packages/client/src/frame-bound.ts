import { HEADER_SIZE } from "@ninep/wire";

/** The widest field of a fixed size: the two u64 of a time. */
const FIXED_SIZE = 16;

/** The most bytes that a message with this body can take; at most three times what it does take. */
export function frameBound(body: object): number {
  let size = HEADER_SIZE;
  for (const value of Object.values(body) as unknown[]) size += fieldBound(value);
  return size;
}

function fieldBound(value: unknown): number {
  if (typeof value === "string") return 2 + 3 * value.length;
  if (value instanceof Uint8Array) return 4 + value.length;
  if (!Array.isArray(value)) return FIXED_SIZE;
  let size = 2;
  for (const item of value as unknown[]) size += fieldBound(item);
  return size;
}
