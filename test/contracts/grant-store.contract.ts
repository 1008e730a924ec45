import { describe } from 'vitest';
import type { GrantStore, StoreUse } from '../../src/ports.ts';
import { testBatches } from './grant-store-batches.ts';
import { testCatalogAndControl } from './grant-store-catalog.ts';
import { testContention } from './grant-store-contention.ts';
import { testGrants } from './grant-store-grants.ts';
import { testHomes } from './grant-store-homes.ts';
import { testQueries } from './grant-store-queries.ts';
import { testServices } from './grant-store-services.ts';
import { testWishes } from './grant-store-wishes.ts';

/** Makes an empty store of its own for one test. */
export type MakeStore = (onUse?: (use: StoreUse) => void) => GrantStore;

/** What every implementation of the grant store promises, whatever is underneath. */
export function testGrantStore(name: string, makeStore: MakeStore): void {
  describe(`${name} as a grant store`, () => {
    testGrants(makeStore);
    testBatches(makeStore);
    testQueries(makeStore);
    testServices(makeStore);
    testCatalogAndControl(makeStore);
    testHomes(makeStore);
    testWishes(makeStore);
    testContention(makeStore);
  });
}
