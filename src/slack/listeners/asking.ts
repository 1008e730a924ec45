import { isRefused, refused } from '../../domain/refused.ts';
import { type CatalogEntry, servicePath } from '../../domain/service.ts';
import { messageOf } from '../../errors.ts';
import { askAgain, askLastAgain, submissionOf } from '../../flows/again.ts';
import { accessBeside } from '../../flows/already.ts';
import { ask } from '../../flows/ask.ts';
import { whoIs } from '../../flows/deps.ts';
import { type Listing, listing, type Requestable } from '../../flows/list.ts';
import { errorsOf, readAskForm, type ViewState } from '../ask-form.ts';
import { askView } from '../ask-view.ts';
import { plain } from '../blocks.ts';
import { ACTIONS } from '../ids.ts';
import { alreadyLine, sentMessage } from '../notices.ts';
import type { Command } from '../parse-command.ts';
import { serviceOptions } from '../service-options.ts';
import { SORRY, STILL_WORKING_PLAIN } from '../words.ts';
import {
  type Answer,
  answering,
  type Click,
  type ListenerDeps,
  logged,
  openView,
  type Submitted,
} from './answer.ts';

/** How long an instance believes what somebody may ask for while they type; the submission is judged anew. */
const REQUESTABLE_KEPT_MS = 30_000;

/** What people do to ask for access: by form, by command, again. */
export function askingListeners(deps: ListenerDeps) {
  const { client, flows, log } = deps;
  const { entitlements } = flows.rules;
  const kept = new Map<string, { readonly at: number; readonly found: Promise<Listing | undefined> }>();

  const openForm = (triggerId: string) => openView(deps, triggerId, askView({ entitlements }));

  return {
    openForm,

    async askByCommand(
      wish: Extract<Command, { kind: 'ask' }>,
      userId: string,
      triggerId: string,
    ): Promise<Answer> {
      const asked = await ask(flows, {
        submission: `command ${triggerId} ${userId} ${wish.services.join(' ')}`,
        requesterId: userId,
        services: wish.services,
        minutes: wish.minutes,
        justification: wish.justification,
        ...(wish.colleagueId ? { principalId: wish.colleagueId } : {}),
      });
      return isRefused(asked) ? plain(asked.reason) : sentMessage(asked.grants, asked.already);
    },

    async againByCommand(userId: string, triggerId: string): Promise<Answer> {
      const asked = await askLastAgain(flows, userId, `command ${triggerId} ${userId}`);
      if (isRefused(asked)) return plain(asked.reason);
      if (asked.kind === 'asked') return sentMessage(asked.grants, asked.already);
      const { grant } = asked;
      const what = alreadyLine({ service: grant.service, standing: false, grant });
      return plain(`Nothing was asked for: your last request is not over yet.\n${what}`);
    },

    /** What may be chosen. `besides` is the form where a service was chosen already: what may go with it. */
    async suggestServices(userId: string, typed: string, besides?: ViewState): Promise<object[]> {
      const found = await listingOf(userId);
      if (!found) return [];
      const [first] = besides ? await chosenIn(userId, readAskForm(besides).services) : [];
      const fitting = first
        ? found.requestable.filter((r) => r !== first && r.entitlement.id === first.entitlement.id)
        : found.requestable;
      const lately = [...found.open, ...found.recent].sort((a, b) => b.requestedAt - a.requestedAt);
      return serviceOptions(fitting, typed, [...new Set(lately.map((g) => servicePath(g.service)))]);
    },

    async submitAsk(userId: string, viewId: string, state: ViewState): Promise<Submitted> {
      const form = readAskForm(state);
      if (form.services.length === 0) return { errors: { [form.blockIds.service]: 'Choose a service.' } };
      if (form.minutes === undefined) return { errors: { [form.blockIds.duration]: 'Choose a duration.' } };
      try {
        const asked = await ask(flows, {
          submission: `view ${viewId}`,
          requesterId: userId,
          services: form.services,
          minutes: form.minutes,
          justification: form.justification,
          ...(form.startAt === undefined ? {} : { startAt: form.startAt }),
          ...(form.colleagueId ? { principalId: form.colleagueId } : {}),
        });
        return isRefused(asked) ? { errors: errorsOf(asked, form) } : undefined;
      } catch (error) {
        log('ERROR', 'ask-failed', { cause: messageOf(error) });
        const reason = `${SORRY} Send it again in a moment: it is never counted twice.`;
        return { errors: { [form.blockIds.service]: reason } };
      }
    },

    /** Said at the form while its submission takes long: it stays as it is, to be sent again if need be. */
    waiting(state: ViewState): Submitted {
      return { errors: { [readAskForm(state).blockIds.service]: STILL_WORKING_PLAIN } };
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
          const asked = await askAgain(flows, click.value, click.body.user.id);
          if (isRefused(asked)) return plain(`${asked.reason}\n\`/request-access\` opens the form.`);
          return sentMessage(asked.grants, asked.already);
        }),
      [ACTIONS.reuse]: (click: Click) =>
        answering(deps, async () => {
          const batch = await submissionOf(flows, click.value, click.body.user.id);
          const [first] = isRefused(batch) ? [] : batch;
          if (isRefused(batch)) return plain(batch.reason);
          if (!first) return plain(refused('gone', 'This request no longer exists.').reason);
          const { minutes, justification, principal } = first;
          const prefill = {
            services: batch.map((g): Pick<CatalogEntry, 'ref'> => ({ ref: g.service })),
            minutes,
            justification,
            ...(principal.userId === click.body.user.id ? {} : { colleagueId: principal.userId }),
          };
          await openView(deps, click.body.trigger_id, askView({ entitlements, prefill }));
          return undefined;
        }),
    },
  };

  /** A service or a colleague was chosen: durations, hint, who is asked, and what there is already. */
  async function narrowDown({ body }: Click): Promise<Answer> {
    if (!body.view) return undefined;
    const form = readAskForm(body.view.state.values as ViewState);
    const userId = body.user.id;
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
      const view = askView({ entitlements, chosen, already, colleagueId }) as never;
      await client.views.update({ view_id: body.view.id, hash: body.view.hash, view });
    } catch (error) {
      // The form stays as it is, and works: the submission is judged by itself.
      logged(deps)(error);
    }
    return undefined;
  }

  async function chosenIn(userId: string, paths: readonly string[]): Promise<Requestable[]> {
    if (paths.length === 0) return [];
    const found = await listingOf(userId);
    return paths.flatMap((path) => found?.requestable.find((r) => servicePath(r.entry.ref) === path) ?? []);
  }

  /** What somebody may ask for and asked for lately, kept while they type. */
  function listingOf(userId: string): Promise<Listing | undefined> {
    const now = flows.clock.now();
    const known = kept.get(userId);
    if (known && now - known.at < REQUESTABLE_KEPT_MS) return known.found;
    for (const [id, { at }] of kept) if (now - at >= REQUESTABLE_KEPT_MS) kept.delete(id);
    const found = listing(flows, userId).then((l) => (isRefused(l) ? undefined : l));
    found.catch(() => kept.delete(userId));
    kept.set(userId, { at: now, found });
    return found;
  }
}
