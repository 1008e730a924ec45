import { isRefused } from '../../domain/refused.ts';
import { messageOf } from '../../errors.ts';
import { freezeState, setFreeze } from '../../flows/freeze.ts';
import {
  mayRevoke,
  type RevokeTarget,
  revocable,
  revokeAll,
  revokeGrant,
  serviceNamed,
} from '../../flows/revoke.ts';
import type { ViewState } from '../ask-form.ts';
import { mention, plain } from '../blocks.ts';
import { isRunning } from '../card.ts';
import { ACTIONS } from '../ids.ts';
import { freezeNotice, revokedMessage } from '../notices.ts';
import type { Command } from '../parse-command.ts';
import {
  freezeView,
  noticeView,
  type RevokeOrder,
  readOrder,
  readReason,
  revokeView,
} from '../reason-views.ts';
import { lateAnswer, SORRY } from '../words.ts';
import {
  type Answer,
  answering,
  type Click,
  type ListenerDeps,
  logged,
  openView,
  type Submitted,
} from './answer.ts';

/** What approvers and admins do to take access away, and to stop approvals. */
export function revokingListeners(deps: ListenerDeps) {
  const { client, flows, homes, log } = deps;

  return {
    /** Looks first, so that only those who may are asked why. */
    async revokeByCommand(
      wish: Extract<Command, { kind: 'revoke' | 'revoke-all' }>,
      userId: string,
      triggerId: string,
    ): Promise<Answer> {
      const named = wish.service === undefined ? undefined : await serviceNamed(flows, wish.service);
      if (isRefused(named)) return plain(named.reason);
      const target = targetOf(wish, named);
      if (!target) return plain('Of which service? `/request-access revoke-all SERVICE`');
      const found = await revocable(flows, target, userId);
      if (isRefused(found)) return plain(found.reason);
      if (found.grants.length === 0) return plain(nothingRuns(target));
      await openView(deps, triggerId, revokeView(target, found.grants, found.others));
      return undefined;
    },

    async freezeByCommand(freeze: boolean, userId: string, triggerId: string): Promise<Answer> {
      const state = await freezeState(flows, userId);
      if (isRefused(state)) return plain(state.reason);
      if ((state.freeze != null) === freeze) return plain(already(freeze));
      await openView(deps, triggerId, freezeView(freeze));
      return undefined;
    },

    async submitRevoke(userId: string, metadata: string, state: ViewState): Promise<Submitted> {
      const { text, blockId } = readReason(state);
      if (text === '') return { errors: { [blockId]: 'Say why: whoever has the access reads it.' } };
      return await submitted(blockId, async () => {
        const order = readOrder<RevokeOrder>(metadata);
        if (order.kind !== 'grant') {
          const outcome = await revokeAll(flows, order, userId, text);
          if (isRefused(outcome)) return { errors: { [blockId]: outcome.reason } };
          const of = order.kind === 'person' ? { userId: order.principalId } : {};
          const where = order.service ? { service: order.service } : {};
          return { view: noticeView(revokedMessage(outcome.grants, { ...of, ...where }).text) };
        }
        const { grantId, entitlementId } = order;
        const outcome = await revokeGrant(flows, { grantId, userId, entitlementHint: entitlementId }, text);
        if (isRefused(outcome)) return { errors: { [blockId]: outcome.reason } };
        return outcome.kind === 'late' ? { view: noticeView(lateAnswer(outcome.grant)) } : undefined;
      });
    },

    async submitFreeze(userId: string, metadata: string, state: ViewState): Promise<Submitted> {
      const freeze = metadata === 'freeze';
      const { text, blockId } = readReason(state);
      if (freeze && text === '') return { errors: { [blockId]: 'Say why: the channels read it.' } };
      return await submitted(freeze ? blockId : undefined, async () => {
        const outcome = await setFreeze(flows, userId, freeze ? text : null);
        if (isRefused(outcome)) return { view: noticeView(outcome.reason) };
        if (outcome.already) return { view: noticeView(already(freeze)) };
        await Promise.all([
          tellChannels(userId, freeze ? text : null),
          homes.show(userId).catch(logged(deps)),
        ]);
        return undefined;
      });
    },

    actions: {
      [ACTIONS.revoke]: (click: Click) =>
        answering(deps, async () => {
          const grant = await mayRevoke(flows, click.value, click.body.user.id);
          if (isRefused(grant)) return plain(grant.reason);
          if (!isRunning(grant)) return plain(lateAnswer(grant));
          const { id, entitlementId } = grant;
          const order: RevokeOrder = { kind: 'grant', grantId: id, entitlementId };
          await openView(deps, click.body.trigger_id, revokeView(order, [grant]));
          return undefined;
        }),
      [ACTIONS.freeze]: (click: Click) => freezeFromHome(click, true),
      [ACTIONS.unfreeze]: (click: Click) => freezeFromHome(click, false),
    },
  };

  async function freezeFromHome({ body }: Click, freeze: boolean): Promise<Answer> {
    return await answering(deps, async () => {
      const state = await freezeState(flows, body.user.id);
      if (isRefused(state)) return plain(state.reason);
      if ((state.freeze != null) === freeze) {
        await homes.show(body.user.id);
        return plain(already(freeze));
      }
      await openView(deps, body.trigger_id, freezeView(freeze));
      return undefined;
    });
  }

  /** Once in each channel that approvals are asked for in. */
  async function tellChannels(userId: string, reason: string | null): Promise<void> {
    const { text, blocks } = freezeNotice(userId, reason);
    const channels = [...new Set(flows.rules.entitlements.map((e) => e.channel))];
    await Promise.all(
      channels.map((channel) =>
        client.chat.postMessage({ channel, text, blocks: blocks as never }).catch(logged(deps)),
      ),
    );
  }

  async function submitted(blockId: string | undefined, work: () => Promise<Submitted>): Promise<Submitted> {
    try {
      return await work();
    } catch (error) {
      log('ERROR', 'listener-failed', { cause: messageOf(error) });
      const text = `${SORRY} Please try again in a moment.`;
      return blockId ? { errors: { [blockId]: text } } : { view: noticeView(text) };
    }
  }
}

function targetOf(
  wish: Extract<Command, { kind: 'revoke' | 'revoke-all' }>,
  service: RevokeTarget['service'],
): RevokeTarget | undefined {
  if (wish.kind === 'revoke-all') return service && { kind: 'service', service };
  return { kind: 'person', principalId: wish.principalId, ...(service ? { service } : {}) };
}

function nothingRuns(target: RevokeTarget): string {
  const where = target.service ? ` to ${target.service.service}` : '';
  return target.kind === 'person'
    ? `${mention(target.principalId)} has no access${where} through Latchkey now, so there is nothing to revoke.`
    : `Nobody has access${where} through Latchkey now, so there is nothing to revoke.`;
}

function already(freeze: boolean): string {
  return freeze
    ? 'Approvals are frozen already. `/request-access unfreeze` lifts the freeze.'
    : 'Approvals are not frozen: nothing to lift.';
}
