import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultSeed } from '../../../simulator/seed.ts';
import { createStage, type Stage } from '../../../simulator/stage/stage.ts';
import type { Step } from '../../../simulator/stage/steps.ts';

export const START = Date.parse('2026-03-02T09:00:20Z');
export const entitlements = readFileSync(
  join(import.meta.dirname, '../../../simulator/entitlements.yaml'),
  'utf8',
);
export const BILLING = 'acme-prod/us-central1/billing-dashboard';

/** A world of its own in which time stands still. */
export function newStage(): Promise<Stage> {
  return createStage({
    entitlements,
    slackSeed: defaultSeed.slack,
    googleSeed: defaultSeed.google,
    startMs: START,
    log: () => {},
  });
}

export const ask: Step = {
  do: 'command',
  who: 'U0ADA',
  in: 'C0ACCESS',
  text: '/request-access billing-dashboard 15m INC-42 invoices look wrong',
};

/** Does steps one after the other, each with all that follows from it. */
export async function play(stage: Stage, ...steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    await stage.perform(step);
    await stage.local().idle();
  }
}

/** Somebody's click on the newest message of a channel that has such a button. */
export function click(stage: Stage, who: string, channel: string, what: string): Step {
  const message = stage
    .local()
    .slack.workspace.messages(channel)
    .findLast(({ blocks }) => JSON.stringify(blocks).includes(`"${what}"`));
  if (!message) throw new Error(`no message in ${channel} has a button ${what}`);
  return { do: 'click', who, at: { channel, ts: message.ts }, what };
}
