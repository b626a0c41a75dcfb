import path from "node:path";
import { AT_FDCWD, O_RDONLY, SystemError, close, getXattr, openat } from "@ninep/linux";
import { errno } from "@ninep/wire";
import { testInGuest } from "./testing/linux-client.js";

testInGuest({
  name: "owners, devices, extended attributes and ACLs",
  script: "owners.sh",
  needsRoot: true,
  prepare: (root) => ({
    xattr: (file, name) => {
      const fd = openat(AT_FDCWD, path.join(root, file), O_RDONLY);
      try {
        return Buffer.from(getXattr(fd, name)).toString();
      } catch (error) {
        if (error instanceof SystemError && error.errno === errno.ENODATA) return "none";
        throw error;
      } finally {
        close(fd);
      }
    },
  }),
});
