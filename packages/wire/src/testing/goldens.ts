import { attributeGoldens } from "./goldens-attributes.js";
import { fileGoldens } from "./goldens-file.js";
import { namespaceGoldens } from "./goldens-namespace.js";
import { sessionGoldens } from "./goldens-session.js";
import { statGoldens } from "./goldens-stat.js";

/** Goldens of every message, some of them several. */
export const allGoldens = [
  ...sessionGoldens,
  ...fileGoldens,
  ...statGoldens,
  ...attributeGoldens,
  ...namespaceGoldens,
];
