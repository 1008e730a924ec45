import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { queries, type StoreQuery } from '../../src/gcp/queries.ts';

interface Index {
  readonly collectionGroup: string;
  readonly queryScope: string;
  readonly fields: readonly { readonly fieldPath: string; readonly order: string }[];
}

/**
 * The composite index that a query needs, if any: Firestore answers equalities and `in` alone, or a range or order on
 * one field alone, from the indexes it keeps by itself. https://firebase.google.com/docs/firestore/query-data/index-overview
 */
function neededIndex({ collection, where, orderBy }: StoreQuery): Index | undefined {
  const equal = where.filter(({ op }) => op !== '<=' && op !== '>=').map(({ field }) => field);
  const ranges = where.filter(({ op }) => op === '<=' || op === '>=').map(({ field }) => field);
  const sorted = [
    ...orderBy,
    ...ranges
      .filter((field) => !orderBy.some((order) => order.field === field))
      .map((field) => ({ field, direction: 'asc' as const })),
  ];
  if (sorted.length === 0 || (sorted.length === 1 && equal.length === 0)) return undefined;
  return {
    collectionGroup: collection,
    queryScope: 'COLLECTION',
    fields: [
      ...equal.map((fieldPath) => ({ fieldPath, order: 'ASCENDING' })),
      ...sorted.map(({ field, direction }) => ({
        fieldPath: field,
        order: direction === 'asc' ? 'ASCENDING' : 'DESCENDING',
      })),
    ],
  };
}

const byText = (a: Index, b: Index) => JSON.stringify(a).localeCompare(JSON.stringify(b));

describe('firestore.indexes.json', () => {
  it('has exactly the composite indexes that the queries need', async () => {
    const text = await readFile(new URL('../../firestore.indexes.json', import.meta.url), 'utf8');
    const { indexes, fieldOverrides } = JSON.parse(text) as { indexes: Index[]; fieldOverrides: unknown[] };
    const needed = Object.values<StoreQuery>(queries).flatMap((query) => neededIndex(query) ?? []);
    expect(needed.length).toBeGreaterThan(0);
    expect(indexes.sort(byText)).toEqual(needed.sort(byText));
    expect(fieldOverrides).toEqual([]);
  });

  it('is what firebase.json deploys, with the rules', async () => {
    const text = await readFile(new URL('../../firebase.json', import.meta.url), 'utf8');
    expect(JSON.parse(text).firestore).toEqual({
      rules: 'firestore.rules',
      indexes: 'firestore.indexes.json',
    });
  });
});
