import type { Grant } from '../../domain/grant.ts';
import { isRefused } from '../../domain/refused.ts';
import {
  approveExtensionOf,
  approveGrant,
  type Decided,
  type DecideInput,
  denyExtensionOf,
  denyGrant,
  explainDenial,
} from '../../flows/decide.ts';
import { endGrant, extendGrant, withdrawGrant } from '../../flows/end.ts';
import type { ViewState } from '../ask-form.ts';
import { plain } from '../blocks.ts';
import { shorterMinutes } from '../card.ts';
import { ACTIONS, entitlementHint } from '../ids.ts';
import { denyView, readOrder, readReason } from '../reason-views.ts';
import { surfaces } from '../surfaces.ts';
import { lateAnswer, lateExtensionAnswer } from '../words.ts';
import {
  type Answer,
  answering,
  type Click,
  isInHome,
  type ListenerDeps,
  logged,
  openView,
  type Submitted,
} from './answer.ts';

/** What approvers and those whose access it is do with a button. */
export function decidingListeners(deps: ListenerDeps) {
  const { client, flows, homes } = deps;

  const afterDenial = (what: 'request' | 'extension') => (click: Click) =>
    openView(deps, click.body.trigger_id, denyView(click.value, what));

  return {
    actions: {
      [ACTIONS.approve]: (click: Click) => decided(click, (input) => approveGrant(flows, input)),
      [ACTIONS.approveShorter]: (click: Click) =>
        decided(click, (input) => approveGrant(flows, input, shorterMinutes)),
      [ACTIONS.deny]: (click: Click) =>
        decided(click, (input) => denyGrant(flows, input, ''), { afterwards: afterDenial('request') }),
      [ACTIONS.extendApprove]: (click: Click) =>
        decided(click, (input) => approveExtensionOf(flows, input), { late: lateExtensionAnswer }),
      [ACTIONS.extendDeny]: (click: Click) =>
        decided(click, (input) => denyExtensionOf(flows, input), {
          late: lateExtensionAnswer,
          afterwards: afterDenial('extension'),
        }),
      [ACTIONS.withdraw]: (click: Click) =>
        decided(click, ({ grantId, userId }) => withdrawGrant(flows, grantId, userId)),
      [ACTIONS.end]: (click: Click) =>
        decided(click, ({ grantId, userId }) => endGrant(flows, grantId, userId)),
      [ACTIONS.extend]: (click: Click) => decided(click, (input) => extendGrant(flows, input)),
      [ACTIONS.open]: async (): Promise<Answer> => undefined,
    },

    async submitDenialReason(userId: string, metadata: string, state: ViewState): Promise<Submitted> {
      const reason = readReason(state);
      if (reason.text === '') return undefined;
      const order = readOrder<{ grantId: string; what: 'request' | 'extension' }>(metadata);
      const outcome = await explainDenial(flows, { ...order, userId }, reason.text);
      return isRefused(outcome) ? { errors: { [reason.blockId]: outcome.reason } } : undefined;
    },
  };

  /** The decision, then what is under the finger shows it; a private answer where it came to nothing. */
  async function decided(
    click: Click,
    act: (input: DecideInput) => Promise<Decided>,
    {
      late = lateAnswer,
      afterwards,
    }: { late?: (grant: Grant) => string; afterwards?: (click: Click) => Promise<void> } = {},
  ): Promise<Answer> {
    return await answering(deps, async () => {
      const hint = entitlementHint(click.blockId);
      const outcome = await act({
        grantId: click.value,
        userId: click.body.user.id,
        ...(hint ? { entitlementHint: hint } : {}),
      });
      if (isRefused(outcome)) return plain(outcome.reason);
      await Promise.all([
        showAtOnce(click, outcome.grant, outcome.batch),
        outcome.kind === 'done' ? afterwards?.(click).catch(logged(deps)) : undefined,
      ]);
      return outcome.kind === 'late' ? plain(late(outcome.grant)) : undefined;
    });
  }

  /** The converger will say the same in a moment; until then what was clicked must not look untouched. */
  async function showAtOnce({ body }: Click, grant: Grant, batch: readonly Grant[]): Promise<void> {
    if (isInHome(body)) return await homes.show(body.user.id).catch(logged(deps));
    const channel: string | undefined = body.channel?.id ?? body.container?.channel_id;
    const ts: string | undefined = body.message?.ts ?? body.container?.message_ts;
    if (!channel || !ts) return;
    for (const owner of new Set([grant, ...batch])) {
      const refs = owner.announcements.refs;
      const clicked = surfaces(owner, owner.batch[0] === owner.id ? batch : [owner]).find(
        ({ slot }) => refs[slot]?.ts === ts && refs[slot]?.channel === channel,
      );
      if (!clicked) continue;
      const { text, blocks } = clicked.message;
      await client.chat.update({ channel, ts, text, blocks: blocks as never }).catch(logged(deps));
      return;
    }
  }
}
