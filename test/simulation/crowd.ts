import type { ServiceRef } from '../../src/domain/service.ts';
import type { Binding } from '../../src/ports.ts';
import {
  MOST_BYTES,
  MOST_CONDITIONAL_BINDINGS,
  MOST_CONDITIONS_OF_MEMBER,
  MOST_PRINCIPALS,
} from './limits.ts';
import { ACCESSOR, isOurs } from './policy.ts';
import { emailOf, REQUESTERS } from './scene.ts';
import { oneOf } from './scheduler.ts';
import type { World } from './world.ts';

// Somebody else fills a policy until there is next to no room for ours, or clears it again.

const CROWD = 'crowd';
/** Which limit is come close to. */
const kinds = ['person', 'conditional', 'principals', 'size'] as const;

export function crowdPolicy({ iap, choices: { of } }: World, service: ServiceRef): void {
  const policy = iap.current(service);
  if (!policy) return;
  const choices = of('meddling');
  if (policy.bindings.some(isCrowd)) {
    iap.edit(service, 'room is made', (bindings) => bindings.filter((b) => !isCrowd(b)));
    return;
  }
  const kind = oneOf(choices, kinds);
  const person = `user:${emailOf(oneOf(choices, REQUESTERS))}`;
  // One more than fits, now and then, where IAM only advises against it.
  const spare = choices.below(3) - (kind === 'conditional' ? 1 : 0);
  iap.edit(service, 'the policy is filled', (bindings) => [
    ...bindings,
    ...crowdOf(bindings, kind, person, spare),
  ]);
}

/** Bindings of others that leave room for so many of ours, counting those that are there. */
export function crowdOf(
  bindings: readonly Binding[],
  kind: (typeof kinds)[number],
  person: string,
  spare: number,
): Binding[] {
  const conditional = bindings.filter((b) => b.condition).length;
  switch (kind) {
    case 'person': {
      const own = bindings.filter((b) => b.role === ACCESSOR && b.condition && b.members?.includes(person));
      return fill(MOST_CONDITIONS_OF_MEMBER - own.length - spare, (n) => crowd(n, [person]));
    }
    case 'conditional': {
      return fill(MOST_CONDITIONAL_BINDINGS - conditional - spare, (n) =>
        crowd(n, [`group:crowd${n}@acme.example`]),
      );
    }
    case 'principals': {
      const named = bindings.reduce((sum, b) => sum + (b.members?.length ?? 0), 0);
      return [
        crowd(
          0,
          fill(MOST_PRINCIPALS - named - spare, (n) => `user:c${n}@a.b`),
        ),
      ];
    }
    case 'size': {
      const left = MOST_BYTES - Buffer.byteLength(JSON.stringify(bindings)) - 450 - spare * 400;
      const expression = `${'true || '.repeat(Math.max(0, left / 8))}true`;
      return [{ ...crowd(0, ['group:crowd@acme.example']), condition: { title: CROWD, expression } }];
    }
  }
}

function crowd(number: number, members: readonly string[]): Binding {
  const expression = `request.path != "/${number}"`;
  return { role: ACCESSOR, members, condition: { title: CROWD, expression } };
}

function isCrowd(binding: Binding): boolean {
  return !isOurs(binding) && binding.condition?.title === CROWD;
}

function fill<T>(count: number, make: (number: number) => T): T[] {
  return Array.from({ length: Math.max(0, count) }, (_, number) => make(number));
}
