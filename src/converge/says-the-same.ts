import { isDeepStrictEqual } from 'node:util';
import type { OpenGrant } from '../domain/grant.ts';

/**
 * Whether two readings of a grant say the same, but for its bookkeeping: what a plan or a verdict rests on. A revision
 * alone would not show that somebody else wrote to the document; and the order of fields is nobody's promise.
 */
export function saysTheSame(one: OpenGrant | undefined, other: OpenGrant): boolean {
  return one !== undefined && isDeepStrictEqual(claimOf(one), claimOf(other));
}

function claimOf({ announcements: _a, trouble: _t, ...claim }: OpenGrant): object {
  return claim;
}
