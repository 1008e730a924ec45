import { isRunning } from '../../domain/grant.ts';
import { isRefused, type Refused } from '../../domain/refused.ts';
import type { RevokeTarget } from '../../domain/wish.ts';
import { freezeState } from '../../flows/freeze.ts';
import { mayRevokeGrant, revocable, serviceNamed } from '../../flows/revoke.ts';
import type { ViewState } from '../ask-form.ts';
import { mention, plain } from '../blocks.ts';
import type { Delivery } from '../delivery.ts';
import { ACTIONS } from '../ids.ts';
import { refusalOfRevokeAll } from '../meant.ts';
import type { Command } from '../parse-command.ts';
import {
  answerView,
  freezeView,
  noticeView,
  type RevokeOrder,
  readOrder,
  readReason,
  revokeView,
} from '../reason-views.ts';
import { revokedOf } from '../wish-messages.ts';
import { lateAnswer } from '../words.ts';
import {
  type Answer,
  answering,
  type Click,
  type Dialog,
  type ListenerDeps,
  openView,
  type Submitted,
  submitted,
} from './answer.ts';
import { showSlots } from './showing.ts';

type RevokeCommand = Extract<Command, { kind: 'revoke' | 'revoke-all' }>;

/** What approvers and admins do to take access away, and to stop approvals. */
export function revokingListeners(deps: ListenerDeps) {
  const { flows, homes } = deps;

  return {
    /** Looks first, so that only those who may are asked why. */
    async revokeByCommand(wish: RevokeCommand, userId: string, triggerId: string): Promise<Answer> {
      const target = await targetOf(wish, userId);
      if (isRefused(target))
        return plain(wish.kind === 'revoke-all' ? refusalOfRevokeAll(target) : target.reason);
      const found = await revocable(flows, target, userId);
      if (isRefused(found)) return plain(found.reason);
      if (found.grants.length === 0) return plain(nothingRuns(target));
      await openView(deps, triggerId, revokeView(target, found.grants, found.others));
      return undefined;
    },

    /** `null` lifts a freeze. */
    async freezeByCommand(reason: string | null, userId: string, triggerId: string): Promise<Answer> {
      const freeze = reason !== null;
      const state = await freezeState(flows, userId);
      if (isRefused(state)) return plain(state.reason);
      if ((state.freeze != null) === freeze) return plain(already(freeze));
      await openView(deps, triggerId, freezeView(freeze, reason ?? ''));
      return undefined;
    },

    async submitRevoke(
      { carryOut, whileTimeLasts }: Delivery,
      { private_metadata: metadata, state }: Dialog,
    ): Promise<Submitted> {
      const { text, blockId } = readReason(state.values as ViewState);
      if (text === '') return { errors: { [blockId]: 'Say why: whoever has the access reads it.' } };
      return await submitted(deps, blockId, async () => {
        const order = readOrder<RevokeOrder>(metadata);
        if (order.kind !== 'grant') {
          const outcome = await carryOut({ kind: 'revoke-all', target: order, reason: text });
          if (isRefused(outcome)) return { errors: { [blockId]: outcome.reason } };
          return { view: answerView(revokedOf(outcome.grants, outcome.target)) };
        }
        const { grantId, entitlementId: entitlementHint } = order;
        const outcome = await carryOut({ kind: 'revoke', grantId, entitlementHint, reason: text });
        if (isRefused(outcome)) return { errors: { [blockId]: outcome.reason } };
        const { grant, batch } = outcome;
        if (outcome.kind === 'late') return { view: noticeView(lateAnswer(grant)) };
        await whileTimeLasts(Promise.all([showSlots(deps, grant, batch, ['card']), homes.refresh([grant])]));
        return undefined;
      });
    },

    async submitFreeze(
      { carryOut, whileTimeLasts }: Delivery,
      { private_metadata: metadata, state }: Dialog,
    ): Promise<Submitted> {
      const freeze = metadata === 'freeze';
      const { text, blockId } = readReason(state.values as ViewState);
      if (freeze && text === '') return { errors: { [blockId]: 'Say why: the channels read it.' } };
      return await submitted(deps, freeze ? blockId : undefined, async () => {
        const outcome = await carryOut({ kind: 'freeze', reason: freeze ? text : null });
        if (isRefused(outcome)) return { view: noticeView(outcome.reason) };
        if (outcome.already) return { view: noticeView(already(freeze)) };
        await whileTimeLasts(homes.refreshAll());
        return undefined;
      });
    },

    actions: {
      [ACTIONS.revoke]: (click: Click) =>
        answering(deps, async () => {
          const grant = await mayRevokeGrant(flows, click.value, click.body.user.id);
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

  async function targetOf(wish: RevokeCommand, userId: string): Promise<RevokeTarget | Refused> {
    if (wish.kind === 'revoke-all') {
      const service = await serviceNamed(flows, wish.service, userId);
      return isRefused(service) ? service : { kind: 'service', service };
    }
    const { principalId } = wish;
    if (wish.service === undefined) return { kind: 'person', principalId };
    const service = await serviceNamed(flows, wish.service, userId);
    return isRefused(service) ? service : { kind: 'person', principalId, service };
  }

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
