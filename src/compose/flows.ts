import { createCatalog } from '../flows/catalog.ts';
import type { FlowDeps } from '../flows/deps.ts';
import { keepKnown } from '../flows/known.ts';
import type { Parts } from './parts.ts';

/** The flows, wired: what people can do, with neither Slack's wire format nor any IAP permission. */
export function composeFlows({ config, store, directory, services, messenger, clock, log }: Parts): FlowDeps {
  const { workspace, projects, entitlements } = config;
  const catalog = createCatalog({ store, services, projects, clock, log });
  const known = keepKnown(directory, clock);
  const rules = { workspace, projects, entitlements };
  return { store, directory, known, catalog, messenger, clock, log, rules };
}
