import { configure } from '../src/compose/configure.ts';
import { createParts } from '../src/compose/parts.ts';
import { composeConverge } from '../src/compose/work.ts';

const run = composeConverge(createParts(configure(import.meta.dirname)));

export const converge = async (event: { readonly subject?: string }): Promise<void> => {
  await run(event.subject);
};
