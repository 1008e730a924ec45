/** A query as the store sends it; `firestore.indexes.json` follows from these, and a test holds the two equal. */
export interface StoreQuery {
  readonly collection: 'grants' | 'services' | 'homes' | 'wishes';
  readonly where: readonly { readonly field: string; readonly op: '==' | 'in' | '<=' | '>=' }[];
  readonly orderBy: readonly { readonly field: string; readonly direction: 'asc' | 'desc' }[];
}

/** Every query of the store. The emulator answers without indexes, production does not: add queries here alone. */
export const queries = {
  due: {
    collection: 'grants',
    where: [{ field: 'dueAt', op: '<=' }],
    orderBy: [{ field: 'dueAt', direction: 'asc' }],
  },
  open: {
    collection: 'grants',
    where: [
      { field: 'serviceKey', op: '==' },
      { field: 'state', op: 'in' },
    ],
    orderBy: [],
  },
  unfinishedOfPrincipal: {
    collection: 'grants',
    where: [
      { field: 'principal.userId', op: '==' },
      { field: 'state', op: 'in' },
    ],
    orderBy: [],
  },
  ofPrincipal: {
    collection: 'grants',
    where: [{ field: 'principal.userId', op: '==' }],
    orderBy: [{ field: 'requestedAt', direction: 'desc' }],
  },
  ofRequester: {
    collection: 'grants',
    where: [{ field: 'requester.userId', op: '==' }],
    orderBy: [{ field: 'requestedAt', direction: 'desc' }],
  },
  inStates: {
    collection: 'grants',
    where: [{ field: 'state', op: 'in' }],
    orderBy: [{ field: 'requestedAt', direction: 'desc' }],
  },
  toVerify: {
    collection: 'services',
    where: [{ field: 'verifyAt', op: '<=' }],
    orderBy: [{ field: 'verifyAt', direction: 'asc' }],
  },
  toVerifyQuiet: {
    collection: 'services',
    where: [{ field: 'quietVerifyAt', op: '<=' }],
    orderBy: [{ field: 'quietVerifyAt', direction: 'asc' }],
  },
  /** Ordering by a field leaves out the documents without it: services that have a lease and no catalog entry. */
  catalog: {
    collection: 'services',
    where: [],
    orderBy: [{ field: 'catalog.ref.project', direction: 'asc' }],
  },
  catalogOfRegion: {
    collection: 'services',
    where: [
      { field: 'catalog.ref.project', op: '==' },
      { field: 'catalog.ref.region', op: '==' },
    ],
    orderBy: [],
  },
  homesSince: {
    collection: 'homes',
    where: [{ field: 'openedAt', op: '>=' }],
    orderBy: [{ field: 'openedAt', direction: 'desc' }],
  },
  wishesDue: {
    collection: 'wishes',
    where: [{ field: 'dueAt', op: '<=' }],
    orderBy: [{ field: 'dueAt', direction: 'asc' }],
  },
} as const satisfies Record<string, StoreQuery>;
