import { getXattr, listXattrs, removeXattr, setXattr } from "@ninep/linux";
import { decodeText } from "@ninep/wire";
import type { HostNode } from "./host-node.js";
import { checkWritable, hostName } from "./tree.js";

// POSIX ACLs are the attributes system.posix_acl_access and …_default (acl(5)); they pass like all others.

/** The value of an attribute of a node. */
export function xattrOf(node: HostNode, name: string): Uint8Array {
  return getXattr(node.pathFd(), hostName(name));
}

/** The names of a node's attributes. */
export function xattrNames(node: HostNode): string[] {
  const list = listXattrs(node.pathFd());
  return decodeText(list, 0, list.length).split("\0").slice(0, -1);
}

/** Sets an attribute of a node. */
export function changeXattr(node: HostNode, name: string, value: Uint8Array, flags: number): void {
  checkWritable(node.tree);
  setXattr(node.pathFd(), hostName(name), value, flags);
}

/** Removes an attribute of a node. */
export function dropXattr(node: HostNode, name: string): void {
  checkWritable(node.tree);
  removeXattr(node.pathFd(), hostName(name));
}
