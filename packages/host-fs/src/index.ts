export { DEFAULT_MAX_FDS, FdCache, LEAST_FDS, type FdHolder } from "./fd-cache.js";
export { HostFs, type HostFsOptions } from "./host-fs.js";
