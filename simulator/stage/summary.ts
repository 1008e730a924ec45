import { grantStates } from '../../src/domain/grant-state.ts';
import { servicePath } from '../../src/domain/service.ts';
import type { Local } from '../local.ts';
import type { Message } from '../slack/types.ts';

/** Where a run has come to, without anything that differs between two runs of the same. */
export interface Summary {
  readonly at: string;
  readonly grants: readonly {
    readonly service: string;
    readonly principal: string;
    readonly state: string;
    readonly events: readonly string[];
  }[];
  /** IAP's policies, by resource. */
  readonly policies: Readonly<Record<string, readonly object[]>>;
  /** How many messages each channel and each person's direct messages have, by channel name or person. */
  readonly messages: Readonly<Record<string, { readonly shared: number; readonly private: number }>>;
}

/** Sums a run up: the golden part of a scenario. */
export async function summarize(local: Local): Promise<Summary> {
  const { google, slack, store, clock } = local;
  const grants = [...(await store.inStates(grantStates, 500))].sort((a, b) => a.requestedAt - b.requestedAt);
  const ids = new Map(grants.map((grant, i) => [grant.id, `grant-${i + 1}`]));
  const plain = (text: string) => {
    let out = text;
    for (const [id, name] of ids) out = out.replaceAll(id, name);
    return out;
  };
  const { workspace } = slack;
  const rooms = [
    ...workspace.channels().map(({ id, name }) => [id, `#${name}`] as const),
    ...workspace
      .people()
      .filter((person) => !person.is_bot)
      .map((person) => [workspace.dmWith(person.id).id, person.name] as const),
  ];
  return {
    at: new Date(clock.now()).toISOString().slice(0, 19),
    grants: await Promise.all(
      grants.map(async (grant) => ({
        service: servicePath(grant.service),
        principal: grant.principal.email,
        state: grant.state,
        events: (await store.events(grant.id)).map((event) => event.type),
      })),
    ),
    policies: Object.fromEntries(
      google.policies
        .resources()
        .map((resource) => [resource, google.policies.current(resource).bindings] as const)
        .map(([resource, bindings]) => [resource, JSON.parse(plain(JSON.stringify(bindings)))]),
    ),
    messages: Object.fromEntries(
      rooms
        .map(([id, name]) => [name, count(workspace.messages(id))] as const)
        .filter(([, { shared, private: own }]) => shared + own > 0),
    ),
  };
}

/** Words are tested where they are made; here it is what arrives where. */
function count(messages: readonly Message[]): { shared: number; private: number } {
  const shared = messages.filter((message) => message.ephemeral_to === undefined).length;
  return { shared, private: messages.length - shared };
}
