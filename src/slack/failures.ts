import type { Failure, Grant } from '../domain/grant.ts';
import { type Block, clip, context, escapeText, when } from './blocks.ts';

// Failures in words for people: what it means, and who has to do what. The exact operation, resource and cause are
// small print, for whoever has to mend it.

const DETAIL_MAX = 400;
const REASON_MAX = 600;

/** What a failure of the world means while it is still being tried; every other reason is a sentence already. */
function meaningOf({ code }: Failure, { service }: Grant): string | undefined {
  switch (code) {
    case 'permission-denied':
      return `Google refused: Latchkey may not change this service’s IAP policy. An admin has to grant its role on ${escapeText(service.project)}`;
    case 'invalid':
      return 'Google does not accept the change of this service’s IAP policy. An admin has to look';
    case 'not-found':
      return 'This service no longer exists';
    case 'unavailable':
    case 'timeout':
      return 'IAP does not answer';
    case 'quota':
      return 'Google takes no more changes of policies for now';
    case 'conflict':
      return 'Others keep changing this service’s IAP policy';
    case 'slack':
      return 'Slack does not say who people are';
    default:
      return undefined;
  }
}

/** Whether the words for a failure are its own sentence, so that its cause would only say it again. */
export function isToldAsItIs(failure: Failure, grant: Grant): boolean {
  return meaningOf(failure, grant) === undefined;
}

/** Failures that pass: a grant that failed with one was tried until its time was up. */
const PASSING = ['unavailable', 'timeout', 'quota', 'conflict', 'slack'];

/** Why a grant came to nothing, as one or two sentences. */
export function failedWords(failure: Failure, grant: Grant): string {
  const meaning = meaningOf(failure, grant);
  if (meaning === undefined) return `${capitalised(reason(failure))}.`;
  return PASSING.includes(failure.code) ? `${meaning}, and its time is up.` : `${meaning}.`;
}

/** What is in the way of something that is still being tried. */
export function tryingWords(failure: Failure, grant: Grant): string {
  const meaning = meaningOf(failure, grant) ?? capitalised(reason(failure));
  return PASSING.includes(failure.code) ? `${meaning}; still trying.` : `${meaning}. Still trying.`;
}

/** What IAP's documentation says of a change of its policies, as far as it concerns a removal. */
export const STILL_LET_IN = 'After that, IAP usually refuses within 2 minutes; it can take 7 or more.';

/**
 * The exact cause of what the messages of a grant tell in plain words, where they do; and that access taken out of a
 * policy does not end that very second, which access whose time was up does.
 */
export function smallPrint(grant: Grant, isAlone = true): Block[] {
  // Of the others in a submission it is not known in time for the card that tells of all.
  const otherUntil = isAlone ? grant.announcements.background?.otherUntil : undefined;
  if (otherUntil !== undefined && 'closedAt' in grant) {
    return [context(`Another grant gave access then, until ${when(otherUntil)}`)];
  }
  if (mayStillBeLetIn(grant)) return [context(STILL_LET_IN)];
  const failure = failureTold(grant);
  return failure && !isToldAsItIs(failure, grant) ? [causeOf(failure)] : [];
}

/** Operation, resource and cause, for whoever has to mend it. */
export function causeOf({ reason }: Pick<Failure, 'reason'>): Block {
  return context(`For an admin: ${clip(escapeText(reason.replace(/\s+/g, ' ').trim()), DETAIL_MAX)}`);
}

/** Whether access was taken away, or given back, while it could be used. */
export function mayStillBeLetIn(grant: Grant): boolean {
  return (
    grant.state === 'REVOKED' &&
    grant.activatedAt !== undefined &&
    grant.revocation.by !== undefined &&
    grant.closedAt < grant.term.endsAt
  );
}

function failureTold(grant: Grant): Failure | undefined {
  switch (grant.state) {
    case 'ACTIVATION_FAILED':
      return grant.failure;
    case 'ACTIVATING':
    case 'REVOKING':
      return grant.trouble;
    case 'ACTIVE':
      return grant.term.endsAt > grant.appliedEndsAt ? grant.trouble : undefined;
    default:
      return undefined;
  }
}

function reason({ reason }: Failure): string {
  return clip(escapeText(reason.replace(/\s+/g, ' ').trim()), REASON_MAX).replace(/\.$/, '');
}

/** As a sentence begins; an address or a path stays as it is. */
function capitalised(text: string): string {
  return /^\S*[@/]/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
