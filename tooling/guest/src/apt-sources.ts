/** Where Debian comes from when the host's apt says nothing else. */
export const PUBLIC_MIRROR = "http://deb.debian.org/debian";

/**
 * The Debian archive that the host's own apt uses, so that a machine behind a
 * mirror asks that mirror. Reads both formats of sources.list(5).
 * @param files contents of sources.list and of the files in sources.list.d
 * @returns the first HTTP archive whose path is `debian`, or undefined
 */
export function debianMirror(files: readonly string[]): string | undefined {
  for (const text of files) {
    for (const uri of [...oneLineUris(text), ...deb822Uris(text)]) {
      if (/^https?:\/\/\S+\/debian\/?$/.test(uri)) return uri.replace(/\/$/, "");
    }
  }
  return undefined;
}

function oneLineUris(text: string): string[] {
  const uris: string[] = [];
  for (const line of text.split("\n")) {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)/.exec(line);
    if (match?.[1] !== undefined) uris.push(match[1]);
  }
  return uris;
}

function deb822Uris(text: string): string[] {
  const uris: string[] = [];
  for (const stanza of text.split(/\n\s*\n/)) {
    if (/^Enabled:\s*(no|false|0)\s*$/im.test(stanza)) continue;
    if (!/^Types:.*\bdeb\b/im.test(stanza)) continue;
    // A field goes on in lines that start with white space.
    const field = /^URIs:((?:.*\n?)(?:[ \t].*\n?)*)/im.exec(stanza)?.[1] ?? "";
    uris.push(...field.split(/\s+/).filter(Boolean));
  }
  return uris;
}

/**
 * The settings of the host's apt that say how to reach and trust an archive
 * (proxies, and whether dates are checked), from the output of `apt-config dump`.
 */
export function aptNetworkSettings(dump: string): string {
  return dump
    .split("\n")
    .filter((line) => /^Acquire::(?:http|https|Check-[\w-]+)(?:::[\w.:-]+)? ".+";$/i.test(line))
    .map((line) => `${line}\n`)
    .join("");
}
