import type { Announcements, MessageSlot } from '../domain/announcements.ts';
import type { Grant } from '../domain/grant.ts';

// Messages that Slack does not take as they are: another limit than we know of, say. Trying for ever mends nothing.

/** How often such a message is tried before the grant's next revision. */
const MOST_REFUSALS = 5;

export type Refusals = { [slot in MessageSlot]?: NonNullable<Announcements['refused']>[slot] };
type Refusal = Refusals[MessageSlot];

/** Whether a message was refused so often that it is left alone until the grant has something new to say. */
export function isGivenUp(refusal: Refusal, { revision }: Grant): boolean {
  return refusal?.revision === revision && refusal.attempts >= MOST_REFUSALS;
}

export function oneMore(refusal: Refusal, { revision }: Grant): NonNullable<Refusal> {
  return { revision, attempts: refusal?.revision === revision ? refusal.attempts + 1 : 1 };
}
