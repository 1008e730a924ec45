import type { Grant } from '../../domain/grant.ts';
import { isRefused } from '../../domain/refused.ts';
import type { ClickKind, ClickWish } from '../../domain/wish.ts';
import type { ViewState } from '../ask-form.ts';
import { plain } from '../blocks.ts';
import type { Delivery } from '../delivery.ts';
import { ACTIONS, entitlementHint } from '../ids.ts';
import { denyView, readOrder, readReason } from '../reason-views.ts';
import { lateAnswer, lateExtensionAnswer } from '../words.ts';
import {
  type Answer,
  answering,
  type Click,
  type Dialog,
  type ListenerDeps,
  logged,
  openView,
  type Submitted,
  submitted,
} from './answer.ts';
import { showClicked } from './showing.ts';

/** What approvers and those whose access it is do with a button. */
export function decidingListeners(deps: ListenerDeps) {
  const afterDenial = (what: 'request' | 'extension') => (click: Click) =>
    openView(deps, click.body.trigger_id, denyView(click.value, what));

  return {
    actions: {
      [ACTIONS.approve]: (click: Click) => decided(click, 'approve'),
      [ACTIONS.approveShorter]: (click: Click) => decided(click, 'approve-shorter'),
      [ACTIONS.deny]: (click: Click) => decided(click, 'deny', { afterwards: afterDenial('request') }),
      [ACTIONS.extendApprove]: (click: Click) =>
        decided(click, 'approve-extension', { late: lateExtensionAnswer }),
      [ACTIONS.extendDeny]: (click: Click) =>
        decided(click, 'deny-extension', {
          late: lateExtensionAnswer,
          afterwards: afterDenial('extension'),
        }),
      [ACTIONS.withdraw]: (click: Click) => decided(click, 'withdraw'),
      [ACTIONS.end]: (click: Click) => decided(click, 'end'),
      [ACTIONS.extend]: (click: Click) => decided(click, 'extend'),
      [ACTIONS.open]: async (): Promise<Answer> => undefined,
    },

    async submitDenialReason(
      { carryOut }: Delivery,
      { private_metadata: metadata, state }: Dialog,
    ): Promise<Submitted> {
      const { text, blockId } = readReason(state.values as ViewState);
      if (text === '') return undefined;
      const { grantId, what } = readOrder<{ grantId: string; what: 'request' | 'extension' }>(metadata);
      return await submitted(deps, blockId, async () => {
        const outcome = await carryOut({ kind: 'explain', grantId, what, reason: text });
        return isRefused(outcome) ? { errors: { [blockId]: outcome.reason } } : undefined;
      });
    },
  };

  /** The decision, then what is under the finger shows it; a private answer where it came to nothing. */
  async function decided(
    click: Click,
    kind: ClickKind,
    {
      late = lateAnswer,
      afterwards,
    }: { late?: (grant: Grant) => string; afterwards?: (click: Click) => Promise<void> } = {},
  ): Promise<Answer> {
    return await answering(deps, async () => {
      const hint = entitlementHint(click.blockId);
      const wish: ClickWish = {
        kind,
        grantId: click.value,
        ...(hint ? { entitlementHint: hint } : {}),
      };
      const outcome = await click.delivery.carryOut(wish);
      if (isRefused(outcome)) return plain(outcome.reason);
      const { grant, batch } = outcome;
      await click.delivery.whileTimeLasts(
        Promise.all([
          showClicked(deps, click, grant, batch),
          outcome.kind === 'done' ? afterwards?.(click).catch(logged(deps)) : undefined,
        ]),
      );
      return outcome.kind === 'late' ? plain(late(outcome.grant)) : undefined;
    });
  }
}
