import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { GoogleSeed, SeedProject, SeedService } from './seed.ts';

/** Names a Cloud Run service; `project` is the project's id. */
export interface ServiceKey {
  project: string;
  region: string;
  name: string;
}

export interface SimulatedService extends ServiceKey {
  uri: string;
  iapEnabled: boolean;
  invokerIamDisabled: boolean;
  description: string;
  labels: Readonly<Record<string, string>>;
  uid: string;
  generation: number;
  createdAtMs: number;
  updatedAtMs: number;
}

export interface ServiceRegistry {
  projects(): readonly SeedProject[];
  /** Finds a project by its id or its number. */
  project(idOrNumber: string): SeedProject | undefined;
  get(key: ServiceKey): SimulatedService | undefined;
  all(): readonly SimulatedService[];
  /** The services of one region, the youngest first, as Cloud Run lists them. */
  list(project: string, region: string): readonly SimulatedService[];
  add(service: SeedService): SimulatedService;
  /** Switches IAP; throws if there is no such service. */
  setIapEnabled(key: ServiceKey, enabled: boolean): SimulatedService;
  /** Deletes a service; throws if there is none. */
  remove(key: ServiceKey): void;
  /** Called after every change. Returns unsubscribe. */
  onChange(listener: (key: ServiceKey) => void): () => void;
}

/** Creates the projects and services of the seed; an Error says what in the seed cannot be. */
export function createServiceRegistry(clock: Clock, seed: GoogleSeed): ServiceRegistry {
  const services = new Map<string, SimulatedService>();
  const listeners = new Set<(key: ServiceKey) => void>();
  const project = (idOrNumber: string) =>
    seed.projects.find(({ id, number }) => id === idOrNumber || number === idOrNumber);
  const tell = (key: ServiceKey) => {
    for (const listener of listeners) listener(key);
  };
  const existing = (key: ServiceKey) => {
    const service = services.get(idOf(key));
    if (!service) throw new Error(`there is no service ${idOf(key)}`);
    return service;
  };

  const registry: ServiceRegistry = {
    projects: () => seed.projects,
    project,
    get: (key) => services.get(idOf(key)),
    all: () => [...services.values()],
    list: (id, region) =>
      [...services.values()].filter((one) => one.project === id && one.region === region).reverse(),
    add(service) {
      const id = idOf(service);
      if (!seed.projects.find((one) => one.id === service.project)?.regions.includes(service.region)) {
        throw new Error(`service ${id}: its project or region is not in the seed`);
      }
      if (services.has(id)) throw new Error(`service ${id} exists already`);
      const now = clock.now();
      const added: SimulatedService = {
        project: service.project,
        region: service.region,
        name: service.name,
        uri: new URL(service.uri).href.replace(/\/$/, ''),
        iapEnabled: service.iapEnabled,
        invokerIamDisabled: service.invokerIamDisabled ?? false,
        description: service.description ?? '',
        labels: { ...service.labels },
        uid: uidOf(`${id}@${now}`),
        generation: 1,
        createdAtMs: now,
        updatedAtMs: now,
      };
      services.set(id, added);
      tell(added);
      return added;
    },
    setIapEnabled(key, iapEnabled) {
      const before = existing(key);
      const after = { ...before, iapEnabled, generation: before.generation + 1, updatedAtMs: clock.now() };
      services.set(idOf(key), after);
      tell(after);
      return after;
    },
    remove(key) {
      const removed = existing(key);
      services.delete(idOf(key));
      tell(removed);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  for (const field of ['id', 'number'] as const) {
    const twice = seed.projects.find(
      (one, at) => seed.projects.findIndex((other) => other[field] === one[field]) < at,
    );
    if (twice) throw new Error(`two projects have the ${field} ${twice[field]}`);
  }
  for (const service of seed.services) registry.add(service);
  return registry;
}

function idOf({ project, region, name }: ServiceKey): string {
  return `${project}/${region}/${name}`;
}

/** A version-4-shaped UUID that is the same in every run. */
function uidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
