import type { ServiceRef } from '../../src/domain/service.ts';
import type { Binding } from '../../src/ports.ts';
import { ACCESSOR, isOurs } from './policy.ts';
import { emailOf } from './scene.ts';
import { oneOf } from './scheduler.ts';
import type { World } from './world.ts';

/** One edit of a policy by people or by Terraform: of their bindings, and now and then of ours. */
export function editPolicy(world: World, service: ServiceRef): void {
  edit(world, service, world.choices.of('meddling').below(9));
}

/** Somebody's Terraform takes bindings of ours away, again and again. */
export function wipePolicy(world: World, service: ServiceRef): void {
  edit(world, service, oneOf(world.choices.of('meddling'), [2, 3]));
}

function edit({ iap, choices }: World, service: ServiceRef, kind: number): void {
  if (!iap.current(service)) return;
  const [what, change] = editOf(kind, choices.of('meddling').below(5));
  iap.edit(service, what, change);
}

type Change = (bindings: readonly Binding[]) => readonly Binding[];

function editOf(kind: number, number: number): readonly [what: string, change: Change] {
  const edit = (what: string, change: Change) => [what, change] as const;
  switch (kind) {
    case 0:
      return edit('a group is added', (b) => [
        ...b,
        { role: ACCESSOR, members: [`group:team${number}@acme.example`] },
      ]);
    case 1:
      return edit('a foreign binding is removed', (b) => without(b, (x) => !isOurs(x), number));
    case 2:
      return edit('all of ours are wiped', (b) => b.filter((x) => !isOurs(x)));
    case 3:
      return edit('one of ours is removed', (b) => without(b, isOurs, number));
    case 4:
      return edit('one of ours is prolonged', (b) =>
        b.map((x) =>
          isOurs(x) && x.condition
            ? {
                ...x,
                condition: { ...x.condition, expression: x.condition.expression.replace(/\d{4}-/, '2031-') },
              }
            : x,
        ),
      );
    case 5:
      return edit('somebody adds themselves under our title', (b) => [
        ...b,
        {
          role: ACCESSOR,
          members: ['user:mallory@acme.example'],
          condition: {
            title: 'latchkey too',
            expression: 'request.time < timestamp("2031-01-01T00:00:00Z")',
          },
        },
      ]);
    case 6:
      return edit('a conditional binding of somebody else is put first', (b) => [
        {
          role: ACCESSOR,
          members: [`user:${emailOf('U0ADA')}`],
          condition: {
            title: `on call ${number}`,
            expression: 'request.time < timestamp("2026-03-02T12:00:00Z")',
          },
        },
        ...b,
      ]);
    case 7:
      return edit('standing access and a lookalike are added', (b) => [
        ...b,
        { role: ACCESSOR, members: [`user:${emailOf('U0BOB')}`] },
        {
          role: 'roles/iap.tunnelResourceAccessor',
          members: [`user:${emailOf('U0BOB')}`],
          condition: { title: 'latchkey lookalike', expression: 'true' },
        },
      ]);
    default:
      return edit('the bindings are turned round', (b) => [...b].reverse());
  }
}

function without(bindings: readonly Binding[], which: (b: Binding) => boolean, number: number): Binding[] {
  const indexes = bindings.flatMap((b, i) => (which(b) ? [i] : []));
  const gone = indexes[number % Math.max(1, indexes.length)];
  return bindings.filter((_, i) => i !== gone);
}
