import { shorterMinutes } from '../domain/shorter.ts';
import type { ClickWish, Wish, WishKind, WishOf } from '../domain/wish.ts';
import { askAgain, askLastAgain } from './again.ts';
import { ask } from './ask.ts';
import {
  approveExtensionOf,
  approveGrant,
  type DecideInput,
  denyExtensionOf,
  denyGrant,
  explainDenial,
} from './decide.ts';
import type { FlowDeps } from './deps.ts';
import { endGrant, extendGrant, withdrawGrant } from './end.ts';
import { setFreeze, tellOfFreeze } from './freeze.ts';
import { revokeAll, revokeGrant } from './revoke.ts';

/** Whose wish it is, and when they clicked, typed or submitted (ms). */
export interface Wisher {
  readonly userId: string;
  readonly wishedAt: number;
}

type Handlers = {
  [K in WishKind]: (deps: FlowDeps, by: Wisher, wish: WishOf<K>) => Promise<unknown>;
};

/** The flow behind each kind of wish. Carrying the same one out again changes nothing and says how things are. */
const handlers = {
  ask: (deps, { userId }, { kind: _, ...wish }) => ask(deps, { ...wish, requesterId: userId }),
  again: (deps, { userId }, { grantId }) => askAgain(deps, grantId, userId),
  'again-last': (deps, by, { submission }) => askLastAgain(deps, by, submission),
  approve: (deps, by, wish) => approveGrant(deps, clicked(by, wish)),
  'approve-shorter': (deps, by, wish) => approveGrant(deps, clicked(by, wish), shorterMinutes),
  deny: (deps, by, wish) => denyGrant(deps, clicked(by, wish), ''),
  withdraw: (deps, { userId }, { grantId }) => withdrawGrant(deps, grantId, userId),
  end: (deps, { userId }, { grantId }) => endGrant(deps, grantId, userId),
  extend: (deps, by, wish) => extendGrant(deps, clicked(by, wish)),
  'approve-extension': (deps, by, wish) => approveExtensionOf(deps, clicked(by, wish)),
  'deny-extension': (deps, by, wish) => denyExtensionOf(deps, clicked(by, wish)),
  explain: (deps, { userId }, { grantId, what, reason }) =>
    explainDenial(deps, { grantId, userId, what }, reason),
  revoke: (deps, by, { kind: _, reason, ...wish }) =>
    revokeGrant(deps, { ...wish, userId: by.userId }, reason),
  'revoke-all': (deps, { userId, wishedAt }, { target, reason }) =>
    revokeAll(deps, target, { userId, reason, wishedAt }),
  freeze: (deps, { userId, wishedAt }, { reason }) => setFreeze(deps, { userId, reason, wishedAt }),
  'tell-of-freeze': (deps, by, wish) => tellOfFreeze(deps, by, wish),
} satisfies Handlers;

/** What a wish comes to. */
export type Came<K extends WishKind> = Awaited<ReturnType<(typeof handlers)[K]>>;

/** Carries a wish out. Throws where the world did not let it: then it may have happened, or may not. */
export async function carryOut<W extends Wish>(
  deps: FlowDeps,
  by: Wisher,
  wish: W,
): Promise<Came<W['kind']>> {
  const handler = handlers[wish.kind] as (deps: FlowDeps, by: Wisher, wish: W) => Promise<unknown>;
  return (await handler(deps, by, wish)) as Came<W['kind']>;
}

function clicked({ userId, wishedAt }: Wisher, { grantId, entitlementHint }: ClickWish): DecideInput {
  const hint = entitlementHint === undefined ? {} : { entitlementHint };
  return { grantId, userId, clickedAt: wishedAt, ...hint };
}
