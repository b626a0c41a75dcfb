import {
  DT_BLK,
  DT_CHR,
  DT_DIR,
  DT_FIFO,
  DT_LNK,
  DT_REG,
  DT_SOCK,
  S_ISGID,
  S_ISUID,
  S_ISVTX,
  direntTypeOfMode,
} from "@ninep/wire";

export type FileKind = "file" | "directory" | "symlink" | "fifo" | "socket" | "char" | "block" | "unknown";

const KINDS: Readonly<Record<number, readonly [FileKind, string]>> = {
  [DT_REG]: ["file", "-"],
  [DT_DIR]: ["directory", "d"],
  [DT_LNK]: ["symlink", "l"],
  [DT_FIFO]: ["fifo", "p"],
  [DT_SOCK]: ["socket", "s"],
  [DT_CHR]: ["char", "c"],
  [DT_BLK]: ["block", "b"],
};

/** The kind of a file with this mode. */
export function kindOfMode(mode: number): FileKind {
  return KINDS[direntTypeOfMode(mode)]?.[0] ?? "unknown";
}

/** The mode as ls(1) shows it: `-rw-r--r--`. */
export function formatMode(mode: number): string {
  const letter = KINDS[direntTypeOfMode(mode)]?.[1] ?? "?";
  const special = [S_ISUID, S_ISGID, S_ISVTX].map((bit) => (mode & bit) !== 0);
  const classes = [6, 3, 0].map((shift, i) => {
    const bits = mode >> shift;
    const execute = (bits & 1) !== 0;
    const mark = i === 2 ? "t" : "s";
    const last = special[i] ? (execute ? mark : mark.toUpperCase()) : execute ? "x" : "-";
    return `${(bits & 4) !== 0 ? "r" : "-"}${(bits & 2) !== 0 ? "w" : "-"}${last}`;
  });
  return letter + classes.join("");
}
