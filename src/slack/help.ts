import { formatDuration } from '../domain/duration.ts';
import type { Listing, Requestable } from '../flows/list.ts';
import type { Message } from '../ports.ts';
import { type Block, context, escapeText, message, section } from './blocks.ts';
import { serviceIn, stateLine } from './words.ts';

const UNSURE =
  ':warning: Slack did not tell me who is in some groups, so services may be missing here. Please try again in a minute.';

/** Services that a list shows before it says how many more there are: a message has room for 3,000 characters. */
const SHOWN = 15;
const OPEN_SHOWN = 10;
const EXAMPLES = 3;

/** What can be typed, with examples that work for this person. */
export function helpMessage(listing: Listing): Message {
  const text = [
    '*Latchkey* gives you access to services behind IAP for a limited time, once somebody approves.',
    '• `/request-access` opens a form',
    '• `/request-access SERVICE DURATION WHY` asks at once; several services with commas between',
    '• `/request-access SERVICE DURATION for @colleague WHY` asks for somebody else',
    '• `/request-access again` repeats your last request',
    '• `/request-access list` shows what you have and can ask for',
    '• My Home tab shows what you have, what you asked for and what waits for you',
  ];
  const admin = [
    '*For approvers and admins*',
    '• `/request-access revoke @person [SERVICE]` and `/request-access revoke-all SERVICE`',
    '• `/request-access freeze` stops new approvals until `/request-access unfreeze` (admins)',
  ];
  const examples = examplesFor(listing.requestable);
  const forExample = examples.length > 0 ? `*For example*\n${examples.join('\n')}` : '';
  const blocks: Block[] = [section(text.join('\n'))];
  if (forExample) blocks.push(section(forExample));
  blocks.push(context(admin.join('\n')));
  return message([...text, forExample, ...admin].join('\n'), blocks);
}

/** One example for each of this person's entitlements, a few at most. */
function examplesFor(requestable: readonly Requestable[]): string[] {
  const byEntitlement = new Map<string, Requestable>();
  for (const one of requestable) {
    if (!byEntitlement.has(one.entitlement.id)) byEntitlement.set(one.entitlement.id, one);
  }
  return [...byEntitlement.values()].slice(0, EXAMPLES).map((one) => example(one, requestable));
}

function example({ entry, entitlement }: Requestable, all: readonly Requestable[]): string {
  const { service, region } = entry.ref;
  const isOnly = all.filter((r) => r.entry.ref.service === service).length === 1;
  const minutes = entitlement.durationsMinutes[0] ?? 15;
  const { hint, required } = entitlement.justification;
  const why = hint || required ? ' WHY' : '';
  const name = isOnly ? service : `${region}/${service}`;
  const command = `\`/request-access ${name} ${formatDuration(minutes)}${why}\``;
  // Outside the code, which is there to be copied: a hint would pass for the reason that it asks for.
  return hint ? `${command} (${escapeText(hint)})` : command;
}

/** What somebody has now and may ask for. */
export function listMessage({ requestable, open, unsure }: Listing): Message {
  const running = open.slice(0, OPEN_SHOWN).map((g) => `• ${serviceIn(g)} ${stateLine(g)}`);
  if (open.length > OPEN_SHOWN) running.push(`… and ${open.length - OPEN_SHOWN} more in my Home tab`);
  const names = requestable
    .slice(0, SHOWN)
    .map(
      ({ entry, entitlement }) =>
        `• \`${entry.ref.service}\` in ${entry.ref.project}/${entry.ref.region}, ${range(entitlement.durationsMinutes)}${entry.description ? ` — ${escapeText(entry.description.slice(0, 100))}` : ''}`,
    );
  const more = requestable.length - SHOWN;
  const have =
    running.length > 0 ? `*You have*\n${running.join('\n')}` : '*You have* no access and no open request.';
  const can =
    names.length > 0
      ? `*You can ask for*\n${names.join('\n')}`
      : unsure
        ? '*You can ask for* … I cannot say just now.'
        : '*You can ask for* nothing: no entitlement admits you. Ask a Latchkey admin.';
  const notes = unsure ? [UNSURE] : [];
  const left = more > 0 ? [`… and ${more} more: \`/request-access\` lets you search them all.`] : [];
  return message([have, can, ...notes, ...left].join('\n'), [
    section(have),
    section(can),
    ...[...notes, ...left].map((line) => context(line)),
  ]);
}

function range(minutes: readonly number[]): string {
  const longest = minutes.at(-1);
  return longest === undefined ? '' : `up to ${formatDuration(longest)}`;
}
