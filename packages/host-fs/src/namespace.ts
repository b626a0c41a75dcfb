import { renameat, unlinkat } from "@ninep/linux";
import type { HostNode } from "./host-node.js";
import { checkWritable, hostName } from "./tree.js";

/** Removes an entry. A node on it lives on without a name. */
export function unlinkEntry(directory: HostNode, name: string, isDirectory: boolean): void {
  checkWritable(directory.tree);
  const at = directory.hold();
  const child = directory.children?.get(name);
  try {
    child?.pin();
    unlinkat(at, hostName(name), isDirectory);
  } catch (error) {
    child?.unpin();
    throw error;
  } finally {
    directory.letGo();
  }
  child?.losesName();
}

/** Moves an entry, over what has the new name. Two nodes are touched, whoever else is open. */
export function renameEntry(from: HostNode, oldName: string, to: HostNode, newName: string): void {
  checkWritable(from.tree);
  const fromFd = from.hold();
  try {
    const toFd = to.hold();
    const replaced = to.children?.get(newName);
    try {
      replaced?.pin();
      renameat(fromFd, hostName(oldName), toFd, hostName(newName));
      // Between two names of one file rename(2) does nothing.
      if (replaced?.stillNamed(toFd)) {
        replaced.unpin();
        return;
      }
    } catch (error) {
      replaced?.unpin();
      throw error;
    } finally {
      to.letGo();
    }
    replaced?.losesName();
    from.children?.get(oldName)?.moveTo(to, newName);
  } finally {
    from.letGo();
  }
}
