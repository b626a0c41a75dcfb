/** The text of a kernel's module tables, as depmod writes them into its modules directory. */
export interface ModuleTables {
  /** modules.dep: each module's file and the files it needs. */
  dep: string;
  /** modules.builtin: what the kernel image already holds. */
  builtin: string;
  /** modules.softdep: what a module asks for by name at run time. */
  softdep: string;
  /** modules.alias: the names that softdep may use. */
  alias: string;
}

/**
 * Files of the modules in `wanted` and of all they need, relative to the
 * modules directory, each after what it depends on. A module that is built in
 * is left out.
 * @throws Error naming the module that the kernel has neither way.
 */
export function loadOrder(wanted: readonly string[], tables: ModuleTables): string[] {
  const files = new Map<string, { file: string; needs: string[] }>();
  for (const line of lines(tables.dep)) {
    const [file = "", needs = ""] = line.split(":", 2);
    files.set(moduleName(file), { file, needs: needs.split(" ").filter(Boolean).map(moduleName) });
  }
  const builtin = new Set(lines(tables.builtin).map(moduleName));
  const softdeps = parseSoftdeps(tables.softdep);
  const aliases = parseAliases(tables.alias);

  const order = new Set<string>();
  const visiting = new Set<string>();
  const visit = (name: string): void => {
    const module = files.get(name);
    if (module === undefined) {
      if (builtin.has(name)) return;
      throw new Error(`this kernel has no module ${name}`);
    }
    if (order.has(module.file) || visiting.has(name)) return;
    visiting.add(name);
    for (const need of module.needs) visit(need);
    for (const soft of softdeps.get(name) ?? []) {
      // A soft dependency may be an alias with several providers, or be missing.
      for (const provider of [soft, ...(aliases.get(soft) ?? [])]) {
        if (files.has(provider)) visit(provider);
      }
    }
    visiting.delete(name);
    order.add(module.file);
  };
  for (const name of wanted) visit(moduleName(name));
  return [...order];
}

/** A module's name as the kernel spells it: no folder, no suffix, underscores. */
export function moduleName(file: string): string {
  return file
    .replace(/^.*\//, "")
    .replace(/\.ko(\.\w+)?$/, "")
    .replaceAll("-", "_");
}

function parseSoftdeps(text: string): Map<string, string[]> {
  const softdeps = new Map<string, string[]>();
  for (const line of lines(text)) {
    const [keyword, name, ...words] = line.split(/\s+/);
    if (keyword !== "softdep" || name === undefined) continue;
    const pre = words.indexOf("pre:");
    if (pre === -1) continue;
    const post = words.indexOf("post:", pre);
    softdeps.set(
      moduleName(name),
      words.slice(pre + 1, post === -1 ? undefined : post).map((word) => moduleName(word)),
    );
  }
  return softdeps;
}

function parseAliases(text: string): Map<string, string[]> {
  const aliases = new Map<string, string[]>();
  for (const line of lines(text)) {
    const [keyword, name, module] = line.split(/\s+/);
    if (keyword !== "alias" || name === undefined || module === undefined) continue;
    const key = moduleName(name);
    const providers = aliases.get(key);
    if (providers === undefined) aliases.set(key, [moduleName(module)]);
    else providers.push(moduleName(module));
  }
  return aliases;
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}
