import { parseDuration } from '../domain/duration.ts';
import type { Refused } from '../domain/refused.ts';
import { clip } from './blocks.ts';
import { ACTIONS } from './ids.ts';

/** What Slack reports of a form's fields: `block_id` → `action_id` → value. */
export type ViewState = Readonly<Record<string, Readonly<Record<string, FieldValue>>>>;

interface FieldValue {
  readonly type?: string;
  readonly value?: string | null;
  readonly selected_option?: { readonly value: string } | null;
  readonly selected_options?: readonly { readonly value: string }[] | null;
  readonly selected_user?: string | null;
  /** Seconds since the epoch. */
  readonly selected_date_time?: number | null;
}

const FIELDS = ['service', 'more', 'duration', 'justification', 'start', 'colleague'] as const;
type Field = (typeof FIELDS)[number];

export interface AskForm {
  readonly services: readonly string[];
  readonly minutes: number | undefined;
  readonly justification: string;
  /** Milliseconds since the epoch. */
  readonly startAt: number | undefined;
  readonly colleagueId: string | undefined;
  /** Where errors of a field are to be shown: the block id that has it. */
  readonly blockIds: Readonly<Record<Field, string>>;
}

/** Reads the form, in whatever order its blocks are. */
export function readAskForm(state: ViewState): AskForm {
  const blockOf = (action: string) =>
    Object.keys(state).find((id) => state[id]?.[action] !== undefined) ?? action;
  const field = (name: Field) => state[blockOf(ACTIONS[name])]?.[ACTIONS[name]];
  const first = field('service')?.selected_option;
  const chosen = first ? [first, ...(field('more')?.selected_options ?? [])] : [];
  const duration = field('duration')?.selected_option?.value;
  const startS = field('start')?.selected_date_time;
  return {
    services: [...new Set(chosen.map((o) => o.value))],
    minutes: duration === undefined ? undefined : parseDuration(duration),
    justification: field('justification')?.value ?? '',
    startAt: startS == null ? undefined : startS * 1000,
    colleagueId: field('colleague')?.selected_user ?? undefined,
    blockIds: Object.fromEntries(FIELDS.map((name) => [name, blockOf(ACTIONS[name])])) as Record<
      Field,
      string
    >,
  };
}

/** A refusal as the error of the field that it is about, in words alone: fields show no formatting. */
export function errorsOf({ code, reason }: Refused, form: AskForm): Record<string, string> {
  const words = reason.replace(/<@[A-Z0-9]+>/g, 'this colleague').replace(/[`*]/g, '');
  return { [fieldOf(code, form)]: clip(words, 300) };
}

function fieldOf(code: Refused['code'], { blockIds, colleagueId }: AskForm): string {
  switch (code) {
    case 'duration':
    case 'justification':
    case 'start':
      return blockIds[code];
    case 'identity':
      return colleagueId ? blockIds.colleague : blockIds.service;
    default:
      return blockIds.service;
  }
}
