import { formatDuration, parseDuration, spellDuration } from '../domain/duration.ts';
import { type Entitlement, JUSTIFICATION_MAX_LENGTH } from '../domain/entitlement.ts';
import type { RefusalCode } from '../domain/refused.ts';
import { type CatalogEntry, servicePath } from '../domain/service.ts';
import type { Requestable } from '../flows/list.ts';
import { type Block, clip, context } from './blocks.ts';
import { ACTIONS, VIEWS } from './ids.ts';

/** Options that a typeahead may answer with: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
const OPTIONS_MAX = 100;
const OPTION_TEXT_MAX = 75;
const OPTION_VALUE_MAX = 150;

/** The form that `/request-access` opens: at once, so with every duration; choosing a service narrows it down. */
export function askView(entitlements: readonly Entitlement[], chosen?: Requestable): object {
  const minutes = chosen ? chosen.entitlement.durationsMinutes : everyDuration(entitlements);
  const rule = chosen?.entitlement.justification;
  const about: Block[] = chosen ? [context(aboutChoice(chosen))] : [];
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
          ...(chosen ? { initial_option: serviceOption(chosen.entry) } : {}),
        },
      },
      ...about,
      {
        type: 'input',
        // A block id of its own for each set of durations: Slack keeps what was chosen under the id.
        block_id: `${ACTIONS.duration}:${minutes.map(formatDuration).join('-')}`.slice(0, 255),
        label: plainText('For how long'),
        element: {
          type: 'static_select',
          action_id: ACTIONS.duration,
          placeholder: plainText('Choose a duration'),
          options: minutes.slice(0, OPTIONS_MAX).map(durationOption),
          ...(chosen && minutes[0] !== undefined ? { initial_option: durationOption(minutes[0]) } : {}),
        },
      },
      {
        type: 'input',
        block_id: ACTIONS.justification,
        label: plainText('Why'),
        optional: rule?.required === false,
        ...(rule?.hint ? { hint: plainText(clip(rule.hint, 150)) } : {}),
        element: {
          type: 'plain_text_input',
          action_id: ACTIONS.justification,
          multiline: true,
          max_length: JUSTIFICATION_MAX_LENGTH,
          placeholder: plainText(
            clip(rule?.hint ?? 'What are you going to do, for which ticket or incident?', 150),
          ),
        },
      },
    ],
  };
}

function aboutChoice({ entry, entitlement }: Requestable): string {
  const needed = entitlement.approvalsNeeded;
  const approval =
    needed === 0
      ? 'Granted at once, no approval needed'
      : needed === 1
        ? 'One approval needed'
        : `${needed} approvals needed`;
  return `\`${servicePath(entry.ref)}\`${entry.description ? ` — ${entry.description.replace(/[<>&`]/g, ' ')}` : ''}\n${approval}, asked for in <#${entitlement.channel}>`;
}

/** Answers to what was typed into the service field: by name first, then by place, label and description. */
export function serviceOptions(requestable: readonly Requestable[], typed: string): object[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const ranked = requestable.flatMap(({ entry }) => {
    const rank = rankOf(entry, words);
    return rank === undefined ? [] : [{ entry, rank }];
  });
  ranked.sort((a, b) => a.rank - b.rank);
  return ranked.slice(0, OPTIONS_MAX).map(({ entry }) => serviceOption(entry));
}

function rankOf({ ref, labels, description }: CatalogEntry, words: readonly string[]): number | undefined {
  const elsewhere = [ref.region, ref.project, ...Object.entries(labels).flat(), description]
    .join(' ')
    .toLowerCase();
  let rank = 0;
  for (const word of words) {
    if (ref.service.startsWith(word)) rank += 0;
    else if (ref.service.includes(word)) rank += 1;
    else if (elsewhere.includes(word)) rank += 2;
    else return undefined;
  }
  return rank;
}

function serviceOption({ ref }: CatalogEntry): object {
  return {
    text: plainText(clip(ref.service, OPTION_TEXT_MAX)),
    description: plainText(clip(`${ref.project} · ${ref.region}`, OPTION_TEXT_MAX)),
    value: servicePath(ref).slice(0, OPTION_VALUE_MAX),
  };
}

function durationOption(minutes: number): object {
  return { text: plainText(spellDuration(minutes)), value: formatDuration(minutes) };
}

function everyDuration(entitlements: readonly Entitlement[]): number[] {
  return [...new Set(entitlements.flatMap((e) => e.durationsMinutes))].sort((a, b) => a - b);
}

function plainText(text: string): object {
  return { type: 'plain_text', text, emoji: true };
}

/** What Slack reports of the form's fields: `block_id` → `action_id` → value. */
export type ViewState = Readonly<Record<string, Readonly<Record<string, FieldValue>>>>;

interface FieldValue {
  readonly type?: string;
  readonly value?: string | null;
  readonly selected_option?: { readonly value: string } | null;
}

export interface AskForm {
  readonly service: string | undefined;
  readonly minutes: number | undefined;
  readonly justification: string;
  /** Where errors of a field are to be shown: the block id that has it. */
  readonly blockIds: { readonly service: string; readonly duration: string; readonly justification: string };
}

export function readAskForm(state: ViewState): AskForm {
  const blockOf = (action: string) =>
    Object.keys(state).find((id) => state[id]?.[action] !== undefined) ?? action;
  const field = (action: string) => state[blockOf(action)]?.[action];
  const duration = field(ACTIONS.duration)?.selected_option?.value;
  return {
    service: field(ACTIONS.service)?.selected_option?.value,
    minutes: duration === undefined ? undefined : parseDuration(duration),
    justification: field(ACTIONS.justification)?.value ?? '',
    blockIds: {
      service: blockOf(ACTIONS.service),
      duration: blockOf(ACTIONS.duration),
      justification: blockOf(ACTIONS.justification),
    },
  };
}

/** The field under which a refusal is shown in the form. */
export function fieldOf(code: RefusalCode, form: AskForm): string {
  switch (code) {
    case 'duration':
    case 'start':
      return form.blockIds.duration;
    case 'justification':
      return form.blockIds.justification;
    default:
      return form.blockIds.service;
  }
}
