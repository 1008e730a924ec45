import type { CatalogEntry } from '../domain/service.ts';
import { LatchkeyError, messageOf } from '../errors.ts';
import type { ServiceCatalog } from '../ports.ts';

const LIST_TIMEOUT_MS = 8_000;

export interface RunOptions {
  /** Base URL of the Cloud Run Admin API. */
  readonly baseUrl: string;
  /** False for a server on loopback, which is called without credentials. */
  readonly credentials: boolean;
}

/** The Cloud Run Admin API v2 as a catalog; Google's client is loaded when a listing is first asked for. */
export function createServiceCatalog({ baseUrl, credentials }: RunOptions): ServiceCatalog {
  let client: ReturnType<typeof connect> | undefined;
  return {
    async list(project, region) {
      client ??= connect(baseUrl, credentials);
      const parent = `projects/${project}/locations/${region}`;
      try {
        const [services] = await (await client).listServices({ parent }, { timeout: LIST_TIMEOUT_MS });
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
