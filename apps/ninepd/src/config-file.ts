import { readFileSync } from "node:fs";
import { LineCounter, isMap, isNode, parseDocument, type Document } from "yaml";
import { z } from "zod";
import { NUMBERS, type NumberRange, type Options } from "./options.js";
import { LOG_LEVELS, SettingsError } from "./settings.js";

const whole = ({ min, max }: NumberRange) => z.number().int().min(min).max(max).optional();

/** What a configuration file may say: the command line's flags without their dashes. */
const schema = z.strictObject({
  directory: z.string().optional(),
  listen: z.union([z.string(), z.array(z.string())]).optional(),
  export: z
    .record(
      z.string().regex(/^[^=/]+$/),
      z.union([z.string(), z.strictObject({ path: z.string(), readonly: z.boolean().optional() })]),
    )
    .optional(),
  readonly: z.boolean().optional(),
  "max-fids": whole(NUMBERS.maxFids),
  "max-fds": whole(NUMBERS.maxFds),
  msize: whole(NUMBERS.msize),
  threads: whole(NUMBERS.threads),
  spin: whole(NUMBERS.spin),
  "log-level": z.enum(LOG_LEVELS).optional(),
  trace: z.boolean().optional(),
});

/**
 * Reads a configuration file (YAML).
 * @throws SettingsError that names file and line.
 */
export function readConfigFile(file: string): Options {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new SettingsError(`cannot read the configuration: ${(error as Error).message}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [syntax] = document.errors;
  if (syntax) throw new SettingsError(`${file}:${lines.linePos(syntax.pos[0]).line}: ${syntax.message}`);

  const result = schema.safeParse(document.toJS() ?? {});
  if (!result.success) {
    const complaints = result.error.issues.map((issue) => {
      const unknown = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
      const where = unknown === undefined ? issue.path : [...issue.path, unknown];
      const name = where.length > 0 ? `${where.join(".")}: ` : "";
      return `${file}:${lineOf(document, where, lines)}: ${name}${issue.message}`;
    });
    throw new SettingsError(complaints.join("\n"));
  }
  const {
    export: named,
    "max-fids": maxFids,
    "max-fds": maxFds,
    "log-level": logLevel,
    listen,
    ...rest
  } = result.data;
  return {
    ...rest,
    maxFids,
    maxFds,
    logLevel,
    listen: typeof listen === "string" ? [listen] : listen,
    exports: named && Object.entries(named).map(([name, value]) => exportFlag(name, value)),
  };
}

function exportFlag(name: string, value: string | { path: string; readonly?: boolean | undefined }): string {
  if (typeof value === "string") return `${name}=${value}`;
  return `${name}=${value.path},${value.readonly ? "ro" : "rw"}`;
}

/** The line of the key at `path`, or of the nearest thing above it. */
function lineOf(document: Document, path: readonly PropertyKey[], lines: LineCounter): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const key = isMap(parent)
      ? parent.items.find((item) => String(item.key) === String(last))?.key
      : undefined;
    const node = key ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
