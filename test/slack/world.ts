import { readFileSync } from 'node:fs';
import { afterEach, beforeEach } from 'vitest';
import { createLocal, type Local } from '../../simulator/local.ts';
import type { Message } from '../../simulator/slack/types.ts';
import type { Grant } from '../../src/domain/grant.ts';
import { grantStates } from '../../src/domain/grant-state.ts';

export const START = Date.parse('2026-03-02T09:00:20Z');
export const MINUTE_MS = 60_000;
export const ACCESS = 'C0ACCESS';
export const ADA = 'U0ADA';
export const GRACE = 'U0GRACE';
export const LINUS = 'U0LINUS';
export const MAX = 'U0MAX';
export const ROOT = 'U0ROOT';
export const GUEST = 'U0GUEST';

/** What a test works with: the whole product, people in a simulated Slack, and time that stands still. */
export interface World {
  readonly local: Local;
  /** Lines logged as errors. */
  readonly errors: readonly string[];
  /** Types a command, and waits until everything that it set off is done; what was answered, as text. */
  command(user: string, text: string, channel?: string): Promise<string>;
  /** Presses a button on the latest message that has it, and waits; what was answered privately. */
  press(
    user: string,
    label: string,
    where?: { readonly channel?: string; readonly value?: string },
  ): Promise<string>;
  /** Presses a button in a Home tab, and waits. */
  pressAtHome(user: string, label: string, value?: string): Promise<void>;
  /** Opens a Home tab; what is there. */
  home(user: string): Promise<string>;
  /** The modal in front of somebody, as JSON text; empty without one. */
  modal(user: string): string;
  /** Submits the modal in front of somebody, and waits; errors at its fields. */
  submit(
    user: string,
    values?: Record<string, string | number | readonly string[]>,
  ): Promise<Record<string, string>>;
  /** Moves time on, with everything that becomes due. */
  wait(minutes: number): Promise<void>;
  channel(id?: string): readonly Message[];
  /** The direct messages of somebody. */
  direct(user: string): readonly Message[];
  grants(): Promise<readonly Grant[]>;
}

export function textOf(message: Message | undefined): string {
  return message ? JSON.stringify(message.blocks) : '';
}

/** A world for each test, made before it and closed after it. */
export function aWorld(
  change: (entitlements: string) => string = (text) => text,
  options: Partial<Parameters<typeof createLocal>[0]> = {},
): World {
  let local: Local;
  let errors: string[] = [];
  beforeEach(async () => {
    errors = [];
    const entitlements = change(readFileSync('simulator/entitlements.yaml', 'utf8'));
    local = await createLocal({
      entitlements,
      startMs: START,
      log: (severity, event, facts) => {
        if (severity === 'ERROR') errors.push(`${event} ${JSON.stringify(facts)}`);
      },
      ...options,
    });
    await local.sweep();
  });
  afterEach(() => local.close());

  const messagesWith = (label: string, channel: string, value?: string) =>
    local.slack.workspace
      .messages(channel)
      .filter(
        (m) =>
          m.ephemeral_to === undefined &&
          textOf(m).includes(`"text":${JSON.stringify(label)}`) &&
          (value === undefined || textOf(m).includes(JSON.stringify(value))),
      );
  const privately = (messages: readonly Message[], user: string) =>
    messages
      .filter((m) => m.ephemeral_to === user)
      .map((m) => textOf(m))
      .join('\n');

  return {
    get local() {
      return local;
    },
    get errors() {
      return errors;
    },
    async command(user, text, channel = ACCESS) {
      const outcome = await local.slack.people.command(user, channel, `/request-access ${text}`);
      if (outcome.problem) throw new Error(outcome.problem);
      await local.idle();
      return privately(outcome.messages, user);
    },
    async press(user, label, { channel, value } = {}) {
      const dm = local.slack.workspace.dmWith(user).id;
      const found = (channel ? [channel] : [ACCESS, dm]).flatMap((c) => messagesWith(label, c, value));
      const message = found.at(-1);
      if (!message) throw new Error(`no message with ${label}`);
      const place = { channel: message.channel, ts: message.ts };
      const outcome = await local.slack.people.click(user, place, label, value ? { value } : {});
      if (outcome.problem) throw new Error(outcome.problem);
      await local.idle();
      return privately(outcome.messages, user);
    },
    async pressAtHome(user, label, value) {
      const home = local.slack.workspace.views.home(user);
      if (!home) throw new Error(`${user} has not opened Home`);
      const place = { viewId: home.view.id };
      const outcome = await local.slack.people.click(user, place, label, value ? { value } : {});
      if (outcome.problem) throw new Error(outcome.problem);
      await local.idle();
    },
    async home(user) {
      await local.slack.people.openHome(user);
      await local.idle();
      return JSON.stringify(local.slack.workspace.views.home(user)?.view.blocks ?? []);
    },
    modal(user) {
      return JSON.stringify(local.slack.workspace.views.top(user)?.view ?? '');
    },
    async submit(user, values = {}) {
      const open = local.slack.workspace.views.top(user);
      if (!open) throw new Error(`${user} has no modal open`);
      const outcome = await local.slack.people.submit(user, open.view.id, values);
      if (outcome.problem) throw new Error(outcome.problem);
      await local.idle();
      return outcome.errors;
    },
    async wait(minutes) {
      for (let i = 0; i < minutes; i += 1) {
        local.clock.advance(MINUTE_MS);
        await local.idle();
      }
    },
    channel: (id = ACCESS) =>
      local.slack.workspace.messages(id).filter((m) => m.by_bot && m.ephemeral_to === undefined),
    direct: (user) =>
      local.slack.workspace
        .messages(local.slack.workspace.dmWith(user).id)
        .filter((m) => m.ephemeral_to === undefined),
    grants: () => local.store.inStates(grantStates, 1000),
  };
}
