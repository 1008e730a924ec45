import { beforeEach, describe, expect, it } from 'vitest';
import { createEmbeddedStore } from '../../simulator/embedded-store.ts';
import { type AnnounceDeps, announce } from '../../src/converge/announce.ts';
import { approve } from '../../src/domain/decide.ts';
import { LatchkeyError } from '../../src/errors.ts';
import type { Message } from '../../src/ports.ts';
import {
  activeGrant,
  anEntitlement,
  endedGrant,
  grace,
  HOUR_MS,
  judge,
  linus,
  MINUTE_MS,
  requestSteps,
  stepOf,
  T0,
} from '../support/grants.ts';

// What is sent of one grant, with a Slack that does what the test says.

const CARD = 'C0ACCESS';
const entitlement = anEntitlement({
  approvalsNeeded: 2,
  approvers: { anyone: false, emails: [grace.email], users: [linus.userId], usergroups: ['S0LEADS'] },
});

let now: number;
let errors: string[];
let posts: { channel: string; message: Message }[];
let updates: Message[];
let lookups: string[];
let refuses: (channel: string) => boolean;
let directoryIsDown: boolean;
let deps: AnnounceDeps;

beforeEach(async () => {
  now = T0 + 1_000;
  errors = [];
  posts = [];
  updates = [];
  lookups = [];
  refuses = () => false;
  directoryIsDown = false;
  const store = createEmbeddedStore();
  let holders = 0;
  const look = <T>(what: string, answer: T): Promise<T> => {
    lookups.push(what);
    return directoryIsDown ? Promise.reject(new LatchkeyError('unavailable', what)) : Promise.resolve(answer);
  };
  const send = (channel: string): void => {
    if (refuses(channel)) throw new LatchkeyError('invalid', 'failed to post a message: invalid_blocks');
  };
  deps = {
    store,
    clock: { now: () => now },
    rules: { workspace: { teamId: 'T0ACME', emailDomains: ['acme.example'] }, entitlements: [entitlement] },
    newHolder: () => `holder ${++holders}`,
    log: (severity, event) => void (severity === 'ERROR' && errors.push(event)),
    directory: {
      profile: (id) =>
        look(`profile ${id}`, {
          userId: id,
          teamId: 'T0ACME',
          email: `${id.slice(2).toLowerCase()}@acme.example`,
          emailConfirmed: true,
          deleted: false,
          bot: false,
          guest: false,
          stranger: false,
        }),
      usergroup: (id) => look(`usergroup ${id}`, new Set(['U0GRACE', 'U0LINUS', 'U0EVE'])),
      userByEmail: (email) => look(`email ${email}`, 'U0GRACE'),
    },
    messenger: {
      async post(channel, message) {
        send(channel);
        posts.push({ channel, message });
        return { channel, ts: String(posts.length) };
      },
      async update({ channel }, message) {
        send(channel);
        updates.push(message);
      },
      async publishHome() {},
    },
  };
  await store.create([requestSteps({ entitlement })]);
});

/** Sweeps of so many minutes. */
async function sweeps(minutes: number): Promise<void> {
  for (let i = 0; i < minutes; i += 1) {
    now += MINUTE_MS;
    await announce(deps, 'g1');
  }
}
async function approvedByGrace(): Promise<void> {
  await deps.store.update('g1', (grant) => {
    return { commit: stepOf(approve(grant, judge(grace, { entitlement, now }))), result: undefined };
  });
}
const card = () => JSON.stringify(posts.find((p) => p.channel === CARD)?.message.blocks ?? '');

describe('a message that Slack refuses for good', () => {
  it('is given up after some attempts, with one line for the operator, until there is something new to say', async () => {
    let attempts = 0;
    refuses = (channel) => {
      if (channel === CARD) attempts += 1;
      return channel === CARD;
    };
    await announce(deps, 'g1');
    await sweeps(60);
    expect(attempts).toBe(5);
    expect(errors).toEqual(['undeliverable']);
    expect(JSON.stringify(updates.at(-1)?.blocks)).toContain('nobody has been asked yet');
    const sent = posts.length + updates.length;
    await sweeps(60);
    expect([attempts, posts.length + updates.length]).toEqual([5, sent]);
    refuses = () => false;
    await approvedByGrace();
    await sweeps(1);
    expect(card()).toContain('Approved by <@U0GRACE>; 1 more needed');
    expect(JSON.stringify(updates.at(-1)?.blocks)).not.toContain('nobody has been asked yet');
  });
});

describe('what a card tells beside the request', () => {
  it('names whoever could not be looked up, and looks again with the next rendering', async () => {
    directoryIsDown = true;
    await announce(deps, 'g1');
    expect(card()).toContain('Can be approved by <@U0LINUS>, <!subteam^S0LEADS>, grace@acme.example');
    expect(card()).not.toContain('Nobody who may approve');
    directoryIsDown = false;
    await approvedByGrace();
    await sweeps(1);
    // Of the group, those who are left: the one who approved is not called again.
    expect(JSON.stringify(updates)).toContain('Can be approved by <@U0LINUS>, <@U0EVE>');
  });

  it('is what is true when it is rendered anew, asks Slack once, and makes no update by itself', async () => {
    await announce(deps, 'g1');
    expect(card()).toContain('Nobody else has access through Latchkey now');
    expect(card()).toContain('Has not had this access before');
    const asked = lookups.length;
    const other = { userId: 'U0MAX', email: 'max@acme.example' };
    const others = activeGrant({ id: 'g2', ask: { requester: other, principal: other } });
    const own = activeGrant({ id: 'g3' });
    const before = endedGrant({ id: 'g4', ask: { now: T0 - 9 * HOUR_MS } });
    for (const grant of [others, own, before]) {
      const [first] = requestSteps({ id: grant.id });
      if (first) await deps.store.create([[{ ...first, grant }]]);
    }
    const sent = posts.length + updates.length;
    await sweeps(5);
    expect(posts.length + updates.length).toBe(sent);
    await approvedByGrace();
    await sweeps(1);
    const anew = JSON.stringify(updates);
    expect(anew).toContain('Others with access now: max');
    expect(anew).toContain('Has it now, until');
    expect(anew).toContain('Had this access once before');
    expect(lookups).toHaveLength(asked);
  });
});
