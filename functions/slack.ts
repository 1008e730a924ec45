import { configure } from '../src/compose/configure.ts';
import { createParts } from '../src/compose/parts.ts';
import { composeSlack } from '../src/compose/slack.ts';

export const slack = composeSlack(createParts(configure(import.meta.dirname)));
