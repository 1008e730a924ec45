import type { OpenGrant } from '../domain/grant.ts';

/** What a plan or a verdict rests on: a revision alone would not show that somebody else wrote to the document. */
export function claimOf({ announcements: _a, trouble: _t, ...claim }: OpenGrant): string {
  return JSON.stringify(claim);
}
