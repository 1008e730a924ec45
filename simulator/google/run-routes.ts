import { createHash } from 'node:crypto';
import { type Failure, failure } from './failures.ts';
import type { Route } from './routes.ts';
import type { SeedProject } from './seed.ts';
import type { ServiceRegistry, SimulatedService } from './services.ts';

/** The real service's figure is unverified: a client must follow the tokens whatever it is. */
export const LARGEST_PAGE = 100;

/** Enum fields of the answer and their numbers, for clients that ask for `enum-encoding=int`. */
const INGRESS_ALL = { text: 'INGRESS_TRAFFIC_ALL', int: 1 };
const LAUNCH_STAGE_GA = { text: 'GA', int: 4 };
const CONDITION_SUCCEEDED = { text: 'CONDITION_SUCCEEDED', int: 4 };

/** https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/list */
export const listServices: Route = {
  method: 'run.projects.locations.services.list',
  api: 'run',
  verb: 'GET',
  path: /^\/v2\/(?<resource>projects\/[^/]+\/locations\/[^/]+)\/services$/,
  writes: false,
  answer({ services }, { resource, query }) {
    const place = placeOf(services, resource);
    if ('kind' in place) return place;
    const wanted = Number(query.get('pageSize') ?? 0);
    if (!Number.isInteger(wanted) || wanted < 0)
      return failure('INVALID_ARGUMENT', 'page_size must not be negative.');
    const all = services.list(place.project.id, place.region);
    const start = readToken(query.get('pageToken') ?? '', resource);
    if (start === undefined) return failure('INVALID_ARGUMENT', 'The page token is invalid.');
    const end = start + Math.min(wanted || LARGEST_PAGE, LARGEST_PAGE);
    const page = all.slice(start, end).map((service) => serviceBody(service, asksForInts(query)));
    // Proto JSON leaves empty lists and strings out.
    const body = {
      ...(page.length > 0 && { services: page }),
      ...(end < all.length && { nextPageToken: writeToken(end, resource) }),
    };
    return { kind: 'ok', body };
  },
  summary: ({ query }) =>
    `page size ${query.get('pageSize') ?? 'default'}${query.has('pageToken') ? ', next page' : ''}`,
};

/** https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/get */
export const getService: Route = {
  method: 'run.projects.locations.services.get',
  api: 'run',
  verb: 'GET',
  path: /^\/v2\/(?<resource>projects\/[^/]+\/locations\/[^/]+\/services\/[^/:]+)$/,
  writes: false,
  answer({ services }, { resource, query }) {
    const [place = '', name = ''] = resource.split('/services/');
    const found = placeOf(services, place);
    if ('kind' in found) return found;
    const service = services.get({ project: found.project.id, region: found.region, name });
    if (!service)
      return failure(
        'NOT_FOUND',
        `Resource '${name}' of kind 'SERVICE' in region '${found.region}' does not exist.`,
      );
    return { kind: 'ok', body: serviceBody(service, asksForInts(query)) };
  },
  summary: () => '',
};

function placeOf(
  services: ServiceRegistry,
  parent: string,
): { project: SeedProject; region: string } | Failure {
  const [, idOrNumber = '', , region = ''] = parent.split('/');
  if (region === '-') {
    return failure(
      'INVALID_ARGUMENT',
      'Location must be a valid Google Cloud region, and cannot be the "-" wildcard.',
    );
  }
  const project = services.project(idOrNumber);
  if (!project) return failure('NOT_FOUND', `Project '${idOrNumber}' not found.`);
  if (!services.projects().some((one) => one.regions.includes(region))) {
    return failure('NOT_FOUND', `Location ${region} is not found or access is unauthorized.`);
  }
  return { project, region };
}

function serviceBody(service: SimulatedService, ints: boolean): Record<string, unknown> {
  const { project, region, name, generation } = service;
  const fullName = `projects/${project}/locations/${region}/services/${name}`;
  const revision = `${fullName}/revisions/${name}-${String(generation).padStart(5, '0')}-sim`;
  const choose = (value: { text: string; int: number }) => (ints ? value.int : value.text);
  const time = new Date(service.updatedAtMs).toISOString();
  const fingerprint = createHash('sha256').update(`${service.uid}/${generation}`).digest('base64url');
  return {
    name: fullName,
    ...(service.description && { description: service.description }),
    uid: service.uid,
    // int64 is a string in JSON.
    generation: String(generation),
    ...(Object.keys(service.labels).length > 0 && { labels: service.labels }),
    annotations: { 'latchkey.example/simulated': 'true' },
    createTime: new Date(service.createdAtMs).toISOString(),
    updateTime: time,
    creator: `deployer@${project}.iam.gserviceaccount.com`,
    lastModifier: `deployer@${project}.iam.gserviceaccount.com`,
    ingress: choose(INGRESS_ALL),
    launchStage: choose(LAUNCH_STAGE_GA),
    template: { containers: [{ image: 'us-docker.pkg.dev/cloudrun/container/hello' }] },
    // Proto JSON leaves a false out.
    ...(service.invokerIamDisabled && { invokerIamDisabled: true }),
    urls: [service.uri],
    ...(service.iapEnabled && { iapEnabled: true }),
    observedGeneration: String(generation),
    terminalCondition: { type: 'Ready', state: choose(CONDITION_SUCCEEDED), lastTransitionTime: time },
    latestReadyRevision: revision,
    latestCreatedRevision: revision,
    uri: service.uri,
    etag: `"${fingerprint.slice(0, 22)}"`,
  };
}

function asksForInts(query: URLSearchParams): boolean {
  return (query.get('$alt') ?? query.get('alt') ?? '').includes('enum-encoding=int');
}

function writeToken(start: number, parent: string): string {
  return Buffer.from(JSON.stringify([start, parent])).toString('base64url');
}

/** Where the page starts; nothing if the token is not one given out for this parent. */
function readToken(token: string, parent: string): number | undefined {
  if (token === '') return 0;
  const [, start] = /^\[(\d+),/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  return start !== undefined && writeToken(Number(start), parent) === token ? Number(start) : undefined;
}
