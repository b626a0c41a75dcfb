import { attributeTests } from "./attribute-tests.js";
import { directoryTests } from "./directory-tests.js";
import { fidTests } from "./fid-tests.js";
import { legacyFileTests } from "./legacy-file-tests.js";
import { legacyStatTests } from "./legacy-stat-tests.js";
import { linkTests, specialFileTests } from "./link-tests.js";
import { lockTests } from "./lock-tests.js";
import { nameTests } from "./name-tests.js";
import { openTests } from "./open-tests.js";
import { readOnlyTests } from "./read-only-tests.js";
import { readWriteTests } from "./read-write-tests.js";
import { readdirTests } from "./readdir-tests.js";
import { renameTests } from "./rename-tests.js";
import { sessionTests } from "./session-tests.js";
import { defineSuite, type Family, type SuiteOptions } from "./suite.js";
import { unlinkTests } from "./unlink-tests.js";
import { walkTests } from "./walk-tests.js";
import { xattrTests } from "./xattr-tests.js";

/**
 * Tests a backend as its clients see it: every test encodes messages, hands
 * them to a Session over a fresh tree and looks at the replies. The test
 * framework is passed in, so none is imported.
 */
export function acceptanceSuite(options: SuiteOptions): void {
  defineSuite(options, options.readOnly ? [readOnlyTests] : writableTests);
}

const writableTests: readonly Family[] = [
  sessionTests,
  walkTests,
  fidTests,
  nameTests,
  openTests,
  readWriteTests,
  attributeTests,
  directoryTests,
  readdirTests,
  unlinkTests,
  renameTests,
  linkTests,
  specialFileTests,
  xattrTests,
  lockTests,
  legacyFileTests,
  legacyStatTests,
];

export type { ReplyBody, RequestBody, RequestName } from "./exchanges.js";
export type { SuiteOptions, TestContext } from "./suite.js";
export { TreeClient, namesIn, type CreateOptions } from "./tree-client.js";
export { ErrorReply, WireClient, type Served } from "./wire-client.js";
export type { Capabilities, Subject } from "./world.js";
export { fuzz, type FuzzOptions, type FuzzResult } from "./fuzz.js";
