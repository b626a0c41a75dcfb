import { MAX_NAME_BYTES, encodeText } from "@ninep/wire";
import { Errno } from "./errno-error.js";

/**
 * Refuses every name that is not one plain component of a path, whatever the
 * message: no backend ever sees `..`, a slash, a NUL or nothing.
 * @throws Errno EINVAL, or ENAMETOOLONG above 255 bytes.
 */
export function checkName(name: string): void {
  if (name === "" || name === "." || name === ".." || name.includes("/") || name.includes("\0")) {
    throw new Errno("EINVAL", `${JSON.stringify(name)} is not a file name`);
  }
  // A UTF-16 unit takes one to three bytes.
  if (
    name.length > MAX_NAME_BYTES ||
    (name.length * 3 > MAX_NAME_BYTES && encodeText(name).length > MAX_NAME_BYTES)
  ) {
    throw new Errno("ENAMETOOLONG", `a name has at most ${MAX_NAME_BYTES} bytes`);
  }
}
