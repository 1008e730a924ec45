import type { Binding } from './policy.ts';

/** What the simulated Google Cloud begins with. */
export interface GoogleSeed {
  projects: readonly SeedProject[];
  services: readonly SeedService[];
  /** Policies that were there before, on IAP resources or projects. */
  policies?: readonly { resource: string; bindings: readonly Binding[] }[];
  /** Who is in a Google group, by the group's address. */
  groups?: Readonly<Record<string, readonly string[]>>;
}

export interface SeedProject {
  id: string;
  /** Digits, as a string. */
  number: string;
  regions: readonly string[];
}

export interface SeedService {
  /** The project's id. */
  project: string;
  region: string;
  name: string;
  uri: string;
  iapEnabled: boolean;
  /** Cloud Run asks nobody for an identity. */
  invokerIamDisabled?: boolean | undefined;
  description?: string | undefined;
  labels?: Readonly<Record<string, string>> | undefined;
}
