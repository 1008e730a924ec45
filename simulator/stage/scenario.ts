import { z } from 'zod';
import { createLocal, type Local } from '../local.ts';
import type { Seed } from '../seed-file.ts';
import { elementsOf } from '../slack/elements.ts';
import { numbered, perform } from './perform.ts';
import { type Step, stepSchema } from './steps.ts';
import { type Summary, summarize } from './summary.ts';

/** A recorded run: where it began, what was done, and what came of it. */
export const scenarioSchema = z.strictObject({
  name: z.string().min(1),
  start: z.iso.datetime(),
  steps: z.array(stepSchema),
  expected: z.custom<Summary>((value) => typeof value === 'object' && value !== null),
});
export type Scenario = z.infer<typeof scenarioSchema>;

export interface Recording {
  readonly startMs: number;
  readonly steps: readonly Step[];
  /** Notes a step that is about to be done; returns how to strike it out where it could not be done. */
  note(local: Local, step: Step): () => void;
  /** The scenario so far, with what it has come to. */
  finish(local: Local, name: string): Promise<Scenario>;
}

/** Begins to record; the run that is recorded begins at the same moment. */
export function createRecording(startMs: number): Recording {
  const steps: Step[] = [];
  let lastMs = startMs;
  const elapsed = (nowMs: number) => {
    // Below a second nothing is to be seen, and people are never that exact.
    const ms = Math.floor((nowMs - lastMs) / 1000) * 1000;
    if (ms > 0) steps.push({ do: 'advance', ms });
    lastMs += ms;
  };
  return {
    startMs,
    steps,
    note(local, step) {
      // Time that is moved or passes shows as what has elapsed at the step after it.
      if (step.do === 'advance' || step.do === 'next' || step.do === 'run' || step.do === 'pause')
        return () => {};
      elapsed(local.clock.now());
      const last = steps.at(-1);
      if (step.do === 'suggest' && last?.do === 'suggest' && last.what === step.what) steps.pop();
      const noted = replayable(local, step);
      steps.push(noted);
      return () => {
        if (steps.includes(noted)) steps.splice(steps.indexOf(noted), 1);
      };
    },
    async finish(local, name) {
      elapsed(local.clock.now());
      const summary = await summarize(local);
      const at = new Date(lastMs).toISOString().slice(0, 19);
      return { name, start: new Date(startMs).toISOString(), steps, expected: { ...summary, at } };
    },
  };
}

/** Timestamps, grant ids and direct messages have other names in the next run: say them by their order instead. */
function replayable({ slack }: Local, step: Step): Step {
  if (!('at' in step)) return step;
  const { workspace } = slack;
  const { at } = step;
  let place = at;
  let blocks: Parameters<typeof elementsOf>[0] = [];
  if ('view' in at) {
    const open = at.view === 'home' ? workspace.views.home(step.who) : workspace.views.top(step.who);
    blocks = open?.view.blocks ?? [];
  } else {
    const id = at.channel === 'dm' ? workspace.dmWith(step.who).id : at.channel;
    const isDirect = workspace.conversation(id)?.kind === 'im';
    const found = 'ts' in at ? workspace.message(id, at.ts) : undefined;
    if (!found) return step;
    const onlyToMe = found.ephemeral_to !== undefined;
    const nth = numbered(workspace, step.who, id, onlyToMe).indexOf(found);
    place = { channel: isDirect ? 'dm' : id, nth, ...(onlyToMe && { onlyToMe }) };
    blocks = found.blocks;
  }
  if (step.do !== 'click') return { ...step, at: place };
  const { value, ...rest } = step;
  const same = elementsOf(blocks).filter(({ actionId }) => actionId === step.what);
  const index = same.findIndex(({ element }) => element.value === value);
  return { ...rest, at: place, ...(index > 0 && { index }) };
}

/** Plays a scenario on a new local run with time standing still, and sums up what came of it. */
export async function replay(
  scenario: Pick<Scenario, 'start' | 'steps'>,
  world: { readonly entitlements: string; readonly seed?: Seed },
): Promise<Summary> {
  const local = await createLocal({
    entitlements: world.entitlements,
    startMs: Date.parse(scenario.start),
    log: () => {},
    ...(world.seed && { slackSeed: world.seed.slack, googleSeed: world.seed.google }),
  });
  try {
    for (const step of scenario.steps) {
      await perform(local, step);
      await local.idle();
    }
    return await summarize(local);
  } finally {
    await local.close();
  }
}
