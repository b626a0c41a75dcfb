import { homedir } from "node:os";
import path from "node:path";

/** Where prepared trees live: $NINEP_GUEST_CACHE, else ninep/guest in the user's cache directory. */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  const own = env["NINEP_GUEST_CACHE"];
  if (own !== undefined && own !== "") return path.resolve(own);
  const xdg = env["XDG_CACHE_HOME"];
  // "All paths set in these environment variables must be absolute", else ignored (XDG base directories).
  const base = xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(homedir(), ".cache");
  return path.join(base, "ninep", "guest");
}
