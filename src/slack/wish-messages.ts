import type { Grant } from '../domain/grant.ts';
import { isRefused } from '../domain/refused.ts';
import type { RevokeTarget, Wish, WishKind } from '../domain/wish.ts';
import type { Came } from '../flows/carry-out.ts';
import type { Message } from '../ports.ts';
import { message, plain, quote, section, when } from './blocks.ts';
import { refusalOfAsk } from './meant.ts';
import { revokedMessage, unfinishedMessage } from './notices.ts';
import { extensionLine, reasonOf, serviceName, stateLine, whoAsks } from './words.ts';

// What somebody is told of a wish that takes longer than Slack waits for an answer.

/** Said where an answer is due before the work is done. */
export function stillWorking(kept: boolean): string {
  return kept
    ? 'Still working on it: you will hear from me in a direct message. There is nothing more to do.'
    : 'This takes longer than Slack lets me wait, so I cannot say yet what came of it. If you hear nothing from me within two minutes, look in my Home tab how things stand before you try again.';
}

/** Said where it failed for now, and is kept. */
export const KEPT_FOR_LATER =
  'Slack or Latchkey’s records do not answer just now. I keep trying, and you will hear from me in a direct message. There is nothing more to do.';

/** What came of it; `undefined` where that has a message of its own, as a request has. */
export function outcomeMessageOf(wish: Wish, came: Came<WishKind>): Message | undefined {
  if (isRefused(came)) return refusalOf(wish, wish.kind === 'ask' ? refusalOfAsk(came, wish) : came.reason);
  switch (came.kind) {
    case 'asked':
    case 'told':
      return undefined;
    case 'unfinished':
      return unfinishedMessage(came.grant);
    case 'done':
    case 'late': {
      const { grant } = came;
      const { lastExtension } = grant;
      const more = isOfExtension(wish) && lastExtension ? `\n${extensionLine(lastExtension, grant)}` : '';
      const what = `The request of ${whoAsks(grant)} for ${serviceName(grant)}`;
      const how = came.kind === 'done' ? 'Done, later than I should have been' : 'That took me too long';
      return plain(`${how}. ${what} stands like this:\n${stateLine(grant)}${more}`);
    }
    case 'revoked':
      return revokedOf(came.grants, came.target);
    case 'frozen':
      return plain(came.freeze ? 'Approvals are frozen.' : 'Approvals are not frozen any more.');
  }
}

/** To somebody whose wish could not be carried out for many minutes. */
export function gaveUpMessage(wishedAt: number): Message {
  return plain(
    `:warning: What you asked me to do ${when(wishedAt)} could not be done: Slack or Latchkey’s records did not answer for too long. Please look how things stand, with \`/request-access list\` or in my Home tab, and do it again.`,
  );
}

/** What a revoke of several came to. */
export function revokedOf(grants: readonly Grant[], target: RevokeTarget): Message {
  const whose = target.kind === 'person' ? { userId: target.principalId } : {};
  return revokedMessage(grants, { ...whose, ...(target.service ? { service: target.service } : {}) });
}

/** Nothing of what was written is lost. */
function refusalOf(wish: Wish, reason: string): Message {
  const text = `That did not work. ${reason}`;
  const written = wish.kind === 'ask' ? wish.justification : '';
  if (!written) return plain(text);
  return message(`${text} You wrote: ${reasonOf(written)}`, [
    section(text),
    section(`You wrote:\n${quote(written)}`),
  ]);
}

function isOfExtension({ kind }: Wish): boolean {
  return kind === 'extend' || kind === 'approve-extension' || kind === 'deny-extension';
}
