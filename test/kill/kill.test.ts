import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Binding } from '../../simulator/google/policy.ts';
import { type Deployment, deploy, type GrantDocument } from '../e2e/deployment.ts';
import { EMULATOR_TEST_TIMEOUT_MS } from '../support/firestore.ts';

// The built functions as processes, killed without a warning at random moments while people ask, approve and end;
// started again, everything is where it belongs within two sweeps. `KILL_SEED` and `KILL_ROUNDS` play more.

const SEED = Number(process.env.KILL_SEED ?? 1);
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 6);
const MINUTE_MS = 60_000;
/** No process is given longer than this before it dies: about what a whole run of the converger takes. */
const LONGEST_LIFE_MS = 350;
const SERVICES = ['us-central1/billing-dashboard', 'us-central1/billing-export'] as const;
const PEOPLE = ['U0ADA', 'U0MAX', 'U0LINUS'] as const;

describe('killed at random moments', { timeout: EMULATOR_TEST_TIMEOUT_MS }, () => {
  let on: Deployment | undefined;
  beforeAll(async () => {
    on = await deploy();
  }, EMULATOR_TEST_TIMEOUT_MS);
  afterAll(() => on?.close());

  test(`seed ${SEED}: two sweeps after the last kill, policies and records agree`, async ({ skip }) => {
    if (!on) return skip('no Firestore emulator');
    const random = randomFrom(SEED);
    const oneOf = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
    const foreign = SERVICES.map((service) => JSON.stringify(foreignOn(on, service)));
    const acknowledged = { approve: new Set<string>(), end: new Set<string>() };
    await quietly(on.sweep());

    for (let round = 0; round < ROUNDS; round += 1) {
      const deeds: Promise<unknown>[] = [
        ask(on, oneOf(PEOPLE) ?? 'U0ADA', oneOf(SERVICES) ?? SERVICES[0], round),
        press(on, 'U0GRACE', 'Approve', 'C0ACCESS', acknowledged.approve),
        ...(random() < 0.5
          ? [press(on, oneOf(PEOPLE) ?? 'U0ADA', 'End access', undefined, acknowledged.end)]
          : []),
        ...(random() < 0.5 ? [quietly(on.sweep())] : []),
      ];
      const triggers = quietly(on.settle());
      const victim = oneOf(['converge', 'converge', 'slack', 'sweep'] as const) ?? 'converge';
      await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_LIFE_MS));
      await on.crash(victim);
      await Promise.all([...deeds, triggers]);
      await quietly(on.settle());
    }

    // Later than any lease or back-off of what died: then two sweeps, and nothing but sweeps.
    await on.moveOn(3 * MINUTE_MS);
    await on.sweep();
    await on.moveOn(MINUTE_MS);
    expect(await on.sweep()).toMatchObject({ status: 200, summary: { failed: 0, left: 0 } });

    const grants = await on.grants();
    expect(acknowledged.approve.size).toBeGreaterThan(0);
    for (const grant of grants) {
      expect(['ACTIVATING', 'REVOKING']).not.toContain(grant.state);
      expectChain(grant);
    }
    for (const id of acknowledged.approve) {
      expect(grants.find((g) => g.id === id)?.events.filter((e) => e.type === 'approved')).toHaveLength(1);
    }
    for (const id of acknowledged.end) expect(grants.find((g) => g.id === id)?.state).toBe('REVOKED');
    for (const [i, service] of SERVICES.entries()) {
      const active = grants.filter((g) => g.state === 'ACTIVE' && g.place === service);
      expect(accessOn(on, service)).toEqual(accessOf(active));
      expect(JSON.stringify(foreignOn(on, service))).toBe(foreign[i]);
    }
    expect(grants.filter((g) => 'activated' in byType(g)).length).toBeGreaterThan(0);
  });
});

/** Asks by command; Slack says that the app did not answer, and the person tries once more. */
async function ask(on: Deployment, userId: string, place: string, round: number): Promise<void> {
  const line = `/request-access ${place} 1h INC-${round} the figures look wrong`;
  const first = await on.slack.people.command(userId, 'C0GENERAL', line);
  if (first.failure !== undefined) await on.slack.people.command(userId, 'C0GENERAL', line);
}

