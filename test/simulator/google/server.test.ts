import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../simulator/clock.ts';
import { createGoogleServer } from '../../../simulator/google/server.ts';
import { BILLING, errorOf, type Running, SEED, START, startGoogle } from './fixture.ts';

let google: Running;
beforeEach(async () => {
  google = await startGoogle();
});
afterEach(() => google.close());

describe('what is no proper request', () => {
  it('gets 400 for a body that is not JSON', async () => {
    const reply = await google.call(`/v1/${BILLING}:setIamPolicy`, { method: 'POST', body: '{"policy":' });
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual(errorOf(400, 'INVALID_ARGUMENT', expect.stringContaining('Invalid JSON')));
  });

  it('gets 413 for a body over 1 MiB, with a length or without', async () => {
    const large = Buffer.alloc(1024 * 1024 + 1, ' ');
    const whole = await google.call(`/v1/${BILLING}:setIamPolicy`, { method: 'POST', body: large });
    expect(whole.status).toBe(413);
    expect(whole.body).toMatchObject({ error: { code: 413, message: expect.stringContaining('1048576') } });
    const stream = new Blob([large]).stream();
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body: stream, duplex: 'half' };
    expect((await google.call(`/v1/${BILLING}:setIamPolicy`, init)).status).toBe(413);
  });

  it.each([
    ['GET', `/v1/${BILLING}:getIamPolicy`],
    ['POST', `/v1/${BILLING}:testIamPermissions`],
    ['POST', '/v2/projects/acme-prod/locations/us-central1/services'],
    ['DELETE', '/v2/projects/acme-prod/locations/us-central1/services/reports'],
    ['GET', '/'],
    ['GET', '/v1/projects/acme-prod/'],
  ])('gets 404 for %s %s', async (method, path) => {
    expect((await google.call(path, { method })).body).toEqual(
      errorOf(404, 'NOT_FOUND', expect.stringContaining('Method not found')),
    );
  });

  it('gets 400 for a path that cannot be decoded', async () => {
    expect((await google.call('/v1/projects/%zz')).status).toBe(400);
  });
});

describe('a seed that cannot be', () => {
  const clock = createVirtualClock({ startMs: START });
  const [project, other] = SEED.projects;
  const [service] = SEED.services;
  it.each([
    [
      'a service of an unknown project',
      { ...SEED, services: [{ ...service, project: 'nil' }] },
      'nil/us-central1',
    ],
    [
      'a service in a foreign region',
      { ...SEED, services: [{ ...service, region: 'mars' }] },
      'acme-prod/mars',
    ],
    ['the same service twice', { ...SEED, services: [service, service] }, 'exists already'],
    [
      'two projects of one number',
      { ...SEED, projects: [project, { ...other, number: project?.number }] },
      'the number',
    ],
  ])('is refused: %s', (_, seed, message) => {
    expect(() => createGoogleServer({ clock, seed: seed as typeof SEED })).toThrow(message);
  });
});
