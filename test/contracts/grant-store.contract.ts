import { describe } from 'vitest';
import type { GrantStore, StoreUse } from '../../src/ports.ts';
import { testBatches } from './grant-store-batches.ts';
import { testCatalogAndControl } from './grant-store-catalog.ts';
import { testContention } from './grant-store-contention.ts';
import { testDamaged } from './grant-store-damaged.ts';
import { testGrants } from './grant-store-grants.ts';
import { testHomes } from './grant-store-homes.ts';
import { testQueries } from './grant-store-queries.ts';
import { testServices } from './grant-store-services.ts';
import { testVerification } from './grant-store-verification.ts';
import { testWishes } from './grant-store-wishes.ts';

/** Makes an empty store of its own for one test. */
export type MakeStore = (onUse?: (use: StoreUse) => void) => GrantStore;

/** Makes a store that holds documents which cannot be read as grants, and tells when it comes upon one. */
export type MakeDamagedStore = (
  damaged: readonly { readonly id: string; readonly dueAt: number }[],
  onDamaged: (path: string) => void,
) => Promise<GrantStore>;

/** What every implementation of the grant store promises, whatever is underneath. */
export function testGrantStore(name: string, makeStore: MakeStore, makeDamagedStore: MakeDamagedStore): void {
  describe(`${name} as a grant store`, () => {
    testGrants(makeStore);
    testBatches(makeStore);
    testQueries(makeStore);
    testServices(makeStore);
    testVerification(makeStore);
    testCatalogAndControl(makeStore);
    testDamaged(makeDamagedStore);
    testHomes(makeStore);
    testWishes(makeStore);
    testContention(makeStore);
  });
}
