import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  BILLING,
  BILLING_KEY,
  ROLE,
  type Running,
  readBilling,
  startGoogle,
  timed,
  writeBilling,
} from './fixture.ts';

let google: Running;
beforeEach(async () => {
  google = await startGoogle();
});
afterEach(() => google.close());

const ADA = timed('ada@acme.example', 15);
const read = () => readBilling(google);
const write = () => writeBilling(google, [ADA]);

describe('edits from outside', () => {
  it('add standing access for a person, beside what is there', async () => {
    await write();
    google.outside.addPerson(BILLING, 'eve@acme.example');
    expect(google.policies.current(BILLING).bindings).toEqual([
      ADA,
      { role: ROLE, members: ['user:eve@acme.example'] },
    ]);
    expect(google.door.open({ service: BILLING_KEY, email: 'eve@acme.example' }).allowed).toBe(true);
  });

  it('wipe our bindings and no others', async () => {
    const others = [
      timed('bob@acme.example', 15, 'by hand'),
      { ...ADA, role: 'roles/iap.admin' },
      { role: ROLE, members: ['user:bob@acme.example'] },
    ];
    google.policies.edit(BILLING, 'a test', () => [
      ADA,
      ...others,
      timed('cy@acme.example', 9, 'latchkey g2'),
    ]);
    expect(google.outside.wipeOurBindings(BILLING)).toBe(2);
    expect(google.policies.current(BILLING).bindings).toEqual(others);
    const { etag } = google.policies.current(BILLING);
    expect(google.outside.wipeOurBindings(BILLING)).toBe(0);
    expect(google.policies.current(BILLING).etag).toBe(etag);
  });

  it('switch IAP, as the Admin API then says', async () => {
    const changed = vi.fn();
    google.services.onChange(changed);
    google.outside.setIapEnabled(BILLING_KEY, false);
    expect(changed).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(BILLING_KEY));
    const { body } = await google.call(
      '/v2/projects/acme-prod/locations/us-central1/services/billing-dashboard',
    );
    expect(body).not.toHaveProperty('iapEnabled');
    expect(google.door.open({ service: BILLING_KEY, email: 'x@y.example' })).toMatchObject({
      via: { kind: 'unguarded' },
    });
  });

  it('delete a service with its policy', async () => {
    await write();
    google.outside.deleteService(BILLING_KEY);
    expect((await read()).status).toBe(404);
    expect(
      (await google.call('/v2/projects/acme-prod/locations/us-central1/services/billing-dashboard')).status,
    ).toBe(404);
    google.services.add({ ...BILLING_KEY, uri: 'https://new.a.run.app', iapEnabled: true });
    expect((await read()).body).toEqual({ version: 1, etag: 'ACAB' });
  });

  it('fail for a service that is not there', () => {
    const nothing = { ...BILLING_KEY, name: 'nothing' };
    expect(() => google.outside.setIapEnabled(nothing, true)).toThrow(
      'no service acme-prod/us-central1/nothing',
    );
    expect(() => google.outside.deleteService(nothing)).toThrow('no service');
  });
});
