import { expect, test } from "vitest";
import { aptNetworkSettings, debianMirror } from "./apt-sources.js";

test("reads the one-line format", () => {
  const text = `# deb http://old.example/debian bookworm main
deb-src http://src.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] https://mirror.example/pub/debian/ bookworm main
`;
  expect(debianMirror([text])).toBe("https://mirror.example/pub/debian");
});

test("reads the deb822 format, with fields over several lines", () => {
  const text = `Types: deb deb-src
# a comment
URIs: http://security.example/debian-security
  http://mirror.example/debian
Suites: bookworm
`;
  expect(debianMirror([text])).toBe("http://mirror.example/debian");
});

test("skips what is switched off and what is not Debian's archive", () => {
  const off = "Types: deb\nURIs: http://off.example/debian\nEnabled: no\n";
  const other = "deb http://archive.example/ubuntu noble main\ndeb cdrom:[x]/ bookworm main\n";
  expect(debianMirror([off, other])).toBeUndefined();
  expect(debianMirror([off, other, "deb http://on.example/debian sid main"])).toBe(
    "http://on.example/debian",
  );
});

test("keeps only what concerns the way to the archive", () => {
  const dump = `APT "";
Acquire::Check-Valid-Until "false";
Acquire::http "";
Acquire::http::Proxy "http://proxy.example:3128";
Acquire::https::Proxy::host.example "DIRECT";
Acquire::Languages "none";
Acquire::http::Proxy-Auto-Detect "";
DPkg::Post-Invoke:: "rm -f /x";
`;
  expect(aptNetworkSettings(dump)).toBe(
    `Acquire::Check-Valid-Until "false";
Acquire::http::Proxy "http://proxy.example:3128";
Acquire::https::Proxy::host.example "DIRECT";
`,
  );
});
