import { ConfigError } from '../../src/config.ts';
import { createLocal, type Local, type LocalOptions, type LocalState } from '../local.ts';
import { findElement, labelOf } from '../slack/elements.ts';
import type { Performed } from './perform.ts';
import { perform, serviceAt } from './perform.ts';
import { createRecording, type Recording, type Scenario } from './scenario.ts';
import type { Step } from './steps.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import { describeChange } from './workplace.ts';

/** Something that Slack would refuse, for the application's developers to see at once. */
export interface Trouble {
  readonly id: number;
  readonly title: string;
  readonly lines: readonly string[];
}

/** What a first visitor has managed so far. */
export interface Guide {
  readonly asked: boolean;
  readonly approved: boolean;
  readonly opened: boolean;
  readonly ended: boolean;
}

/** The simulated world as the page plays it: one local run at a time, which can be begun anew. */
export interface Stage {
  local(): Local;
  timeline(): Timeline;
  troubles(): readonly Trouble[];
  guide(): Guide;
  recording(): { readonly steps: number } | undefined;
  perform(step: Step): Promise<Performed>;
  /** Begins anew from the seed. */
  reset(): Promise<void>;
  /** Begins anew and records what is done from there. */
  record(): Promise<void>;
  /** Ends the recording; undefined where there was none. */
  finish(name: string): Promise<Scenario | undefined>;
  /** Reads the entitlements file again and deploys what it says; false where it has problems, which are shown. */
  reload(): Promise<boolean>;
  dismiss(troubleId: number): void;
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

export interface StageOptions extends Omit<LocalOptions, 'startMs' | 'realTime'> {
  /** Forgets what is kept outside of this process, in the Firestore emulator say. */
  readonly forget?: () => Promise<void>;
  /** Reads the entitlements file again. */
  readonly readEntitlements?: () => string;
  /** Time stands still from the beginning, for tests. */
  readonly startMs?: number;
}

const SIMULATED_FAULTS = ['ratelimited', 'internal_error', 'service_unavailable'];

/** Starts the local run and watches it. */
export async function createStage(options: StageOptions): Promise<Stage> {
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  let troubles: Trouble[] = [];
  let troubleCount = 0;
  let opened = false;
  let recording: Recording | undefined;
  let { entitlements } = options;

  const trouble = (title: string, lines: readonly string[]) => {
    if (troubles.some((known) => known.title === title && known.lines.join() === lines.join())) return;
    troubleCount += 1;
    troubles = [...troubles, { id: troubleCount, title, lines }].slice(-5);
    changed();
  };

  const begin = async (state?: LocalState) => {
    const { forget: _, readEntitlements: _r, startMs, ...rest } = options;
    const { state: _saved, ...fresh } = rest;
    const local = await createLocal({
      ...fresh,
      entitlements,
      ...(state && { state }),
      startMs: startMs ?? Date.now(),
      realTime: startMs === undefined,
    });
    const timeline = createTimeline(local);
    timeline.onEntry(changed);
    local.clock.onChange(changed);
    local.google.policies.onChange(changed);
    local.google.services.onChange(changed);
    local.slack.workspace.onChange(changed);
    local.slack.onCall((call) => {
      if (call.ok || SIMULATED_FAULTS.includes(call.error ?? '') || call.messages === undefined) return;
      trouble(`Slack refused ${call.method}: ${call.error}`, call.messages);
    });
    return { local, timeline };
  };
  let now = await begin(options.state);

  const again = async () => {
    const before = now.local;
    recording = undefined;
    troubles = [];
    opened = false;
    await before.close();
    await options.forget?.();
    now = await begin();
    changed();
  };

  const stage: Stage = {
    local: () => now.local,
    timeline: () => now.timeline,
    troubles: () => troubles,
    guide() {
      const grants = now.timeline.grants();
      return {
        asked: grants.length > 0,
        approved: grants.some((grant) => grant.approved),
        opened,
        ended: grants.some((grant) => grant.state === 'ENDED' || grant.state === 'REVOKED'),
      };
    },
    recording: () => recording && { steps: recording.steps.length },
    async perform(step) {
      const { local, timeline } = now;
      const strikeOut = recording?.note(local, step);
      const told = describe(local, step);
      const before = new Set(timeline.grants().map((grant) => grant.id));
      const clicked = 'value' in step && typeof step.value === 'string' && before.has(step.value);
      const grants = clicked ? [String(step.value)] : [];
      const entry = told === undefined ? undefined : timeline.add({ kind: 'person', title: told, grants });
      const performed = await perform(local, step).catch((error: unknown) => {
        strikeOut?.();
        throw error;
      });
      if (step.do === 'entitlements') entitlements = step.text;
      const born = timeline.grants().filter((grant) => !before.has(grant.id));
      if (entry !== undefined && born.length > 0)
        timeline.tag(
          entry,
          born.map((grant) => grant.id),
        );
      if (performed.problem) trouble('Slack refused what Latchkey answered', performed.problem.split('\n'));
      if (performed.door) {
        const { door } = performed;
        opened ||= door.allowed && door.via.kind === 'binding' && door.via.title !== undefined;
        timeline.add({
          kind: 'person',
          title: door.allowed ? 'IAP let them in' : 'IAP refused',
          detail: door.allowed ? door.note : door.reason,
          outcome: door.allowed ? 'ok' : 'refused',
        });
      }
      changed();
      return performed;
    },
    reset: again,
    async record() {
      await again();
      recording = createRecording(now.local.clock.now());
      changed();
    },
    async finish(name) {
      const done = await recording?.finish(now.local, name);
      recording = undefined;
      changed();
      return done;
    },
    async reload() {
      try {
        await stage.perform({ do: 'entitlements', text: options.readEntitlements?.() ?? entitlements });
        return true;
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        trouble('The entitlements file has problems: nothing was changed', error.problems);
        return false;
      }
    },
    dismiss(id) {
      troubles = troubles.filter((known) => known.id !== id);
      changed();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => now.local.close(),
  };
  return stage;
}

/** What a step is called on the timeline; typing is not worth a line. */
function describe(local: Local, step: Step): string | undefined {
  const { workspace } = local.slack;
  const who = 'who' in step ? (workspace.person(step.who)?.real_name ?? step.who) : '';
  switch (step.do) {
    case 'command':
      return `${who} types ${step.text}`;
    case 'say':
      return `${who} says something`;
    case 'click':
      return `${who} clicks ${labelAt(local, step)}`;
    case 'select':
      return `${who} chooses ${labelAt(local, step)}`;
    case 'submit':
      return `${who} submits the form`;
    case 'home':
      return `${who} opens App Home`;
    case 'open':
      return `${who} opens ${serviceAt(local, step.service).name}`;
    case 'advance':
      return `Time moves on by ${Math.round(step.ms / 60_000)} min`;
    case 'next':
      return 'Time moves to the next thing that happens';
    case 'weather':
      return `Weather: ${Object.entries(step.set)
        .map(([what, how]) => `${what} ${how}`)
        .join(', ')}`;
    case 'edit':
      return `Somebody edits ${serviceAt(local, step.service).name}: ${step.edit}${step.email ? ` ${step.email}` : ''}`;
    case 'person':
    case 'group':
    case 'channel':
      return describeChange(workspace, step);
    case 'entitlements':
      return 'Latchkey is deployed anew with the entitlements file';
    default:
      return undefined;
  }
}

/** What people read on what they click; the action id where that cannot be told. */
function labelAt({ slack }: Local, { who, at, what }: Extract<Step, { do: 'click' | 'select' }>): string {
  const { workspace } = slack;
  const open =
    'view' in at ? (at.view === 'home' ? workspace.views.home(who) : workspace.views.top(who)) : undefined;
  const message = 'ts' in at ? workspace.message(at.channel, at.ts) : undefined;
  const placed = findElement(open?.view.blocks ?? message?.blocks ?? [], what);
  return (placed && labelOf(placed)) || what;
}
