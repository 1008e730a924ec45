import type { DocumentReference, DocumentSnapshot, Firestore } from '@google-cloud/firestore';
import { type CatalogEntry, type ServiceRef, serviceKey } from '../domain/service.ts';
import type { ToVerify } from '../ports.ts';
import { decode } from './firestore-codec.ts';

/** A lease on a service's policy. One that is over and still there was never given back in good order. */
export interface Lease {
  readonly holder: string;
  readonly until: number;
  readonly suspect?: boolean;
  /** What the catalog said when it was taken. */
  readonly iapEnabled?: boolean;
}

export interface ServiceDocument {
  readonly lease?: Lease;
  /** When to verify a service with open grants; a service has this one or the next. */
  readonly verifyAt?: number | null;
  readonly quietVerifyAt?: number | null;
  /** Gone while somebody holds the lease, and where they did not end well. */
  readonly settled?: ToVerify['settled'];
  readonly unsettledRuns?: number;
  readonly catalog?: CatalogEntry;
  readonly standing?: readonly string[];
  /** Told of, and not known to be gone yet. */
  readonly strays?: readonly string[];
}

/** As a service's time of verification: before all others, and against its grants. */
export const AT_ONCE = 0;

export function documentIn(snapshot: DocumentSnapshot): ServiceDocument {
  return decode(snapshot.data() ?? {}) as ServiceDocument;
}

export function serviceDoc(db: Firestore, service: ServiceRef): DocumentReference {
  return db.collection('services').doc(serviceKey(service));
}
