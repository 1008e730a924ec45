import { isRefused, type Refused, refused } from '../../domain/refused.ts';
import { type CatalogEntry, servicePath } from '../../domain/service.ts';
import type { AskWish } from '../../domain/wish.ts';
import { submissionOf } from '../../flows/again.ts';
import { accessBeside } from '../../flows/already.ts';
import { whoIs } from '../../flows/deps.ts';
import { type Listing, listing, type Requestable } from '../../flows/list.ts';
import { errorsOf, readAskForm, type ViewState } from '../ask-form.ts';
import { askView } from '../ask-view.ts';
import { plain } from '../blocks.ts';
import type { Delivery } from '../delivery.ts';
import { ACTIONS } from '../ids.ts';
import { refusalOfAsk } from '../meant.ts';
import { sentMessage, unfinishedMessage } from '../notices.ts';
import type { Command } from '../parse-command.ts';
import { noticeView } from '../reason-views.ts';
import { NO_SERVICE, sayingOption, serviceOptions } from '../service-options.ts';
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

/** How long an instance believes what somebody may ask for while they type; the submission is judged anew. */
const REQUESTABLE_KEPT_MS = 30_000;

/** What people do to ask for access: by form, by command, again. */
export function askingListeners(deps: ListenerDeps) {
  const { client, flows } = deps;
  const { entitlements } = flows.rules;
  const kept = new Map<string, { readonly at: number; readonly found: Promise<Listing | Refused> }>();

  const openForm = (triggerId: string) => openView(deps, triggerId, askView({ entitlements }));

  return {
    openForm,

    async askByCommand(
      delivery: Delivery,
      wish: Extract<Command, { kind: 'ask' }>,
      triggerId: string,
    ): Promise<Answer> {
      const { services, minutes, justification, colleagueId } = wish;
      const ask: AskWish = {
        kind: 'ask',
        submission: `command ${triggerId} ${delivery.userId} ${services.join(' ')}`,
        services,
        minutes,
        justification,
        ...(colleagueId ? { principalId: colleagueId } : {}),
      };
      const asked = await delivery.carryOut(ask);
      return isRefused(asked) ? plain(refusalOfAsk(asked, ask)) : sentMessage(asked);
    },

    async againByCommand(delivery: Delivery, triggerId: string): Promise<Answer> {
      const submission = `command ${triggerId} ${delivery.userId}`;
      const asked = await delivery.carryOut({ kind: 'again-last', submission });
      if (isRefused(asked)) return plain(asked.reason);
      return asked.kind === 'asked' ? sentMessage(asked) : unfinishedMessage(asked.grant);
    },

    /** What may be chosen. `besides` is the form where a service was chosen already: what may go with it. */
    async suggestServices(userId: string, typed: string, besides?: ViewState): Promise<object[]> {
      const found = await listingOf(userId);
      if (isRefused(found)) return [sayingOption(found.reason)];
      if (found.requestable.length === 0) return [sayingOption(nothingFor(found))];
      const [first] = besides ? await chosenIn(userId, readAskForm(besides).services) : [];
      const fitting = first
        ? found.requestable.filter((r) => r !== first && r.entitlement.id === first.entitlement.id)
        : found.requestable;
      const lately = [...found.open, ...found.recent].sort((a, b) => b.requestedAt - a.requestedAt);
      return serviceOptions(fitting, typed, [...new Set(lately.map((g) => servicePath(g.service)))]);
    },

    async submitAsk(delivery: Delivery, { id, state }: Dialog): Promise<Submitted> {
      const form = readAskForm(state.values as ViewState);
      if (form.services.includes(NO_SERVICE)) return { view: noticeView(await whyNothing(delivery.userId)) };
      if (form.services.length === 0) return { errors: { [form.blockIds.service]: 'Choose a service.' } };
      if (form.minutes === undefined) return { errors: { [form.blockIds.duration]: 'Choose a duration.' } };
      const { minutes } = form;
      return await submitted(deps, form.blockIds.service, async () => {
        const asked = await delivery.carryOut({
          kind: 'ask',
          submission: `view ${id}`,
          services: form.services,
          minutes,
          justification: form.justification,
          ...(form.startAt === undefined ? {} : { startAt: form.startAt }),
          ...(form.colleagueId ? { principalId: form.colleagueId } : {}),
        });
        return isRefused(asked) ? { errors: errorsOf(asked, form) } : undefined;
      });
    },

    actions: {
      /** From the Home tab. */
      [ACTIONS.ask]: (click: Click) =>
        answering(deps, async () => {
          await openForm(click.body.trigger_id);
          return undefined;
        }),
      [ACTIONS.service]: narrowDown,
      [ACTIONS.more]: narrowDown,
      [ACTIONS.colleague]: narrowDown,
      [ACTIONS.again]: (click: Click) =>
        answering(deps, async () => {
          const asked = await click.delivery.carryOut({ kind: 'again', grantId: click.value });
          if (isRefused(asked)) return plain(`${asked.reason}\n\`/request-access\` opens the form.`);
          return sentMessage(asked);
        }),
      [ACTIONS.reuse]: (click: Click) =>
        answering(deps, async () => {
          const { userId } = click.delivery;
          const [batch] = await Promise.all([
            submissionOf(flows, click.value, userId),
            listingOf(userId).catch(() => undefined),
          ]);
          if (isRefused(batch)) return plain(batch.reason);
          const [first] = batch;
          if (!first) return plain(refused('gone', 'This request no longer exists.').reason);
          const { askedMinutes: minutes, justification, principal } = first;
          const prefill = {
            services: batch.map((g): Pick<CatalogEntry, 'ref'> => ({ ref: g.service })),
            minutes,
            justification,
            ...(principal.userId === userId ? {} : { colleagueId: principal.userId }),
          };
          const chosen = await chosenIn(
            userId,
            batch.map((g) => servicePath(g.service)),
          ).catch(() => []);
          await openView(deps, click.body.trigger_id, askView({ entitlements, chosen, prefill }));
          return undefined;
        }),
    },
  };

  /** A service or a colleague was chosen: durations, hint, who is asked, and what there is already. */
  async function narrowDown({ body }: Click): Promise<Answer> {
    if (!body.view) return undefined;
    const form = readAskForm(body.view.state.values as ViewState);
    const userId = body.user.id;
    if (form.services.includes(NO_SERVICE)) {
      const view = noticeView(await whyNothing(userId)) as never;
      await client.views.update({ view_id: body.view.id, view }).catch(logged(deps));
      return undefined;
    }
    const principalId = form.colleagueId ?? userId;
    try {
      const [chosen, principal, unfinished] = await Promise.all([
        chosenIn(userId, form.services),
        whoIs(flows, principalId, flows.known),
        flows.store.unfinished({ principalId }),
      ]);
      const refs = chosen.map((c) => c.entry.ref);
      const already = isRefused(principal) ? [] : await accessBeside(flows, principal, refs, unfinished);
      const colleagueId = principalId === userId ? undefined : principalId;
      const { minutes } = form;
      const view = askView({ entitlements, chosen, already, colleagueId, minutes }) as never;
      await client.views.update({ view_id: body.view.id, hash: body.view.hash, view });
    } catch (error) {
      // The form stays as it is, and works: the submission is judged by itself.
      logged(deps)(error);
    }
    return undefined;
  }

  /** Why somebody has nothing to choose from. */
  async function whyNothing(userId: string): Promise<string> {
    const found = await listingOf(userId);
    return isRefused(found) ? found.reason : nothingFor(found);
  }

  async function chosenIn(userId: string, paths: readonly string[]): Promise<Requestable[]> {
    if (paths.length === 0) return [];
    const found = await listingOf(userId);
    const requestable = isRefused(found) ? [] : found.requestable;
    return paths.flatMap((path) => requestable.find((r) => servicePath(r.entry.ref) === path) ?? []);
  }

  /** What somebody may ask for and asked for lately, kept while they type. */
  function listingOf(userId: string): Promise<Listing | Refused> {
    const now = flows.clock.now();
    const known = kept.get(userId);
    if (known && now - known.at < REQUESTABLE_KEPT_MS) return known.found;
    for (const [id, { at }] of kept) if (now - at >= REQUESTABLE_KEPT_MS) kept.delete(id);
    const found = listing(flows, userId);
    const forget = () => kept.delete(userId);
    found.then((l) => (isRefused(l) || l.unsure ? forget() : undefined), forget);
    kept.set(userId, { at: now, found });
    return found;
  }
}

function nothingFor({ unsure }: Listing): string {
  return unsure
    ? 'Slack did not say who is in your groups. Please try again in a minute.'
    : 'There is nothing that you can ask for: no entitlement admits you. Ask a Latchkey admin.';
}
