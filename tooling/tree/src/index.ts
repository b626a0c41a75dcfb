export { generateTree, type Tree, type TreeOptions } from "./generate-tree.js";
export { manifestOf } from "./manifest.js";
