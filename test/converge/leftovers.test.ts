import { describe, expect, it } from 'vitest';
import { bindingOf, demandsOf } from '../../src/converge/conditions.ts';
import { leftoversIn } from '../../src/converge/leftovers.ts';
import { memberOf } from '../../src/domain/binding.ts';
import { end } from '../../src/domain/decide.ts';
import type { OpenGrant } from '../../src/domain/grant.ts';
import type { Binding } from '../../src/ports.ts';
import { activeGrant, extendedGrant, inState, revokingGrant, stepOf, T0 } from '../support/grants.ts';
import { bindingFor, of } from './stand.ts';

const leaving = revokingGrant(of(1));
const found = (bindings: readonly Binding[], ...others: OpenGrant[]) =>
  leftoversIn({ policy: { version: 3, etag: 'BwE=', bindings }, open: [leaving, ...others] }, leaving);

const expected = bindingFor(leaving).condition;

describe('what a person would have to remove by hand', () => {
  it('is what is there under our title for the person, as it was read', () => {
    const renamed = { ...bindingFor(leaving), condition: { title: 'latchkey, renamed', expression: 'true' } };
    const everybody = { ...renamed, members: ['user:somebody@acme.example', memberOf(leaving)] };
    expect(found([everybody])).toEqual([{ title: 'latchkey, renamed', expression: 'true' }]);
  });

  it('is neither standing access, nor others’ conditions, nor other people’s bindings', () => {
    const standing = { role: bindingFor(leaving).role, members: [memberOf(leaving)] };
    const onCall = { ...standing, condition: { title: 'on call', expression: 'true' } };
    const another = bindingFor(activeGrant(of(2)));
    expect(found([standing, onCall, another, bindingFor(leaving)])).toEqual([expected]);
  });

  it('is not what another grant of the person calls for', () => {
    const other = { ...activeGrant(of(1)), accessLevels: ['accessPolicies/1/accessLevels/corp'] };
    const shared = bindingOf(demandsOf(other), other.term.endsAt, [memberOf(other)]);
    expect(found([bindingFor(leaving), shared], other)).toEqual([expected]);
  });

  it('is what the binding must look like, where the policy could not be read', () => {
    expect(leftoversIn(undefined, leaving)).toEqual([expected]);
  });

  it('is what it may look like, where its end was about to be moved', () => {
    const before = activeGrant(of(1));
    const extended = extendedGrant(of(1));
    const moving = inState(stepOf(end(extended, extended.requester, T0)).grant, 'REVOKING');
    const ends = [bindingFor(before), bindingFor(extended)].map(({ condition }) => condition);
    expect(leftoversIn(undefined, moving)).toEqual(ends);
  });
});
