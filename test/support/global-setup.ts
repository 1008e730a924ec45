import type { TestProject } from 'vitest/node';
import { startParts } from './parts.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    partsUrl: string;
  }
}

/** Gives all test files one place to ask for what is started once, and says at the end what was not run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const parts = await startParts();
  project.provide('partsUrl', parts.url);
  return async () => {
    const notRun = await parts.stop();
    if (notRun.length > 0) process.stdout.write(`\nNot run: ${notRun.join('; ')}\n`);
  };
}
