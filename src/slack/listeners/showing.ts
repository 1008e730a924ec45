import type { MessageSlot } from '../../domain/announcements.ts';
import type { Grant } from '../../domain/grant.ts';
import { surfaces } from '../surfaces.ts';
import { type Click, isInHome, type ListenerDeps } from './answer.ts';

// The converger will say the same in a moment; until then what was clicked must not look untouched.

/** Shows a decision where somebody clicked: in the message, or in their Home tab and the message that it is about. */
export async function showClicked(
  deps: ListenerDeps,
  { body }: Click,
  grant: Grant,
  batch: readonly Grant[],
): Promise<void> {
  if (isInHome(body)) {
    await Promise.all([deps.homes.show(body.user.id), showSlots(deps, grant, batch, ['card', 'extension'])]);
    return;
  }
  const channel: string | undefined = body.channel?.id ?? body.container?.channel_id;
  const ts: string | undefined = body.message?.ts ?? body.container?.message_ts;
  await show(deps, grant, batch, (ref) => ref.ts === ts && ref.channel === channel);
}

/** Shows a decision in some of the messages that a grant and its submission have. */
export async function showSlots(
  deps: ListenerDeps,
  grant: Grant,
  batch: readonly Grant[],
  slots: readonly MessageSlot[],
): Promise<void> {
  await show(deps, grant, batch, (_, slot) => slots.includes(slot));
}

async function show(
  { client }: ListenerDeps,
  grant: Grant,
  batch: readonly Grant[],
  which: (ref: { readonly channel: string; readonly ts: string }, slot: MessageSlot) => boolean,
): Promise<void> {
  const [lead = grant] = batch;
  await Promise.all(
    [...new Set([grant, lead])].flatMap((owner) => {
      const { refs } = owner.announcements;
      return surfaces(owner, owner === lead ? batch : [owner]).map(async ({ slot, message }) => {
        const ref = refs[slot];
        if (!ref?.ts || !which(ref, slot)) return;
        const { text, blocks } = message;
        await client.chat.update({ channel: ref.channel, ts: ref.ts, text, blocks: blocks as never });
      });
    }),
  );
}
