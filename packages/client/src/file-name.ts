/**
 * True for a name that a file can have: not empty, without `/` and NUL, not "."
 * or "..". Ask it of every name from a server before it becomes part of a path.
 */
export function isFileName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name);
}
