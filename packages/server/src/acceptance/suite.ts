import type { Awaitable } from "../backend.js";
import { Stage, type Capabilities, type Subject, type World } from "./world.js";

/** What a test framework hands to a test: those of vitest and node:test fit. */
export interface TestContext {
  skip(reason?: string): unknown;
}

/** The test framework to define the tests in, and the trees to test. */
export interface SuiteOptions {
  /** Such as vitest's or node:test's describe. */
  readonly describe: (title: string, body: () => void) => unknown;
  /** Such as vitest's or node:test's it. */
  readonly it: (title: string, body: (context: TestContext) => Promise<void>) => unknown;
  /** A new empty tree for each test. */
  readonly createBackend: () => Awaitable<Subject>;
  /** The trees have something in them and cannot be changed: only what reads is tested. */
  readonly readOnly?: boolean;
}

/** Defines one test; it is skipped on a tree that lacks one of `needs`. */
export type DefineTest = (
  title: string,
  body: (world: World) => Promise<void>,
  ...needs: readonly (keyof Capabilities)[]
) => void;

/** A describe block of the suite. */
export interface Family {
  readonly title: string;
  readonly define: (test: DefineTest) => void;
}

/** Hands every test of `families` to the framework. */
export function defineSuite(options: SuiteOptions, families: readonly Family[]): void {
  // Called as plain functions: vitest's look at their `this`.
  const { describe, it, createBackend } = options;
  for (const family of families) {
    describe(family.title, () => {
      family.define((title, body, ...needs) => {
        it(title, (context) => run(createBackend, body, needs, context));
      });
    });
  }
}

async function run(
  createBackend: SuiteOptions["createBackend"],
  body: (world: World) => Promise<void>,
  needs: readonly (keyof Capabilities)[],
  context: TestContext,
): Promise<void> {
  const subject = await createBackend();
  try {
    const missing = needs.filter((need) => subject.capabilities?.[need] === false);
    if (missing.length > 0) {
      context.skip(`the tree has no ${missing.join(", ")}`);
      return;
    }
    const stage = await Stage.open(subject);
    try {
      await body(stage);
    } catch (error) {
      // The test's own failure says more than what it left open.
      await stage.close().catch(() => undefined);
      throw error;
    }
    await stage.close();
  } finally {
    await subject.cleanup();
  }
}
