// What a run plays: the real flows, converger, rendering and embedded store. The mutants replace this module whole.
export { createEmbeddedStore } from '../../simulator/embedded-store.ts';
export { convergeGrant } from '../../src/converge/converge-grant.ts';
export { sweep } from '../../src/converge/sweep.ts';
export { request } from '../../src/domain/request.ts';
export { eventOf } from '../../src/domain/transition.ts';
export { LatchkeyError } from '../../src/errors.ts';
export { ask } from '../../src/flows/ask.ts';
export { carryOut } from '../../src/flows/carry-out.ts';
export { createCatalog } from '../../src/flows/catalog.ts';
export { approveGrant } from '../../src/flows/decide.ts';
export { endGrant } from '../../src/flows/end.ts';
export { carryOutKept } from '../../src/flows/kept.ts';
export { surfaces } from '../../src/slack/surfaces.ts';
