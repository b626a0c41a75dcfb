export { MemoryFs, type MemoryFsOptions } from "./memory-fs.js";
export type { TreeFile, TreeFiles } from "./tree.js";
export type { VolumeOptions } from "./volume.js";
