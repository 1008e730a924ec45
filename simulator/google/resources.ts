import type { ServiceKey } from './services.ts';

/** A place in IAP's hierarchy for Cloud Run that has a policy of its own. */
export type IapResource =
  | { kind: 'project'; number: string }
  | { kind: 'web'; number: string }
  | { kind: 'region'; number: string; region: string }
  | { kind: 'service'; number: string; region: string; service: string };

const PATTERN =
  /^projects\/(?<number>[^/]+)(?<web>\/iap_web(?:\/cloud_run-(?<region>[^/]+)(?:\/services\/(?<service>[^/]+))?)?)?$/;

/** Reads `projects/{number}/iap_web/cloud_run-{region}/services/{service}` or one of its parents. */
export function parseIapResource(resource: string): IapResource | undefined {
  const groups = PATTERN.exec(resource)?.groups;
  const number = groups?.number;
  if (!groups || !number) return undefined;
  const { web, region, service } = groups;
  if (region && service) return { kind: 'service', number, region, service };
  if (region) return { kind: 'region', number, region };
  return web ? { kind: 'web', number } : { kind: 'project', number };
}

/** The IAP resource of a Cloud Run service; `projectNumber`, not the project's id. */
export function iapResourceName(projectNumber: string, key: Pick<ServiceKey, 'region' | 'name'>): string {
  return `projects/${projectNumber}/iap_web/cloud_run-${key.region}/services/${key.name}`;
}

/** The resource and its parents, nearest first: bindings on each of them reach the resource. */
export function withParents(projectNumber: string, key: Pick<ServiceKey, 'region' | 'name'>): string[] {
  return [
    iapResourceName(projectNumber, key),
    `projects/${projectNumber}/iap_web/cloud_run-${key.region}`,
    `projects/${projectNumber}/iap_web`,
    `projects/${projectNumber}`,
  ];
}
