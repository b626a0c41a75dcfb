export { createFidTable } from "./create-fid-table.js";
export type { FidTable } from "./fid-table.js";
export { FidTableFullError } from "./fid-table-full-error.js";
export type { FidTableStats } from "./fid-table-stats.js";
export { HybridFidTable } from "./hybrid-fid-table.js";
export { LinkedListFidTable } from "./linked-list-fid-table.js";
export { MapFidTable } from "./map-fid-table.js";
export { DEFAULT_MAX_FIDS, LARGEST_MAX_FIDS } from "./max-fids.js";
export type { FidTableOptions } from "./max-fids.js";
