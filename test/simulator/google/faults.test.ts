import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../../simulator/google/call-log.ts';
import {
  BILLING,
  errorOf,
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

describe('the weather', () => {
  it('makes the next writes meet a conflict, because somebody else wrote', async () => {
    google.faults.conflictNext(2);
    const before = google.policies.current(BILLING).etag;
    expect((await write()).status).toBe(409);
    expect(google.policies.current(BILLING).etag).not.toBe(before);
    expect(google.policies.changes(BILLING)[0]?.by).toBe('somebody at the same time');
    expect((await write()).body).toMatchObject({ error: { status: 'ABORTED' } });
    expect((await write()).status).toBe(200);
  });

  it('spends a conflict on a proper write only', async () => {
    google.faults.conflictNext(1);
    expect((await read()).status).toBe(200);
    expect((await google.iap(BILLING, 'setIamPolicy', {})).status).toBe(400);
    expect((await google.iap(`${BILLING}x`, 'setIamPolicy', { policy: {} })).status).toBe(404);
    expect((await write()).status).toBe(409);
  });

  it('runs out of quota and says when to come back', async () => {
    google.faults.set('iap', { quota: 1, retryAfterSeconds: 7 });
    const reply = await read();
    expect(reply.status).toBe(429);
    expect(reply.headers.get('retry-after')).toBe('7');
    expect(reply.body).toMatchObject({
      error: {
        status: 'RESOURCE_EXHAUSTED',
        details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7s' }],
      },
    });
    expect((await read()).status).toBe(200);
  });

  it('is down for one API until that is cleared, and not for the others', async () => {
    google.faults.set('run', { down: true });
    const list = () => google.call('/v2/projects/acme-prod/locations/us-central1/services');
    expect((await list()).body).toEqual(errorOf(503, 'UNAVAILABLE', expect.any(String)));
    expect((await list()).status).toBe(503);
    expect((await read()).status).toBe(200);
    expect((await google.call('/v1/projects/acme-prod')).status).toBe(200);
    google.faults.clear('run');
    expect((await list()).status).toBe(200);
  });

  it('denies permission, and nothing takes effect', async () => {
    google.faults.set('iap', { permissionDenied: true });
    expect((await write()).body).toEqual(errorOf(403, 'PERMISSION_DENIED', expect.stringContaining(BILLING)));
    expect(google.policies.changes(BILLING)).toEqual([]);
  });

  it('drops the connection before anything takes effect', async () => {
    google.faults.set('iap', { dropConnection: 1 });
    await expect(write()).rejects.toThrow('fetch failed');
    expect(google.policies.changes(BILLING)).toEqual([]);
    expect((await write()).status).toBe(200);
  });

  it('lets a write take effect and breaks the connection instead of answering', async () => {
    google.faults.set('iap', { timeoutAfterEffect: 1 });
    expect((await read()).status).toBe(200);
    await expect(write()).rejects.toThrow('fetch failed');
    expect(google.policies.current(BILLING).bindings).toEqual([ADA]);
    expect((await write()).status).toBe(200);
  });

  it('lets a write take effect and never answers', async () => {
    google.faults.set('iap', { timeoutAfterEffect: 1, timeoutBy: 'silence' });
    const effect = new Promise<Call>((resolve) => google.calls.onCall(resolve));
    const answer = write();
    answer.catch(() => {});
    expect(await effect).toMatchObject({ status: 0, outcome: 'EFFECT WITHOUT ANSWER' });
    expect(google.policies.current(BILLING).bindings).toEqual([ADA]);
    const first = await Promise.race([answer, read().then(() => 'a later call was answered')]);
    expect(first).toBe('a later call was answered');
    google.faults.clear();
  });

  it('slows the answers by the latency, in real time', async () => {
    google.faults.set('iap', { latencyMs: 40 });
    await read();
    // A timer may be early by a fraction of a millisecond.
    expect(google.calls.recent()[0]?.durationMs).toBeGreaterThanOrEqual(39);
    expect(google.clock.now()).toBe(START);
  });
});
