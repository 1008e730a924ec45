import type { Grant } from '../../src/domain/grant.ts';
import type { ServiceRef } from '../../src/domain/service.ts';
import { serviceKey } from '../../src/domain/service.ts';
import type { AskInput } from '../../src/flows/ask.ts';
import { crowdPolicy } from './crowd.ts';
import { forge, tamper } from './forge.ts';
import { type Click, type ClickAction, clickActions, deliverAsk, deliverClick } from './functions.ts';
import { editPolicy, wipePolicy } from './outside.ts';
import { ADMIN, APPROVERS, AUTO, EVERYBODY, emailOf, PAIR, REQUESTERS, SOLO, SOLO_TWIN } from './scene.ts';
import { oneOf } from './scheduler.ts';
import type { Invocations } from './triggers.ts';
import type { World } from './world.ts';

/** What people did in a run, to hold what came of it against. */
export interface Deeds {
  readonly asks: Map<string, AskInput>;
  readonly clicks: Click[];
  /** Grants whose document a stranger wrote. */
  readonly forged: Set<string>;
  /** Grants whose document a stranger changed, and those of them that were not looked at since. */
  readonly tampered: Set<string>;
  readonly touched: Set<string>;
}

export function noDeeds(): Deeds {
  return { asks: new Map(), clicks: [], forged: new Set(), tampered: new Set(), touched: new Set() };
}

export interface Operations {
  /** Does one thing: a person, the world outside, or the scheduler's minute. */
  next(): void;
}

const MINUTE_MS = 60_000;
const PEOPLE = [...REQUESTERS, ...APPROVERS] as const;

