import { distance } from './distance.ts';

/** A Cloud Run service: the grain at which access is given. `project` is the project's id, never its number. */
export interface ServiceRef {
  readonly project: string;
  readonly region: string;
  readonly service: string;
}

/** What the catalog knows of a service. */
export interface CatalogEntry {
  readonly ref: ServiceRef;
  readonly iapEnabled: boolean;
  /** Where people open it; empty where Cloud Run reports none. */
  readonly uri: string;
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** `project/region/service`, the way people and the entitlements file write it. */
export function servicePath(ref: ServiceRef): string {
  return `${ref.project}/${ref.region}/${ref.service}`;
}

/** `project~region~service`, the document id under `services/`. */
export function serviceKey(ref: ServiceRef): string {
  return `${ref.project}~${ref.region}~${ref.service}`;
}

/** The inverse of {@link serviceKey}; `undefined` for anything else. */
export function parseServiceKey(key: string): ServiceRef | undefined {
  const [project = '', region = '', service = '', ...rest] = key.split('~');
  const ref = { project, region, service };
  return rest.length === 0 && isServiceRef(ref) ? ref : undefined;
}

/** What ids of projects, regions and services are made of: nothing that means something in a path or in a shell. */
const SEGMENT = /^[a-z0-9][a-z0-9.:-]*$/;

/** Whether this can be the name of a service, and not of something else under another resource. */
export function isServiceRef({ project, region, service }: ServiceRef): boolean {
  return [project, region, service].every((segment) => SEGMENT.test(segment));
}

export type ServiceLookup =
  | { readonly kind: 'found'; readonly entry: CatalogEntry }
  | { readonly kind: 'unknown'; readonly candidates: readonly CatalogEntry[] }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly CatalogEntry[] };

/** Finds what `service`, `region/service` or `project/region/service` names; candidates are what was probably meant. */
export function lookUpService(catalog: readonly CatalogEntry[], text: string): ServiceLookup {
  const wanted = text.toLowerCase().split('/');
  const matches = catalog.filter((entry) => {
    const segments = servicePath(entry.ref).split('/');
    return (
      wanted.length <= 3 && wanted.every((part, i) => segments[segments.length - wanted.length + i] === part)
    );
  });
  const [first, ...others] = matches;
  if (first && others.length === 0) return { kind: 'found', entry: first };
  if (first) return { kind: 'ambiguous', candidates: matches };
  return { kind: 'unknown', candidates: similar(catalog, wanted.at(-1) ?? '') };
}

function similar(catalog: readonly CatalogEntry[], name: string): CatalogEntry[] {
  if (name === '') return [];
  const scored = catalog.map((entry) => ({ entry, score: unlikeness(entry.ref.service, name) }));
  const near = scored.filter(
    ({ entry, score }) =>
      score <= Math.max(1, Math.floor(name.length / 3)) ||
      (name.length > 2 && (entry.ref.service.includes(name) || name.includes(entry.ref.service))),
  );
  return near
    .sort((a, b) => a.score - b.score || servicePath(a.entry.ref).localeCompare(servicePath(b.entry.ref)))
    .slice(0, 5)
    .map(({ entry }) => entry);
}

/** How far a name is from a service's: its whole name, one of its words, or its beginning. */
function unlikeness(service: string, name: string): number {
  const alike = [service, ...service.split('-'), service.slice(0, name.length)];
  return Math.min(...alike.map((part) => distance(part, name)));
}
