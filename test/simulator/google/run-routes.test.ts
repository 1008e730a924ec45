import { v2 } from '@google-cloud/run';
import { PassThroughClient } from 'google-auth-library';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LARGEST_PAGE } from '../../../simulator/google/run-routes.ts';
import { BILLING_KEY, errorOf, MINUTE, type Running, SEED, START, startGoogle } from './fixture.ts';

let google: Running;
beforeEach(async () => {
  google = await startGoogle();
});
afterEach(() => google.close());

const PARENT = '/v2/projects/acme-prod/locations/us-central1/services';

describe('run.projects.locations.services.get', () => {
  it('answers a service in the shape of the Admin API', async () => {
    google.clock.advance(MINUTE);
    google.services.setIapEnabled(BILLING_KEY, true);
    const { status, body } = await google.call(`${PARENT}/billing-dashboard`);
    expect(status).toBe(200);
    expect(body).toEqual({
      name: 'projects/acme-prod/locations/us-central1/services/billing-dashboard',
      description: 'Invoices and what is owed',
      uid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/),
      generation: '2',
      labels: { team: 'finance' },
      annotations: expect.any(Object),
      createTime: new Date(START).toISOString(),
      updateTime: new Date(START + MINUTE).toISOString(),
      creator: expect.any(String),
      lastModifier: expect.any(String),
      ingress: 'INGRESS_TRAFFIC_ALL',
      launchStage: 'GA',
      template: expect.any(Object),
      urls: ['https://billing-dashboard-abc-uc.a.run.app'],
      iapEnabled: true,
      observedGeneration: '2',
      terminalCondition: expect.objectContaining({ type: 'Ready', state: 'CONDITION_SUCCEEDED' }),
      latestReadyRevision: expect.stringContaining('/revisions/billing-dashboard-00002-'),
      latestCreatedRevision: expect.stringContaining('/revisions/billing-dashboard-00002-'),
      uri: 'https://billing-dashboard-abc-uc.a.run.app',
      etag: expect.stringMatching(/^".+"$/),
    });
  });

  it('leaves out what is false or empty, and says that nobody is asked for an identity', async () => {
    const { body } = await google.call(`${PARENT}/open-docs`);
    expect(body).toHaveProperty('invokerIamDisabled', true);
    for (const absent of ['iapEnabled', 'description', 'labels']) expect(body).not.toHaveProperty(absent);
  });

  it('answers enums as numbers to those who ask', async () => {
    const { body } = await google.call(`${PARENT}/reports?$alt=json%3Benum-encoding=int`);
    expect(body).toMatchObject({ ingress: 1, launchStage: 4, terminalCondition: { state: 4 } });
  });

  it('finds a project by its number as well', async () => {
    const { body } = await google.call('/v2/projects/123456789012/locations/us-central1/services/reports');
    expect(body).toHaveProperty('name', 'projects/acme-prod/locations/us-central1/services/reports');
  });

  it.each([
    [`${PARENT}/nothing`, "'nothing' of kind 'SERVICE'"],
    ['/v2/projects/acme-nil/locations/us-central1/services/reports', "Project 'acme-nil'"],
    ['/v2/projects/acme-prod/locations/mars-north1/services/reports', 'Location mars-north1'],
    ['/v2/projects/acme-prod/locations/europe-west1/services/reports', "in region 'europe-west1'"],
  ])('does not find %s', async (path, text) => {
    expect((await google.call(path)).body).toEqual(errorOf(404, 'NOT_FOUND', expect.stringContaining(text)));
  });
});

describe('run.projects.locations.services.list', () => {
  const namesOf = (body: unknown) =>
    (body as { services: { name: string }[] }).services.map(({ name }) => name.split('/').pop());

  it('lists one region, the youngest first', async () => {
    const { body } = await google.call(PARENT);
    expect(namesOf(body)).toEqual(['reports', 'open-docs', 'billing-dashboard']);
    expect(body).not.toHaveProperty('nextPageToken');
  });

  it('answers an empty object for a region without services', async () => {
    expect((await google.call('/v2/projects/acme-prod/locations/europe-west1/services')).body).toEqual({});
  });

  it('pages', async () => {
    const first = await google.call(`${PARENT}?pageSize=2`);
    expect(namesOf(first.body)).toEqual(['reports', 'open-docs']);
    const { nextPageToken } = first.body as { nextPageToken: string };
    const second = await google.call(`${PARENT}?pageSize=2&pageToken=${nextPageToken}`);
    expect(namesOf(second.body)).toEqual(['billing-dashboard']);
    expect(second.body).not.toHaveProperty('nextPageToken');
  });

  it('refuses the wildcard, a negative page and a token from elsewhere', async () => {
    const { nextPageToken } = (await google.call(`${PARENT}?pageSize=1`)).body as { nextPageToken: string };
    const elsewhere = '/v2/projects/acme-dev/locations/us-central1/services';
    for (const [path, text] of [
      ['/v2/projects/acme-prod/locations/-/services', 'wildcard'],
      [`${PARENT}?pageSize=-1`, 'page_size'],
      [`${PARENT}?pageSize=many`, 'page_size'],
      [`${PARENT}?pageToken=nonsense`, 'page token'],
      [`${elsewhere}?pageToken=${nextPageToken}`, 'page token'],
    ] as const) {
      const { body } = await google.call(path);
      expect(body).toEqual(errorOf(400, 'INVALID_ARGUMENT', expect.stringContaining(text)));
    }
  });
});

describe("Google's own client", () => {
  const connect = () => {
    const { hostname, port } = new URL(google.url);
    return new v2.ServicesClient({
      apiEndpoint: hostname,
      port: Number(port),
      protocol: 'http',
      fallback: true,
      authClient: new PassThroughClient(),
    });
  };

  it('lists all services over several pages', async () => {
    await google.close();
    const more = Array.from({ length: LARGEST_PAGE + 20 }, (_, n) => ({
      project: 'acme-dev',
      region: 'us-central1',
      name: `many-${n}`,
      uri: `https://many-${n}.a.run.app`,
      iapEnabled: n % 2 === 0,
    }));
    google = await startGoogle({ ...SEED, services: [...SEED.services, ...more] });
    const client = connect();
    const found = [];
    for await (const service of client.listServicesAsync({
      parent: 'projects/acme-dev/locations/us-central1',
    })) {
      found.push(service);
    }
    expect(found).toHaveLength(more.length);
    expect(found.filter((service) => service.iapEnabled)).toHaveLength(more.length / 2);
    expect(google.calls.recent().length).toBeGreaterThan(1);
    await client.close();
  });

  it('reads one service with all its fields', async () => {
    const client = connect();
    const [service] = await client.getService({
      name: 'projects/acme-prod/locations/us-central1/services/billing-dashboard',
    });
    expect(service).toMatchObject({
      iapEnabled: true,
      uri: 'https://billing-dashboard-abc-uc.a.run.app',
      description: 'Invoices and what is owed',
      labels: { team: 'finance' },
      ingress: 'INGRESS_TRAFFIC_ALL',
    });
    expect(Number(service.createTime?.seconds)).toBe(START / 1000);
    await client.close();
  });

  it('understands a refusal', async () => {
    const client = connect();
    const request = { name: 'projects/acme-prod/locations/us-central1/services/nothing' };
    await expect(client.getService(request)).rejects.toMatchObject({ code: 5 });
    await client.close();
  });
});
