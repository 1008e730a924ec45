import type { protos } from '@google-cloud/run';
import type { CatalogEntry } from '../domain/service.ts';
import { LatchkeyError, messageOf } from '../errors.ts';
import type { ServiceCatalog } from '../ports.ts';

/** For all pages of a region together, and every repetition. */
const LIST_TIMEOUT_MS = 7_000;
/** A wait between repetitions takes no more of the time than this. */
const LONGEST_WAIT_SHARE = 1 / 7;
/** gRPC's code: https://grpc.io/docs/guides/status-codes/ */
const UNAVAILABLE = 14;

export interface RunOptions {
  /** Base URL of the Cloud Run Admin API. */
  readonly baseUrl: string;
  /** False for a server on loopback, which is called without credentials. */
  readonly credentials: boolean;
  /** How long one listing may take in all. */
  readonly listTimeoutMs?: number;
}

/** The Cloud Run Admin API v2 as a catalog; Google's client is loaded when a listing is first asked for. */
export function createServiceCatalog(options: RunOptions): ServiceCatalog {
  const { baseUrl, credentials, listTimeoutMs = LIST_TIMEOUT_MS } = options;
  let client: ReturnType<typeof connect> | undefined;
  return {
    async list(project, region) {
      client ??= connect(baseUrl, credentials);
      const parent = `projects/${project}/locations/${region}`;
      try {
        const services = await listAll(await client, parent, listTimeoutMs);
        return services.map((service): CatalogEntry => {
          const name = service.name?.split('/').at(-1) ?? '';
          return {
            ref: { project, region, service: name },
            iapEnabled: service.iapEnabled === true,
            uri: service.uri ?? '',
            description: service.description ?? '',
            labels: { ...service.labels },
          };
        });
      } catch (error) {
        client = undefined;
        throw new LatchkeyError('unavailable', `failed to list services for ${parent}: ${messageOf(error)}`, {
          cause: error,
        });
      }
    },
  };
}

type Client = Awaited<ReturnType<typeof connect>>;

/**
 * Page by page, with what is left of the time: the client's own paging gives each page the whole of it, and its own
 * retries go on for seconds past it.
 */
async function listAll(client: Client, parent: string, timeoutMs: number) {
  const deadline = Date.now() + timeoutMs;
  const found: protos.google.cloud.run.v2.IService[] = [];
  let pageToken = '';
  do {
    const left = deadline - Date.now();
    if (left <= 0) throw new Error(`not all pages came within ${timeoutMs} ms`);
    const [services, , page] = await client.listServices(
      { parent, pageToken },
      { autoPaginate: false, timeout: left, retry: retriesWithin(left) },
    );
    found.push(...services);
    pageToken = page?.nextPageToken ?? '';
  } while (pageToken !== '');
  return found;
}

/** A region that answers 503 may answer the next moment; never longer than the time that is left. */
function retriesWithin(leftMs: number) {
  const longestWait = leftMs * LONGEST_WAIT_SHARE;
  // A wait that has begun is waited to its end.
  const within = leftMs - longestWait;
  return {
    retryCodes: [UNAVAILABLE],
    backoffSettings: {
      initialRetryDelayMillis: longestWait / 4,
      retryDelayMultiplier: 2,
      maxRetryDelayMillis: longestWait,
      initialRpcTimeoutMillis: within,
      rpcTimeoutMultiplier: 1,
      maxRpcTimeoutMillis: within,
      totalTimeoutMillis: within,
    },
  };
}

async function connect(baseUrl: string, credentials: boolean) {
  const { v2 } = await import('@google-cloud/run');
  const url = new URL(baseUrl);
  const secure = url.protocol === 'https:';
  const where = {
    apiEndpoint: url.hostname,
    port: Number(url.port || (secure ? 443 : 80)),
    // REST instead of gRPC, so that the base URL can be any HTTP server.
    fallback: true,
  };
  if (credentials) return new v2.ServicesClient(where);
  const { PassThroughClient } = await import('google-auth-library');
  return new v2.ServicesClient({
    ...where,
    ...(secure ? {} : { protocol: 'http' }),
    authClient: new PassThroughClient() as never,
  });
}
