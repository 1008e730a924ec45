import { formatDuration } from '../domain/duration.ts';
import type { Refused } from '../domain/refused.ts';
import type { AskWish } from '../domain/wish.ts';
import { escapeText } from './blocks.ts';

// What was typed with a name that is none, or could be several: nobody should have to type it all again.

/** More of them than this, and they are named alone: a message has room for 3,000 characters. */
const COMMANDS_MAX = 2_400;

/** A refusal of what was asked for, with the whole command for each service that may be meant, to copy. */
export function refusalOfAsk(
  refusal: Refused,
  { services, minutes, justification, principalId, startAt }: Omit<AskWish, 'kind' | 'submission'>,
): string {
  // A mention that is copied is none, and a later start cannot be typed.
  if (principalId !== undefined || startAt !== undefined) return refusal.reason;
  return refusalWith(refusal, (typed, meant) => {
    const names = services.map((service) => (service === typed ? meant : service));
    return `${names.join(',')} ${formatDuration(minutes)} ${justification}`.trim();
  });
}

/** The same of what is to be revoked: all access to a service. */
export function refusalOfRevokeAll(refusal: Refused): string {
  return refusalWith(refusal, (_, meant) => `revoke-all ${meant}`);
}

function refusalWith({ reason, meant }: Refused, write: (typed: string, meant: string) => string): string {
  if (!meant) return reason;
  const commands = meant.services.map((service) => `/request-access ${write(meant.typed, service)}`);
  const lines = commands.map((command) => `• \`${escapeText(command.replaceAll('`', "'"))}\``);
  const text = [meant.question, ...lines].join('\n');
  return text.length > COMMANDS_MAX ? reason : text;
}
