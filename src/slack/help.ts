import { formatDuration } from '../domain/duration.ts';
import type { Listing, Requestable } from '../flows/list.ts';
import type { Message } from '../ports.ts';
import { context, escapeText, message, section, when } from './blocks.ts';
import { serviceName } from './words.ts';

/** Services that a list shows before it says how many more there are: a message has room for 3,000 characters. */
const SHOWN = 20;

/** What can be typed, with examples that work for this person. */
export function helpMessage(listing: Listing): Message {
  const text = [
    '*Latchkey* gives you access to services behind IAP for a limited time, once somebody approves.',
    '• `/request-access` opens a form',
    '• `/request-access SERVICE DURATION WHY` asks at once',
    '• `/request-access list` shows what you can ask for and what you have',
  ].join('\n');
  const [first] = listing.requestable;
  const blocks = [section(text)];
  if (first) blocks.push(context(`For example: \`${example(first)}\``));
  return message(text, blocks);
}

function example({ entry, entitlement }: Requestable): string {
  const minutes = entitlement.durationsMinutes[0] ?? 15;
  const why = entitlement.justification.hint ? `(${entitlement.justification.hint})` : 'why I need it';
  return `/request-access ${entry.ref.service} ${formatDuration(minutes)} ${why}`;
}

/** What somebody has now and may ask for. */
export function listMessage({ requestable, open }: Listing): Message {
  const running = open.map((g) =>
    g.state === 'ACTIVE'
      ? `• ${serviceName(g)} until ${when(g.appliedEndsAt)}`
      : `• ${serviceName(g)}: ${g.state.toLowerCase().replace('_', ' ')}`,
  );
  const names = requestable
    .slice(0, SHOWN)
    .map(
      ({ entry, entitlement }) =>
        `• \`${entry.ref.service}\` in ${entry.ref.project}/${entry.ref.region}, ${range(entitlement.durationsMinutes)}${entry.description ? ` — ${escapeText(entry.description)}` : ''}`,
    );
  const more = requestable.length - SHOWN;
  const blocks = [
    section(
      running.length > 0 ? `*You have*\n${running.join('\n')}` : '*You have* no access and no open request.',
    ),
    section(
      names.length > 0
        ? `*You can ask for*\n${names.join('\n')}`
        : '*You can ask for* nothing: no entitlement admits you.',
    ),
  ];
  if (more > 0) blocks.push(context(`… and ${more} more: \`/request-access\` lets you search them all.`));
  return message('What you have and can ask for', blocks);
}

function range(minutes: readonly number[]): string {
  const longest = minutes.at(-1);
  return longest === undefined ? '' : `up to ${formatDuration(longest)}`;
}
