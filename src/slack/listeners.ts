import type { BlockAction, SlashCommand } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Grant } from '../domain/grant.ts';
import { isRefused, type Refused } from '../domain/refused.ts';
import { servicePath } from '../domain/service.ts';
import { messageOf } from '../errors.ts';
import { ask } from '../flows/ask.ts';
import { approveGrant, type Decided, denyGrant, explainDenial } from '../flows/decide.ts';
import type { FlowDeps, Log } from '../flows/deps.ts';
import { endGrant, withdrawGrant } from '../flows/end.ts';
import { listing, type Requestable } from '../flows/list.ts';
import type { Message } from '../ports.ts';
import { askView, fieldOf, readAskForm, serviceOptions, type ViewState } from './ask-view.ts';
import { plain } from './blocks.ts';
import { shorterMinutes } from './card.ts';
import { denyView, readReason } from './deny-view.ts';
import { helpMessage, listMessage } from './help.ts';
import { ACTIONS, entitlementHint } from './ids.ts';
import { sentMessage } from './notices.ts';
import { parseCommand } from './parse-command.ts';
import { surfaces } from './surfaces.ts';
import { lateAnswer } from './words.ts';

/** How long an instance believes what somebody may ask for while they type; the submission is judged anew. */
const REQUESTABLE_KEPT_MS = 30_000;

export interface Click {
  readonly body: BlockAction;
  readonly blockId: string;
  readonly value: string;
}

interface ListenerOptions {
  readonly client: WebClient;
  readonly flows: FlowDeps;
  readonly log: Log;
}