/** Presses the latest such button that this person sees; remembers the grant where the press was answered. */
async function press(
  on: Deployment,
  userId: string,
  label: string,
  channel: string | undefined,
  answered: Set<string>,
): Promise<void> {
  const { workspace, people } = on.slack;
  const place = channel ?? workspace.viewAs(userId).dm?.id;
  if (place === undefined) return;
  const found = workspace
    .messages(place)
    .findLast((m) => m.thread_ts === undefined && buttonIn(m.blocks, label) !== undefined);
  const grantId = buttonIn(found?.blocks, label);
  if (!found || grantId === undefined) return;
  const outcome = await people.click(userId, { channel: place, ts: found.ts }, label);
  const refused = JSON.stringify(outcome.messages).includes('did not answer');
  const known = await on.grants();
  const arrow = label === 'Approve' ? 'approved' : 'revoke-requested';
  const recorded = known.find((g) => g.id === grantId)?.events.some((e) => e.type === arrow);
  // Acknowledged: it was answered well, and is on record at that moment.
  if (outcome.status === 200 && outcome.failure === undefined && !refused && recorded) answered.add(grantId);
}

/** The value of a button with this label, anywhere in a message. */
function buttonIn(blocks: unknown, label: string): string | undefined {
  if (typeof blocks !== 'object' || blocks === null) return undefined;
  if ('type' in blocks && blocks.type === 'button' && 'value' in blocks) {
    const text = 'text' in blocks ? JSON.stringify(blocks.text) : '';
    return text.includes(`"${label}"`) ? String(blocks.value) : undefined;
  }
  for (const part of Object.values(blocks)) {
    const value = buttonIn(part, label);
    if (value !== undefined) return value;
  }
  return undefined;
}

function bindingsOn(on: Deployment | undefined, place: string): readonly Binding[] {
  const [region, service] = place.split('/');
  const name = `projects/123456789012/iap_web/cloud_run-${region}/services/${service}`;
  return on?.google.policies.current(name).bindings ?? [];
}

function isOurs({ role, condition }: Binding): boolean {
  return role === 'roles/iap.httpsResourceAccessor' && condition?.title?.startsWith('latchkey') === true;
}

function oursOn(on: Deployment, place: string): Binding[] {
  return bindingsOn(on, place).filter(isOurs);
}

/** What our bindings say, who may come in and on what condition, each of them once. */
function accessOn(on: Deployment, place: string): string[] {
  const bindings = oursOn(on, place);
  return bindings.flatMap((b) => b.members.map((m) => `${m} if ${b.condition?.expression}`)).sort();
}

/** What they have to say: each person until the last of their grants ends. */
function accessOf(active: readonly GrantDocument[]): string[] {
  const ends = new Map<string, number>();
  for (const { email, endsAt = 0 } of active) ends.set(email, Math.max(ends.get(email) ?? 0, endsAt));
  const timestamp = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
  return [...ends]
    .map(([email, end]) => `user:${email} if request.time < timestamp("${timestamp(end)}")`)
    .sort();
}

function foreignOn(on: Deployment | undefined, place: string): Binding[] {
  return bindingsOn(on, place).filter((b) => !isOurs(b));
}

function byType({ events }: GrantDocument): Record<string, number> {
  return Object.fromEntries(events.map(({ type }, i) => [type, i]));
}

/** Every arrow has its event, once, from where the one before ended, up to the state that the grant is in. */
function expectChain({ events, state }: GrantDocument): void {
  const sorted = events.toSorted((a, b) => a.revision - b.revision);
  expect(sorted.map((e) => e.revision)).toEqual(sorted.map((_, i) => i + 1));
  expect(sorted.map((e) => e.from)).toEqual([null, ...sorted.slice(0, -1).map((e) => e.to)]);
  expect(sorted.at(-1)?.to).toBe(state);
  const come = sorted.filter((e) => e.from !== e.to).map((e) => e.to);
  expect(new Set(come).size).toBe(come.length);
}

/** What is killed fails; that is the point. */
async function quietly(work: Promise<unknown>): Promise<void> {
  await work.catch(() => {});
}

function randomFrom(seed: number): () => number {
  let state = (seed * 2654435761) % 2147483647 || 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
