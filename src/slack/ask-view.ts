import { formatDuration, spellDuration } from '../domain/duration.ts';
import {
  type Entitlement,
  JUSTIFICATION_MAX_LENGTH,
  longestMinutes,
  type PeopleRule,
} from '../domain/entitlement.ts';
import { SERVICES_MAX } from '../domain/request.ts';
import type { CatalogEntry } from '../domain/service.ts';
import { servicePath } from '../domain/service.ts';
import type { Already } from '../flows/already.ts';
import type { Requestable } from '../flows/list.ts';
import {
  type Block,
  clip,
  context,
  escapeText,
  groupMention,
  mention,
  plainText,
  section,
} from './blocks.ts';
import { ACTIONS, VIEWS } from './ids.ts';
import { alreadyLine } from './notices.ts';
import { serviceOption } from './service-options.ts';

const OPTIONS_MAX = 100;
const PLACEHOLDER_MAX = 150;
const NAMED_MAX = 10;

/** What the form starts with. */
export interface Prefill {
  readonly services: readonly Pick<CatalogEntry, 'ref'>[];
  readonly minutes: number;
  readonly justification: string;
  readonly colleagueId?: string;
}

export interface AskViewInput {
  readonly entitlements: readonly Entitlement[];
  /** What was chosen in the form so far, as far as it may be asked for. */
  readonly chosen?: readonly Requestable[];
  /** What whoever gets access has of it already. */
  readonly already?: readonly Already[];
  /** What was chosen as the duration so far. */
  readonly minutes?: number | undefined;
  /** Whoever gets access, where that is a colleague. */
  readonly colleagueId?: string | undefined;
  readonly prefill?: Prefill;
}

/** The form that `/request-access` opens: at once, so with every duration; choosing a service narrows it down. */
export function askView(input: AskViewInput): object {
  const { entitlements, prefill } = input;
  const [first] = input.chosen ?? [];
  // What was chosen beside a service that had other rules is let go.
  const chosen = (input.chosen ?? []).filter((c) => c.entitlement.id === first?.entitlement.id);
  const minutes = durationsOf(input);
  const wanted = prefill?.minutes ?? input.minutes;
  const isOffered = wanted !== undefined && minutes.includes(wanted);
  const initial = isOffered ? wanted : first ? minutes[0] : undefined;
  const rule = first?.entitlement.justification;
  const [service, ...more] = chosen.length > 0 ? chosen.map((c) => c.entry) : (prefill?.services ?? []);
  return {
    type: 'modal',
    callback_id: VIEWS.ask,
    title: plainText('Request access'),
    submit: plainText('Send request'),
    close: plainText('Cancel'),
    blocks: [
      {
        type: 'input',
        block_id: ACTIONS.service,
        label: plainText('Service'),
        dispatch_action: true,
        element: {
          type: 'external_select',
          action_id: ACTIONS.service,
          placeholder: plainText('Type a name'),
          min_query_length: 0,
          focus_on_load: true,
          ...(service ? { initial_option: serviceOption(service) } : {}),
        },
      },
      ...about({ ...input, chosen }),
      ...(service ? [moreServices(more, first?.entitlement.id)] : []),
      {
        type: 'input',
        // A block id of its own for each set of durations: Slack keeps what was chosen under the id.
        block_id: `${ACTIONS.duration}:${minutes.map(formatDuration).join('-')}`.slice(0, 255),
        label: plainText('For how long'),
        element: {
          type: 'static_select',
          action_id: ACTIONS.duration,
          placeholder: plainText('Choose a duration'),
          options: minutes.map(durationOption),
          ...(initial !== undefined && minutes.includes(initial)
            ? { initial_option: durationOption(initial) }
            : {}),
        },
      },
      {
        type: 'input',
        block_id: ACTIONS.justification,
        label: plainText('Why'),
        optional: first ? rule?.required === false : entitlements.some((e) => !e.justification.required),
        ...(rule?.hint ? { hint: plainText(clip(rule.hint, PLACEHOLDER_MAX)) } : {}),
        element: {
          type: 'plain_text_input',
          action_id: ACTIONS.justification,
          multiline: true,
          max_length: JUSTIFICATION_MAX_LENGTH,
          placeholder: plainText(
            clip(rule?.hint ?? 'What are you going to do, for which ticket or incident?', PLACEHOLDER_MAX),
          ),
          ...(prefill?.justification
            ? { initial_value: prefill.justification.slice(0, JUSTIFICATION_MAX_LENGTH) }
            : {}),
        },
      },
      {
        type: 'input',
        block_id: ACTIONS.start,
        label: plainText('Start'),
        optional: true,
        hint: plainText('Empty: as soon as it is approved.'),
        element: { type: 'datetimepicker', action_id: ACTIONS.start },
      },
      {
        type: 'input',
        block_id: ACTIONS.colleague,
        label: plainText('For a colleague'),
        optional: true,
        dispatch_action: true,
        hint: plainText('Empty: for yourself. Neither of you can approve it.'),
        element: {
          type: 'users_select',
          action_id: ACTIONS.colleague,
          placeholder: plainText('Choose a person'),
          ...(prefill?.colleagueId ? { initial_user: prefill.colleagueId } : {}),
        },
      },
    ],
  };
}