/** What happens when people type, click and submit: read the wish, let a flow decide, say what came of it. */
export function createListeners({ client, flows, log }: ListenerOptions) {
  const kept = new Map<string, { readonly at: number; readonly requestable: readonly Requestable[] }>();

  return {
    async command(command: SlashCommand): Promise<Message | undefined> {
      return await answering(async () => {
        const wish = parseCommand(command.text ?? '');
        if (isRefused(wish)) return plain(wish.reason);
        switch (wish.kind) {
          case 'modal':
            await client.views.open({
              trigger_id: command.trigger_id,
              view: askView(flows.rules.entitlements) as never,
            });
            return undefined;
          case 'help':
          case 'list': {
            const found = await listing(flows, command.user_id);
            if (isRefused(found)) return plain(found.reason);
            return wish.kind === 'help' ? helpMessage(found) : listMessage(found);
          }
          case 'ask': {
            const { service, minutes, justification } = wish;
            const submission = `command ${command.trigger_id}`;
            const asked = await ask(flows, {
              submission,
              requesterId: command.user_id,
              services: [service],
              minutes,
              justification,
            });
            return isRefused(asked) ? plain(asked.reason) : sentMessage(asked.grants);
          }
        }
      });
    },

    async suggestServices(userId: string, typed: string): Promise<object[]> {
      return serviceOptions(await requestableBy(userId), typed);
    },

    /** Errors by block id, or nothing where the request was sent. */
    async submitAsk(
      userId: string,
      viewId: string,
      state: ViewState,
    ): Promise<Record<string, string> | undefined> {
      const form = readAskForm(state);
      if (form.service === undefined) return { [form.blockIds.service]: 'Choose a service.' };
      if (form.minutes === undefined) return { [form.blockIds.duration]: 'Choose a duration.' };
      const { service, minutes, justification } = form;
      try {
        const asked = await ask(flows, {
          submission: `view ${viewId}`,
          requesterId: userId,
          services: [service],
          minutes,
          justification,
        });
        return isRefused(asked) ? { [fieldOf(asked.code, form)]: asked.reason } : undefined;
      } catch (error) {
        log('ERROR', 'ask-failed', { cause: messageOf(error) });
        return { [form.blockIds.service]: `${SORRY} Nothing was sent; what you typed is still here.` };
      }
    },

    async submitDenialReason(
      userId: string,
      grantId: string,
      state: ViewState,
    ): Promise<Record<string, string> | undefined> {
      const reason = readReason(state);
      if (reason.text === '') return undefined;
      const decided = await explainDenial(flows, { grantId, userId, what: 'request' }, reason.text);
      return isRefused(decided) ? { [reason.blockId]: decided.reason } : undefined;
    },

    actions: {
      [ACTIONS.approve]: (click: Click) => decided(click, (input) => approveGrant(flows, input)),
      [ACTIONS.approveShorter]: (click: Click) =>
        decided(click, (input) => approveGrant(flows, input, shorterMinutes)),
      [ACTIONS.deny]: (click: Click) =>
        decided(
          click,
          (input) => denyGrant(flows, input, ''),
          async () => {
            await client.views.open({
              trigger_id: click.body.trigger_id,
              view: denyView(click.value) as never,
            });
          },
        ),
      [ACTIONS.withdraw]: (click: Click) =>
        decided(click, ({ grantId, userId }) => withdrawGrant(flows, grantId, userId)),
      [ACTIONS.end]: (click: Click) =>
        decided(click, ({ grantId, userId }) => endGrant(flows, grantId, userId)),
      [ACTIONS.open]: async () => undefined,
      [ACTIONS.service]: narrowDown,
    },
  };

  /** A click on a message: the decision, then the message under the finger shows it; a private answer if it came to nothing. */
  async function decided(
    click: Click,
    act: (input: { grantId: string; userId: string; entitlementHint?: string }) => Promise<Decided>,
    afterwards?: () => Promise<void>,
  ): Promise<Message | undefined> {
    return await answering(async () => {
      const hint = entitlementHint(click.blockId);
      const outcome = await act({
        grantId: click.value,
        userId: click.body.user.id,
        ...(hint ? { entitlementHint: hint } : {}),
      });
      if (isRefused(outcome)) return plain((outcome satisfies Refused).reason);
      if (outcome.kind === 'late') return plain(lateAnswer(outcome.grant));
      await Promise.all([showAtOnce(click, outcome.grant), afterwards?.().catch(logged)]);
      return undefined;
    });
  }

  /** The converger will say the same in a moment; until then the message must not look untouched. */
  async function showAtOnce({ body }: Click, grant: Grant): Promise<void> {
    const channel = body.channel?.id;
    const ts = body.message?.ts;
    const refs = grant.announcements.refs;
    const clicked = surfaces(grant, [grant]).find(
      ({ slot }) => refs[slot]?.ts === ts && refs[slot]?.channel === channel,
    );
    if (!channel || !ts || !clicked || grant.batch.length > 1) return;
    const { text, blocks } = clicked.message;
    await client.chat.update({ channel, ts, text, blocks: blocks as never }).catch(logged);
  }

  /** A service was chosen in the form: its durations, its hint, who is asked. */
  async function narrowDown({ body }: Click): Promise<undefined> {
    if (!body.view) return;
    const form = readAskForm(body.view.state.values as ViewState);
    const chosen = (await requestableBy(body.user.id)).find(
      ({ entry }) => servicePath(entry.ref) === form.service,
    );
    const view = askView(flows.rules.entitlements, chosen) as never;
    await client.views.update({ view_id: body.view.id, hash: body.view.hash, view }).catch(logged);
  }

  async function requestableBy(userId: string): Promise<readonly Requestable[]> {
    const now = flows.clock.now();
    const known = kept.get(userId);
    if (known && now - known.at < REQUESTABLE_KEPT_MS) return known.requestable;
    const found = await listing(flows, userId);
    const requestable = isRefused(found) ? [] : found.requestable;
    for (const [id, { at }] of kept) if (now - at >= REQUESTABLE_KEPT_MS) kept.delete(id);
    kept.set(userId, { at: now, requestable });
    return requestable;
  }

  /** What the world does wrong is logged with its cause; the person reads a sentence. */
  async function answering(work: () => Promise<Message | undefined>): Promise<Message | undefined> {
    try {
      return await work();
    } catch (error) {
      log('ERROR', 'listener-failed', { cause: messageOf(error) });
      return plain(`${SORRY} Nothing was lost: please try again in a moment.`);
    }
  }

  function logged(error: unknown): void {
    log('WARNING', 'slack-call-failed', { cause: messageOf(error) });
  }
}

const SORRY = 'Something on the way to Latchkey’s records or to Slack did not answer.';
