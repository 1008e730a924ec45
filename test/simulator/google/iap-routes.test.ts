import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BILLING, errorOf, REGION, ROLE, type Running, startGoogle, timed } from './fixture.ts';

let google: Running;
beforeEach(async () => {
  google = await startGoogle();
});
afterEach(() => google.close());

const VERSION_3 = { options: { requestedPolicyVersion: 3 } };
const ADA = timed('ada@acme.example', 15);

describe('iap.getIamPolicy', () => {
  it('answers an empty policy without a list of bindings, as proto JSON does', async () => {
    const reply = await google.iap(BILLING, 'getIamPolicy', VERSION_3);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    expect(reply.body).toEqual({ version: 1, etag: 'ACAB' });
  });

  it('takes an empty body for a request of version 1', async () => {
    google.policies.edit(BILLING, 'a test', () => [ADA]);
    const { body } = await google.call(`/v1/${BILLING}:getIamPolicy`, { method: 'POST' });
    expect(body).toMatchObject({ version: 1, bindings: [{ role: expect.stringContaining('_withcond_') }] });
    expect(JSON.stringify(body)).not.toContain('expression');
  });

  it('answers for the parents, and for an encoded path', async () => {
    for (const resource of [REGION, 'projects/123456789012/iap_web', encodeURIComponent(BILLING)]) {
      expect((await google.iap(resource, 'getIamPolicy', VERSION_3)).status).toBe(200);
    }
  });

  it.each([
    `${REGION}/services/nothing`,
    'projects/123456789012/iap_web/cloud_run-mars-north1/services/billing-dashboard',
    'projects/999/iap_web/cloud_run-us-central1/services/billing-dashboard',
    // The API wants the project's number.
    'projects/acme-prod/iap_web/cloud_run-us-central1/services/billing-dashboard',
    'projects/123456789012/iap_web/cloud_run-us-central1/services/billing-dashboard/versions/1',
    'projects/123456789012/iap_web/compute/services/billing-dashboard',
    'projects/123456789012/iap_web/cloud-run-us-central1/services/billing-dashboard',
  ])('does not find %s', async (resource) => {
    for (const verb of ['getIamPolicy', 'setIamPolicy'] as const) {
      const reply = await google.iap(resource, verb, verb === 'getIamPolicy' ? VERSION_3 : { policy: {} });
      expect(reply.status).toBe(404);
      expect(reply.body).toEqual(errorOf(404, 'NOT_FOUND', expect.stringContaining(resource)));
    }
  });
});

describe('iap.setIamPolicy', () => {
  it('replaces the policy, answers the new one, and shows it to the next reader', async () => {
    const policy = { version: 3, etag: 'ACAB', bindings: [ADA] };
    const written = await google.iap(BILLING, 'setIamPolicy', { policy });
    expect(written.status).toBe(200);
    expect(written.body).toEqual({ version: 3, etag: expect.not.stringMatching('ACAB'), bindings: [ADA] });
    expect((await google.iap(BILLING, 'getIamPolicy', VERSION_3)).body).toEqual(written.body);
  });

  it('knows who wrote by the name that the client gives itself', async () => {
    await google.call(`/v1/${BILLING}:setIamPolicy`, {
      method: 'POST',
      body: JSON.stringify({ policy: { version: 3, etag: 'ACAB', bindings: [ADA] } }),
      headers: { 'user-agent': 'latchkey/1.0 (test)' },
    });
    expect(google.policies.changes(BILLING)[0]?.by).toBe('latchkey/1.0');
  });

  it('answers 409 ABORTED to a stale etag', async () => {
    const policy = { version: 3, etag: 'ACAB', bindings: [ADA] };
    await google.iap(BILLING, 'setIamPolicy', { policy });
    const stale = await google.iap(BILLING, 'setIamPolicy', { policy });
    expect(stale.status).toBe(409);
    expect(stale.body).toEqual(errorOf(409, 'ABORTED', expect.stringContaining('read-modify-write')));
  });

  it('lets exactly one of many writers with the same etag through', async () => {
    const writers = Array.from({ length: 8 }, (_, n) =>
      google.iap(BILLING, 'setIamPolicy', {
        policy: { version: 3, etag: 'ACAB', bindings: [timed(`p${n}@acme.example`, 15)] },
      }),
    );
    const codes = (await Promise.all(writers)).map((reply) => reply.status);
    expect(codes.sort()).toEqual([200, 409, 409, 409, 409, 409, 409, 409]);
  });

  it('answers 400 to a condition under version 1, and to a lost etag over conditions', async () => {
    const low = await google.iap(BILLING, 'setIamPolicy', {
      policy: { version: 1, etag: 'ACAB', bindings: [ADA] },
    });
    expect(low.body).toEqual(errorOf(400, 'INVALID_ARGUMENT', expect.stringContaining('must be 3')));
    google.policies.edit(BILLING, 'a test', () => [ADA]);
    const blind = await google.iap(BILLING, 'setIamPolicy', { policy: { version: 3 } });
    expect(blind.body).toEqual(errorOf(400, 'INVALID_ARGUMENT', expect.stringContaining('etag is required')));
    expect(google.policies.current(BILLING).bindings).toEqual([ADA]);
  });

  it.each([
    ['no policy', {}, 'policy'],
    ['a misspelt field', { policy: { binding: [] } }, 'policy'],
    [
      'an unknown field in a condition',
      {
        policy: { bindings: [{ ...ADA, condition: { ...ADA.condition, expr: '' } }] },
      },
      'policy.bindings.0.condition',
    ],
    [
      'members that are no list',
      { policy: { bindings: [{ role: ROLE, members: 'user:a@b.example' }] } },
      'policy.bindings.0.members',
    ],
    ['a version in words', { policy: { version: 'three' } }, 'policy.version'],
    ['a list for a body', [], ''],
  ])('answers 400 to %s, naming the field', async (_, body, field) => {
    const reply = await google.iap(BILLING, 'setIamPolicy', body);
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({
      error: {
        status: 'INVALID_ARGUMENT',
        details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field }] }],
      },
    });
  });

  it('answers 400 to an etag that is not base64', async () => {
    const reply = await google.iap(BILLING, 'setIamPolicy', {
      policy: { version: 3, etag: '"…"', bindings: [ADA] },
    });
    expect(reply.body).toEqual(errorOf(400, 'INVALID_ARGUMENT', expect.stringContaining('Base64')));
  });
});
