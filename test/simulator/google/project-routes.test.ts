import { afterEach, beforeEach, expect, it } from 'vitest';
import { errorOf, type Running, startGoogle } from './fixture.ts';

let google: Running;
beforeEach(async () => {
  google = await startGoogle();
});
afterEach(() => google.close());

// cloudresourcemanager.v1.projects.get and cloudresourcemanager.v3.projects.get
it.each(['acme-prod', '123456789012'])('answers project %s in the shapes of v1 and v3', async (project) => {
  expect((await google.call(`/v1/projects/${project}`)).body).toMatchObject({
    projectNumber: '123456789012',
    projectId: 'acme-prod',
    lifecycleState: 'ACTIVE',
  });
  expect((await google.call(`/v3/projects/${project}`)).body).toMatchObject({
    name: 'projects/123456789012',
    projectId: 'acme-prod',
    state: 'ACTIVE',
  });
});

it.each(['v1', 'v3'])('does not find an unknown project in %s', async (version) => {
  const reply = await google.call(`/${version}/projects/acme-nil`);
  expect(reply.status).toBe(404);
  expect(reply.body).toEqual(errorOf(404, 'NOT_FOUND', expect.stringContaining('acme-nil')));
});