/** Once a service is chosen: others that the same people approve, in the same request. */
function moreServices(
  entries: readonly Pick<CatalogEntry, 'ref'>[],
  entitlementId: string | undefined,
): Block {
  const some = entries.slice(0, SERVICES_MAX - 1).map((entry) => serviceOption(entry));
  return {
    type: 'input',
    // A block id of its own for each entitlement: what was chosen under another one cannot be asked for with this.
    block_id: entitlementId ? `${ACTIONS.more}:${entitlementId}`.slice(0, 255) : ACTIONS.more,
    label: plainText('More services'),
    optional: true,
    dispatch_action: true,
    element: {
      type: 'multi_external_select',
      action_id: ACTIONS.more,
      placeholder: plainText('With the same approvers, in one request'),
      min_query_length: 0,
      max_selected_items: SERVICES_MAX - 1,
      ...(some.length > 0 ? { initial_options: some } : {}),
    },
  };
}

/** What is chosen, who is asked, and what there is already. */
function about({ chosen = [], already = [], colleagueId }: AskViewInput): Block[] {
  const [first] = chosen;
  if (!first) return [];
  const lines = chosen.slice(0, SERVICES_MAX).map(({ entry }) => {
    const what = entry.description ? ` — ${clip(escapeText(entry.description), 150)}` : '';
    return `\`${servicePath(entry.ref)}\`${what}`;
  });
  const blocks: Block[] = [context(lines.join('\n')), context(approval(first.entitlement))];
  if (first.entitlement.warning) {
    blocks.push(context(`:warning: ${escapeText(first.entitlement.warning)}`));
  }
  const who = colleagueId ? `${mention(colleagueId)} has` : 'You have';
  if (already.length > 0) blocks.push(section(already.map((a) => alreadyLine(a, who)).join('\n')));
  return blocks;
}

function approval(entitlement: Entitlement): string {
  const { approvalsNeeded: needed, approvers, channel } = entitlement;
  if (needed === 0) return 'Granted at once, no approval needed';
  const who = approversIn(approvers);
  const many = needed === 1 ? 'One approval' : `${needed} approvals`;
  return `${many} needed${who ? `, by ${who}` : ''}; asked for in <#${channel}>`;
}

function approversIn({ anyone, users, usergroups, emails }: PeopleRule): string {
  if (anyone) return 'anybody else';
  const all = [...usergroups.map(groupMention), ...users.map(mention), ...emails.map(escapeText)];
  const more = all.length - NAMED_MAX;
  return `${all.slice(0, NAMED_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function durationsOf({ entitlements, chosen = [], prefill }: AskViewInput): number[] {
  const [first] = chosen;
  const offered = first ? first.entitlement.durationsMinutes : everyDuration(entitlements);
  const longest = first ? longestMinutes(first.entitlement) : Number.POSITIVE_INFINITY;
  const asked = prefill && prefill.minutes <= longest ? [prefill.minutes] : [];
  return [...new Set([...offered, ...asked])].sort((a, b) => a - b).slice(0, OPTIONS_MAX);
}

function everyDuration(entitlements: readonly Entitlement[]): number[] {
  return [...new Set(entitlements.flatMap((e) => e.durationsMinutes))].sort((a, b) => a - b);
}

function durationOption(minutes: number): object {
  return { text: plainText(spellDuration(minutes)), value: formatDuration(minutes) };
}