/** What may happen from outside, with the odds of this run. */
export function createOperations(
  world: World,
  invocations: Invocations,
  grants: ReadonlyMap<string, Grant>,
  deeds: Deeds,
  calm: boolean,
): Operations {
  const { scheduler } = world;
  const bent = world.choices.of('odds');
  const meddling = world.choices.of('meddling');
  const choices = world.choices.of('people');
  // A policy without room is worth a run of its own, on one service that people ask for all the time.
  const crowded = bent.chance(0.04);
  // Few services at a time: what meets on one service is what is of interest.
  const several = [SOLO, AUTO, PAIR, SOLO_TWIN].slice(0, 1 + bent.below(4));
  const places = (crowded ? [AUTO] : several) as [ServiceRef, ...ServiceRef[]];
  const calmOutside = bent.chance(0.5);
  const acts: readonly (readonly [odds: number, act: () => void])[] = [
    [crowded ? 8 : 4, ask],
    [8, click],
    [1, askAgain],
    [1, clickAgain],
    [calm ? 0 : 1, () => invocations.sweep()],
    [calmOutside ? 0 : 3, () => editPolicy(world, oneOf(choices, places))],
    [bent.chance(0.1) ? 5 : 0, () => wipePolicy(world, oneOf(choices, places))],
    [bent.chance(0.15) ? 1 : 0, () => forge(world, deeds.forged)],
    [bent.chance(0.05) ? 2 : 0, () => tamper(world, grants, deeds)],
    [crowded ? 4 : 0, () => crowdPolicy(world, oneOf(choices, places))],
    [bent.chance(0.1) ? 1 : 0, changePerson],
    [bent.chance(0.1) ? 1 : 0, forgetPerson],
    [bent.chance(0.1) ? 0.3 : 0, () => changeService(oneOf(choices, places))],
  ];
  const odds = acts.map(([odd]) => odd);

  world.meddle = (service, writer) => {
    // Without a writer to hold up, the write is on its way already: what matters then is that its reason goes away.
    const what = writer ? meddling.below(5) : 1;
    // The write is in hand, its writer loses the CPU, and the reason for it goes away.
    if ((what === 2 || what === 4) && writer?.alive) {
      scheduler.pause(writer, oneOf(meddling, [31_000, 65_000, 200_000] as const));
    }
    if (what === 0) editPolicy(world, service);
    else if (what === 3) beginOneOn(service);
    else if (what === 1 || meddling.chance(0.8)) endOneOn(service);
  };

  return {
    next() {
      acts[choices.weighted(odds)]?.[1]();
    },
  };

  function ask(): void {
    askFor(oneOf(choices, places), oneOf(choices, REQUESTERS));
  }

  function askFor(place: ServiceRef, requesterId: string): void {
    const number = deeds.asks.size + 1;
    const services = [place.service];
    if (place === SOLO && choices.chance(0.2)) services.push(SOLO_TWIN.service);
    const principalId = choices.chance(0.15) ? oneOf(choices, REQUESTERS) : undefined;
    const startAt = choices.chance(0.15)
      ? scheduler.now() + oneOf(choices, [1, 6, 40] as const) * MINUTE_MS
      : undefined;
    const input: AskInput = {
      submission: `view V${number}`,
      requesterId,
      services,
      minutes: oneOf(choices, [15, 60, 5, 240] as const),
      justification: `INC-${number}`,
      ...(principalId ? { principalId } : {}),
      ...(startAt ? { startAt } : {}),
    };
    deeds.asks.set(input.justification, input);
    deliverAsk(world, invocations, input);
    if (choices.chance(0.1)) deliverAsk(world, invocations, input);
  }

  function askAgain(): void {
    const asked = [...deeds.asks.values()];
    const input = asked[choices.below(asked.length)];
    if (input) deliverAsk(world, invocations, input);
  }

  function click(): void {
    const candidates = [...grants.values()].filter((g) => likelyActions(g).length > 0);
    const grant =
      candidates[candidates.length - 1 - choices.below(candidates.length)] ?? [...grants.values()].at(-1);
    if (!grant) {
      ask();
      return;
    }
    const likely = likelyActions(grant);
    const action = choices.chance(0.1)
      ? oneOf(choices, clickActions)
      : (likely[choices.below(likely.length)] ?? 'approve');
    const userId = choices.chance(0.1)
      ? oneOf(choices, EVERYBODY as [string, ...string[]])
      : likelyPerson(grant, action);
    const made = press(grant, action, userId);
    if (choices.chance(0.15)) deliverClick(world, invocations, made);
  }

  function press(grant: Grant, action: ClickAction, userId: string): Click {
    const slot = action === 'withdraw' || action === 'end' ? 'request' : 'card';
    const made: Click = {
      id: `click ${deeds.clicks.length + 1}`,
      grantId: grant.id,
      userId,
      action,
      message: grant.announcements.refs[slot],
    };
    deeds.clicks.push(made);
    deliverClick(world, invocations, made);
    return made;
  }

  function endOneOn(service: ServiceRef): void {
    const open = grantsOn(service).filter(isRunning);
    const grant = open[open.length - 1 - meddling.below(open.length)];
    if (grant) press(grant, 'end', grant.requester.userId);
  }

  /** Somebody gets access: at once where nobody has to approve, else who waits for it. */
  function beginOneOn(service: ServiceRef): void {
    const waiting = grantsOn(service).filter((g) => g.state === 'APPROVAL_AWAITED');
    const grant = waiting[meddling.below(waiting.length)];
    if (grant) press(grant, 'approve', oneOf(meddling, APPROVERS));
    else if (service === AUTO) askFor(AUTO, oneOf(meddling, REQUESTERS));
  }

  function grantsOn(service: ServiceRef): Grant[] {
    return [...grants.values()].filter((g) => serviceKey(g.service) === serviceKey(service));
  }

  function clickAgain(): void {
    const made = deeds.clicks[choices.below(deeds.clicks.length)];
    if (made) deliverClick(world, invocations, made);
  }

  function likelyPerson(grant: Grant, action: ClickAction): string {
    switch (action) {
      case 'approve':
      case 'deny':
      case 'approve-extension':
      case 'deny-extension':
        return oneOf(choices, APPROVERS);
      case 'revoke':
        return ADMIN;
      default:
        return choices.chance(0.2) ? grant.principal.userId : grant.requester.userId;
    }
  }

  function changePerson(): void {
    const userId = oneOf(choices, PEOPLE);
    const what = oneOf(choices, ['leaves', 'has another address', 'comes back'] as const);
    scheduler.trace(`OUTSIDE ${userId} ${what}`);
    world.people.change(userId, what, scheduler.now());
  }

  function forgetPerson(): void {
    world.iap.forget(`user:${emailOf(oneOf(choices, REQUESTERS))}`);
  }

  function changeService(service: ServiceRef): void {
    const key = serviceKey(service);
    const now = world.guarded.get(key);
    world.changed.add(key);
    if (!now) {
      world.guarded.set(key, { ref: service, iapEnabled: true });
      world.iap.edit(service, 'service deployed anew', () => []);
    } else if (choices.chance(0.5)) {
      scheduler.trace(`OUTSIDE IAP of ${service.service} is ${now.iapEnabled ? 'off' : 'on'}`);
      world.guarded.set(key, { ref: service, iapEnabled: !now.iapEnabled });
    } else {
      scheduler.trace(`OUTSIDE ${service.service} is deleted`);
      world.guarded.delete(key);
      world.iap.remove(service);
    }
  }
}

function isRunning({ state }: Grant): boolean {
  return state === 'SCHEDULED' || state === 'ACTIVATING' || state === 'ACTIVE';
}

function likelyActions(grant: Grant): readonly ClickAction[] {
  switch (grant.state) {
    case 'APPROVAL_AWAITED':
      return ['approve', 'approve', 'approve', 'withdraw', 'deny'];
    case 'SCHEDULED':
    case 'ACTIVATING':
      return ['end', 'approve', 'revoke'];
    case 'ACTIVE':
      return grant.extension
        ? ['approve-extension', 'end', 'deny-extension']
        : ['end', 'extend', 'revoke', 'extend'];
    default:
      return [];
  }
}
