import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../../simulator/google/call-log.ts';
import {
  BILLING,
  MINUTE,
  type Running,
  readBilling,
  START,
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

describe('the call log', () => {
  it('tells of each call: when, what, on which resource, with which outcome', async () => {
    const heard: Call[] = [];
    const unsubscribe = google.calls.onCall((call) => heard.push(call));
    google.clock.advance(MINUTE);
    await write();
    google.faults.set('iap', { down: 1 });
    await read();
    await google.call('/v9/nothing');
    unsubscribe();
    await read();
    expect(heard).toEqual([
      {
        atMs: START + MINUTE,
        api: 'iap',
        method: 'iap.setIamPolicy',
        resource: BILLING,
        summary: 'version 3, etag ACAB, 1 bindings, 1 conditional',
        status: 200,
        outcome: 'OK',
        durationMs: expect.any(Number),
      },
      expect.objectContaining({
        method: 'iap.getIamPolicy',
        summary: 'requested version 3',
        status: 503,
        outcome: 'UNAVAILABLE',
      }),
      expect.objectContaining({ api: 'unknown', method: 'GET', resource: '/v9/nothing', status: 404 }),
    ]);
    expect(google.calls.recent()).toHaveLength(4);
  });

  it('never holds a bearer token', async () => {
    await google.call(`/v1/${BILLING}:getIamPolicy?access_token=s3cr3t`, {
      method: 'POST',
      headers: { authorization: 'Bearer s3cr3t' },
    });
    await google.call('/v9/x?access_token=s3cr3t', { headers: { authorization: 'Bearer s3cr3t' } });
    expect(google.calls.recent()).toHaveLength(2);
    expect(JSON.stringify(google.calls.recent())).not.toContain('s3cr3t');
  });

  it('keeps a bounded number', async () => {
    const call = {
      atMs: 0,
      api: 'iap',
      method: 'm',
      resource: 'r',
      summary: '',
      status: 200,
      outcome: 'OK',
      durationMs: 0,
    } as const;
    for (let n = 0; n < 1_005; n += 1) google.calls.add({ ...call, atMs: n });
    expect(google.calls.recent()).toHaveLength(1_000);
    expect(google.calls.recent()[0]?.atMs).toBe(5);
  });
});
